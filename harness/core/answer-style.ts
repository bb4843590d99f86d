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

/** Counts the tokens of a text. */
export type CountTokens = (text: string) => number;

/** Python's `\s`, which is not JavaScript's: published counts were made with it. */
const SPACE = String.raw`[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]`;
const HEADER = new RegExp(`^#{1,6}${SPACE}`, "u");
const LIST_ITEM = new RegExp(String.raw`^${SPACE}*(?:\p{Nd}+\.|[-*+])${SPACE}`, "u");
const STARRED = /\*\*[^*\n]+\*\*/g;
const UNDERLINED = /__[^_\n]+__/g;
const FENCED_CODE = /```[^`]*```/g;

/**
 * Counts the marks of style of an answer as Arena-Hard does (`add_markdown_info.py`; the counts of the 750 answers of its
 * second version's baseline are equal): fenced code is taken out first, tokens are those of the whole text. In time
 * proportional to the text.
 */
export function styleOf(text: string, countTokens: CountTokens): StyleCounts {
  const prose = text.replace(FENCED_CODE, "");
  let headers = 0;
  let lists = 0;
  // Line by line: a pattern over the whole text would try each run of empty lines from each of its lines.
  for (const line of linesOf(prose)) {
    if (HEADER.test(line)) headers++;
    if (LIST_ITEM.test(line)) lists++;
  }
  const bold = (prose.match(STARRED)?.length ?? 0) + (prose.match(UNDERLINED)?.length ?? 0);
  return { tokens: countTokens(text), headers, lists, bold };
}

/** Marks of several texts together, such as those of the turns of a dialogue. */
export function addStyles(counts: readonly StyleCounts[]): StyleCounts {
  const sum = (mark: keyof StyleCounts) => counts.reduce((total, one) => total + one[mark], 0);
  return { tokens: sum("tokens"), headers: sum("headers"), lists: sum("lists"), bold: sum("bold") };
}

/** The lines of a text, each with its line feed. */
function* linesOf(text: string): Generator<string> {
  let start = 0;
  while (start < text.length) {
    const end = text.indexOf("\n", start);
    const next = end === -1 ? text.length : end + 1;
    yield text.slice(start, next);
    start = next;
  }
}
