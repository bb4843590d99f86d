import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import type { Dispatcher } from "undici";

/** A whole response. */
export interface HttpReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Sends a request and reads its whole response, whatever its status. Rejects when the connection fails. */
export type HttpExchange = (url: string, request: RequestInit) => Promise<HttpReply>;

/** Redirections that are followed, such as from http to https. */
const MOST_REDIRECTIONS = 5;

/** For servers and proxies that compress without being asked. */
const decoders: Readonly<Record<string, (data: Uint8Array) => Promise<Buffer>>> = {
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  br: promisify(brotliDecompress),
  deflate: promisify(inflate),
};

/** An exchange through `fetch`. */
export function fetchExchange(fetch: typeof globalThis.fetch): HttpExchange {
  return async (url, request) => {
    const response = await fetch(url, request);
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
}

/**
 * An exchange that reads replies straight from the connection. It takes a third of the processor time of `fetch`, whose
 * bodies pass through several streams, and much less memory.
 */
export async function connectionExchange(dispatcher: Dispatcher): Promise<HttpExchange> {
  const { interceptors } = await import("undici");
  const following = dispatcher.compose(interceptors.redirect({ maxRedirections: MOST_REDIRECTIONS }));
  return async (url, { method, headers, body, signal }) => {
    const { origin, pathname, search } = new URL(url);
    const reply = await following.request({
      origin,
      path: `${pathname}${search}`,
      method: (method ?? "GET") as Dispatcher.HttpMethod,
      headers: headers instanceof Headers ? Object.fromEntries(headers) : {},
      body: typeof body === "string" ? body : null,
      signal: signal ?? null,
    });
    const decode = decoders[String(reply.headers["content-encoding"] ?? "").toLowerCase()];
    return {
      status: reply.statusCode,
      headers: headersOf(reply.headers),
      text: decode === undefined ? await reply.body.text() : await decoded(reply.body, decode),
    };
  };
}

async function decoded(
  body: Dispatcher.ResponseData["body"],
  decode: (data: Uint8Array) => Promise<Buffer>,
): Promise<string> {
  return (await decode(await body.bytes())).toString("utf8");
}

function headersOf(received: Dispatcher.ResponseData["headers"]): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(received)) {
    for (const one of Array.isArray(value) ? value : [value ?? ""]) headers.append(name, one);
  }
  return headers;
}
