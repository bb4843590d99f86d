import type { Area } from "./area.js";
import type { CardContamination } from "./card-contamination.js";
import type { Change } from "./change.js";
import type { Interval } from "./interval.js";
import type { PolicyResult } from "./policy.js";

/** What is known of one area: the mean change of its suites, each in percent of its scale. */
export interface AreaChange {
  readonly area: Area;
  /** Percent of the scale, better above 0; null where no suite of it can be decided. */
  readonly change: number | null;
  /** Of the mean, suites taken as independent; at 95%. */
  readonly interval: Interval | null;
  /** Suites behind it, and those of the area that could not be counted in. */
  readonly suites: readonly string[];
  readonly leftOut: readonly string[];
}

/** Something that could not be said, and what it would take. */
export interface OpenPoint {
  /** What it is about, such as a suite. */
  readonly about: string;
  readonly why: string;
  /** What would settle it; empty where nothing is known. */
  readonly takes: string;
}

/** An area over several checkpoints. */
export interface Trajectory {
  readonly area: Area;
  /** Suites that were measured on every checkpoint. */
  readonly suites: readonly string[];
  /** Change from the base at each checkpoint, the base's own being 0; in percent of the scale. */
  readonly points: readonly {
    readonly checkpoint: string;
    readonly change: number | null;
    readonly interval: Interval | null;
  }[];
}

/** A spoke of the radar: both sides in percent of the scale, better outside. */
export interface RadarSpoke {
  readonly name: string;
  readonly base: number;
  readonly candidate: number;
  /** As they are read: `7.81`. */
  readonly shownBase: string;
  readonly shownCandidate: string;
}

/** A run folder or file behind a card. */
export interface CardSource {
  readonly path: string;
  readonly kind: "run" | "baseline" | "table" | "file";
  readonly models: readonly string[];
  /** Address of its report, relative to the card; null where there is none. */
  readonly report: string | null;
}

/** Everything known of a checkpoint on one page; what `assay card --json` prints. */
export interface Card {
  readonly schema: "assay.card/1";
  readonly version: string;
  readonly generatedAt: string;
  readonly base: string;
  readonly candidate: string;
  /** The whole in one or two plain sentences. */
  readonly sentence: string;
  /** What the training bought and what it cost; what is measured and not settled; what figures alone say. */
  readonly tradeOff: {
    readonly bought: readonly string[];
    readonly cost: readonly string[];
    readonly open: readonly string[];
    readonly figures: readonly string[];
  };
  /** By area, largest change first. */
  readonly changes: readonly Change[];
  /** Changes with an interval, which hold together at `level` percent by `method`. */
  readonly together: { readonly changes: number; readonly level: number; readonly method: string };
  readonly areas: readonly AreaChange[];
  readonly radar: readonly RadarSpoke[];
  readonly open: readonly OpenPoint[];
  /** For each suite with answers, whether training data held its questions. */
  readonly contamination: readonly CardContamination[];
  /** Empty for one checkpoint. */
  readonly trajectories: readonly Trajectory[];
  readonly policies?: readonly PolicyResult[];
  readonly sources: readonly CardSource[];
  /** What a reader must know, such as that verdicts are recorded samples. */
  readonly notices: readonly string[];
}
