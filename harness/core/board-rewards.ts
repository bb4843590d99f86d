/** Rewards of one model's answers, each less the mean reward of the answers to the same prompt: rewards of different prompts have no common zero. */
export interface RewardDots {
  readonly model: string;
  /** Answers with a reward, beside another model's to the same prompt. */
  readonly n: number;
  readonly lowest: number;
  readonly median: number;
  readonly mean: number;
  readonly highest: number;
  /** Sorted; of more than 400 answers 400 at even distances. */
  readonly dots: readonly number[];
}
