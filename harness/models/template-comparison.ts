import type { ChatMessage } from "../core/records.js";
import { excerpt } from "../core/text.js";
import { listOf, memberOf } from "./json-reading.js";

/** How a chosen template compares with the server's own for one conversation. */
export type TemplateComparison =
  | { readonly kind: "same"; readonly by: string }
  /** `own` and `server` show the texts from a little before the first difference, or tell the counts. */
  | { readonly kind: "differs"; readonly by: string; readonly own: string; readonly server: string }
  | { readonly kind: "unknown" };

/** What a comparison asks of a server; undefined for any answer but a success. */
export interface TemplateServer {
  /** Posts to a path beside the base URL's `/v1`. */
  beside(path: string, body: unknown): Promise<unknown>;
  /** Posts to a path under the base URL. */
  under(path: string, body: unknown): Promise<unknown>;
}

/** What is compared. */
export interface ComparedTemplate {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  /** The conversation in the chosen template. */
  readonly prompt: string;
}

/** Tokens at the start that servers show or leave out. */
const BEGINNING = /^(?:<s>|<\|begin_of_text\|>|<bos>|<\|startoftext\|>)/;
const SHOWN_BEFORE = 24;
const SHOWN = 80;

function firstDifference(own: string, server: string): { own: string; server: string } | undefined {
  const [left, right] = [own, server].map((text) => text.replace(BEGINNING, ""));
  if (left === undefined || right === undefined || left === right) return undefined;
  let at = 0;
  while (at < left.length && left[at] === right[at]) at++;
  const from = Math.max(0, at - SHOWN_BEFORE);
  return { own: excerpt(left.slice(from), SHOWN), server: excerpt(right.slice(from), SHOWN) };
}

/** llama.cpp writes the prompt of its chat endpoint out. */
async function byText({ messages, prompt }: ComparedTemplate, server: TemplateServer) {
  const written = memberOf(await server.beside("/apply-template", { messages }), "prompt");
  if (typeof written !== "string") return undefined;
  const by = "/apply-template";
  const difference = firstDifference(prompt, written);
  return difference === undefined
    ? ({ kind: "same", by } as const)
    : ({ kind: "differs", by, ...difference } as const);
}

async function tokensOf(server: TemplateServer, body: unknown) {
  const reply = await server.beside("/tokenize", { ...(body as object), return_token_strs: true });
  const tokens = memberOf(reply, "tokens");
  if (!Array.isArray(tokens)) return undefined;
  const texts = listOf(memberOf(reply, "token_strs")).map(String);
  return { tokens, texts };
}

/** vLLM tokenizes conversations as its chat endpoint does. */
async function byTokens({ model, messages, prompt }: ComparedTemplate, server: TemplateServer) {
  const chat = await tokensOf(server, { model, messages, add_generation_prompt: true });
  const own = await tokensOf(server, { model, prompt, add_special_tokens: true });
  if (chat === undefined || own === undefined) return undefined;
  const by = "/tokenize";
  let at = 0;
  while (at < own.tokens.length && own.tokens[at] === chat.tokens[at]) at++;
  if (at === own.tokens.length && at === chat.tokens.length) return { kind: "same", by } as const;
  const shown = ({ tokens, texts }: typeof own) => {
    const from = Math.max(0, at - 4);
    return excerpt(
      texts.length > 0 ? texts.slice(from, at + 12).join("") : tokens.slice(from, at + 12).join(" "),
      SHOWN,
    );
  };
  return { kind: "differs", by, own: shown(own), server: shown(chat) } as const;
}

function promptTokens(reply: unknown): number | undefined {
  const count = memberOf(memberOf(reply, "usage"), "prompt_tokens");
  return typeof count === "number" && count > 0 ? count : undefined;
}

/** Any server counts the tokens of both endpoints' prompts. */
async function byCounts({ model, messages, prompt }: ComparedTemplate, server: TemplateServer) {
  const chat = promptTokens(await server.under("/chat/completions", { model, messages, max_tokens: 1 }));
  const own = promptTokens(await server.under("/completions", { model, prompt, max_tokens: 1 }));
  if (chat === undefined || own === undefined) return undefined;
  const by = "the prompt's tokens";
  if (chat === own) return { kind: "same", by } as const;
  return { kind: "differs", by, own: `${own} tokens`, server: `${chat} tokens` } as const;
}

/**
 * Holds a chosen template against the one that the server itself uses for chats: by the text that llama.cpp writes, by
 * the tokens of vLLM, else by how many tokens the prompts of both endpoints have.
 */
export async function compareTemplate(
  compared: ComparedTemplate,
  server: TemplateServer,
): Promise<TemplateComparison> {
  return (
    (await byText(compared, server)) ??
    (await byTokens(compared, server)) ??
    (await byCounts(compared, server)) ?? { kind: "unknown" }
  );
}
