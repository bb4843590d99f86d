import { presentFields } from "../core/present-fields.js";
import type { FinishReason, Generation, GenerationRequest, TokenLogprob } from "../core/records.js";
import { excerpt } from "../core/text.js";
import { type EndpointModel, type EndpointModelOptions, endpointModel } from "./endpoint-model.js";
import { isJsonObject, listOf, memberOf, textOf } from "./json-reading.js";
import {
  brokenOff,
  type Content,
  invalidResponse,
  type ReadingOptions,
  readingOptions,
  readLogprobList,
  replyFacts,
  separated,
} from "./response-reading.js";
import { responsesBody } from "./wire-requests.js";

const ends: Readonly<Record<string, FinishReason>> = {
  max_output_tokens: "length",
  max_tokens: "length",
  content_filter: "content-filter",
};

/** How a response ended. @throws EndpointError for one that is not there to its end for another reason. */
function finishOf(body: unknown, isCall: boolean): FinishReason {
  const status = memberOf(body, "status");
  if (status === "completed") return isCall ? "tool-calls" : "stop";
  if (status === "incomplete")
    return ends[textOf(memberOf(memberOf(body, "incomplete_details"), "reason")) ?? ""] ?? "unknown";
  if (status === undefined || status === null) return "unknown";
  throw brokenOff(`status "${excerpt(String(status), 40)}"`);
}

const isOf =
  (...types: readonly string[]) =>
  (item: unknown): boolean =>
    types.includes(String(memberOf(item, "type")));

const textsOf = (parts: unknown, member: string): string[] =>
  listOf(parts).flatMap((part) => textOf(memberOf(part, member)) ?? []);

/** A model's remarks on the way to its answer are no part of that. */
const isRemark = (message: unknown) => memberOf(message, "phase") === "commentary";

/** Reasoning: its summary, the text itself where an endpoint sends it, and remarks before the answer. */
function reasoningOf(output: readonly unknown[]): string | undefined {
  const parts = output.flatMap((item) => {
    if (isOf("reasoning")(item))
      return [...textsOf(memberOf(item, "summary"), "text"), ...textsOf(memberOf(item, "content"), "text")];
    return isOf("message")(item) && isRemark(item) ? textsOf(memberOf(item, "content"), "text") : [];
  });
  return parts.length === 0 ? undefined : parts.join("\n\n");
}

function readCalls(output: readonly unknown[]): Generation["toolCalls"] {
  const calls = output.filter(isOf("function_call")).flatMap((item) => {
    const name = textOf(memberOf(item, "name"));
    const given = memberOf(item, "arguments");
    if (name === undefined) return [];
    return [{ name, arguments: typeof given === "string" ? given : JSON.stringify(given ?? {}) }];
  });
  return calls.length === 0 ? undefined : calls;
}

interface Said extends Content {
  readonly logprobs?: readonly TokenLogprob[];
}

/** The answer's text; a refusal where there is nothing else. */
function saidIn(output: readonly unknown[]): Said {
  const parts = output
    .filter((item) => isOf("message")(item) && !isRemark(item))
    .flatMap((message) => [...listOf(memberOf(message, "content"))]);
  const spoken = parts.filter(isOf("output_text", "text"));
  const text = textsOf(spoken, "text").join("");
  const logprobs = spoken.flatMap((part) => [...(readLogprobList(memberOf(part, "logprobs")) ?? [])]);
  const shown = text === "" ? textsOf(parts.filter(isOf("refusal")), "refusal").join("") : text;
  return { text: shown, ...presentFields({ logprobs: logprobs.length === 0 ? undefined : logprobs }) };
}

/**
 * What was asked for of a reply that is longer, because the endpoint takes no limit that low: the tokens up to the
 * limit. Only log-probabilities tell where a token ends.
 */
function upToLimit(said: Said, maxTokens: number | undefined): Said & { readonly isCut: boolean } {
  const { logprobs } = said;
  if (logprobs === undefined || maxTokens === undefined || logprobs.length <= maxTokens)
    return { ...said, isCut: false };
  const kept = logprobs.slice(0, maxTokens);
  return { text: kept.map(({ token }) => token).join(""), logprobs: kept, isCut: true };
}

/**
 * Reads the body of a response of the Responses API. Only what the model says as its answer is text: summaries of its
 * reasoning and remarks on the way are reasoning, and never a verdict.
 * @param request absent where nothing is known of it
 * @throws EndpointError `invalid-response` for anything that is not one, `server-error` for one that was broken off.
 */
export function readResponsesReply(
  body: unknown,
  options: ReadingOptions,
  request?: GenerationRequest,
): Generation {
  if (!isJsonObject(body)) throw invalidResponse(`not a JSON object but "${excerpt(String(body), 80)}"`);
  const { output } = body;
  const toolCalls = readCalls(listOf(output));
  const finishReason = finishOf(body, toolCalls !== undefined);
  if (!Array.isArray(output)) throw invalidResponse("it has no output");
  const said = upToLimit(saidIn(output), request?.parameters.maxTokens);
  const { isCut, logprobs } = said;
  return {
    ...separated(said, reasoningOf(output), options),
    finishReason: isCut ? "length" : finishReason,
    ...replyFacts(body),
    ...presentFields({ logprobs, toolCalls }),
  };
}

/**
 * A model that is asked through the Responses API. It has neither `seed` nor `stop`, and takes no limit below 16 tokens;
 * what reasoning models take only with effort none (`temperature`, `top_p`, log-probabilities) is learned from refusals.
 * @throws ConfigError `bad-base-url`.
 */
export function responsesModel(options: EndpointModelOptions): EndpointModel {
  return endpointModel(options, {
    adapter: "openai",
    path: "/responses",
    identity: { api: "responses" },
    unsupported: ["seed", "stop"],
    omissible: ["include", "store", "text"],
    write: (request) => responsesBody(options.model, request),
    read: (body, request) => {
      const generation = readResponsesReply(body, readingOptions(options.reasoning, request), request);
      if (request?.subject.kind !== "answer") return generation;
      return { ...generation, text: generation.text.trim() };
    },
  });
}
