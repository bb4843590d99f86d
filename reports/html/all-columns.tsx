import type { VNode } from "preact";
import type { BoardRow, BoardView } from "../view/records.js";
import { type Column, LongScrolledTable } from "./data-table.js";
import { Figure } from "./parts.js";

/** The headline's name, short enough for a narrow column. */
export function Headline({ label }: { readonly label: string }): VNode {
  const short = label.replace("Length-controlled", "LC");
  return short === label ? <span>{label}</span> : <abbr title={label}>{short}</abbr>;
}

/** Every figure of a board, on request. */
export function FullBoard({ board }: { readonly board: BoardView }): VNode {
  return (
    <details class="full">
      <summary>All columns</summary>
      <LongScrolledTable
        label={`All columns of ${board.title}`}
        rows={board.rows}
        columns={[
          { head: "Model", name: (row) => row.model },
          { head: <Headline label={board.headlineLabel} />, figure: (row) => row.headline },
          board.secondLabel === null
            ? null
            : { head: board.secondLabel, figure: (row) => row.second?.figure },
          ...board.columns.map(
            ({ key, label, title }): Column<BoardRow> => ({
              head: label,
              title,
              figure: (row) => row.figures[key],
            }),
          ),
          {
            head: "Bounds",
            class: "number",
            cellClass: "number nowrap",
            cell: ({ bounds }) => (
              <>
                <Figure figure={bounds.low} /> <span class="quiet">to</span> <Figure figure={bounds.high} />
              </>
            ),
          },
        ]}
      />
      <dl class="columns">
        {board.columns.map((column) => (
          <div key={column.key}>
            <dt>{column.label}</dt>
            <dd>{column.title}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
