import { columnsOf, startOfColumns } from "../../harness/core/columns.js";
import { printable } from "../../harness/core/text.js";

/** Paints text for a terminal; each is the identity where colour is not wanted. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
}

const same = (text: string) => text;

/** No colour at all. */
export const plainPaint: Paint = { bold: same, dim: same, red: same, green: same, yellow: same };

/** A terminal's line is short; of a huge text only both ends are looked at. */
function oneLine(text: string, limit: number): string {
  const most = limit * 8 + 64;
  const ends = text.length > 2 * most ? `${text.slice(0, most)}${text.slice(-most)}` : text;
  return printable(ends, { oneLine: true });
}

/** Untrusted text on one line that takes at most `limit` columns, with an ellipsis where it is cut. */
export function fitText(text: string, limit: number): string {
  const shown = oneLine(text, limit);
  return columnsOf(shown) <= limit ? shown : `${startOfColumns([...shown], limit - 1)}…`;
}

/** As {@link fitText}, but cut in the middle: names of checkpoints differ at their ends. */
export function fitName(name: string, limit: number): string {
  const shown = oneLine(name, limit);
  if (columnsOf(shown) <= limit) return shown;
  const tail = Math.floor((limit - 1) / 2);
  const points = [...shown];
  const end = [...startOfColumns(points.toReversed(), tail)].reverse().join("");
  return `${startOfColumns(points, limit - 1 - tail)}…${end}`;
}

/** Spaces that fill a text up to `columns`. */
export function padding(text: string, columns: number): string {
  return " ".repeat(Math.max(0, columns - columnsOf(text)));
}

/** Untrusted text in lines of at most `width` columns, broken at spaces; each begins with `indent`. */
export function wrapLines(text: string, width: number, indent = ""): readonly string[] {
  const room = Math.max(10, width - indent.length);
  const lines: string[] = [];
  let line = "";
  let columns = 0;
  for (const part of printable(text, { oneLine: true }).split(" ")) {
    if (part === "") continue;
    const width = columnsOf(part);
    const word = width > room ? fitText(part, room) : part;
    const taken = width > room ? columnsOf(word) : width;
    if (line !== "" && columns + 1 + taken > room) {
      lines.push(line);
      line = "";
    }
    columns = line === "" ? taken : columns + 1 + taken;
    line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].filter((one) => one !== "").map((one) => indent + one);
}
