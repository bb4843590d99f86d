/**
 * How a multiple choice was decided from log-probabilities, by lm-evaluation-harness's names: the largest sum (`acc`), the
 * largest sum by code point of its option (`acc_norm`) or by UTF-8 byte (`acc_bytes`), and the largest sum less the
 * option's log-probability without its context (`acc_mutual_info`). The first of equals is taken.
 */
export const ACCURACY_NORMS = ["acc", "acc_norm", "acc_bytes", "acc_mutual_info"] as const;

/** Name of one of {@link ACCURACY_NORMS}. */
export type AccuracyNorm = (typeof ACCURACY_NORMS)[number];

/** A text whose log-probability after another one is asked for. Blanks at the boundary belong to the continuation. */
export interface TextToScore {
  /** Empty where the text stands alone. */
  readonly context: string;
  readonly continuation: string;
}

/** What is asked of a model instead of an answer: the log-probability of each choice of a question. */
export interface LikelihoodAsk {
  /** One text per choice, in their order. */
  readonly texts: readonly TextToScore[];
  /** The same without their contexts, for `acc_mutual_info`. */
  readonly alone?: readonly TextToScore[];
  /**
   * The choices whose lengths `acc_norm` and `acc_bytes` divide by, without the blank before them; left out where all
   * continuations are one text, so that only the sum decides.
   */
  readonly options?: readonly string[];
  /** Which one the accuracy is. */
  readonly headline: AccuracyNorm;
}

/** Sums of natural-log probabilities, one per choice in their order. */
export interface ChoiceLikelihoods {
  readonly texts: readonly number[];
  /** Without their contexts, where that was asked for. */
  readonly alone: readonly number[];
}

/** Letter of the choice at `index`: A for the first. */
export function choiceLetter(index: number): string {
  return String.fromCharCode(65 + index);
}

/**
 * One line of the answer that a model's log-probabilities are: `A: -3.25` for each choice, then `A alone: -7.5` where that was
 * asked for.
 */
export function likelihoodLine(letter: string, sum: number, isAlone: boolean): string {
  return `${letter}${isAlone ? " alone" : ""}: ${sum}`;
}

const LINE = /^([A-Z])( alone)?: (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;

/** Reads lines of {@link likelihoodLine}, all choices in their order; undefined for any other text. */
export function readLikelihoods(text: string): ChoiceLikelihoods | undefined {
  const texts: number[] = [];
  const alone: number[] = [];
  for (const line of text.split("\n")) {
    const [, letter, without, sum] = LINE.exec(line) ?? [];
    const group = without === undefined ? texts : alone;
    if (letter !== choiceLetter(group.length)) return undefined;
    group.push(Number(sum));
  }
  return { texts, alone };
}
