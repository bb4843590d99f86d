import type { VNode } from "preact";
import type { BoardRow, BoardView } from "../view/records.js";
import { LongTable } from "./long-table.js";
import { Figure, FigureCell, NameHead, NumberHead, ScrollTable } from "./parts.js";

/** The headline's name, short enough for a narrow column. */
export function Headline({ label }: { readonly label: string }): VNode {
  const short = label.replace("Length-controlled", "LC");
  return short === label ? <span>{label}</span> : <abbr title={label}>{short}</abbr>;
}

function AllColumns({
  board,
  rows,
}: {
  readonly board: BoardView;
  readonly rows: readonly BoardRow[];
}): VNode {
  return (
    <ScrollTable label={`All columns of ${board.title}`}>
      <table class="data">
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col" class="number">
              <Headline label={board.headlineLabel} />
            </th>
            {board.secondLabel === null ? null : (
              <th scope="col" class="number">
                {board.secondLabel}
              </th>
            )}
            {board.columns.map((column) => (
              <th key={column.key} scope="col" class="number" title={column.title}>
                {column.label}
              </th>
            ))}
            <NumberHead>Bounds</NumberHead>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.model}>
              <NameHead name={row.model} />
              <FigureCell figure={row.headline} />
              {row.second === undefined ? null : <FigureCell figure={row.second.figure} />}
              {board.columns.map((column) => (
                <td key={column.key} class="number">
                  {row.figures[column.key] === undefined ? null : (
                    <Figure figure={row.figures[column.key] ?? row.headline} />
                  )}
                </td>
              ))}
              <td class="number nowrap">
                <Figure figure={row.bounds.low} /> <span class="quiet">to</span>{" "}
                <Figure figure={row.bounds.high} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollTable>
  );
}

/** Every figure of a board, on request. */
export function FullBoard({ board }: { readonly board: BoardView }): VNode {
  return (
    <details class="full">
      <summary>All columns</summary>
      <LongTable rows={board.rows} table={(rows) => <AllColumns board={board} rows={rows} />} />
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
