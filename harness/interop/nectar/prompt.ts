import type { ChatMessage, Question } from "../../core/records.js";

const HUMAN = "\n\nHuman:";
const ASSISTANT = "\n\nAssistant:";

/** What a prompt in Nectar's notation says: the conversation before, and the question. */
export interface NectarPrompt {
  readonly context: readonly ChatMessage[];
  readonly question: string;
}

/**
 * Reads `\n\nHuman: …\n\nAssistant: …`, which ends with an open answer; a prompt in no such notation is the question itself.
 */
export function readPrompt(prompt: string): NectarPrompt {
  const parts = prompt.split(/(\n\nHuman:|\n\nAssistant:)/);
  const [before = "", ...rest] = parts;
  const messages: ChatMessage[] = [];
  for (let at = 0; at + 1 < rest.length; at += 2) {
    const role = rest[at] === HUMAN ? ("user" as const) : ("assistant" as const);
    messages.push({ role, content: (rest[at + 1] ?? "").trim() });
  }
  const open = messages.pop();
  const question = messages.pop();
  const isConversation =
    before.trim() === "" && open?.role === "assistant" && open.content === "" && question?.role === "user";
  return isConversation
    ? { context: messages, question: question.content }
    : { context: [], question: prompt };
}

/** A question's first turn, with the conversation before it, in Nectar's notation. */
export function writePrompt({ context = [], turns }: Pick<Question, "context" | "turns">): string {
  const messages = [...context, { role: "user" as const, content: turns[0] ?? "" }];
  const said = messages.map(({ role, content }) => `${role === "user" ? HUMAN : ASSISTANT} ${content}`);
  return `${said.join("")}${ASSISTANT} `;
}

/** Human turns of the prompt: what Nectar calls `turns`. */
export function humanTurns({ context = [] }: Pick<Question, "context">): number {
  return 1 + context.filter(({ role }) => role === "user").length;
}
