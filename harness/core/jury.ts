/**
 * How the verdicts of several judges on one answer become one. `weighted`: a mean with weights that the user gives;
 * `learned`: with weights learned from people's votes.
 */
export type JuryMethod = (typeof juryMethods)[number];

/** Every way, in the order in which help shows them. */
export const juryMethods = ["mean", "median", "majority", "weighted", "learned"] as const;

/** How a jury is read. */
export interface JuryRules {
  readonly method: JuryMethod;
  /** For `weighted`: by judge, or by the id of its protocol. */
  readonly weights?: Readonly<Record<string, number>>;
  /** No judge counts on models of its own family. */
  readonly familyGuard?: true;
}

/** One judge of a jury. */
export interface JuryMember {
  readonly judge: string;
  readonly protocol: string;
  /** Places where it gave a verdict that can be used, and where it said that it cannot decide. */
  readonly verdicts: number;
  readonly abstained: number;
  /** Places where it gave none while another judge did: it could not be asked, or not be read. */
  readonly failed: number;
  /** Who judges in its place what it failed on, and how many of the jury's verdicts came from there. */
  readonly replacement?: { readonly judge: string; readonly protocol: string; readonly verdicts: number };
  /** Its share of all weights, 0–1, where judges weigh differently. */
  readonly weight?: number;
  /** Where weights are learned: the labelled comparisons it decided. */
  readonly labels?: number;
  /** How often it was right on them, drawn towards ½ as by two more labels of which it got one right. */
  readonly accuracy?: number;
}

/** A judge that does not count on a model of its own family. */
export interface JuryGuarded {
  readonly judge: string;
  readonly protocol: string;
  readonly model: string;
  /** Left out where the model is the judge itself and its family was not told. */
  readonly family?: string;
  /** Items on which it was left out. */
  readonly items: number;
}

/** What a jury's weights were learned from. */
export interface LearnedWeights {
  /** Comparisons on which people's votes have a winner and two judges or more a verdict, and their questions. */
  readonly labels: number;
  readonly questions: number;
  /** Parts of the questions: the weights on one come from the votes on all others. */
  readonly folds: number;
  /** How often the jury's choice is the people's, with weights that did not see the label; a tie is half. */
  readonly accuracy: number;
}

/** Ratings with every judge at the mean judge's level. */
export interface LevelledJury {
  /** How far each judge rates above the mean judge, by protocol; null where the items do not link all judges. */
  readonly offsets: Readonly<Record<string, number>> | null;
  /** The jury's headline by model, with each judge's verdicts less its offset. */
  readonly models: Readonly<Record<string, number | null>> | null;
  readonly reason?: string;
}

/** An item on which the judges differ. */
export interface JurySplit {
  readonly questionId: string;
  readonly turn: number;
  readonly trial: number;
  readonly a: string;
  readonly b?: string;
  /** Greatest minus least verdict: rating points, or weight on the second answer. */
  readonly spread: number;
  /** By protocol; null where a judge abstained. */
  readonly verdicts: Readonly<Record<string, number | null>>;
}

/** What a jury's board says of its judges. They are fixed, questions are sampled: intervals say nothing of other judges. */
export interface JuryFigures {
  readonly method: JuryMethod;
  readonly members: readonly JuryMember[];
  /** Under a family guard: who was left out for which model. */
  readonly guarded?: readonly JuryGuarded[];
  /**
   * Of ratings under a family guard that left a judge out: what the models' scores are with all judges at one level, since
   * those of a model without its relatives come of other judges than the rest.
   */
  readonly levelled?: LevelledJury;
  /** For `learned`. */
  readonly learned?: LearnedWeights;
  /** Items on which two judges or more gave a verdict. */
  readonly items: number;
  /** Krippendorff's α (interval) over all judges. */
  readonly alpha: number | null;
  /** Mean of Cohen's κ over pairs of judges. */
  readonly kappa: number | null;
  /** Mean correlation of two judges' verdicts. */
  readonly correlation: number | null;
  /** n/(1 + (n − 1)·correlation): how many judges with errors of their own the jury is worth, at least. */
  readonly effectiveJudges: number | null;
  /** Why the first of these that is null is so. */
  readonly reason: string | null;
  /** The jury's headline by model without each judge. */
  readonly leftOut: readonly {
    readonly protocol: string;
    readonly models: Readonly<Record<string, number | null>>;
  }[];
  /** Where the judges differ most, widest first. */
  readonly splits: readonly JurySplit[];
}
