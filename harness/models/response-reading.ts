import { EndpointError } from "../core/errors.js";
import { separateReasoning } from "../core/reasoning.js";
import type { FinishReason, Generation, GenerationRequest, TokenLogprob, Usage } from "../core/records.js";
import { excerpt } from "../core/text.js";
import { isJsonObject, listOf, memberOf, textOf } from "./json-reading.js";

/** OpenAI sends this for tokens outside the ones it considered; it stands for what JSON cannot hold. */
const LEAST_LOGPROB = -9999;

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  stop: "stop",
  eos: "stop",
  eos_token: "stop",
  end_turn: "stop",
  stop_sequence: "stop",
  length: "length",
  max_tokens: "length",
  model_length: "length",
  content_filter: "content-filter",
  safety: "content-filter",
  tool_calls: "tool-calls",
  function_call: "tool-calls",
};

/** The error of a reply that the endpoint did not finish. @param how what it says of the end */
export function brokenOff(how: string): EndpointError {
  return new EndpointError(`the endpoint broke the reply off (${how})`, {
    code: "server-error",
    retryable: true,
    status: 200,
  });
}

/** The error of a response that is not what the protocol says it is. */
export function invalidResponse(what: string): EndpointError {
  return new EndpointError(`the endpoint's reply cannot be used: ${what}`, {
    code: "invalid-response",
    retryable: true,
    status: 200,
  });
}

function readFinishReason(value: unknown): FinishReason {
  const name = textOf(value)?.toLowerCase() ?? "";
  if (name === "error" || name === "abort") {
    throw brokenOff(`finish reason "${name}"`);
  }
  return FINISH_REASONS[name] ?? "unknown";
}

