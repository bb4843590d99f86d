import type { Interval } from "../core/board.js";
import { meanOf, squaresAround, toFiniteNumbers } from "./estimate.js";
import { DEFAULT_LEVEL, reasonAgainstInterval, tInterval, upperShare } from "./intervals.js";

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
  /** t interval with n − 1 degrees of freedom. */
  readonly interval: Interval | null;
  readonly degreesOfFreedom: number | null;
  /** Questions. */
  readonly n: number;
  /** Questions on which the candidate is better, worse, equal. */
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
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
 * Mean of per-question differences with SE = sd(d)/√n and its t interval with n − 1 degrees of freedom
 * (Miller 2024, arXiv 2411.00640, section on paired differences).
 *
 * @param differences candidate − base, one per question.
 * @throws RangeError for values that are not finite or an impossible level.
 */
export function pairedDifference(
  differences: ArrayLike<number>,
  options: { readonly level?: number } = {},
): PairedDifference {
  const level = options.level ?? DEFAULT_LEVEL;
  upperShare(level);
  const numbers = toFiniteNumbers(differences, "paired differences");
  const n = numbers.length;
  const counts = countSigns(numbers);
  const delta = n === 0 ? null : meanOf(numbers);
  if (delta === null || n < 2) {
    return {
      delta,
      standardError: null,
      standardDeviation: null,
      interval: null,
      degreesOfFreedom: null,
      n,
      ...counts,
      reason: n === 0 ? "no question was answered by both" : "one question alone shows no variation",
    };
  }
  const standardDeviation = Math.sqrt(squaresAround(numbers, delta) / (n - 1));
  const standardError = standardDeviation / Math.sqrt(n);
  // No difference at all is that of a model from itself, and certain.
  const reason = delta === 0 ? null : (reasonAgainstInterval(standardError, n) ?? null);
  const interval = reason === null ? tInterval({ estimate: delta, standardError, clusters: n, level }) : null;
  const degreesOfFreedom = n - 1;
  return {
    delta,
    standardError,
    standardDeviation,
    interval,
    degreesOfFreedom,
    n,
    ...counts,
    reason,
  };
}

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
