import type { OpenAI } from "openai";
import type { Dispatcher } from "undici";
import { compositeKey } from "../core/composite-key.js";
import { EndpointError, endpointErrorWithin } from "../core/errors.js";
import { holdsLongText, jsonBytes } from "../core/json-pieces.js";
import { isSecretName } from "../core/secrets.js";
import { excerpt } from "../core/text.js";
import { noteText } from "../core/text-garbage.js";
import type { BaseUrl } from "./base-url.js";
import { type FailureContext, readFailure, readHiddenFailure } from "./endpoint-failures.js";
import { callExchange, serviceFetch } from "./guarded-exchange.js";
import type { HttpExchange, HttpReply } from "./http-exchange.js";
import { memberOf, parseJson, textOf } from "./json-reading.js";
import { withUsageOf } from "./paid-failures.js";
import { createAnswerRedactor, createRedactor, type Redactor, redactJson } from "./redaction.js";
import { findBloat, replyTooLarge } from "./reply-limits.js";
import { invalidResponse } from "./response-reading.js";

/** With which secrets and limits an endpoint is talked to. */
export interface EndpointAccess {
  /** The key itself; it goes into requests and nowhere else. */
  readonly apiKey?: string;
  /** Header that carries the bare key in place of `Authorization: Bearer …`, such as Azure's `api-key`. */
  readonly apiKeyHeader?: string;
  /** Where the key comes from, such as `OPENAI_API_KEY`, for messages. */
  readonly apiKeyName?: string;
  /** Further headers; treated as secrets in messages. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Names of those headers whose values are removed from answers too; besides those whose names tell it. */
  readonly secretHeaders?: readonly string[];
  /** Follows redirections to another origin, without any key or header; they are refused by default. */
  readonly followsRedirects?: boolean;
  /** Megabytes of one reply, decompressed, that are read; 16 by default. */
  readonly maxReplyMb?: number;
  readonly fetch?: typeof globalThis.fetch;
}

/** What is needed to talk to an endpoint. */
export interface ConnectionOptions extends EndpointAccess {
  readonly baseUrl: BaseUrl;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since the epoch, for Retry-After dates. */
  readonly now: () => number;
}

/** A successful response: its body as JSON and its headers. */
export interface ConnectionReply {
  readonly body: unknown;
  readonly headers: Headers;
}

/** An endpoint that can be asked. */
export interface Connection {
  /** Posts JSON to a path under the base URL. Rejects with an EndpointError. */
  post(path: string, body: unknown, signal: AbortSignal): Promise<ConnectionReply>;
  /** Loads what {@link post} needs. */
  prepare(): Promise<void>;
  /** The openai package's client for this endpoint, for its other services such as files and batches. */
  client(): Promise<OpenAI>;
  readonly redact: Redactor;
  /** A reply's body without the keys that it repeats. */
  redactReply(body: unknown): unknown;
  /** What reading an error response needs to know besides the response. */
  failureContext(): FailureContext;
}

/** Sent in place of a key to servers that want none. */
const NO_KEY = "none";

/** The longest time that a timer takes; the pipeline's deadline is what ends a call. */
const NO_TIMEOUT_MS = 2_147_483_647;

/** What the openai package tells each endpoint about the machine; nobody asked for that. */
const TELEMETRY_HEADERS = [
  "x-stainless-arch",
  "x-stainless-lang",
  "x-stainless-os",
  "x-stainless-package-version",
  "x-stainless-retry-count",
  "x-stainless-runtime",
  "x-stainless-runtime-version",
];

const dispatchers = new Map<string, Promise<Dispatcher>>();

function proxyVariables(environment: ConnectionOptions["environment"]) {
  return {
    httpProxy: environment.http_proxy ?? environment.HTTP_PROXY,
    httpsProxy: environment.https_proxy ?? environment.HTTPS_PROXY,
    noProxy: environment.no_proxy ?? environment.NO_PROXY,
  };
}

/**
 * One pool of connections for all models of the process, without limits of its own: not on their number (the
 * dispatcher has one), nor on how long an endpoint may think (undici would give up after 300 s). Without a
 * proxy only two parts of undici are loaded: all of it, web sockets and mocks included, takes twice as long.
 */
