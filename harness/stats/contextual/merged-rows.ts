import type { ContextualRows } from "./battle-design.js";

/** Rows of a fit, neighbours that differ in nothing but their outcome taken together. */
export interface MergedRows {
  readonly rows: ContextualRows;
  /** The merged row that each given row went into. */
  readonly rowOf: Int32Array;
  /** The first given row of each merged one. */
  readonly starts: Int32Array;
}

/**
 * Takes neighbouring rows of the same sides, features and cluster together: both games of a question, and the copies of a
 * verdict that counts several times. Their loss depends on the sum of their weights and of their wins alone, so a fit and
 * its clusters' scores stay what they are, in a half to a quarter of the rows.
 */
export function mergeRows(rows: ContextualRows): MergedRows {
  const count = rows.share.length;
  const rowOf = new Int32Array(count);
  const starts = new Int32Array(count);
  const isSame = sameAsBefore(rows);
  let merged = 0;
  for (let row = 0; row < count; row++) {
    if (row === 0 || !isSame(row)) starts[merged++] = row;
    rowOf[row] = merged - 1;
  }
  const weight = new Float64Array(merged);
  const share = new Float64Array(merged);
  for (let row = 0; row < count; row++) {
    const times = rows.weight[row] as number;
    (weight[rowOf[row] as number] as number) += times;
    (share[rowOf[row] as number] as number) += times * (rows.share[row] as number);
  }
  for (let row = 0; row < merged; row++) (share[row] as number) /= weight[row] as number;
  const kept = starts.subarray(0, merged);
  const { offset } = rows;
  return {
    rows: {
      ...rows,
      first: taken(Int32Array, rows.first, kept),
      second: taken(Int32Array, rows.second, kept),
      cluster: taken(Int32Array, rows.cluster, kept),
      features: rows.features.map((column) => taken(Float64Array, column, kept)),
      ...(offset === undefined ? {} : { offset: taken(Float64Array, offset, kept) }),
      share,
      weight,
    },
    rowOf,
    starts: kept,
  };
}

/** Whether a row, not the first, has all but its outcome and weight in common with the one before. */
function sameAsBefore(rows: ContextualRows): (row: number) => boolean {
  const { first, second, cluster, offset } = rows;
  const columns = [first, second, cluster, ...(offset === undefined ? [] : [offset]), ...rows.features];
  return (row) => {
    for (const column of columns) if (column[row] !== column[row - 1]) return false;
    return true;
  };
}

type Values = Int32Array | Float64Array;

/** The values at these positions; `Array.from` and its like call back for each. */
export function taken<V extends Values>(kind: new (length: number) => V, values: V, kept: Int32Array): V {
  const found = new kind(kept.length);
  for (let index = 0; index < kept.length; index++) found[index] = values[kept[index] as number] as number;
  return found;
}
