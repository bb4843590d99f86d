import type { Interval } from "./interval.js";

/** What rankings say of one model, beside the win rate that they imply. */
export interface RankedFigures {
  /** Rankings that hold the model and could be read. */
  readonly rankings: number;
  /** 1 is best; equal answers share the mean of their ranks. */
  readonly meanRank: number | null;
  /** Clustered by question. */
  readonly meanRankInterval: Interval | null;
  /** Mean rank in each category, in the order in which they are shown. */
  readonly categories: Readonly<Record<string, { readonly meanRank: number | null; readonly n: number }>>;
  /** Plackett–Luce rating, mean 1000, one question's rankings as one cluster; rank as for every rating. */
  readonly plackettLuce: {
    readonly value: number | null;
    readonly interval: Interval | null;
    readonly rank: number | null;
    /** Why the first of these that is null is so. */
    readonly reason?: string;
  };
  /** What the comparisons say that the judge wrote before it ranked: win rate in percent, equal ones as half a win. */
  readonly pairLines: {
    readonly winRate: number | null;
    readonly interval: Interval | null;
    readonly n: number;
  };
}

/** Mean rank of the answers that stood in one slot. */
export interface RankedSlot {
  /** From 1, in the order shown. */
  readonly slot: number;
  readonly meanRank: number;
  /** What it would be if the slot did not matter. */
  readonly expected: number;
  /** Standard deviations by which the two differ; null where every ranking calls all answers equal. */
  readonly z: number | null;
  readonly n: number;
}

/** What a board of rankings says of its judge. */
export interface BoardRankings {
  /** Rankings that were planned, and what became of them. */
  readonly planned: number;
  readonly readable: number;
  readonly unreadable: number;
  /** Rankings that the judge said it cannot give; left out without one. */
  readonly abstained?: number;
  readonly missing: number;
  /** Fewest and most answers of the rankings that could be read. */
  readonly answers: { readonly least: number; readonly most: number } | null;
  /** Pairs of which a reply said something before it ranked, and how many of them its ranking contradicts. */
  readonly pairLines: {
    readonly pairs: number;
    readonly differ: number;
    /** Percent, clustered by question; null without a pair. */
    readonly rate: number | null;
    readonly interval: Interval | null;
  };
  readonly slots: readonly RankedSlot[];
  /**
   * The slot that moves ranks most, where it does so beyond chance: |z| above the normal quantile of 5% over all slots.
   * Null where none does.
   */
  readonly positionAlarm: { readonly slot: number; readonly z: number; readonly threshold: number } | null;
}
