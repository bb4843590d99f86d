import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { AssayError, ConfigError, DataError, messageOf } from "../core/errors.js";

/** Bytes of a request's body at most: fifty votes take a fifth of it. */
const MOST_BODY_BYTES = 1 << 16;
/** Rows of one request at most. */
const MOST_ROWS = 100;
const MOST_CONNECTIONS = 500;
const REQUEST_TIMEOUT_MS = 30_000;

/** What a server of a voting page needs. */
export interface VoteServerOptions {
  /** The whole page. */
  readonly page: string;
  /** Part of every address that is answered. */
  readonly token: string;
  /** Address to listen on; `0.0.0.0` for every network of this machine. */
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  /** Names that this server may be called by, without port; lower case. */
  readonly names: ReadonlySet<string>;
  /** Names under which something before it, such as a proxy with TLS, may pass requests on, whatever the port. */
  readonly proxied: ReadonlySet<string>;
  /**
   * Takes in what a page sent; resolves when all of it is on disk.
   * @throws DataError for rows that are no votes on this run.
   */
  readonly take: (rows: readonly unknown[]) => Promise<void>;
  /** Told of requests that were refused, for the log. */
  readonly onRefused: (reason: string) => void;
}

/** A server that listens. */
export interface VoteServer {
  readonly port: number;
  /** Answers what is under way, then stops. */
  close(): Promise<void>;
}

/** A request that is not answered with what it asked for; `message` is for the voter, never anything of the machine. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
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

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** Compares in time that does not depend on where two texts differ. */
function isSame(given: string, token: string): boolean {
  return timingSafeEqual(digest(given), digest(token));
}

/** Whether a Host header names this server. */
function isOwnName(header: string | undefined, port: number, { names, proxied }: VoteServerOptions): boolean {
  const [, name = "", shown = "80"] =
    /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?$/.exec(header ?? "") ?? [];
  const known = name.toLowerCase();
  return proxied.has(known) || (names.has(known) && Number(shown) === port);
}

/**
 * Whether a page of this very server sent a request. Browsers say so; another site can neither send JSON without asking
 * first nor name itself otherwise.
 */
function isOwnPage({ headers }: IncomingMessage): boolean {
  const { origin, host, "sec-fetch-site": site } = headers;
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) return false;
  if (site !== undefined && site !== "same-origin") return false;
  return /^application\/json\b/i.test(headers["content-type"] ?? "");
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MOST_BODY_BYTES) throw new Refusal(413, "too much at once");
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function rowsOf(body: string): readonly unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new Refusal(400, "not valid JSON");
  }
  const rows = value !== null && typeof value === "object" && "rows" in value ? value.rows : undefined;
  if (!Array.isArray(rows) || rows.length === 0) throw new Refusal(400, 'no list "rows"');
  if (rows.length > MOST_ROWS) throw new Refusal(413, "too many votes at once");
  return rows;
}

/** What went wrong, as a status and a sentence for the voter's page. */
function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  if (thrown instanceof DataError) return new Refusal(422, thrown.message);
  // Paths of this machine are none of a voter's business.
  if (thrown instanceof AssayError && thrown.code === "cannot-write")
    return new Refusal(507, "the vote cannot be written to disk there");
  return new Refusal(500, "something went wrong there");
}

function reply(response: ServerResponse, status: number, type: string, body: string): void {
  const bytes = Buffer.from(body, "utf8");
  response.writeHead(status, {
    ...HEADERS,
    "content-type": `${type}; charset=utf-8`,
    "content-length": bytes.length,
  });
  response.end(bytes);
}

/** Answers one request: the page, votes, and nothing else. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  port: number,
  options: VoteServerOptions,
) {
  if (!isOwnName(request.headers.host, port, options)) throw new Refusal(421, "not a name of this server");
  const [path = ""] = (request.url ?? "").split("?");
  const [, token = "", place, ...more] = path.split("/");
  if (!isSame(token, options.token) || more.length > 0) throw new Refusal(404, "nothing here");
  if (place === undefined && request.method === "GET") {
    response.writeHead(308, { ...HEADERS, location: `/${options.token}/`, "content-length": 0 });
    response.end();
  } else if (place === "" && (request.method === "GET" || request.method === "HEAD")) {
    reply(response, 200, "text/html", options.page);
  } else if (place === "votes" && request.method === "POST") {
    if (!isOwnPage(request)) throw new Refusal(403, "votes come from this server's own page");
    const rows = rowsOf(await readBody(request));
    await options.take(rows);
    reply(response, 200, "application/json", JSON.stringify({ saved: rows.length }));
  } else throw new Refusal(404, "nothing here");
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  port: number,
  options: VoteServerOptions,
) {
  try {
    await answer(request, response, port, options);
  } catch (thrown) {
    const { status, message } = refusalOf(thrown);
    options.onRefused(`${status} ${thrown instanceof Refusal ? message : messageOf(thrown)}`);
    if (response.headersSent) response.destroy();
    else {
      // What is left of a body that is too long is not read.
      response.setHeader("connection", "close");
      reply(response, status, "text/plain", message);
    }
  }
}

function listen(server: Server, { host, port }: VoteServerOptions): Promise<void> {
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
 * Serves a voting page and takes votes, over plain HTTP: one page and one place for votes, both behind a token; no file
 * is ever read for a request.
 * @throws ConfigError `port-taken`, `cannot-listen`.
 */
export async function serveVotes(options: VoteServerOptions): Promise<VoteServer> {
  let port = options.port;
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS },
    (request, response) => {
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
        server.closeIdleConnections();
      }),
  };
}
