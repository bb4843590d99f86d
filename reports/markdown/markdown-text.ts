import { shortName } from "../view/text.js";

/** Stands for a break that keeps a forge from making a link; {@link shortName} leaves none in the text. */
const BREAK = "\u200b";

/** A comment may have 65,536 characters; no name or sentence that means well is this long. */
const MOST_CHARACTERS = 1000;

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  // Entities, because parsers disagree about backslashes before a pipe in a table.
  "|": "&#124;",
  "\\": "&#92;",
  "`": "&#96;",
  [BREAK]: "&#8203;",
};

/**
 * Untrusted text for Markdown on GitHub and GitLab: on one line, nothing in it is markup, a table cell's end, a
 * mention, a reference to an issue, an address that becomes a link, or a formula.
 */
export function escapeMarkdown(text: string): string {
  return shortName(text, MOST_CHARACTERS)
    .replace(/@/g, `@${BREAK}`)
    .replace(/[#!&%](?=\d)/g, (sign) => sign + BREAK)
    .replace(/:\/\//g, `:${BREAK}//`)
    .replace(/\bwww\./gi, (start) => `${start.slice(0, -1)}${BREAK}.`)
    .replace(/\bGH-(?=\d)/gi, (start) => start + BREAK)
    .replace(/[&<>|\\`\u200b]/g, (character) => ESCAPES[character] ?? character)
    .replace(/[*[\]~!$]|#(?!\d{2,4};)|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, "\\$&");
}

/** Untrusted text as code, or escaped where its characters do not fit in a code span. */
export function codeSpan(text: string): string {
  const shown = shortName(text, MOST_CHARACTERS);
  return /[`|\\]/.test(shown) ? escapeMarkdown(text) : `\`${shown}\``;
}

/** A table in GitHub-flavoured Markdown; cells are Markdown already. `numeric` columns are aligned to the right. */
export function markdownTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  numeric: (column: number) => boolean,
): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(columns),
    line(columns.map((_, index) => (numeric(index) ? "---:" : "---"))),
    ...rows.map(line),
  ];
}
