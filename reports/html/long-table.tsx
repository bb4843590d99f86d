import type { VNode } from "preact";
import { countOf } from "../../harness/core/count-of.js";
import { formatCount } from "../view/format.js";

/** Rows that a table shows at once. */
export const MOST_ROWS = 100;

/**
 * A table of any number of rows: those beyond the first hundred stand in a second one that opens on request. They are all in
 * the page, and a browser lays out what is seen alone.
 * @param table The table of some rows, best first.
 */
export function LongTable<Row>({
  rows,
  table,
}: {
  readonly rows: readonly Row[];
  readonly table: (rows: readonly Row[]) => VNode;
}): VNode {
  const rest = rows.slice(MOST_ROWS);
  if (rest.length === 0) return table(rows);
  return (
    <>
      {table(rows.slice(0, MOST_ROWS))}
      <details class="full rest">
        <summary>{countOf(rest.length, "further row", "further rows", formatCount(rest.length))}</summary>
        {table(rest)}
      </details>
    </>
  );
}
