import type { ComponentChildren, VNode } from "preact";
import type { ShownFigure, ShownInterval } from "../view/records.js";
import { LongTable } from "./long-table.js";
import { FigureCell, IntervalText, NameHead, ScrollTable } from "./parts.js";

interface ColumnHead {
  /** Its words, or what is drawn instead of them. */
  readonly head: ComponentChildren;
  readonly title?: string | undefined;
  /** Of its head and, without `cellClass`, of its cells; columns of figures are `number`. */
  readonly class?: string;
  readonly cellClass?: string;
  /** What a cell is called where a narrow page stacks the cells of a row. */
  readonly label?: string;
}

/** What a column holds: a foreign name that heads the row, another head, a figure, an interval, or anything else. */
type ColumnCell<Row> =
  | { readonly name: (row: Row) => string }
  | { readonly rowHead: (row: Row) => ComponentChildren }
  | {
      /** Undefined leaves the cell empty. */
      readonly figure: (row: Row) => ShownFigure | undefined;
      /** Stands below the figure. */
      readonly interval?: (row: Row) => ShownInterval | null;
    }
  | { readonly between: (row: Row) => ShownInterval | null }
  | { readonly cell: (row: Row) => ComponentChildren }
  /** The cell itself, where its class depends on the row. */
  | { readonly wholeCell: (row: Row) => VNode };

/** A column of a table, said once for its head and its cells. */
export type Column<Row> = ColumnHead & ColumnCell<Row>;

function headClass<Row>(column: Column<Row>): string | undefined {
  return column.class ?? ("figure" in column ? "number" : undefined);
}

function Cell<Row>({ column, row }: { readonly column: Column<Row>; readonly row: Row }): VNode {
  if ("name" in column) return <NameHead name={column.name(row)} />;
  if ("rowHead" in column)
    return (
      <th scope="row" class={column.cellClass ?? column.class}>
        {column.rowHead(row)}
      </th>
    );
  if ("figure" in column) {
    const figure = column.figure(row);
    if (figure === undefined) return <td class="number" />;
    return <FigureCell figure={figure} interval={column.interval?.(row)} />;
  }
  if ("wholeCell" in column) return column.wholeCell(row);
  return (
    <td class={column.cellClass ?? column.class} data-label={column.label}>
      {"between" in column ? <IntervalText interval={column.between(row)} /> : column.cell(row)}
    </td>
  );
}

interface TableProps<Row> {
  /** Class of the table; `data` unless given, none where it is empty. */
  readonly class?: string;
  /** For whoever hears the page; a label says it of a table that scrolls. */
  readonly caption?: string;
  readonly rows: readonly Row[];
  /** From left to right; one that is null is left out. */
  readonly columns: readonly (Column<Row> | null)[];
}

/** A table, row by row as its columns describe it. */
export function DataTable<Row>({
  class: name = "data",
  caption,
  rows,
  columns,
  ...more
}: TableProps<Row> & { readonly "aria-label"?: string }): VNode {
  const shown = columns.filter((column) => column !== null);
  return (
    <table class={name === "" ? undefined : name} {...more}>
      {caption === undefined ? null : <caption class="unseen">{caption}</caption>}
      <thead>
        <tr>
          {shown.map((column, index) => (
            <th key={index} scope="col" class={headClass(column)} title={column.title}>
              {column.head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={index}>
            {shown.map((column, place) => (
              <Cell key={place} column={column} row={row} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The same in a region of its own that scrolls sideways; the label says what it holds. */
export function ScrolledTable<Row>({ label, ...table }: TableProps<Row> & { readonly label: string }): VNode {
  return (
    <ScrollTable label={label}>
      <DataTable {...table} />
    </ScrollTable>
  );
}

/** The same where there may be many rows: those beyond the first hundred open on request. */
export function LongScrolledTable<Row>({
  rows,
  ...table
}: TableProps<Row> & { readonly label: string }): VNode {
  return <LongTable rows={rows} table={(some) => <ScrolledTable {...table} rows={some} />} />;
}
