/** A reply taken apart. */
export interface SeparatedReply {
  readonly text: string;
  /** Absent when there was none. */
  readonly reasoning?: string;
}

const OPEN = "<think>";
const CLOSE = "</think>";

function joined(parts: readonly string[]): string | undefined {
  const kept = parts.map((part) => part.trim()).filter((part) => part !== "");
  return kept.length === 0 ? undefined : kept.join("\n\n");
}

/** What a reply may be parted by. */
export interface ReasoningMarks {
  /** Reasoning that the endpoint sent in a field of its own; then a lone `</think>` is left alone. */
  readonly given?: string | undefined;
  /**
   * The reply is a judge's. A judge quotes answers, and an answer may hold `</think>`: what stands before a lone one is
   * then the verdict itself as likely as a thought, so that only a block which opens the reply, and ends, is taken for
   * thinking.
   */
  readonly isVerdict?: boolean;
}

/**
 * Parts a model's hidden reasoning from its answer: leading `<think>…</think>` blocks, a leading `<think>` that is
 * never closed (all of it is reasoning: the reply was cut off while thinking), and, in answers, text before a lone
 * `</think>`, as models give whose prompt ends in `<think>`. Tags further inside are part of the answer.
 */
export function separateReasoning(reply: string, marks: ReasoningMarks = {}): SeparatedReply {
  const { given, isVerdict = false } = marks;
  const parts: string[] = given === undefined ? [] : [given];
  let rest = reply;
  let isSplit = false;
  for (;;) {
    const start = rest.trimStart();
    if (!start.startsWith(OPEN)) break;
    const end = start.indexOf(CLOSE);
    if (end < 0 && isVerdict) break;
    isSplit = true;
    parts.push(start.slice(OPEN.length, end < 0 ? undefined : end));
    rest = end < 0 ? "" : start.slice(end + CLOSE.length);
  }
  if (!isSplit && given === undefined && !isVerdict) {
    const end = rest.indexOf(CLOSE);
    if (end >= 0 && !rest.slice(0, end).includes(OPEN)) {
      isSplit = true;
      parts.push(rest.slice(0, end));
      rest = rest.slice(end + CLOSE.length);
    }
  }
  const text = isSplit ? rest.trimStart() : rest;
  const reasoning = joined(parts);
  return reasoning === undefined ? { text } : { text, reasoning };
}
