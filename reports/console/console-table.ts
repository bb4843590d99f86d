import { columnsOf } from "../../harness/core/columns.js";
import type { Paint } from "./terminal-text.js";
import { fitText, padding } from "./terminal-text.js";

/** A cell of a terminal table: text that is safe to print, and how it is painted. */
export interface ConsoleCell {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

/** A column of a terminal table. */
export interface ConsoleColumn {
  readonly label: string;
  readonly align: "left" | "right";
  /** Columns with the highest number go first when the terminal is narrow; 0 stays. */
  readonly expendable: number;
  readonly cells: readonly ConsoleCell[];
  /** The column may be cut down to this many columns before others go, and further when none is left to go. */
  readonly shrinkTo?: number;
  /** How its texts are cut. Default: at the end. */
  readonly cut?: (text: string, limit: number) => string;
}

const GAP = "  ";

function widthOf(column: ConsoleColumn): number {
  return Math.max(columnsOf(column.label), ...column.cells.map((cell) => columnsOf(cell.text)));
}

function total(widths: readonly number[], indent: string): number {
  return (
    indent.length +
    widths.reduce((sum, width) => sum + width, 0) +
    GAP.length * Math.max(0, widths.length - 1)
  );
}

/** Widths of columns that fit, columns that do not fit left out; the shrinking column takes what is left. */
function fitColumns(columns: readonly ConsoleColumn[], width: number, indent: string) {
  let kept = [...columns];
  for (;;) {
    const widths = kept.map(widthOf);
    const over = total(widths, indent) - width;
    if (over <= 0) return { kept, widths };
    const shrinking = kept.findIndex((column) => column.shrinkTo !== undefined);
    const room = (widths[shrinking] ?? 0) - (kept[shrinking]?.shrinkTo ?? 0);
    const most = Math.max(0, ...kept.map((column) => column.expendable));
    if (over <= room || most === 0) {
      const shrunk = Math.max(4, (widths[shrinking] ?? 0) - over);
      return { kept, widths: widths.map((one, index) => (index === shrinking ? shrunk : one)) };
    }
    const leaving = kept.findLastIndex((column) => column.expendable === most);
    kept = kept.filter((_, index) => index !== leaving);
  }
}

/** A table laid out for a terminal. */
export interface ConsoleTable {
  readonly lines: readonly string[];
  /** Columns that the terminal is too narrow for. */
  readonly left: readonly ConsoleColumn[];
}

/** A table without rules, no wider than `width` where that is possible at all. */
export function consoleTable(
  columns: readonly ConsoleColumn[],
  width: number,
  paint: Paint,
  indent = "  ",
): ConsoleTable {
  const { kept, widths } = fitColumns(columns, width, indent);
  const render = (cells: readonly ConsoleCell[]) =>
    indent +
    cells
      .map((cell, index) => {
        const room = widths[index] ?? 0;
        const text = (kept[index]?.cut ?? fitText)(cell.text, room);
        const painted = cell.paint === undefined ? text : cell.paint(text);
        const pad = padding(text, room);
        const last = index === cells.length - 1;
        return kept[index]?.align === "right" ? pad + painted : last ? painted : painted + pad;
      })
      .join(GAP);
  const rows = Math.max(0, ...kept.map((column) => column.cells.length));
  const lines = [
    render(kept.map((column) => ({ text: column.label, paint: paint.dim }))),
    ...Array.from({ length: rows }, (_, row) =>
      render(kept.map((column) => column.cells[row] ?? { text: "" })),
    ),
  ];
  return { lines, left: columns.filter((column) => !kept.includes(column)) };
}
