import type { OpenAI } from "openai";
import { systemClock } from "../core/clock.js";
import type { EndpointError } from "../core/errors.js";
import { presentFields } from "../core/present-fields.js";
import type { Generation, GenerationRequest, Model } from "../core/records.js";
import { wellFormed } from "../core/text.js";
import { untilAborted } from "./abort.js";
import { OPENAI_BASE_URL, readBaseUrl } from "./base-url.js";
import { isLimitAboveContext, readContextClaim, roomOf } from "./context-room.js";
import { ResponseFailure, readFailure, readHiddenFailure } from "./endpoint-failures.js";
import { type CommonModelOptions, commonFields, modelIdentity } from "./identity.js";
import { listOf, memberOf } from "./json-reading.js";
import {
  type Connection,
  type ConnectionReply,
  createConnection,
  type EndpointAccess,
} from "./openai-connection.js";
import { readPaid, withUsageOf } from "./paid-failures.js";
import { ParameterSupport, type TokenLimitParameter } from "./parameter-support.js";
import { isPromptCut } from "./prompt-cut.js";
import { DEFAULT_REPLY_MB, findBloat, inMegabytes, MEGABYTE, replyTooLarge } from "./reply-limits.js";
import { readRateLimit } from "./retry-after.js";

/** What a model behind an OpenAI-compatible endpoint needs. */
export interface EndpointModelOptions extends CommonModelOptions, EndpointAccess {
  /** Name that the endpoint knows. */
  readonly model: string;
  /** `https://api.openai.com/v1` by default. */
  readonly baseUrl?: string;
  /** Wire name of the token limit; `auto` (the default) learns it from the endpoint's refusals. */
  readonly tokenLimitParameter?: TokenLimitParameter | "auto";
  /** Which API asks: Chat Completions (the default), or Responses, under `/responses`. */
  readonly api?: "chat" | "responses";
  /** Wire names of parameters that the endpoint does not take, such as `temperature`. */
  readonly unsupported?: readonly string[];
  /** `separate` (the default) keeps `<think>…</think>` apart from the text; `keep` leaves it there. */
  readonly reasoning?: "separate" | "keep";
  /** Key into the price table; the model name by default. */
  readonly priceKey?: string;
  /** Environment for proxy settings; none by default. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since the epoch; the machine's own clock by default. */
  readonly now?: () => number;
}

/** How a model's calls look on the wire, for batch files. */
export interface WireFormat {
  /** Path with the version, as batch files want it. */
  readonly path: "/v1/chat/completions" | "/v1/completions" | "/v1/responses";
  /** The request's body, and the wire names of parameters that were left out of it. */
  write(request: GenerationRequest): {
    readonly body: Readonly<Record<string, unknown>>;
    readonly dropped: readonly string[];
  };
  /**
   * Reads a response's body. Throws an EndpointError for one that cannot be used, errors with status 200 included.
   * @param request what was asked, for replies that end at its stop strings
   */
  read(body: unknown, request?: GenerationRequest): Generation;
  /**
   * Reads an error response to a body that had the members `sent`. `learned` tells that the request would now be
   * written differently, so that asking again makes sense although the error is final.
   */
  refuse(
    status: number,
    body: unknown,
    sent: readonly string[],
  ): { readonly error: EndpointError; readonly learned: boolean };
}

/** A model behind an HTTP endpoint. */
export interface EndpointModel extends Model {
  readonly wire: WireFormat;
  /** The openai package's client for this model's endpoint, for files and batches. */
  openaiClient(): Promise<OpenAI>;
  /** Tokens of the model's context as the endpoint's list of models tells it; undefined where it does not. */
  contextLength(signal: AbortSignal): Promise<number | undefined>;
  /** First day without the model as that list tells it, ISO 8601; null where it says that none is announced. */
  shutdownDate(signal: AbortSignal): Promise<string | null | undefined>;
}

/** Whether a model has a wire format of its own, and can thus be asked in batches. */
export function isEndpointModel(model: Model): model is EndpointModel {
  return "wire" in model && "openaiClient" in model;
}

/** Refusals of one call that are learned from before it is given up; each names another parameter. */
const MOST_REFUSALS = 8;

