import type { CriterionRate } from "../../harness/core/board.js";
import type { AnyRow, PlacedRow } from "./board-rows.js";
import { pointerSegment, showFigure, showInterval } from "./format.js";
import type { PartFigure, PartView } from "./records.js";

function rateFigure(model: string, rate: CriterionRate, from: string): PartFigure {
  return {
    model,
    figure: showFigure(rate.rate, "percent", `${from}/rate`),
    standardError: showFigure(rate.standardError, "percent", `${from}/standardError`),
    interval: showInterval(rate.interval, "percent", `${from}/interval`),
    n: showFigure(rate.n, "count", `${from}/n`),
    doubtful: 0,
  };
}

/** Shares by name, each with its JSON Pointer below a row. */
export function ratePart(
  rows: readonly PlacedRow<AnyRow>[],
  name: string,
  rateOf: (row: AnyRow) => CriterionRate | undefined,
  path: string,
): PartView {
  return {
    name,
    models: rows.map(({ row, from }) => {
      const rate = rateOf(row);
      return rate === undefined ? null : rateFigure(row.model, rate, `${from}${path}`);
    }),
  };
}

/** How often each criterion or tag was met; empty for a board that is not by rubric. */
export function criterionParts(rows: readonly PlacedRow<AnyRow>[]): readonly PartView[] {
  const names = new Set(rows.flatMap(({ row }) => Object.keys(row.criteria ?? {})));
  return Array.from(names, (name) =>
    ratePart(rows, name, (row) => row.criteria?.[name], `/criteria/${pointerSegment(name)}`),
  );
}

/** Share of checked answers that passed, all checks first, then each; empty where no answer was checked. */
export function checkParts(rows: readonly PlacedRow<AnyRow>[]): readonly PartView[] {
  const names = new Set(rows.flatMap(({ row }) => Object.keys(row.checks?.checks ?? {})));
  if (names.size === 0) return [];
  return [
    ratePart(rows, "all checks", (row) => row.checks, "/checks"),
    ...Array.from(names, (name) =>
      ratePart(rows, name, (row) => row.checks?.checks[name], `/checks/checks/${pointerSegment(name)}`),
    ),
  ];
}
