import type { Flips } from "./change.js";
import type { GateResult } from "./gate.js";

/** How much a limit weighs: critical and supporting ones decide, advisory ones are tracked. */
export const TIERS = ["critical", "supporting", "advisory"] as const;

/** How much a limit weighs. */
export type Tier = (typeof TIERS)[number];

/** What comes out of a policy. */
export type PolicyOutcome = "GO" | "NO-GO" | "INCONCLUSIVE";

/** What an inconclusive policy or gate does to the exit code. */
export type InconclusivePolicy = "pass" | "fail" | "exit-4";

/** Limits on what one suite measures; what is absent is not asked for. */
export interface PolicyLimits {
  readonly tier: Tier;
  /** Name of the figure, where a suite has several. */
  readonly metric?: string;
  /** Where it is said; else as the figure itself says. */
  readonly lowerIsBetter?: boolean;
  /** Least (largest) value of the candidate, in the figure's unit. */
  readonly min?: number;
  readonly max?: number;
  /** Largest loss against the base, in the policy's unit. */
  readonly maxDrop?: number;
  /** Largest loss as a share of the base's value, 0 to 1 and beyond. */
  readonly maxRelativeDrop?: number;
  /** The relative limit holds where the base lies below this value, in the policy's unit. */
  readonly relativeBelow?: number;
  /** Fewer questions with values of both sides leave the suite undecided. */
  readonly minQuestions?: number;
  /** Least percent of the questions asked that have a usable value. */
  readonly coverage?: number;
  /** Largest percent of the questions that may go from right to wrong. */
  readonly maxBroken?: number;
}

/** Limits on a suite, `SUITE/CATEGORY`, by name. */
export interface PolicyEntry extends PolicyLimits {
  readonly name: string;
}

/** A gate policy over suites, as it holds. */
export interface Policy {
  readonly file: string;
  /**
   * `own`: limits in the unit of each figure. `scale`: in shares of the figure's scale, 0 to 1, as NVIDIA NeMo Evaluator's
   * policy files write them.
   */
  readonly units: "own" | "scale";
  /** What the candidates are compared with: a model, run folder, baseline or file of figures. */
  readonly base?: string;
  /** Percent. */
  readonly level: number;
  readonly inconclusive?: InconclusivePolicy;
  /** Limits on suites that are measured on both sides and that no entry names; absent where there are none. */
  readonly defaults?: PolicyLimits;
  readonly entries: readonly PolicyEntry[];
}

/** What a line of a policy's outcome is about. */
export type PolicyLineKind =
  | "presence"
  | "questions"
  | "coverage"
  | "floor"
  | "ceiling"
  | "drop"
  | "relative-drop"
  | "flips";

/** One limit of a policy and how it came out. */
export interface PolicyLine extends GateResult {
  readonly suite: string;
  readonly tier: Tier;
  readonly kind: PolicyLineKind;
  /** On the line of a drop, where answers are right or wrong. */
  readonly flips?: Flips;
}

/** How a policy came out for one candidate. */
export interface PolicyResult {
  readonly schema: "assay.policy/1";
  readonly file: string;
  /** Null where the policy compares with nothing. */
  readonly base: string | null;
  readonly candidate: string;
  readonly outcome: PolicyOutcome;
  /** One plain sentence that says why. */
  readonly sentence: string;
  /** Percent. */
  readonly level: number;
  /** Limits that were decided together by Holm's adjustment. */
  readonly decidedTogether: number;
  readonly lines: readonly PolicyLine[];
}
