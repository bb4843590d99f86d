import type { CheckRate } from "../../harness/core/check.js";
import type { AnyRow, PlacedRow } from "./board-rows.js";
import { pointerSegment, showFigure, showInterval } from "./format.js";
import type { PartFigure, PartView } from "./records.js";

function checkFigure(model: string, rate: CheckRate, from: string): PartFigure {
  return {
    model,
    figure: showFigure(rate.rate, "percent", `${from}/rate`),
    standardError: showFigure(rate.standardError, "percent", `${from}/standardError`),
    interval: showInterval(rate.interval, "percent", `${from}/interval`),
    n: showFigure(rate.n, "count", `${from}/n`),
    doubtful: 0,
  };
}

/** Share of checked answers that passed, all checks first, then each; empty where no answer was checked. */
export function checkParts(rows: readonly PlacedRow<AnyRow>[]): readonly PartView[] {
  const names = new Set(rows.flatMap(({ row }) => Object.keys(row.checks?.checks ?? {})));
  if (names.size === 0) return [];
  const part = (name: string, rateOf: (row: AnyRow) => CheckRate | undefined, path: string): PartView => ({
    name,
    models: rows.map(({ row, from }) => {
      const rate = rateOf(row);
      return rate === undefined ? null : checkFigure(row.model, rate, `${from}/checks${path}`);
    }),
  });
  return [
    part("all checks", (row) => row.checks, ""),
    ...Array.from(names, (name) =>
      part(name, (row) => row.checks?.checks[name], `/checks/${pointerSegment(name)}`),
    ),
  ];
}
