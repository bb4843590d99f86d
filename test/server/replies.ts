import { hashFraction, isObject, type ModelCall } from "./model-calls.js";

/** Log-probability of one position of a reply, with its alternatives. */
export interface WireLogprob {
  readonly token: string;
  readonly logprob: number;
  readonly top?: readonly { readonly token: string; readonly logprob: number }[];
}

/** What the server answers to one call. Whatever is absent is filled in. */
export interface ModelReply {
  /** Null is sent as null. */
  readonly text: string | null;
  /** `stop` by default; sent as it is. */
  readonly finishReason?: string | null;
  readonly reasoningContent?: string;
  readonly reasoning?: string;
  readonly refusal?: string;
  readonly logprobs?: readonly WireLogprob[];
  /** `arguments` is JSON text. */
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: string }[];
  /** Sent as it is; null leaves usage out; absent is counted as one token for four characters. */
  readonly usage?: unknown;
  /** Model name in the response; the request's own by default. */
  readonly model?: string;
  readonly systemFingerprint?: string;
  /** Fields that replace or join those of the response body. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** Fields that replace or join those of the message. */
  readonly message?: Readonly<Record<string, unknown>>;
}

/** How a server makes its replies. */
export type Replier = (call: ModelCall) => string | ModelReply | Promise<string | ModelReply>;

function estimateTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

/** A reply that names the model and what it was asked, so that a mixed-up answer shows. */
export const echoReply: Replier = (call) => {
  const turn = call.messages.filter((message) => message.role === "user").length;
  return `${call.model} answers turn ${turn}: ${call.prompt.slice(0, 200)}`;
};

/** A rating 1–10 that depends on the whole request alone. */
export function ratingOf(call: ModelCall): number {
  return 1 + Math.floor(10 * hashFraction(JSON.stringify(call.messages) + call.prompt));
}

/** A winner that depends on the whole request alone; ties one time in five. */
export function winnerOf(call: ModelCall): "A" | "B" | "tie" {
  const fraction = hashFraction(`winner${JSON.stringify(call.messages)}${call.prompt}`);
  return fraction < 0.4 ? "A" : fraction < 0.8 ? "B" : "tie";
}

function schemaProperties(call: ModelCall): Record<string, unknown> | undefined {
  const { response_format: chat, text } = call.body;
  const format = isObject(text) ? text.format : isObject(chat) ? chat.json_schema : undefined;
  if (!isObject(format) || !isObject(format.schema)) return undefined;
  const { properties } = format.schema;
  return isObject(properties) ? properties : undefined;
}

function labelReply(call: ModelCall): ModelReply {
  const weight = hashFraction(`label${JSON.stringify(call.messages)}`);
  const top = [
    { token: "m", logprob: Math.log(Math.max(weight, 1e-6)) },
    { token: "M", logprob: Math.log(Math.max(1 - weight, 1e-6)) },
  ].sort((x, y) => y.logprob - x.logprob);
  const token = top[0]?.token ?? "m";
  return { text: token, finishReason: "length", logprobs: [{ token, logprob: top[0]?.logprob ?? 0, top }] };
}

function toolReply(call: ModelCall): ModelReply | undefined {
  const [tool] = Array.isArray(call.body.tools) ? call.body.tools : [];
  if (!isObject(tool)) return undefined;
  const { name } = isObject(tool.function) ? tool.function : tool;
  const order = winnerOf(call) === "B" ? ["M", "m"] : ["m", "M"];
  const leaderboard = order.map((model, index) => ({ model, rank: index + 1 }));
  return {
    text: null,
    finishReason: "tool_calls",
    toolCalls: [
      {
        name: String(name),
        arguments: JSON.stringify({ concise_explanation: "first is better", ordered_models: leaderboard }),
      },
    ],
  };
}

/** The call's code where a JSON verdict is to carry it. */
function codeField(text: string): { readonly code?: string } {
  const [, code] = /"code": "(\w+)"/.exec(text.slice(text.lastIndexOf("Reply with one JSON object"))) ?? [];
  return code === undefined ? {} : { code };
}

