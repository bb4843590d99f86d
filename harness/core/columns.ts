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

/** Columns that a printable text takes on a terminal: two for Chinese characters, Korean syllables and pictures. */
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
export function startOfColumns(points: readonly string[], limit: number): string {
  let columns = 0;
  let kept = "";
  for (const point of points) {
    columns += pointWidth(point);
    if (columns > limit) break;
    kept += point;
  }
  return kept;
}
