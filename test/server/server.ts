import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { type BatchOptions, type BatchStore, createBatchStore } from "./batches.js";
import type { Wording } from "./error-bodies.js";
import {
  type ErrorResponse,
  modelNotFound,
  rateLimited,
  unauthorized,
  unsupportedParameter,
} from "./error-bodies.js";
import { type Fault, type FaultPlan, faultResponse, spoilReply } from "./faults.js";
import { endpointOf, isObject, type ModelCall, readModelCall } from "./model-calls.js";
import { createRateLimiter, type RateLimiter, type RateLimitOptions } from "./rate-limit.js";
import { defaultReply, type ModelReply, type Replier, replyBody } from "./replies.js";

/** How a {@link TestServer} behaves; everything may be left out. */
export interface ServerOptions {
  /** Port to listen on at 127.0.0.1; any free one by default. */
  readonly port?: number;
  /** What is answered; {@link defaultReply} (judges judge prompts, echoes the rest) by default. */
  readonly reply?: Replier;
  /** Time from the arrival of a call to its answer. */
  readonly latencyMs?: number | ((call: ModelCall) => number);
  /** What goes wrong with which call. */
  readonly faults?: FaultPlan;
  /** Parameters that are answered with 400 whenever a request has them. */
  readonly refuses?: readonly {
    readonly parameter: string;
    readonly wording?: Wording;
    readonly value?: number;
  }[];
  readonly rateLimit?: RateLimitOptions;
  /** Model names that exist; any name by default. */
  readonly models?: readonly string[];
  /** When each of them ends, as OpenAI's list tells it; left out, the list says nothing of ends. */
  readonly shutdownDates?: Readonly<Record<string, string>>;
  /** Key without which everything is answered with 401. */
  readonly apiKey?: string;
  /** Headers of every response to a model call. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly batch?: BatchOptions;
  /** Keep request bodies in {@link TestServer.requests}; true by default. */
  readonly keepBodies?: boolean;
  /** Keep {@link TestServer.requests} at all; true by default. Long soaks switch it off. */
  readonly keepRequests?: boolean;
}

/** A request as it came in. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON, or text; undefined when bodies are not kept. */
  readonly body: unknown;
  /** When it had arrived, in milliseconds since the epoch. */
  readonly at: number;
  /** Status that was sent; 0 for transport faults, undefined while it is being answered. */
  status?: number;
  /** `answered`, `refused`, `rate-limited`, or the kind of the fault. */
  outcome?: string;
}

/** Counts over all model calls since the start or the last {@link TestServer.reset}. */
export interface ServerCounts {
  calls: number;
  /** Calls that got a proper reply. */
  answered: number;
  /** Calls refused by the rate limit. */
  rateLimited: number;
  /** Calls that met a fault, by its kind. */
  readonly faults: Record<string, number>;
  peakInFlight: number;
  /** TCP connections that were opened. */
  connections: number;
  /** When the first model call had arrived and when the latest answer to one was sent, in milliseconds since the epoch. */
  firstCallAt: number;
  lastAnswerAt: number;
}

/** A local server that speaks OpenAI's protocol and misbehaves on request. */
export interface TestServer {
  /** Such as `http://127.0.0.1:40123/v1`. */
  readonly baseUrl: string;
  readonly port: number;
  readonly requests: readonly ReceivedRequest[];
  readonly counts: Readonly<ServerCounts>;
  readonly inFlight: number;
  readonly batches: BatchStore;
  /** Changes the behaviour from the next request on. */
  configure(options: ServerOptions): void;
  /** Resolves once the counts are so; looks when a call arrives and when one is answered, and costs nothing between. */
  until(isSo: (counts: Readonly<ServerCounts>) => boolean): Promise<void>;
  /** Forgets requests and counts; calls are numbered from 0 again. */
  reset(): void;
  /** Stops listening and destroys every connection. */
  close(): Promise<void>;
}

const freshCounts = (): ServerCounts => ({
  calls: 0,
  answered: 0,
  rateLimited: 0,
  faults: {},
  peakInFlight: 0,
  connections: 0,
  firstCallAt: 0,
  lastAnswerAt: 0,
});