function sharedDispatcher(options: ConnectionOptions): Promise<Dispatcher> {
  const { httpProxy, httpsProxy, noProxy } = proxyVariables(options.environment);
  const isProxied = !options.baseUrl.isLoopback && Boolean(httpProxy ?? httpsProxy);
  const key = isProxied ? compositeKey(httpProxy, httpsProxy, noProxy) : "direct";
  const make = async () => {
    const settings = { headersTimeout: 0, bodyTimeout: 0, connections: null, pipelining: 1 };
    if (!isProxied) {
      const { default: Agent } = await import("undici/lib/dispatcher/agent.js");
      const { default: request } = await import("undici/lib/api/api-request.js");
      return Object.assign(new Agent(settings), { request });
    }
    const { EnvHttpProxyAgent } = await import("undici");
    return new EnvHttpProxyAgent({
      ...settings,
      ...(httpProxy === undefined ? {} : { httpProxy }),
      ...(httpsProxy === undefined ? {} : { httpsProxy }),
      noProxy: noProxy ?? "",
    });
  };
  const made = dispatchers.get(key) ?? make();
  dispatchers.set(key, made);
  return made;
}

/** What really came, by the responses that {@link carryReply} hands to the openai package in its place. */
const carried = new WeakMap<Response, HttpReply>();

/**
 * Keeps the openai package from reading responses: of errors it keeps only the `error` member of their bodies, and
 * several servers put the message elsewhere.
 */
function carryReply(exchange: HttpExchange): typeof globalThis.fetch {
  return async (input, init) => {
    const reply = await exchange(String(input), init ?? {});
    const carrier = new Response(null);
    carried.set(carrier, reply);
    return carrier;
  };
}

function withoutTelemetry(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return (input, init) => {
    if (init?.headers instanceof Headers) for (const name of TELEMETRY_HEADERS) init.headers.delete(name);
    return fetch(input, init);
  };
}

/** Switches off the headers that the openai package would take from the environment and send to any endpoint. */
function foreignHeaders(lines = ""): Record<string, null> {
  const names = lines.split("\n").map((line) => line.slice(0, Math.max(0, line.indexOf(":"))).trim());
  return Object.fromEntries(names.filter((name) => name !== "").map((name) => [name, null]));
}

async function createClient(options: ConnectionOptions, isForCalls: boolean): Promise<OpenAI> {
  const { baseUrl, apiKey, apiKeyHeader, headers } = options;
  const [{ OpenAI }, dispatcher] = await Promise.all([import("openai"), sharedDispatcher(options)]);
  const guard = { ...options, endpoint: baseUrl.endpoint };
  const fetch = isForCalls ? carryReply(callExchange(guard, dispatcher)) : serviceFetch(guard);
  return new OpenAI({
    baseURL: baseUrl.endpoint,
    apiKey: apiKey ?? NO_KEY,
    // Otherwise taken from the environment and sent to whatever endpoint this is.
    adminAPIKey: null,
    webhookSecret: null,
    ...(baseUrl.isOpenai ? {} : { organization: null, project: null }),
    defaultQuery: { ...baseUrl.query },
    defaultHeaders: {
      ...(baseUrl.isOpenai ? {} : foreignHeaders(process.env.OPENAI_CUSTOM_HEADERS)),
      ...(apiKeyHeader === undefined
        ? { Authorization: `Bearer ${apiKey ?? NO_KEY}` }
        : { Authorization: null, [apiKeyHeader]: apiKey ?? NO_KEY }),
      ...headers,
    },
    maxRetries: 0,
    timeout: NO_TIMEOUT_MS,
    logLevel: "off",
    fetch: withoutTelemetry(fetch),
    fetchOptions: { dispatcher },
  });
}

/** The deepest cause that has a code, such as `ECONNREFUSED`. */
function findCause(error: unknown): { readonly code: string; readonly message: string } {
  let found = { code: "", message: error instanceof Error ? error.message : String(error) };
  for (let cause = error, depth = 0; cause instanceof Error && depth < 6; depth++) {
    const code = textOf(memberOf(cause, "code"));
    if (code !== undefined) found = { code, message: cause.message };
    const inner: unknown =
      cause instanceof AggregateError && cause.errors.length > 0 ? cause.errors[0] : cause.cause;
    cause = inner;
  }
  return found;
}

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/;