/** A ranking that depends on the answers alone, wherever each of them stands; undefined where none is asked for. */
function rankingReply(text: string): string | undefined {
  // The last one: an answer before it may hold such a line, too.
  const [, code, example] = [...text.matchAll(/^RANKING \[(\w+)\]: ([A-I](?: > [A-I])+)$/gm)].at(-1) ?? [];
  if (code === undefined || example === undefined) return undefined;
  const worth = (label: string) => {
    const start = text.lastIndexOf(`=== BEGIN ANSWER OF ${label} `);
    const body = text.slice(text.indexOf("\n", start), text.indexOf(`=== END ANSWER OF ${label} `, start));
    return hashFraction(body);
  };
  const ranked = example.split(" > ").sort((x, y) => worth(y) - worth(x));
  return `PAIR [${code}]: A, B: ${ranked.find((label) => label === "A" || label === "B")}\nIt is clearer.\nRANKING [${code}]: ${ranked.join(" > ")}`;
}

/**
 * A judge's reply in whatever form the request asks for, or undefined when it does not look like a judge's prompt.
 * Deterministic: equal requests get equal verdicts.
 */
export function judgeReply(call: ModelCall): string | ModelReply | undefined {
  const text = call.messages.map((message) => message.content).join("\n") || call.prompt;
  const properties = schemaProperties(call);
  if (properties !== undefined && "rating" in properties) {
    return JSON.stringify({
      evidence: "It answers what was asked.",
      ...codeField(text),
      rating: ratingOf(call),
    });
  }
  if (properties !== undefined && "verdict" in properties) {
    return JSON.stringify({
      evidence: "One is clearer.",
      ...codeField(text),
      verdict: winnerOf(call).toUpperCase(),
    });
  }
  if (call.body.tools !== undefined) return toolReply(call);
  if (call.body.logprobs === true || (call.endpoint === "responses" && call.body.top_logprobs !== undefined))
    return labelReply(call);
  const label = [...text.matchAll(/FINAL (?:RATING|VERDICT)(?: \[\w+\])?(?=:)/g)].at(-1)?.[0];
  if (label?.startsWith("FINAL RATING")) return `It answers what was asked.\n\n${label}: ${ratingOf(call)}`;
  if (label !== undefined) return `One is clearer.\n\n${label}: ${winnerOf(call).toUpperCase()}`;
  const ranking = rankingReply(text);
  if (ranking !== undefined) return ranking;
  if (text.includes("[[A>>B]]")) {
    return `My final verdict is: ${{ A: "[[A>B]]", B: "[[B>>A]]", tie: "[[A=B]]" }[winnerOf(call)]}`;
  }
  if (text.includes('"[[A]]"') || text.includes("[[A]]")) {
    return `One is clearer. [[${winnerOf(call) === "tie" ? "C" : winnerOf(call)}]]`;
  }
  if (text.includes("[[rating]]") || text.includes("[[5]]")) {
    return `It answers what was asked. Rating: [[${ratingOf(call)}]]`;
  }
  return undefined;
}

/** Judges what looks like a judge's prompt and echoes the rest: one server for models and judge. */
export const defaultReply: Replier = (call) => judgeReply(call) ?? echoReply(call);

function chatChoice(reply: ModelReply): Record<string, unknown> {
  const message: Record<string, unknown> = { role: "assistant", content: reply.text };
  if (reply.reasoningContent !== undefined) message.reasoning_content = reply.reasoningContent;
  if (reply.reasoning !== undefined) message.reasoning = reply.reasoning;
  if (reply.refusal !== undefined) message.refusal = reply.refusal;
  if (reply.toolCalls !== undefined) {
    message.tool_calls = reply.toolCalls.map((tool, index) => ({
      id: `call_${index}`,
      type: "function",
      function: tool,
    }));
  }
  const content = reply.logprobs?.map((position) => ({
    token: position.token,
    logprob: position.logprob,
    bytes: null,
    top_logprobs: position.top ?? [],
  }));
  return {
    index: 0,
    message: { ...message, ...reply.message },
    logprobs: content === undefined ? null : { content },
    finish_reason: reply.finishReason === undefined ? "stop" : reply.finishReason,
  };
}