/** What differs between the two ways of asking an endpoint. */
export interface EndpointProtocol {
  readonly adapter: string;
  readonly path: "/chat/completions" | "/completions" | "/responses";
  /** Wire names of parameters that the API does not have: they are left out, and noted as left out. */
  readonly unsupported?: readonly string[];
  /** Wire names besides the usual ones that a reply can do without. */
  readonly omissible?: readonly string[];
  /** Facts for the identity besides those that every endpoint model has. */
  readonly identity?: Readonly<Record<string, unknown>>;
  write(request: GenerationRequest, tokenLimit: TokenLimitParameter): Record<string, unknown>;
  read(body: unknown, request?: GenerationRequest): Generation;
}

/** Refuses a reply that came in a file as one that comes over the line; what it cost is told. */
function checkSize(body: unknown, maxReplyMb = DEFAULT_REPLY_MB): void {
  const json = JSON.stringify(body) ?? "";
  const most = maxReplyMb * MEGABYTE;
  const isLarge = json.length > most || Buffer.byteLength(json) > most;
  const what = isLarge ? `more than ${inMegabytes(most)}` : findBloat(json);
  if (what !== undefined) throw withUsageOf(body, replyTooLarge(what, 200));
}

/** Notes what the usage says of a prompt that was cut in silence. */
function withCut(generation: Generation, request: GenerationRequest | undefined): Generation {
  if (request === undefined || !isPromptCut(request.messages, generation.usage)) return generation;
  return { ...generation, promptCut: true };
}

/** The request with the room that is left for its answer, where its error tells that there is some. */
function reduced(request: GenerationRequest, error: ResponseFailure): GenerationRequest | undefined {
  if (error.code !== "context-overflow") return undefined;
  const claim = readContextClaim(error.detail.message);
  const wanted = request.parameters.maxTokens;
  if (claim === undefined || wanted === undefined || isLimitAboveContext(claim)) return undefined;
  const room = roomOf(claim);
  if (room === undefined || room >= wanted) return undefined;
  return { ...request, parameters: { ...request.parameters, maxTokens: room } };
}

function withFacts(generation: Generation, dropped: readonly string[], headers: Headers): Generation {
  const rateLimit = readRateLimit(headers);
  return {
    ...generation,
    ...(dropped.length === 0 ? {} : { droppedParameters: dropped }),
    ...(rateLimit === undefined ? {} : { rateLimit }),
  };
}

/** A request's body as it is sent now, and the wire names of parameters that are left out of it. */
function writeBody(protocol: EndpointProtocol, support: ParameterSupport, request: GenerationRequest) {
  const { body, dropped } = support.apply(protocol.write(request, support.tokenLimit));
  return { body: wellFormed(body) as Record<string, unknown>, dropped };
}

async function ask(
  connection: Connection,
  protocol: EndpointProtocol,
  support: ParameterSupport,
  request: GenerationRequest,
  signal: AbortSignal,
): Promise<Generation> {
  let sent = request;
  for (let refusals = 0; ; refusals++) {
    const { body, dropped } = writeBody(protocol, support, sent);
    let reply: ConnectionReply;
    try {
      reply = await connection.post(protocol.path, body, signal);
    } catch (error) {
      if (refusals >= MOST_REFUSALS || !(error instanceof ResponseFailure) || error.retryable) throw error;
      const fitting = sent === request ? reduced(request, error) : undefined;
      if (fitting !== undefined) {
        sent = fitting;
        continue;
      }
      if (error.code !== "bad-request" && error.code !== "unauthorized") throw error;
      if (!support.learn(error.status, error.detail, Object.keys(body))) throw error;
      continue;
    }
    const generation = withCut(
      readPaid(reply.body, () => protocol.read(reply.body, request)),
      request,
    );
    const { maxTokens } = sent.parameters;
    const noted =
      sent === request ? generation : { ...generation, ...presentFields({ reducedMaxTokens: maxTokens }) };
    return withFacts(noted, dropped, reply.headers);
  }
}

/** Names under which lists of models tell the context: vLLM, OpenRouter, Groq, Mistral. */
const CONTEXT_MEMBERS = ["max_model_len", "context_length", "context_window", "max_context_length"];