function connectionError(error: unknown, endpoint: string, redact: Redactor): EndpointError {
  const known = endpointErrorWithin(error);
  if (known !== undefined) return known;
  const { code, message } = findCause(error);
  const said = excerpt(redact(message), 200);
  const why = code === "" || said.includes(code) ? said : `${code}: ${said}`;
  if (CERTIFICATE.test(code)) {
    return new EndpointError(`${endpoint} cannot be trusted: ${why}`, {
      code: "connection-failed",
      retryable: false,
      remedy: "Set NODE_EXTRA_CA_CERTS to the certificate of the authority that signed the server's.",
    });
  }
  if (code.startsWith("ERR_SSL")) {
    return new EndpointError(`${endpoint} does not speak TLS: ${why}`, {
      code: "connection-failed",
      retryable: false,
      remedy: "Try http:// instead of https:// in the base URL.",
    });
  }
  if (code.includes("TIMEOUT") || code === "ETIMEDOUT") {
    return new EndpointError(`${endpoint} did not answer in time: ${why}`, {
      code: "timeout",
      retryable: true,
    });
  }
  return new EndpointError(`the connection to ${endpoint} failed: ${why}`, {
    code: "connection-failed",
    retryable: true,
    remedy: "Check that the server runs and that the base URL names its host and port.",
    ...(code === "ECONNREFUSED" ? { unready: "refused" as const } : {}),
  });
}

/** A request's body; one that holds long texts as its bytes, so that no text of all of it waits for the reply. */
function asSent(body: unknown): { readonly body: unknown; readonly headers?: Record<string, string> } {
  if (!holdsLongText(body)) return { body };
  return { body: jsonBytes(body), headers: { "content-type": "application/json" } };
}

/** What is a key beyond doubt, so that an answer may not repeat it. */
function keysOf({ apiKey, headers = {}, secretHeaders = [] }: ConnectionOptions): (string | undefined)[] {
  const secret = Object.entries(headers).filter(
    ([name]) => secretHeaders.includes(name) || isSecretName(name),
  );
  return [apiKey, ...secret.map(([, value]) => value)];
}

/** Prepares a connection; nothing is loaded or opened before the first call. */
export function createConnection(options: ConnectionOptions): Connection {
  const { endpoint } = options.baseUrl;
  const redact = createRedactor([
    options.apiKey === NO_KEY ? undefined : options.apiKey,
    ...Object.values(options.headers ?? {}),
  ]);
  let caller: Promise<OpenAI> | undefined;
  let client: Promise<OpenAI> | undefined;
  const failureContext = (): FailureContext => ({
    endpoint,
    keyName: options.apiKeyName ?? "the variable named by apiKeyEnv",
    redact,
    nowMs: options.now(),
  });
  const prepared = () => {
    caller ??= createClient(options, true);
    return caller;
  };
  const exchange = async (path: string, body: unknown, signal: AbortSignal) => {
    try {
      const sent = (await prepared()).post(path, { ...asSent(body), signal });
      const reply = carried.get(await sent.asResponse());
      if (reply === undefined) throw new Error("the openai package made a response of its own");
      return reply;
    } catch (error) {
      throw connectionError(error, endpoint, redact);
    }
  };
  const redactAnswer = createAnswerRedactor(keysOf(options));
  const redactReply = (body: unknown) => redactJson(body, redactAnswer);
  return {
    redact,
    redactReply,
    failureContext,
    prepare: async () => {
      await prepared();
    },
    client: () => {
      client ??= createClient(options, false);
      return client;
    },
    async post(path, body, signal) {
      const { status, headers, text } = await exchange(path, body, signal);
      if (status < 200 || status > 299) {
        const failure = readFailure(status, text, headers, failureContext());
        throw text.includes('"usage"') ? withUsageOf(parseJson(text), failure) : failure;
      }
      const bloat = findBloat(text);
      if (bloat !== undefined) throw replyTooLarge(bloat, status);
      noteText(text.length);
      const parsed = parseJson(text);
      if (parsed === undefined) {
        throw invalidResponse(`${endpoint} sent "${excerpt(redact(text.trim()), 80)}", which is not JSON`);
      }
      const hidden = readHiddenFailure(parsed, headers, failureContext());
      if (hidden !== undefined) throw withUsageOf(parsed, hidden);
      return { body: redactReply(parsed), headers };
    },
  };
}
