import type { Interval } from "../core/board.js";
import type { LimitTails } from "./bounded-mean.js";
import { meanOf, squaresAround, toFiniteNumbers } from "./estimate.js";
import { DEFAULT_LEVEL, upperShare } from "./intervals.js";
import {
  type MeanIntervalInput,
  type MeanIntervalOptions,
  meanInterval,
  meanTails,
} from "./mean-interval.js";

/** Values that differ by less than this share of their size are the same up to rounding: a tie. */
const ROUNDING = 1e-12;

/** Two models' values on the questions they share, and the questions that only one of them has. */
export interface PairedQuestions {
  /** Shared question ids, in the base's order. */
  readonly ids: readonly string[];
  /** candidate − base, one per shared question; exactly 0 where the two agree up to rounding. */
  readonly differences: Float64Array;
  readonly onlyBase: readonly string[];
  readonly onlyCandidate: readonly string[];
}

/** Candidate minus base over questions, in the unit of the differences. */
export interface PairedDifference {
  /** Mean difference; null without questions. */
  readonly delta: number | null;
  /** sd(d)/√n; null below two questions. */
  readonly standardError: number | null;
  /** sd(d) with n − 1; null below two questions. */
  readonly standardDeviation: number | null;
  /** As {@link meanInterval} chooses it. */
  readonly interval: Interval | null;
  /** One-sided p-values from the interval's method at a limit; null without an interval. */
  readonly tailsAt: (limit: number) => LimitTails | null;
  /** Questions. */
  readonly n: number;
  /** Questions on which the candidate is better, worse, equal. */
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  /** Why the first of difference, standard error and interval that is null is so. */
  readonly reason: string | null;
}

/**
 * Matches two models' per-question values (such as the mean over turns and trials) by question id. Means of the same
 * ratings in another order differ in the last digit; such differences become 0, so that they count as ties.
 * @throws RangeError for values that are not finite.
 */
export function pairQuestions(
  base: ReadonlyMap<string, number>,
  candidate: ReadonlyMap<string, number>,
): PairedQuestions {
  const ids: string[] = [];
  const onlyBase: string[] = [];
  const differences: number[] = [];
  for (const [id, before] of base) {
    const after = candidate.get(id);
    if (after === undefined) {
      onlyBase.push(id);
      continue;
    }
    const difference = after - before;
    const same = Math.abs(difference) <= ROUNDING * Math.max(Math.abs(before), Math.abs(after));
    ids.push(id);
    differences.push(same ? 0 : difference);
  }
  const onlyCandidate = [...candidate.keys()].filter((id) => !base.has(id));
  return { ids, differences: toFiniteNumbers(differences, "paired differences"), onlyBase, onlyCandidate };
}

/**
 * Mean of per-question differences with SE = sd(d)/√n (Miller 2024, arXiv 2411.00640, section on paired differences) and
 * the interval that {@link meanInterval} chooses.
 *
 * @param differences candidate − base, one per question.
 * @param options.scale of the differences, such as −9 to 9 for ratings from 1 to 10 ({@link differenceScale}).
 * @throws RangeError for values that are not finite or an impossible level.
 */
export function pairedDifference(
  differences: ArrayLike<number>,
  options: MeanIntervalOptions,
): PairedDifference {
  upperShare(options.level ?? DEFAULT_LEVEL);
  const values = toFiniteNumbers(differences, "paired differences");
  const n = values.length;
  const counts = countSigns(values);
  if (n === 0) return { ...noQuestions, ...counts };
  const delta = meanOf(values);
  const standardDeviation = n < 2 ? null : Math.sqrt(squaresAround(values, delta) / (n - 1));
  const standardError = standardDeviation === null ? null : standardDeviation / Math.sqrt(n);
  const found = meanInterval(unitsOf(values, delta, standardError), options);
  const reason = n < 2 ? "one question alone shows no variation" : found.reason;
  return { delta, standardError, standardDeviation, ...found, n, ...counts, reason };
}

/**
 * One-sided p-values of the mean difference at a limit, by the method of {@link pairedDifference}'s interval, which they
 * decide a gate like; null without differences. Fast enough to be taken a thousand times.
 */
export function pairedTails(
  differences: Float64Array,
  options: MeanIntervalOptions,
  limit: number,
): LimitTails | null {
  const n = differences.length;
  if (n === 0) return null;
  const delta = meanOf(differences);
  const standardError = n < 2 ? null : Math.sqrt(squaresAround(differences, delta) / (n - 1) / n);
  return meanTails(unitsOf(differences, delta, standardError), options, limit);
}

function unitsOf(values: Float64Array, mean: number, standardError: number | null): MeanIntervalInput {
  return { values, sizes: new Float64Array(values.length).fill(1), mean, standardError };
}

const noQuestions = {
  delta: null,
  standardError: null,
  standardDeviation: null,
  interval: null,
  tailsAt: () => null,
  n: 0,
  reason: "no question was answered by both",
} as const;

function countSigns(differences: Float64Array): { wins: number; losses: number; ties: number } {
  const largest = differences.reduce((most, difference) => Math.max(most, Math.abs(difference)), 0);
  const tied = ROUNDING * largest;
  let wins = 0;
  let losses = 0;
  for (const difference of differences) {
    if (difference > tied) wins++;
    else if (difference < -tied) losses++;
  }
  return { wins, losses, ties: differences.length - wins - losses };
}
