import { isJsonObject, listOf, memberOf } from "../json-reading.js";
import { readUsage } from "../response-reading.js";

/** A token of a prompt; null where the endpoint gives no log-probability, as for a prompt's first token. */
export interface PromptToken {
  readonly token: string;
  readonly logprob: number | null;
}

/** A way of asking for log-probabilities of a prompt, and of reading them. */
export interface PromptShape {
  readonly name: "echo" | "prompt_logprobs";
  /** Members of the request's body besides model and prompt. */
  readonly members: Readonly<Record<string, unknown>>;
  /** The prompt's tokens in a reply's body; undefined where it has none. */
  read(body: unknown, prompt: string): readonly PromptToken[] | undefined;
}

const numberOrNull = (value: unknown) => (typeof value === "number" && Number.isFinite(value) ? value : null);

function firstChoice(body: unknown): unknown {
  return listOf(memberOf(body, "choices"))[0];
}

/** Tokens that were generated after an echoed prompt: one at most, which some servers leave out although they count it. */
function generatedTokens(body: unknown, text: string, prompt: string): number {
  const told = readUsage(memberOf(body, "usage"))?.outputTokens;
  return told === undefined ? Number(text.length > prompt.length) : Math.min(told, 1);
}

function readEcho(body: unknown, prompt: string): readonly PromptToken[] | undefined {
  const choice = firstChoice(body);
  const text = memberOf(choice, "text");
  // Servers that do not know `echo` reply with the generated text alone, and with its log-probabilities.
  if (typeof text !== "string" || text.length < prompt.length) return undefined;
  const logprobs = memberOf(choice, "logprobs");
  const tokens = listOf(memberOf(logprobs, "tokens"));
  const values = listOf(memberOf(logprobs, "token_logprobs"));
  const ofPrompt = tokens.length - generatedTokens(body, text, prompt);
  if (ofPrompt < 1 || values.length < ofPrompt) return undefined;
  return tokens
    .slice(0, ofPrompt)
    .map((token, index) => ({ token: String(token), logprob: numberOrNull(values[index]) }));
}

/**
 * The entry of a position's own token. vLLM may list the most likely tokens besides, in an order that JSON objects with
 * numbers as keys do not keep: its own token is the least likely of them.
 */
function ownToken(position: unknown): PromptToken | undefined {
  if (!isJsonObject(position)) return undefined;
  const rankOf = (entry: unknown) => Number(memberOf(entry, "rank") ?? 0);
  const [own] = Object.values(position).sort((x, y) => rankOf(y) - rankOf(x));
  const token = memberOf(own, "decoded_token");
  if (typeof token !== "string") return undefined;
  return { token, logprob: numberOrNull(memberOf(own, "logprob")) };
}

function readPromptLogprobs(body: unknown): readonly PromptToken[] | undefined {
  const given = memberOf(firstChoice(body), "prompt_logprobs") ?? memberOf(body, "prompt_logprobs");
  if (!Array.isArray(given)) return undefined;
  // Nothing stands before the first token, so vLLM says nothing of it.
  const tokens = given.map((position) =>
    position === null ? { token: "", logprob: null } : ownToken(position),
  );
  return tokens.every((token) => token !== undefined) && tokens.length > 1 ? tokens : undefined;
}

/**
 * The ways of asking, in the order in which they are tried. One token is generated and cut off, since most servers refuse
 * to generate none; lm-evaluation-harness does the same.
 */
export const promptShapes: readonly PromptShape[] = [
  { name: "echo", members: { echo: true, logprobs: 1, max_tokens: 1, temperature: 0 }, read: readEcho },
  {
    name: "prompt_logprobs",
    members: { prompt_logprobs: 0, max_tokens: 1, temperature: 0 },
    read: readPromptLogprobs,
  },
];
