/** Marks of an answer's style, as Arena-Hard counts them. */
export interface StyleCounts {
  readonly tokens: number;
  /** Markdown headers of all six levels, outside of fenced code. */
  readonly headers: number;
  /** List items, ordered and unordered, outside of fenced code. */
  readonly lists: number;
  /** Bold stretches of either spelling, outside of fenced code. */
  readonly bold: number;
}

/** The same by kind, as Arena-Hard's files hold it. */
export interface DetailedStyle {
  readonly tokens: number;
  /** By level, 1 first; six of them. */
  readonly headers: readonly number[];
  readonly lists: { readonly ordered: number; readonly unordered: number };
  readonly bold: { readonly starred: number; readonly underlined: number };
}

/** Counts the tokens of a text. */
export type CountTokens = (text: string) => number;

/** Python's `\s`, which is not JavaScript's: published counts were made with it. */
const SPACE = String.raw`[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]`;
const HEADER = new RegExp(`^(#{1,6})${SPACE}`, "u");
const LIST_ITEM = new RegExp(String.raw`^${SPACE}*(?:(\p{Nd}+\.)|[-*+])${SPACE}`, "u");
const STARRED = /\*\*[^*\n]+\*\*/g;
const UNDERLINED = /__[^_\n]+__/g;
const FENCED_CODE = /```[^`]*```/g;

/**
 * Counts the marks of style of an answer as Arena-Hard does (`add_markdown_info.py`; the counts of the 750 answers of its
 * second version's baseline are equal): fenced code is taken out first, tokens are those of the whole text. In time
 * proportional to the text.
 */
export function styleOf(text: string, countTokens: CountTokens): StyleCounts {
  const { tokens, headers, lists, bold } = detailedStyleOf(text, countTokens);
  return {
    tokens,
    headers: headers.reduce((sum, count) => sum + count, 0),
    lists: lists.ordered + lists.unordered,
    bold: bold.starred + bold.underlined,
  };
}

/** As {@link styleOf}, by level, kind of list and spelling. */
export function detailedStyleOf(text: string, countTokens: CountTokens): DetailedStyle {
  const prose = text.includes("```") ? text.replace(FENCED_CODE, "") : text;
  const headers = [0, 0, 0, 0, 0, 0];
  const lists = { ordered: 0, unordered: 0 };
  // Line by line: a pattern over the whole text would try each run of empty lines from each of its lines.
  for (let start = 0, next = 0; start < prose.length; start = next) {
    next = prose.indexOf("\n", start) + 1 || prose.length;
    if (!canBeMarked(prose, start)) continue;
    const line = prose.slice(start, next);
    const level = HEADER.exec(line)?.[1]?.length;
    if (level !== undefined) headers[level - 1] = (headers[level - 1] ?? 0) + 1;
    const item = LIST_ITEM.exec(line);
    if (item !== null) lists[item[1] === undefined ? "unordered" : "ordered"]++;
  }
  const bold = {
    starred: prose.includes("**") ? (prose.match(STARRED)?.length ?? 0) : 0,
    underlined: prose.includes("__") ? (prose.match(UNDERLINED)?.length ?? 0) : 0,
  };
  return { tokens: countTokens(text), headers, lists, bold };
}

/** Marks of several texts together, such as those of the turns of a dialogue. */
export function addStyles(counts: readonly StyleCounts[]): StyleCounts {
  const sum = (mark: keyof StyleCounts) => counts.reduce((total, one) => total + one[mark], 0);
  return { tokens: sum("tokens"), headers: sum("headers"), lists: sum("lists"), bold: sum("bold") };
}

/** Whether a character of ASCII can stand first in a line that is a header or an item, blanks in front of it aside. */
const CAN_MARK = Uint8Array.from({ length: 128 }, (_, code) =>
  /[^ -~]|[\d#*+-]/.test(String.fromCharCode(code)) ? 1 : 0,
);
CAN_MARK[0x0a] = 0;

/** False for nearly all lines, without a pattern: those that begin with a letter. */
function canBeMarked(text: string, start: number): boolean {
  let at = start;
  while (text.charCodeAt(at) === 0x20) at++;
  const code = text.charCodeAt(at);
  return code > 0x7f || CAN_MARK[code] === 1;
}
