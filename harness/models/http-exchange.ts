import type { Readable } from "node:stream";
import { pipeline } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { Dispatcher } from "undici";
import { bytesForText } from "../core/long-bytes.js";
import { inMegabytes, mostBytesOf, replyTooLarge } from "./reply-limits.js";
import { ReplyMemory } from "./reply-memory.js";

/** A whole response. */
export interface HttpReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/**
 * Sends a request once and reads its whole response, whatever its status; redirections are responses like others.
 * Rejects when the connection fails, and with an EndpointError `reply-too-large`.
 */
export type HttpExchange = (url: string, request: RequestInit) => Promise<HttpReply>;

/** How much of replies is read. */
export interface ReadingLimits {
  /** Bytes of one reply, decompressed; also of what was sent, which may be longer. */
  readonly replyBytes: number;
  /** Memory that all replies share while they are read. Default: that of the process. */
  readonly memory?: ReplyMemory;
}

/**
 * Replies are collected in pieces that grow to this size, so that one that comes byte by byte costs no more than others.
 * What fits into the first ones is what an ordinary answer takes: it never waits for other replies.
 */
const PIECE_BYTES = 64_000;
const FIRST_PIECE_BYTES = 4_000;

const processMemory = new ReplyMemory();

/** For servers and proxies that compress without being asked. */
const decoders: Readonly<Record<string, () => NodeJS.ReadWriteStream>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  br: createBrotliDecompress,
  deflate: createInflate,
};

function joined(pieces: readonly Buffer[], length: number): Uint8Array {
  if (pieces.length === 1 && pieces[0] !== undefined) return pieces[0].subarray(0, length);
  const whole = bytesForText(length);
  let end = 0;
  for (const piece of pieces) end += piece.copy(whole, end);
  return whole;
}

/** Adds chunks up as text, within the limits. What is left of the chunks is let go of when it throws. */
async function readText(
  chunks: AsyncIterable<Uint8Array>,
  status: number,
  limits: ReadingLimits,
  signal: AbortSignal | undefined,
): Promise<string> {
  const most = mostBytesOf(status, limits.replyBytes);
  const share = (limits.memory ?? processMemory).share();
  const pieces: Buffer[] = [];
  let received = 0;
  let room = 0;
  try {
    for await (const chunk of chunks) {
      if (received + chunk.length > most) throw replyTooLarge(`more than ${inMegabytes(most)}`, status);
      for (let rest = chunk; rest.length > 0; ) {
        if (room === 0) {
          room = Math.min(PIECE_BYTES, Math.max(FIRST_PIECE_BYTES, received));
          if (received >= PIECE_BYTES) await share.take(room, signal);
          pieces.push(Buffer.allocUnsafe(room));
        }
        const part = rest.subarray(0, room);
        const piece = pieces[pieces.length - 1];
        piece?.set(part, piece.length - room);
        room -= part.length;
        received += part.length;
        rest = rest.subarray(part.length);
      }
    }
    const whole = joined(pieces, received);
    pieces.length = 0;
    return new TextDecoder().decode(whole);
  } finally {
    share.release();
  }
}

/** An exchange through `fetch`. */
export function fetchExchange(fetch: typeof globalThis.fetch, limits: ReadingLimits): HttpExchange {
  return async (url, request) => {
    const response = await fetch(url, request);
    const { status, headers } = response;
    const text = response.body === null ? "" : await readBody(response.body, status, limits, request);
    return { status, headers, text };
  };
}

function readBody(
  body: ReadableStream<Uint8Array>,
  status: number,
  limits: ReadingLimits,
  { signal }: RequestInit,
): Promise<string> {
  return readText(body as unknown as AsyncIterable<Uint8Array>, status, limits, signal ?? undefined);
}

/** Decompressed chunks; what is not decompressed for want of space ends the whole stream. */
function decoded(
  body: Readable,
  encoding: string,
  count: (bytes: number) => void,
): AsyncIterable<Uint8Array> {
  const decode = decoders[encoding.toLowerCase()];
  if (decode === undefined) return body;
  const stream = decode() as unknown as Readable & NodeJS.WritableStream;
  pipeline(
    body,
    async function* counted(chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        count(chunk.length);
        yield chunk;
      }
    },
    stream,
    // The reader of the stream meets the error.
    () => undefined,
  );
  return stream;
}

/**
 * An exchange that reads replies straight from the connection. It takes a third of the processor time of `fetch`, whose
 * bodies pass through several streams, and much less memory.
 */
export function connectionExchange(dispatcher: Dispatcher, limits: ReadingLimits): HttpExchange {
  return async (url, { method, headers, body, signal }) => {
    const { origin, pathname, search } = new URL(url);
    const reply = await dispatcher.request({
      origin,
      path: `${pathname}${search}`,
      method: (method ?? "GET") as Dispatcher.HttpMethod,
      headers: headers instanceof Headers ? Object.fromEntries(headers) : {},
      body: typeof body === "string" || body instanceof Uint8Array ? body : null,
      signal: signal ?? null,
    });
    const status = reply.statusCode;
    const most = mostBytesOf(status, limits.replyBytes);
    let sent = 0;
    const chunks = decoded(reply.body, String(reply.headers["content-encoding"] ?? ""), (bytes) => {
      sent += bytes;
      if (sent > most) throw replyTooLarge(`more than ${inMegabytes(most)} before decompression`, status);
    });
    const text = await readText(chunks, status, limits, signal ?? undefined);
    return { status, headers: headersOf(reply.headers), text };
  };
}

function headersOf(received: Dispatcher.ResponseData["headers"]): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(received)) {
    for (const one of Array.isArray(value) ? value : [value ?? ""]) headers.append(name, one);
  }
  return headers;
}
