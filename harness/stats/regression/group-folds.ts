import { countOf } from "../../core/count-of.js";
/**
 * Which fold each group goes to when all groups have the same size.
 *
 * - `introsort`: as scikit-learn's `GroupKFold` deals them after NumPy's scalar introsort, the platform of most published
 *   AlpacaEval figures. A fixed shuffle, in effect.
 * - `in-order`: as it deals them where NumPy sorts with vector instructions (x86 with AVX-512 since NumPy 1.25, with
 *   AVX2 since 2.0) and leaves equal keys in place, and everywhere since scikit-learn 1.9, which sorts stably: the last group to fold 0, the one before to fold 1, and so on.
 */
export type FoldOrder = "introsort" | "in-order";

/**
 * Deals groups of equal size into folds as scikit-learn's `GroupKFold` does: in the reverse of an unstable argsort of
 * the (equal) group sizes, each to the lightest fold so far. Deterministic; the folds differ by at most one group.
 *
 * @returns for each group its fold, from 0
 * @throws RangeError when there are fewer groups than folds or fewer than two folds
 */
export function assignGroupFolds(groups: number, folds: number, order: FoldOrder = "introsort"): Int32Array {
  if (folds < 2 || groups < folds) {
    throw new RangeError(`folds: ${countOf(groups, "group")} cannot be dealt into ${folds} folds`);
  }
  const sorted =
    order === "introsort" ? introsortOfEqualKeys(groups) : Int32Array.from({ length: groups }, (_, i) => i);
  const assigned = new Int32Array(groups);
  for (let rank = 0; rank < groups; rank++) assigned[sorted[groups - 1 - rank] ?? 0] = rank % folds;
  return assigned;
}

const SMALLEST_PARTITION = 15;

/**
 * The permutation in which NumPy's scalar `argsort` (`npysort/quicksort.cpp`, `aquicksort_`) leaves n equal keys. With
 * equal keys no comparison ever holds: the median of three moves nothing, both scans stop at every element, so that
 * each partition swaps the pivot out, swaps mirrored pairs, and swaps the pivot back; short runs stay as they are.
 */
function introsortOfEqualKeys(count: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, index) => index);
  const pending: Array<readonly [number, number]> = [[0, count - 1]];
  for (let range = pending.pop(); range !== undefined; range = pending.pop()) {
    const [low, high] = range;
    if (high - low <= SMALLEST_PARTITION) continue;
    swap(order, low + ((high - low) >> 1), high - 1);
    let left = low + 1;
    let right = high - 2;
    for (; left < right; left++, right--) swap(order, left, right);
    swap(order, left, high - 1);
    pending.push([low, left - 1], [left + 1, high]);
  }
  return order;
}

/** Exchanges two values. */
export function swap(values: Int32Array, left: number, right: number): void {
  const kept = values[left] ?? 0;
  values[left] = values[right] ?? 0;
  values[right] = kept;
}
