import type { Dispatcher } from "undici";
import { EndpointError } from "../core/errors.js";
import {
  followRedirections,
  type Redirecting,
  RefusedRedirection,
  type SendOnce,
} from "../core/redirects.js";
import { connectionExchange, fetchExchange, type HttpExchange } from "./http-exchange.js";
import { DEFAULT_REPLY_MB, MEGABYTE } from "./reply-limits.js";

/** How far an endpoint is trusted with what is sent to it and with what it sends. */
export interface ExchangeGuard {
  /** Named in messages. */
  readonly endpoint: string;
  /** Whether redirections to another origin are followed, without any secret; they are refused by default. */
  readonly followsRedirects?: boolean;
  /** Megabytes of one reply, decompressed, that are read; {@link DEFAULT_REPLY_MB} by default. */
  readonly maxReplyMb?: number;
  readonly fetch?: typeof globalThis.fetch;
}

function refusedRedirection({ message, to }: RefusedRedirection, endpoint: string): EndpointError {
  return new EndpointError(`${endpoint} was not asked any further: ${message}`, {
    code: "redirect-refused",
    retryable: false,
    remedy:
      to === undefined
        ? "Check the base URL; for most servers it ends in /v1."
        : `If the model is served at ${to}, name that as the base URL, with the key for it; --follow-redirects follows without keys and headers.`,
  });
}

const limitsOf = ({ maxReplyMb }: ExchangeGuard) => ({
  replyBytes: (maxReplyMb ?? DEFAULT_REPLY_MB) * MEGABYTE,
});

async function follow<Reply extends Redirecting>(
  guard: ExchangeGuard,
  url: string,
  request: RequestInit,
  send: SendOnce<Reply>,
  discard: (reply: Reply) => Promise<void>,
): Promise<Reply> {
  const mayCross = () => guard.followsRedirects === true;
  try {
    return await followRedirections(url, request, send, { mayCross, discard });
  } catch (thrown) {
    throw thrown instanceof RefusedRedirection ? refusedRedirection(thrown, guard.endpoint) : thrown;
  }
}

/** The exchange by which models are called. Rejects also with EndpointErrors `redirect-refused`, `reply-too-large`. */
export function callExchange(guard: ExchangeGuard, dispatcher: Dispatcher): HttpExchange {
  const limits = limitsOf(guard);
  const exchange =
    guard.fetch === undefined ? connectionExchange(dispatcher, limits) : fetchExchange(guard.fetch, limits);
  return (url, request) => follow(guard, url, request, exchange, async () => undefined);
}

/** Paths of contents, which go to a file piece by piece, however large they are. */
const CONTENT_PATH = /\/content$/;
/** Statuses whose responses have no body. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/** The `fetch` by which files and batches are exchanged; rejects like {@link callExchange}. */
export function serviceFetch(guard: ExchangeGuard): typeof globalThis.fetch {
  const { fetch = globalThis.fetch } = guard;
  const discard = async (response: Response) => response.body?.cancel();
  const following: typeof fetch = (url, request) => follow(guard, String(url), request ?? {}, fetch, discard);
  const reading = fetchExchange(following, limitsOf(guard));
  return async (input, init) => {
    const url = String(input);
    if (CONTENT_PATH.test(new URL(url).pathname)) return following(url, init);
    const reply = await reading(url, init ?? {});
    const headers = new Headers(reply.headers);
    // It is text by now, of another length than was sent.
    for (const name of ["content-encoding", "content-length"]) headers.delete(name);
    // The largest that a Response may have; some gateways send more.
    const status = Math.min(599, reply.status);
    return new Response(BODILESS.has(status) ? null : reply.text, { status, headers });
  };
}
