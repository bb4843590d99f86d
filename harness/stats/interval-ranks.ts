import { countAbove } from "./count-above.js";

/** What a rank is read from. */
interface Ranked {
  readonly interval: { readonly low: number; readonly high: number } | null;
}

/** Each row with 1 + the number of rows whose interval lies above its own; null where it has none. */
export function withRanks<Row extends Ranked>(
  rows: readonly Row[],
): (Row & { readonly rank: number | null })[] {
  const lows = Float64Array.from(rows.flatMap(({ interval }) => interval?.low ?? [])).sort();
  return rows.map((row) => {
    const { interval } = row;
    return { ...row, rank: interval === null ? null : 1 + countAbove(lows, interval.high) };
  });
}
