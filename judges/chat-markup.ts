import type { ChatMessage } from "../harness/core/records.js";

const START = "<|im_start|>";
const END = "<|im_end|>";

const SPACE = /[\s\x1c-\x1f\x85]/;

/** Whitespace as Python's `str.strip` sees it. */
function strip(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && SPACE.test(text[start] ?? "")) start++;
  // A pattern for blanks at the end would go through every run of blanks from each of its places.
  while (end > start && SPACE.test(text[end - 1] ?? "")) end--;
  return text.slice(start, end);
}

function roleOf(name: string): ChatMessage["role"] | undefined {
  return name === "system" || name === "user" || name === "assistant" ? name : undefined;
}

/**
 * Messages of a prompt file in ChatML (`<|im_start|>role … <|im_end|>`), as alpaca_eval's `prompt_to_chatml` takes
 * them apart: contents without white space around them. A text without marks is one user message.
 * @returns undefined for marks that do not fit together, or a role that is not known.
 */
export function parseChatMarkup(prompt: string): readonly ChatMessage[] | undefined {
  const text = strip(prompt);
  if (!text.includes(START)) return [{ role: "user", content: text }];
  if (!text.startsWith(START) || !text.endsWith(END)) return undefined;
  const messages: ChatMessage[] = [];
  for (const part of text.split(START).slice(1)) {
    const lineEnd = part.indexOf("\n");
    if (lineEnd < 0) return undefined;
    const role = roleOf(strip(part.slice(0, lineEnd)));
    if (role === undefined) return undefined;
    const [content = ""] = part.slice(lineEnd + 1).split(END, 1);
    messages.push({ role, content: strip(content) });
  }
  return messages;
}
