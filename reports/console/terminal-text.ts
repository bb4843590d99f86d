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

const NO_WIDTH = /[\p{Mn}\p{Me}\p{Cf}]/u;
/** East Asian Wide and Fullwidth (Unicode, UAX 11) and pictures, in blocks. */
const DOUBLE_WIDTH =
  /[\u{1100}-\u{115f}\u{2e80}-\u{303e}\u{3041}-\u{a4cf}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe30}-\u{fe6f}\u{ff00}-\u{ff60}\u{ffe0}-\u{ffe6}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/** Widths found so far: texts repeat their characters. */
const widths = new Map<string, number>();

function pointWidth(point: string): number {
  if (point >= " " && point <= "~") return 1;
  const known = widths.get(point);
  if (known !== undefined) return known;
  const width = NO_WIDTH.test(point) ? 0 : DOUBLE_WIDTH.test(point) ? 2 : 1;
  widths.set(point, width);
  return width;
}

/** Columns that a printable text takes on a terminal. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 0x20 && code <= 0x7e) {
      columns++;
      continue;
    }
    const point = String.fromCodePoint(text.codePointAt(index) ?? code);
    columns += pointWidth(point);
    index += point.length - 1;
  }
  return columns;
}

/** The longest start of a printable text that takes at most `limit` columns. */
function startOf(points: readonly string[], limit: number): string {
  let columns = 0;
  let kept = "";
  for (const point of points) {
    columns += pointWidth(point);
    if (columns > limit) break;
    kept += point;
  }
  return kept;
}

/** A terminal's line is short; of a huge text only both ends are looked at. */
function oneLine(text: string, limit: number): string {
  const most = limit * 8 + 64;
  const ends = text.length > 2 * most ? `${text.slice(0, most)}${text.slice(-most)}` : text;
  return printable(ends, { oneLine: true });
}

/** Untrusted text on one line that takes at most `limit` columns, with an ellipsis where it is cut. */
export function fitText(text: string, limit: number): string {
  const shown = oneLine(text, limit);
  return columnsOf(shown) <= limit ? shown : `${startOf([...shown], limit - 1)}…`;
}

/** As {@link fitText}, but cut in the middle: names of checkpoints differ at their ends. */
export function fitName(name: string, limit: number): string {
  const shown = oneLine(name, limit);
  if (columnsOf(shown) <= limit) return shown;
  const tail = Math.floor((limit - 1) / 2);
  const points = [...shown];
  const end = [...startOf(points.toReversed(), tail)].reverse().join("");
  return `${startOf(points, limit - 1 - tail)}…${end}`;
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

/**
 * A finished line that a CI runner cannot take for a command, as wide as before: GitHub reads `::` at a line's start
 * and `##[` anywhere, Azure Pipelines `##vso[`.
 */
export function guardLine(line: string): string {
  return line.replace(/^((?:\s|\u001b\[[0-9;]*m)*)::/, "$1∷ ").replace(/##(?=\[|vso\[)/gi, "#♯");
}
