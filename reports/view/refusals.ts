import type { RefusalChange } from "../../harness/core/refusal.js";
import type { AnyRow, PlacedRow } from "./board-rows.js";
import { ratePart } from "./checks.js";
import { pointerSegment, showFigure, showInterval } from "./format.js";
import type { PartFigure, PartView } from "./records.js";

const KINDS = ["over", "under"] as const;

const refusalsOf = (row: AnyRow) => ("refusals" in row ? row.refusals : undefined);

function changeFigure(model: string, change: RefusalChange, from: string): PartFigure {
  return {
    model,
    figure: showFigure(change.change, "percent", `${from}/change`),
    standardError: showFigure(change.standardError, "percent", `${from}/standardError`),
    interval: showInterval(change.interval, "percent", `${from}/interval`),
    n: showFigure(change.n, "count", `${from}/n`),
    doubtful: 0,
  };
}

/** What a wrapping changes, in percentage points. */
function changePart(
  rows: readonly PlacedRow<AnyRow>[],
  wrapping: string,
  kind: (typeof KINDS)[number],
): PartView {
  return {
    name: `${wrapping}: ${kind}`,
    models: rows.map(({ row, from }) => {
      const change = refusalsOf(row)?.wrappings?.[wrapping]?.[kind] ?? undefined;
      const place = `${from}/refusals/wrappings/${pointerSegment(wrapping)}/${kind}`;
      return change === undefined ? null : changeFigure(row.model, change, place);
    }),
  };
}

/** Over-refusal and under-refusal, the change that each wrapping makes, then both by kind of request; empty for boards of other judges. */
export function refusalParts(rows: readonly PlacedRow<AnyRow>[]): readonly PartView[] {
  const namesIn = (field: "kinds" | "wrappings") => [
    ...new Set(rows.flatMap(({ row }) => Object.keys(refusalsOf(row)?.[field] ?? {}))),
  ];
  const parts = [
    ...KINDS.map((kind) =>
      ratePart(rows, kind, (row) => refusalsOf(row)?.[kind] ?? undefined, `/refusals/${kind}`),
    ),
    ...namesIn("wrappings").flatMap((name) => KINDS.map((kind) => changePart(rows, name, kind))),
    ...namesIn("kinds").flatMap((name) =>
      KINDS.map((kind) =>
        ratePart(
          rows,
          `${kind}: ${name}`,
          (row) => refusalsOf(row)?.kinds?.[name]?.[kind] ?? undefined,
          `/refusals/kinds/${pointerSegment(name)}/${kind}`,
        ),
      ),
    ),
  ];
  return parts.filter(({ models }) => models.some((model) => model !== null));
}