function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () =>
      resolve(chunks.length === 1 ? (chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(chunks)),
    );
    request.on("error", reject);
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, answer: ErrorResponse): void {
  const raw = typeof answer.body === "string" || Buffer.isBuffer(answer.body);
  const data = raw ? (answer.body as string | Buffer) : JSON.stringify(answer.body);
  response.writeHead(answer.status, {
    "content-type": raw ? "application/octet-stream" : "application/json",
    "content-length": Buffer.byteLength(data),
    ...answer.headers,
  });
  response.end(data);
}

/** Breaks off in the way of a transport fault; false when the fault is not one. */
function breakTransport(fault: Fault, response: ServerResponse, body: string): boolean {
  const json = { "content-type": "application/json" };
  const half = body.slice(0, Math.floor(body.length / 2));
  switch (fault.kind) {
    case "connection-reset":
      response.socket?.resetAndDestroy();
      return true;
    case "half-json":
      response.writeHead(200, { ...json, "content-length": Buffer.byteLength(half) });
      response.end(half);
      return true;
    case "cut-body":
      response.writeHead(200, { ...json, "content-length": Buffer.byteLength(body) });
      response.write(half, () => response.socket?.destroy());
      return true;
    case "stalled-body":
      response.writeHead(200, { ...json, "content-length": Buffer.byteLength(body) });
      response.write(half);
      return true;
    case "no-answer":
      return true;
    default:
      return false;
  }
}

class LocalServer {
  private options: ServerOptions;
  private limiter: RateLimiter | undefined;
  private nextIndex = 0;
  private readonly sockets = new Set<Socket>();
  private readonly watchers = new Set<() => void>();
  readonly requests: ReceivedRequest[] = [];
  counts = freshCounts();
  inFlight = 0;
  batches: BatchStore;

  constructor(options: ServerOptions) {
    this.options = options;
    this.batches = createBatchStore(options.reply ?? defaultReply, options.batch);
    this.useLimits();
  }

  private useLimits(): void {
    const { rateLimit } = this.options;
    this.limiter =
      rateLimit === undefined ? undefined : createRateLimiter(rateLimit, () => performance.now());
  }

  configure(options: ServerOptions): void {
    const limits = this.options.rateLimit;
    this.options = { ...this.options, ...options };
    if (this.options.rateLimit !== limits) this.useLimits();
    if (options.batch !== undefined || options.reply !== undefined) {
      this.batches = createBatchStore(this.options.reply ?? defaultReply, this.options.batch);
    }
  }

  reset(): void {
    this.requests.length = 0;
    this.counts = freshCounts();
    this.nextIndex = 0;
  }

