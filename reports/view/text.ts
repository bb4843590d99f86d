import { columnsOf, startOfColumns } from "../../harness/core/columns.js";

const CONTROL_PICTURES = 0x2400;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
const BIDI_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/g;
const INVISIBLE =
  /[\u00ad\u200b-\u200f\u2028\u2029\u2060-\u2064\u061c\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** Text in which lone surrogates, which no file can hold as UTF-8, are replacement characters. */
export function wellFormed(text: string): string {
  return text.replace(LONE_SURROGATE, "\ufffd");
}

/** More marks on one character than any script needs; they pile up over the lines around them. */
const STACKED_MARKS = /(\p{M}{8})(\p{M}+)/gu;

function unstack(_: string, kept: string, piled: string): string {
  return `${kept}⟪+${[...piled].length} marks⟫`;
}

function showControl(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(CONTROL_PICTURES + code);
  return code === 0x7f ? "\u2421" : "\ufffd";
}

function showCode(character: string): string {
  return `⟪U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟫`;
}

/**
 * Untrusted text as a page may show it: control characters become their pictures (␛), bidi overrides become visible
 * marks, piles of combining marks are cut, line separators become line feeds, lone surrogates become replacement
 * characters. Line feeds and tabs stay.
 */
export function displayText(text: string): string {
  return wellFormed(text)
    .replace(/\r\n?|[\u2028\u2029]/g, "\n")
    .replace(CONTROLS, showControl)
    .replace(BIDI_CONTROLS, showCode)
    .replace(STACKED_MARKS, unstack);
}

/** Untrusted text as a name on one line: as {@link displayText}, with invisible characters marked as well. */
export function displayName(name: string): string {
  const shown = wellFormed(name)
    .replace(/\s+/g, " ")
    .trim()
    .replace(CONTROLS, showControl)
    .replace(BIDI_CONTROLS, showCode)
    .replace(INVISIBLE, showCode)
    .replace(STACKED_MARKS, unstack);
  return shown === "" ? "(no name)" : shown;
}

/** The first `limit` UTF-16 units of a {@link displayName}, with an ellipsis where it is cut; for axes and legends. */
export function shortName(name: string, limit: number): string {
  const shown = displayName(name.slice(0, limit * 4));
  return shown.length <= limit ? shown : `${wellFormed(shown.slice(0, limit - 1)).replace(/\ufffd$/, "")}…`;
}

const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/**
 * A shown name for a place where no element can isolate it, such as a canvas: with right-to-left letters it stands
 * between isolating marks, so that figures and names beside it keep their places.
 */
export function isolatedName(shown: string): string {
  return RIGHT_TO_LEFT.test(shown) ? `\u2068${shown}\u2069` : shown;
}

/**
 * A name in a chart: as {@link shortName}, isolated where it needs to be, and no wider than `limit` letters where
 * characters are twice as wide.
 */
export function chartName(name: string, limit: number): string {
  const short = shortName(name, limit);
  const fits = columnsOf(short) <= limit;
  return isolatedName(fits ? short : `${startOfColumns([...short], limit - 1)}…`);
}

/** How many characters of a text cannot be seen, such as zero-width and tag characters. */
export function countInvisible(text: string): number {
  return text.match(INVISIBLE)?.length ?? 0;
}

/** The first line that says something, cut at `limit` UTF-16 units. */
export function firstLine(text: string, limit: number): string {
  const line = /\S[^\n\r]*/.exec(text.slice(0, limit * 8))?.[0] ?? "";
  return shortName(line, limit);
}