/** A model's entry in an endpoint's list. */
function entryIn(listed: unknown, name: string): unknown {
  return listOf(memberOf(listed, "data")).find((one) => memberOf(one, "id") === name);
}

/** OpenAI's `shutdown_date`: `YYYY-MM-DD`, or null where no end is announced. Anything else says nothing. */
function shutdownDateOf(listed: unknown, name: string): string | null | undefined {
  const date = memberOf(entryIn(listed, name), "shutdown_date");
  if (date === null) return null;
  return typeof date === "string" && /^\d{4}-\d{2}-\d{2}$/.test(date) && !Number.isNaN(Date.parse(date))
    ? date
    : undefined;
}

function contextLengthOf(listed: unknown, name: string): number | undefined {
  const own = entryIn(listed, name);
  const lengths = CONTEXT_MEMBERS.map((member) => memberOf(own, member));
  return lengths.find((length): length is number => typeof length === "number" && length > 0);
}

/** A model that speaks `protocol` with an endpoint; the shared half of the two endpoint adapters. */
export function endpointModel(options: EndpointModelOptions, protocol: EndpointProtocol): EndpointModel {
  const baseUrl = readBaseUrl(options.baseUrl ?? OPENAI_BASE_URL);
  const { apiKey, apiKeyHeader, apiKeyName, headers } = options;
  const connection = createConnection({
    baseUrl,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(apiKeyHeader === undefined ? {} : { apiKeyHeader }),
    ...(apiKeyName === undefined ? {} : { apiKeyName }),
    ...(headers === undefined ? {} : { headers }),
    ...(options.secretHeaders === undefined ? {} : { secretHeaders: options.secretHeaders }),
    ...(options.followsRedirects === undefined ? {} : { followsRedirects: options.followsRedirects }),
    ...(options.maxReplyMb === undefined ? {} : { maxReplyMb: options.maxReplyMb }),
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
    environment: options.environment ?? {},
    now: options.now ?? systemClock.now,
  });
  const support = new ParameterSupport({
    tokenLimitParameter: options.tokenLimitParameter ?? "auto",
    likelyTokenLimit:
      baseUrl.isOpenai && protocol.adapter === "openai" ? "max_completion_tokens" : "max_tokens",
    unsupported: [...(protocol.unsupported ?? []), ...(options.unsupported ?? [])],
    omissible: protocol.omissible ?? [],
  });
  const listModels = async (signal: AbortSignal): Promise<unknown> => {
    const client = await connection.client();
    return client.get("/models", { signal }).catch(() => undefined);
  };
  return {
    ...commonFields(options),
    identity: modelIdentity(options, {
      adapter: protocol.adapter,
      model: options.model,
      ...protocol.identity,
      reasoning: options.reasoning === "keep" ? "keep" : undefined,
      unsupported: options.unsupported?.length ? [...options.unsupported].sort() : undefined,
    }),
    endpoint: baseUrl.endpoint,
    priceKey: options.priceKey ?? options.model,
    generate: (request, { signal }) =>
      untilAborted(signal, (inner) => ask(connection, protocol, support, request, inner)),
    prepare: () => connection.prepare(),
    wire: {
      path: `/v1${protocol.path}`,
      write: (request) => writeBody(protocol, support, request),
      read: (received, request) => {
        checkSize(received, options.maxReplyMb);
        const body = connection.redactReply(received);
        const hidden = readHiddenFailure(body, new Headers(), connection.failureContext());
        if (hidden !== undefined) throw withUsageOf(body, hidden);
        return withCut(
          readPaid(body, () => protocol.read(body, request)),
          request,
        );
      },
      refuse: (status, body, sent) => {
        const text = typeof body === "string" ? body : JSON.stringify(body ?? "");
        const failure = readFailure(status, text, new Headers(), connection.failureContext());
        const error = withUsageOf(body, failure);
        const canLearn = !error.retryable && (error.code === "bad-request" || error.code === "unauthorized");
        return { error, learned: canLearn && support.learn(status, error.detail, sent) };
      },
    },
    openaiClient: () => connection.client(),
    contextLength: async (signal) => contextLengthOf(await listModels(signal), options.model),
    shutdownDate: async (signal) => shutdownDateOf(await listModels(signal), options.model),
  };
}