  until(isSo: (counts: Readonly<ServerCounts>) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!isSo(this.counts)) return;
        this.watchers.delete(look);
        resolve();
      };
      this.watchers.add(look);
      look();
    });
  }

  private tellWatchers(): void {
    for (const look of this.watchers) look();
  }

  track(socket: Socket): void {
    this.counts.connections++;
    this.sockets.add(socket);
    socket.on("close", () => this.sockets.delete(socket));
    socket.on("error", () => undefined);
  }

  destroySockets(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const raw = await readBody(request);
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    const type = request.headers["content-type"] ?? "";
    const json = type.includes("json") ? parseJson(raw.toString("utf8")) : undefined;
    const received: ReceivedRequest = {
      method: request.method ?? "GET",
      path: request.url ?? "/",
      headers: request.headers,
      body: this.options.keepBodies === false ? undefined : (json ?? raw.toString("utf8")),
      at: Date.now(),
    };
    if (this.options.keepRequests !== false) this.requests.push(received);
    const finish = (answer: ErrorResponse, outcome: string) => {
      received.status = answer.status;
      received.outcome = outcome;
      send(response, answer);
    };
    const { apiKey } = this.options;
    if (apiKey !== undefined && request.headers.authorization !== `Bearer ${apiKey}`) {
      finish(unauthorized(), "refused");
      return;
    }
    if (request.method === "POST" && /^\/v1\/((chat\/)?completions|responses)$/.test(path)) {
      if (!isObject(json)) {
        finish({ status: 400, body: { error: { message: "We could not parse the JSON body." } } }, "refused");
        return;
      }
      await this.complete(
        readModelCall(this.nextIndex++, endpointOf(path), json, request.headers),
        response,
        received,
        raw.length,
      );
      return;
    }
    if (request.method === "GET" && path === "/v1/models") {
      const data = (this.options.models ?? ["test-model"]).map((id) => ({
        id,
        object: "model",
        owned_by: "test",
        ...(this.options.shutdownDates === undefined
          ? {}
          : { shutdown_date: this.options.shutdownDates[id] ?? null }),
      }));
      finish({ status: 200, body: { object: "list", data } }, "answered");
      return;
    }
    if (/^\/v1\/(files|batches)(\/|$)/.test(path)) {
      finish(await this.batches.answer(request.method ?? "GET", path, type, raw), "answered");
      return;
    }
    finish({ status: 404, body: { detail: "Not Found" } }, "refused");
  }

  private async complete(
    call: ModelCall,
    response: ServerResponse,
    received: ReceivedRequest,
    bytes: number,
  ): Promise<void> {
    this.inFlight++;
    if (this.counts.calls === 0) this.counts.firstCallAt = Date.now();
    this.counts.calls++;
    this.counts.peakInFlight = Math.max(this.counts.peakInFlight, this.inFlight);
    this.tellWatchers();
    response.on("close", () => this.inFlight--);
    const refusal = this.refusal(call, bytes);
    const { latencyMs } = this.options;
    const wait = typeof latencyMs === "function" ? latencyMs(call) : (latencyMs ?? 0);
    // A limit and a wrong name are answered at once, as real gateways do.
    if (refusal === undefined && wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    if (response.destroyed) return;
    const headers = { ...this.options.headers, ...this.limiter?.headers() };
    const finish = (answer: ErrorResponse, outcome: string) => {
      received.status = answer.status;
      received.outcome = outcome;
      this.counts.lastAnswerAt = Date.now();
      send(response, { ...answer, headers: { ...headers, ...answer.headers } });
    };
    if (refusal !== undefined) {
      finish(refusal.answer, refusal.outcome);
      return;
    }
    const fault = this.options.faults?.(call);
    if (fault !== undefined) this.counts.faults[fault.kind] = (this.counts.faults[fault.kind] ?? 0) + 1;
    const errorAnswer = fault && faultResponse(fault, call, Date.now());
    if (fault !== undefined && errorAnswer !== undefined) {
      finish(errorAnswer, fault.kind);
      return;
    }
    const given = await (this.options.reply ?? defaultReply)(call);
    const reply: ModelReply = typeof given === "string" ? { text: given } : given;
    const body = replyBody(call, fault === undefined ? reply : spoilReply(fault, reply));
    if (fault !== undefined && breakTransport(fault, response, JSON.stringify(body))) {
      received.status = 0;
      received.outcome = fault.kind;
      return;
    }
    if (fault === undefined) this.counts.answered++;
    finish({ status: 200, body }, fault?.kind ?? "answered");
    this.tellWatchers();
  }

  private refusal(call: ModelCall, bytes: number): { answer: ErrorResponse; outcome: string } | undefined {
    const waitMs = this.limiter?.admit(this.inFlight, Math.ceil(bytes / 4));
    if (waitMs !== undefined) {
      this.counts.rateLimited++;
      const form = this.options.rateLimit?.retryAfter ?? "seconds";
      return {
        answer: rateLimited(form, Math.max(1, Math.ceil(waitMs)), Date.now()),
        outcome: "rate-limited",
      };
    }
    if (this.options.models?.includes(call.model) === false) {
      return { answer: modelNotFound(call.model), outcome: "refused" };
    }
    const refused = this.options.refuses?.find(({ parameter }) => parameter in call.body);
    if (refused === undefined) return undefined;
    return {
      answer: unsupportedParameter(refused.parameter, refused.wording, refused.value),
      outcome: "refused",
    };
  }
}

/** Starts a server on 127.0.0.1; it must be closed. */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const local = new LocalServer(options);
  const server = createServer((request, response) => {
    local.handle(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain" });
      response.end(`test server failed: ${String(error)}`);
    });
  });
  // Idle clients of long tests must not meet a closed connection.
  server.keepAliveTimeout = 60_000;
  server.on("connection", (socket) => local.track(socket));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", 1024, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    port,
    get requests() {
      return local.requests;
    },
    get counts() {
      return local.counts;
    },
    get inFlight() {
      return local.inFlight;
    },
    get batches() {
      return local.batches;
    },
    configure: (changed) => local.configure(changed),
    until: (isSo) => local.until(isSo),
    reset: () => local.reset(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        local.destroySockets();
      }),
  };
}
