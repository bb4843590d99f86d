import type { Board } from "../../harness/core/board.js";
import { axisTicks, showFigure } from "./format.js";
import type { RewardsView } from "./rewards-records.js";

/** What a reward model's board shows of its rewards; null for every other board. */
export function rewardsView({ rewards }: Board, from: string): RewardsView | null {
  if (rewards === undefined) return null;
  const lowest = rewards.reduce((least, row) => Math.min(least, row.lowest), 0);
  const highest = rewards.reduce((most, row) => Math.max(most, row.highest), 0);
  const ticks = axisTicks(lowest, highest === lowest ? lowest + 1 : highest, 5);
  return {
    rows: rewards.map((row, index) => {
      const shown = (field: "lowest" | "median" | "mean" | "highest") =>
        showFigure(row[field], "delta-points", `${from}/rewards/${index}/${field}`);
      return {
        model: row.model,
        n: showFigure(row.n, "count", `${from}/rewards/${index}/n`),
        lowest: shown("lowest"),
        median: shown("median"),
        mean: shown("mean"),
        highest: shown("highest"),
        dots: row.dots,
      };
    }),
    axisLow: Math.min(ticks[0] ?? lowest, lowest),
    axisHigh: Math.max(ticks.at(-1) ?? highest, highest),
    ticks,
  };
}