function textChoice(reply: ModelReply): Record<string, unknown> {
  const logprobs = reply.logprobs && {
    tokens: reply.logprobs.map((position) => position.token),
    token_logprobs: reply.logprobs.map((position) => position.logprob),
    top_logprobs: reply.logprobs.map((position) =>
      Object.fromEntries((position.top ?? []).map((choice) => [choice.token, choice.logprob])),
    ),
  };
  return {
    index: 0,
    text: reply.text,
    logprobs: logprobs ?? null,
    finish_reason: reply.finishReason === undefined ? "stop" : reply.finishReason,
  };
}

/** Why a response is incomplete, by the finish reason that Chat Completions would send. */
const INCOMPLETE: Readonly<Record<string, string>> = {
  length: "max_output_tokens",
  content_filter: "content_filter",
};

function responsesOutput(reply: ModelReply): unknown[] {
  const output: unknown[] = [];
  if (reply.reasoning !== undefined) {
    const summary = [{ type: "summary_text", text: reply.reasoning }];
    output.push({ type: "reasoning", id: "rs_1", summary });
  }
  const logprobs = reply.logprobs?.map(({ token, logprob, top }) => ({
    token,
    logprob,
    top_logprobs: top ?? [],
  }));
  const content: unknown[] = [];
  if (reply.text !== null)
    content.push({ type: "output_text", text: reply.text, annotations: [], logprobs: logprobs ?? [] });
  if (reply.refusal !== undefined) content.push({ type: "refusal", refusal: reply.refusal });
  if (content.length > 0) output.push({ type: "message", role: "assistant", content, ...reply.message });
  for (const [index, tool] of (reply.toolCalls ?? []).entries())
    output.push({ type: "function_call", call_id: `call_${index}`, ...tool });
  return output;
}

/** The response body of a reply, as `/v1/responses` sends it. */
function responsesBody(call: ModelCall, reply: ModelReply): Record<string, unknown> {
  const input = estimateTokens(call.messages.map((message) => message.content).join(""));
  const output = estimateTokens(reply.text ?? "");
  const usage =
    reply.usage === undefined
      ? { input_tokens: input, output_tokens: output, total_tokens: input + output }
      : reply.usage;
  const reason = INCOMPLETE[reply.finishReason ?? ""];
  return {
    id: `resp_${call.index}`,
    object: "response",
    created_at: 1_700_000_000,
    status: reason === undefined ? "completed" : "incomplete",
    incomplete_details: reason === undefined ? null : { reason },
    error: null,
    model: reply.model ?? call.model,
    output: responsesOutput(reply),
    ...(usage === null ? {} : { usage }),
    ...reply.body,
  };
}

/** The response body of a reply, as `/v1/chat/completions`, `/v1/completions` or `/v1/responses` sends it. */
export function replyBody(call: ModelCall, given: string | ModelReply): Record<string, unknown> {
  const reply: ModelReply = typeof given === "string" ? { text: given } : given;
  if (call.endpoint === "responses") return responsesBody(call, reply);
  const chat = call.endpoint === "chat";
  const asked = chat ? call.messages.map((message) => message.content).join("") : call.prompt;
  const promptTokens = estimateTokens(asked);
  const completionTokens = estimateTokens(reply.text ?? "");
  const usage =
    reply.usage === undefined
      ? {
          prompt_tokens: promptTokens,
          completion_tokens: completionTokens,
          total_tokens: promptTokens + completionTokens,
        }
      : reply.usage;
  return {
    id: `${chat ? "chatcmpl" : "cmpl"}-${call.index}`,
    object: chat ? "chat.completion" : "text_completion",
    created: 1_700_000_000,
    model: reply.model ?? call.model,
    ...(reply.systemFingerprint === undefined ? {} : { system_fingerprint: reply.systemFingerprint }),
    choices: [chat ? chatChoice(reply) : textChoice(reply)],
    ...(usage === null ? {} : { usage }),
    ...reply.body,
  };
}
