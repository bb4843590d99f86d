import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ConfigError, messageOf } from "../core/errors.js";

const MOST_CONNECTIONS = 500;
const REQUEST_TIMEOUT_MS = 30_000;

/** A request that is not answered with what it asked for; `message` is for the page, never anything of the machine. */
export class Refusal extends Error {
  /** @param status HTTP status. */
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** A request that has passed the guard: of a known method, under the token, by a name of this server, from no other site. */
export interface LocalRequest {
  readonly method: string;
  /** Parts of the path behind the token, as they were sent; one empty part for the page itself. */
  readonly place: readonly string[];
  readonly headers: IncomingHttpHeaders;
  /** The body as text. @throws Refusal 413 when it is longer than this server takes. */
  body(): Promise<string>;
}

/** What is sent back: a text, a stream that ends, or events for as long as the page listens. */
export interface LocalReply {
  /** Such as `text/html; charset=utf-8`. */
  readonly type: string;
  readonly body: string | Readable | ((response: ServerResponse) => void);
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server for pages of this machine, and who may ask it what. */
export interface LocalServerOptions {
  /** Part of every address that is answered; see {@link newToken}. */
  readonly token: string;
  /** Address to listen on; `0.0.0.0` for every network of this machine. */
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  /** Names that this server may be called by, without port; lower case. */
  readonly names: ReadonlySet<string>;
  /** Names under which something before it, such as a proxy with TLS, may pass requests on, whatever the port. */
  readonly proxied: ReadonlySet<string>;
  /** All that it ever takes. */
  readonly methods: readonly string[];
  /** Bytes of a request's body at most; 0 where no request has any. */
  readonly mostBodyBytes: number;
  /** Answers a request; undefined where there is nothing. @throws Refusal. */
  readonly answer: (request: LocalRequest) => Promise<LocalReply | undefined>;
  /** What becomes of errors of its own, where they are not the page's business to hide; default: status 500 for all. */
  readonly refusalOf?: (thrown: unknown) => Refusal | undefined;
  /** Told of requests that were refused, for the log. */
  readonly onRefused: (reason: string) => void;
}

/** A server that listens. */
export interface LocalServer {
  readonly port: number;
  /** Answers what is under way, ends what never ends, then stops. */
  close(): Promise<void>;
}

const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
} as const;

/** 128 random bits as the part of an address that nobody can guess. */
export function newToken(): string {
  return randomBytes(16).toString("base64url");
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** Compares in time that does not depend on where two texts differ. */
function isSame(given: string, token: string): boolean {
  return timingSafeEqual(digest(given), digest(token));
}

/** Whether a Host header names this server. */
function isOwnName(
  header: string | undefined,
  port: number,
  { names, proxied }: LocalServerOptions,
): boolean {
  const [, name = "", shown = "80"] =
    /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?$/.exec(header ?? "") ?? [];
  const known = name.toLowerCase();
  return proxied.has(known) || (names.has(known) && Number(shown) === port);
}

/**
 * Whether another site sent a request; browsers say so. What only reads may also come from nowhere (an address that was
 * typed), and the page itself from a link, such as one in a mail: whoever followed it sees the page, and the other site
 * nothing of it.
 */
function isForeign({ headers, method }: IncomingMessage, isPage: boolean): boolean {
  const { origin, host, "sec-fetch-site": site, "sec-fetch-mode": mode, "sec-fetch-dest": dest } = headers;
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) return true;
  if (site === undefined || site === "same-origin") return false;
  if (method !== "GET" && method !== "HEAD") return true;
  return site !== "none" && !(isPage && mode === "navigate" && dest === "document");
}

async function readBody(request: IncomingMessage, mostBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > mostBytes) throw new Refusal(413, "too much at once");
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}

const hasBody = ({ headers }: IncomingMessage) =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) !== 0;

function replyText(response: ServerResponse, status: number, { type, body, headers }: LocalReply): void {
  const bytes = Buffer.from(typeof body === "string" ? body : "", "utf8");
  response.writeHead(status, {
    ...HEADERS,
    ...headers,
    "content-type": type,
    "content-length": bytes.length,
  });
  response.end(bytes);
}

