import type { Interval } from "../core/board.js";
import { clusteredMean } from "./clustered-mean.js";
import { requireSameLength, squaresAround } from "./estimate.js";
import { compareGroupMeans } from "./proportions.js";

/** One model's preferences against one baseline, one entry per row. */
export interface PreferenceSummaryRows {
  /** Preference for the model, 0 (baseline) to 1 (model), 0.5 a draw; null or NaN where there is no verdict. */
  readonly preferences: ArrayLike<number | null>;
  /** Whether the model's answer was shown first; null where unknown or where both orders were judged. */
  readonly modelFirst?: ArrayLike<boolean | null>;
  /** Question of each row; rows of one question are not independent. Default: every row its own. */
  readonly questionIds?: ArrayLike<string | number>;
  /** Rows that should have a verdict, where that is more than there are rows. */
  readonly expected?: number;
}

const PERCENT = { low: 0, high: 100 };

/** How to summarise. */
export interface PreferenceSummaryOptions {
  /** Percent; default 95. */
  readonly level?: number;
}

/** Mean preference in one slot, in percent. */
export interface SlotWinRate {
  readonly winRate: number | null;
  /** Over questions. */
  readonly interval: Interval | null;
  readonly n: number;
}

/** AlpacaEval's figures. Rates in percent. */
export interface PreferenceSummary {
  /** 100 · mean preference; null without a verdict. */
  readonly winRate: number | null;
  /** As published: 100 · sd/√n with n − 1, rows taken as independent; null below two rows. */
  readonly standardError: number | null;
  /** Over questions. */
  readonly interval: Interval | null;
  readonly wins: number;
  readonly losses: number;
  readonly draws: number;
  /** Rows with a verdict. */
  readonly n: number;
  /** Rows without one. */
  readonly missing: number;
  /** 100 · (wins + draws/2)/n; null without a verdict. */
  readonly discreteWinRate: number | null;
  /** Over questions. */
  readonly discreteWinRateInterval: Interval | null;
  /** Win rate if every missing row were lost, and if every one were won. */
  readonly bounds: { readonly low: number | null; readonly high: number | null };
  /** Win rate by the slot of the model's answer; null where no row says which it was. */
  readonly slots: {
    readonly first: SlotWinRate;
    readonly second: SlotWinRate;
    /** Of second − first, variances unpooled; null when it cannot be had. */
    readonly z: number | null;
  } | null;
  readonly reason: string | null;
}

/**
 * AlpacaEval's metrics of one model (alpaca_eval, `metrics/helpers.py`, `describe_head2head`): win rate, its standard
 * error, wins, losses and draws, the discrete win rate; besides these an interval over questions, bounds for the missing
 * verdicts, and the win rate by slot.
 *
 * @throws RangeError for a preference outside 0 to 1 or arrays of different length
 */
export function summarizePreferences(
  rows: PreferenceSummaryRows,
  options: PreferenceSummaryOptions = {},
): PreferenceSummary {
  const { values, positions } = collectVerdicts(rows.preferences);
  const n = values.length;
  const missing = Math.max(rows.expected ?? 0, rows.preferences.length) - n;
  const meanOf = (part: Float64Array, at: readonly number[]) => intervalOf(part, at, rows, options);
  const slots =
    rows.modelFirst === undefined ? null : compareSlots(values, positions, rows.modelFirst, meanOf);
  if (n === 0) {
    const none = { winRate: null, standardError: null, interval: null };
    const noDiscrete = { discreteWinRate: null, discreteWinRateInterval: null };
    const counts = { wins: 0, losses: 0, draws: 0, n, missing };
    const bounds = missing === 0 ? { low: null, high: null } : { low: 0, high: 100 };
    return { ...none, ...noDiscrete, ...counts, bounds, slots, reason: "no row has a verdict" };
  }
  let [sum, wins, draws] = [0, 0, 0];
  for (const value of values) {
    sum += value;
    if (value > 0.5) wins++;
    else if (value === 0.5) draws++;
  }
  const mean = sum / n;
  const standardError = n < 2 ? null : 100 * Math.sqrt(squaresAround(values, mean) / (n - 1) / n);
  const { interval, reason } = meanOf(values, positions);
  const rounded = values.map((value) => (value > 0.5 ? 1 : value === 0.5 ? 0.5 : 0));
  return {
    winRate: 100 * mean,
    standardError,
    interval,
    wins,
    losses: n - wins - draws,
    draws,
    n,
    missing,
    discreteWinRate: (100 * (wins + draws / 2)) / n,
    discreteWinRateInterval: meanOf(rounded, positions).interval,
    bounds: { low: (100 * sum) / (n + missing), high: (100 * (sum + missing)) / (n + missing) },
    slots,
    reason,
  };
}

/** Mean of the lengths, rounded down, as alpaca_eval's `avg_length`; null without lengths. In code points. */
export function averageLength(lengths: ArrayLike<number>): number | null {
  if (lengths.length === 0) return null;
  let sum = 0;
  for (let index = 0; index < lengths.length; index++) sum += lengths[index] ?? 0;
  return Math.floor(sum / lengths.length);
}

function collectVerdicts(preferences: ArrayLike<number | null>): {
  readonly values: Float64Array;
  readonly positions: readonly number[];
} {
  const values: number[] = [];
  const positions: number[] = [];
  for (let row = 0; row < preferences.length; row++) {
    const preference = preferences[row] ?? Number.NaN;
    if (Number.isNaN(preference)) continue;
    if (preference < 0 || preference > 1) {
      throw new RangeError(`preferences: value ${row} is ${preference}, outside 0 to 1`);
    }
    values.push(preference);
    positions.push(row);
  }
  return { values: Float64Array.from(values), positions };
}

function intervalOf(
  values: Float64Array,
  positions: readonly number[],
  rows: PreferenceSummaryRows,
  options: PreferenceSummaryOptions,
): { readonly interval: Interval | null; readonly reason: string | null } {
  const { questionIds } = rows;
  if (questionIds !== undefined)
    requireSameLength("preferences and question ids", rows.preferences, questionIds);
  const ids = positions.map((row) => questionIds?.[row] ?? row);
  const percentages = values.map((value) => 100 * value);
  const { interval, reason } = clusteredMean(percentages, ids, { ...options, scale: PERCENT });
  return { interval, reason };
}

function compareSlots(
  values: Float64Array,
  positions: readonly number[],
  modelFirst: ArrayLike<boolean | null>,
  meanOf: (part: Float64Array, at: readonly number[]) => Pick<PreferenceSummary, "interval">,
): PreferenceSummary["slots"] {
  const inSlot = (first: boolean) => {
    const isInside = (index: number) => modelFirst[positions[index] ?? 0] === first;
    return {
      values: values.filter((_, index) => isInside(index)),
      positions: positions.filter((_, index) => isInside(index)),
    };
  };
  const [first, second] = [inSlot(true), inSlot(false)];
  if (first.values.length + second.values.length === 0) return null;
  const describe = (slot: typeof first): SlotWinRate => {
    const n = slot.values.length;
    if (n === 0) return { winRate: null, interval: null, n };
    const winRate = (100 * slot.values.reduce((sum, value) => sum + value, 0)) / n;
    return { winRate, interval: meanOf(slot.values, slot.positions).interval, n };
  };
  const { z } = compareGroupMeans(first.values, second.values);
  return { first: describe(first), second: describe(second), z };
}
