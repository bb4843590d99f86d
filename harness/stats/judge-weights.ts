/** What is known of a judge from labelled things. */
export interface JudgeAccuracy {
  /** Labelled things on which it gave a verdict. */
  readonly labels: number;
  /** Share that it got right, drawn towards ½ as by two more labels of which it got one right. */
  readonly accuracy: number;
  /** Its weight, {@link logOddsWeight}. */
  readonly weight: number;
}

/**
 * Weight of a judge that is right with this chance: the log-odds ln(p/(1 − p)), with which a vote of independent judges is
 * right most often (Nitzan and Paroush 1982), and which Dawid and Skene's model (1979) gives judges that err alike on
 * both sides. Never below 0: a judge that is no better than a coin counts for nothing, it is not turned round.
 */
export function logOddsWeight(accuracy: number): number {
  return Math.max(0, Math.log(accuracy / (1 - accuracy)));
}

/**
 * A judge's accuracy and weight from what it got right.
 * @param credits 1 for right, 0 for wrong, ½ where it said tie and the label does not.
 */
export function judgeAccuracy(credits: readonly number[]): JudgeAccuracy {
  const right = credits.reduce((sum, one) => sum + one, 0);
  const accuracy = (right + 1) / (credits.length + 2);
  return { labels: credits.length, accuracy, weight: logOddsWeight(accuracy) };
}