/** Replies that go on for as long as somebody listens. */
const endless = new WeakSet<ServerResponse>();

async function send(request: IncomingMessage, response: ServerResponse, reply: LocalReply): Promise<void> {
  const { type, body, headers } = reply;
  if (typeof body === "string") {
    replyText(response, 200, reply);
    return;
  }
  response.writeHead(200, { ...HEADERS, ...headers, "content-type": type });
  if (request.method === "HEAD") {
    if (typeof body !== "function") body.destroy();
    response.end();
  } else if (typeof body === "function") {
    endless.add(response);
    body(response);
  } else await pipeline(body, response);
}

/** Guards one request: name, token, method, origin and size, in this order; then has it answered. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  port: number,
  options: LocalServerOptions,
): Promise<void> {
  if (!isOwnName(request.headers.host, port, options)) throw new Refusal(421, "not a name of this server");
  const [path = ""] = (request.url ?? "").split("?");
  const [before, token = "", ...place] = path.split("/");
  if (before !== "" || !isSame(token, options.token)) throw new Refusal(404, "nothing here");
  const { method = "" } = request;
  if (!options.methods.includes(method)) throw new Refusal(405, "nothing is done in this way");
  const isPage = place.length === 0 || (place.length === 1 && place[0] === "");
  if (isForeign(request, isPage)) throw new Refusal(403, "only this server's own page may ask");
  if (options.mostBodyBytes === 0 && hasBody(request)) throw new Refusal(413, "nothing is taken in here");
  if (place.length === 0 && method !== "POST") {
    response.writeHead(308, { ...HEADERS, location: `/${options.token}/`, "content-length": 0 });
    response.end();
    return;
  }
  const body = () => readBody(request, options.mostBodyBytes);
  const reply = await options.answer({ method, place, headers: request.headers, body });
  if (reply === undefined) throw new Refusal(404, "nothing here");
  await send(request, response, reply);
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  port: number,
  options: LocalServerOptions,
): Promise<void> {
  try {
    await answer(request, response, port, options);
  } catch (thrown) {
    if (response.headersSent) {
      // Whoever asked has gone, or has what there is of a stream that broke.
      response.destroy();
      return;
    }
    const known = thrown instanceof Refusal ? thrown : options.refusalOf?.(thrown);
    const { status, message } = known ?? new Refusal(500, "something went wrong there");
    options.onRefused(`${status} ${thrown instanceof Refusal ? message : messageOf(thrown)}`);
    // What is left of a body that is too long is not read.
    response.setHeader("connection", "close");
    replyText(response, status, { type: "text/plain; charset=utf-8", body: message });
  }
}

function listen(server: Server, { host, port }: LocalServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const isTaken = cause.code === "EADDRINUSE";
      reject(
        new ConfigError(
          isTaken ? `port ${port} is taken` : `cannot listen on ${host}:${port} (${messageOf(cause)})`,
          {
            code: isTaken ? "port-taken" : "cannot-listen",
            remedy: isTaken
              ? "Stop what listens there, or choose another one with --port."
              : "Choose an address of this machine with --host, and a port above 1023 with --port.",
            cause,
          },
        ),
      );
    });
    server.listen(port, host, () => resolve());
  });
}

/**
 * Serves a page of this machine over plain HTTP: whatever is not asked under the token, by a name of this server, in a
 * known way and by its own page is refused before anything else is looked at.
 * @throws ConfigError `port-taken`, `cannot-listen`.
 */
export async function serveLocally(options: LocalServerOptions): Promise<LocalServer> {
  let port = options.port;
  const open = new Set<ServerResponse>();
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS },
    (request, response) => {
      open.add(response);
      response.on("close", () => open.delete(response));
      void handle(request, response, port, options);
    },
  );
  server.maxConnections = MOST_CONNECTIONS;
  await listen(server, options);
  const address = server.address();
  if (address !== null && typeof address === "object") port = address.port;
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const response of open) if (endless.has(response)) response.end();
        server.closeIdleConnections();
      }),
  };
}
