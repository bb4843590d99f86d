import { sha256 } from "./hash.js";

/** Number of Unicode code points, the unit of every length that assay reports. */
export function codePointLength(text: string): number {
  let count = text.length;
  // Texts of Latin letters are told from others at once, without looking at one of them.
  if (!/[\ud800-\udbff]/.test(text)) return count;
  for (let index = 0; index < text.length - 1; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0xd800 || unit > 0xdbff) continue;
    const next = text.charCodeAt(index + 1);
    if (next >= 0xdc00 && next <= 0xdfff) {
      count--;
      index++;
    }
  }
  return count;
}

/**
 * Untrusted text made safe for a terminal or a log line: control characters (escape sequences among them), bidi
 * overrides and zero-width characters become visible `\u{…}`; line feeds and tabs stay unless `oneLine`.
 */
export function printable(text: string, options: { readonly oneLine?: boolean } = {}): string {
  const shown = text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    (character) => `\\u{${character.charCodeAt(0).toString(16)}}`,
  );
  return options.oneLine ? shown.replace(/\n/g, "⏎").replace(/\t/g, " ") : shown;
}

/** The first `limit` code points with an ellipsis where more follows, on one printable line. */
export function excerpt(text: string, limit: number): string {
  const points = [...text.slice(0, limit * 2 + 2)];
  const cut = points.slice(0, limit).join("");
  return printable(points.length > limit || text.length > limit * 2 + 2 ? `${cut}…` : cut, { oneLine: true });
}

/**
 * Plain data with every text in it well-formed: a surrogate that stands alone, as cut-off replies end in, becomes
 * U+FFFD. Strict servers and programs cannot encode one, and refuse the whole request.
 */
export function wellFormed(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/\p{Surrogate}/gu, "\ufffd");
  if (Array.isArray(value)) return value.map(wellFormed);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, wellFormed(member)]));
}

const RESERVED_NAMES = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/**
 * A file name for any id: letters, digits and `._@~+=-` stay; an id that needs other characters, is long, reserved or
 * starts with a dot gets a short hash, so that none leaves its folder. Ids that differ in case alone would share a
 * file on some systems; the plan refuses those.
 */
export function fileNameFor(id: string): string {
  const isShort = id.length > 0 && id.length <= 100;
  const plain = plainNameOf(isShort ? id : id.slice(0, 80));
  const base = plain.split(".")[0] ?? "";
  const safe = isShort && plain === id && !id.startsWith(".") && !RESERVED_NAMES.test(base);
  return safe ? id : `${plain.replace(/^\./, "_").slice(0, 80)}-${sha256(id).slice(0, 8)}`;
}

/** Every unit that a file name may not hold becomes an underscore, so that the length stays. */
function plainNameOf(id: string): string {
  return id.replace(/[^A-Za-z0-9._@~+=-]/g, "_");
}

/**
 * A finished line that a CI runner cannot take for a command, as wide as before: GitHub reads `::` at a line's start
 * and `##[` anywhere, Azure Pipelines `##vso[`.
 */
export function guardLine(line: string): string {
  return line.replace(/^((?:\s|\u001b\[[0-9;]*m)*)::/, "$1∷ ").replace(/##(?=\[|vso\[)/gi, "#♯");
}