function count(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** Reads usage; undefined when the endpoint sent none or figures that cannot be. */
export function readUsage(value: unknown): Usage | undefined {
  // Chat Completions and raw completions; the Responses API.
  return (
    readCounts(value, "prompt_tokens", "completion_tokens") ??
    readCounts(value, "input_tokens", "output_tokens")
  );
}

function readCounts(value: unknown, input: string, output: string): Usage | undefined {
  const counted = count(memberOf(value, input));
  const outputTokens = count(memberOf(value, output));
  if (counted === undefined || outputTokens === undefined) return undefined;
  const reasoningTokens = count(memberOf(memberOf(value, `${output}_details`), "reasoning_tokens"));
  const cachedInputTokens = readCached(value, input);
  return {
    inputTokens: counted + leftOut(value, input, counted, cachedInputTokens ?? 0),
    outputTokens,
    ...(reasoningTokens === undefined ? {} : { reasoningTokens }),
    ...(cachedInputTokens === undefined ? {} : { cachedInputTokens }),
  };
}

/** Input tokens from a prompt cache: OpenAI and most others; then as DeepSeek, Moonshot and Anthropic name them. */
function readCached(value: unknown, input: string): number | undefined {
  return (
    count(memberOf(memberOf(value, `${input}_details`), "cached_tokens")) ??
    count(memberOf(value, "prompt_cache_hit_tokens")) ??
    count(memberOf(value, "cached_tokens")) ??
    count(memberOf(value, "cache_read_input_tokens"))
  );
}

/**
 * Input that the count leaves out: Anthropic counts what was read from its cache or written to it beside `input_tokens`,
 * and nothing can hold more tokens from a cache than tokens.
 */
function leftOut(value: unknown, input: string, counted: number, cached: number): number {
  const isBeside =
    input === "input_tokens" && count(memberOf(value, "cache_read_input_tokens")) !== undefined;
  if (isBeside) return cached + (count(memberOf(value, "cache_creation_input_tokens")) ?? 0);
  return cached > counted ? cached : 0;
}

const logprobOf = (value: unknown) => (typeof value === "number" ? value : LEAST_LOGPROB);

/** Log-probabilities as a list of tokens with their alternatives; undefined where it is none. */
export function readLogprobList(content: unknown): readonly TokenLogprob[] | undefined {
  if (!Array.isArray(content)) return undefined;
  return content.map((position: unknown) => ({
    token: String(memberOf(position, "token") ?? ""),
    logprob: logprobOf(memberOf(position, "logprob")),
    top: listOf(memberOf(position, "top_logprobs")).map((choice) => ({
      token: String(memberOf(choice, "token") ?? ""),
      logprob: logprobOf(memberOf(choice, "logprob")),
    })),
  }));
}

function readTextLogprobs(value: unknown): readonly TokenLogprob[] | undefined {
  const tokens = memberOf(value, "tokens");
  if (!Array.isArray(tokens)) return undefined;
  const logprobs = listOf(memberOf(value, "token_logprobs"));
  const tops = listOf(memberOf(value, "top_logprobs"));
  return tokens.map((token: unknown, index) => {
    const top = tops[index];
    return {
      token: String(token),
      logprob: logprobOf(logprobs[index]),
      top: isJsonObject(top)
        ? Object.entries(top).map(([name, logprob]) => ({ token: name, logprob: logprobOf(logprob) }))
        : [],
    };
  });
}

function readToolCalls(value: unknown): Generation["toolCalls"] {
  const calls = listOf(value).flatMap((call) => {
    const called = memberOf(call, "function");
    const name = textOf(memberOf(called, "name"));
    const given = memberOf(called, "arguments");
    if (name === undefined) return [];
    return [{ name, arguments: typeof given === "string" ? given : JSON.stringify(given ?? {}) }];
  });
  return calls.length === 0 ? undefined : calls;
}

/** What a reply says, with the thinking that came in a part of its own. */
export interface Content {
  readonly text: string;
  readonly thinking?: string;
}

/** Text of a message's content: text itself, or parts of which some may be thinking (Mistral). */
function readContent(content: unknown): Content | undefined {
  if (typeof content === "string") return { text: content };
  if (content === null || content === undefined) return { text: "" };
  if (!Array.isArray(content)) return undefined;
  let text = "";
  let thinking = "";
  for (const part of content) {
    if (memberOf(part, "type") === "thinking") {
      const thought = memberOf(part, "thinking");
      thinking += typeof thought === "string" ? thought : (readContent(thought)?.text ?? "");
    } else {
      text += textOf(memberOf(part, "text")) ?? "";
    }
  }
  return thinking === "" ? { text } : { text, thinking };
}

function firstChoice(body: unknown): unknown {
  if (!isJsonObject(body)) throw invalidResponse(`not a JSON object but "${excerpt(String(body), 80)}"`);
  const [choice] = listOf(body.choices);
  if (choice === undefined) throw invalidResponse("it has no choices");
  return choice;
}

/** What any reply tells of itself. */
export function replyFacts(body: unknown): Pick<Generation, "usage" | "endpointModel" | "systemFingerprint"> {
  const usage = readUsage(memberOf(body, "usage"));
  const endpointModel = textOf(memberOf(body, "model"));
  const systemFingerprint = textOf(memberOf(body, "system_fingerprint"));
  return {
    ...(usage === undefined ? {} : { usage }),
    ...(endpointModel === undefined ? {} : { endpointModel }),
    ...(systemFingerprint === undefined ? {} : { systemFingerprint }),
  };
}

/** How the replies of an adapter to a request are read. @param request absent where nothing is known of it */
export function readingOptions(
  reasoning: "separate" | "keep" | undefined,
  request: GenerationRequest | undefined,
): ReadingOptions {
  return { separatesReasoning: reasoning !== "keep", isVerdict: request?.subject.kind === "judgment" };
}

/** How replies are read. */
export interface ReadingOptions {
  /** False leaves `<think>` in the text. */
  readonly separatesReasoning: boolean;
  /** The reply is a judge's; see {@link ReasoningMarks.isVerdict}. */
  readonly isVerdict: boolean;
}

/** A reply's text without its thinking. @param given thinking that the endpoint sent apart */
export function separated(content: Content, given: string | undefined, options: ReadingOptions) {
  const field = [given, content.thinking].filter((part) => part !== undefined).join("\n\n") || undefined;
  if (options.separatesReasoning)
    return separateReasoning(content.text, { given: field, isVerdict: options.isVerdict });
  return field === undefined ? { text: content.text } : { text: content.text, reasoning: field };
}

/**
 * Reads the body of a Chat Completions response.
 * @throws EndpointError `invalid-response` for anything that is not one.
 */
export function readChatReply(body: unknown, options: ReadingOptions): Generation {
  const choice = firstChoice(body);
  const message = memberOf(choice, "message");
  if (!isJsonObject(message)) throw invalidResponse("its first choice has no message");
  const content = readContent(message.content);
  if (content === undefined)
    throw invalidResponse("the message's content is neither text nor a list of parts");
  const refusal = textOf(message.refusal);
  const shown = content.text === "" && refusal !== undefined ? { ...content, text: refusal } : content;
  const given = textOf(message.reasoning_content) ?? textOf(message.reasoning);
  const logprobs = readLogprobList(memberOf(memberOf(choice, "logprobs"), "content"));
  const toolCalls = readToolCalls(message.tool_calls);
  return {
    ...separated(shown, given, options),
    finishReason: readFinishReason(memberOf(choice, "finish_reason")),
    ...replyFacts(body),
    ...(logprobs === undefined ? {} : { logprobs }),
    ...(toolCalls === undefined ? {} : { toolCalls }),
  };
}

/** The text up to the first of the stop strings; servers that know them as tokens may pass them through. */
function cutAtStops(text: string, stops: readonly string[]): string {
  const ends = stops.map((stop) => text.indexOf(stop)).filter((end) => end >= 0);
  return ends.length === 0 ? text : text.slice(0, Math.min(...ends));
}

/**
 * Reads the body of a `/v1/completions` response; the text ends at the first stop string and is trimmed, because chat
 * templates leave a space or line feed at its start.
 * @throws EndpointError `invalid-response` for anything that is not one.
 */
export function readTextReply(body: unknown, stops: readonly string[], options: ReadingOptions): Generation {
  const choice = firstChoice(body);
  const text = memberOf(choice, "text");
  if (typeof text !== "string" && text !== null) throw invalidResponse("its first choice has no text");
  const cut = cutAtStops(text ?? "", stops);
  const finishReason = readFinishReason(memberOf(choice, "finish_reason"));
  const reply = separated({ text: cut }, undefined, options);
  const logprobs = readTextLogprobs(memberOf(choice, "logprobs"));
  return {
    ...reply,
    text: reply.text.trim(),
    finishReason: cut.length < (text ?? "").length ? "stop" : finishReason,
    ...replyFacts(body),
    ...(logprobs === undefined ? {} : { logprobs }),
  };
}
