/** Statuses that send a client elsewhere. */
const REDIRECTIONS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Redirections that are followed, such as from one path of a server to another. */
const MOST_REDIRECTIONS = 5;

/** Headers that say what is asked and in which form; whatever else a request carries may be a secret. */
const PLAIN_HEADERS: ReadonlySet<string> = new Set([
  "accept",
  "accept-encoding",
  "content-type",
  "range",
  "user-agent",
]);

/** What became of a redirection that is not followed. */
export class RefusedRedirection extends Error {
  /** @param to Origin that it leads to; undefined where that is not the reason. */
  constructor(
    message: string,
    readonly to?: string,
  ) {
    super(message);
    this.name = "RefusedRedirection";
  }
}

/** The part of a response that decides where its request goes next. */
export interface Redirecting {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
}

/** Sends a request once, without following redirections. */
export type SendOnce<Reply extends Redirecting> = (url: string, request: RequestInit) => Promise<Reply>;

/** How redirections are followed. */
export interface Following<Reply> {
  /** Whether one may lead from an origin to another. It never takes along more than what is asked. */
  readonly mayCross: (from: URL, to: URL) => boolean;
  /** Lets go of a reply that is not the last. */
  readonly discard: (reply: Reply) => Promise<void>;
}

function targetOf(reply: Redirecting, from: URL): URL | undefined {
  const location = REDIRECTIONS.has(reply.status) ? reply.headers.get("location") : null;
  if (location === null || location === "") return undefined;
  if (!URL.canParse(location, from)) throw new RefusedRedirection("it redirects to an address that is none");
  const to = new URL(location, from);
  if (to.protocol !== "http:" && to.protocol !== "https:") {
    throw new RefusedRedirection(`it redirects to an address of the kind ${to.protocol.slice(0, 20)}`);
  }
  to.username = "";
  to.password = "";
  return to;
}

function plainHeaders(given: RequestInit["headers"]): Headers {
  const kept = new Headers();
  for (const [name, value] of new Headers(given)) if (PLAIN_HEADERS.has(name)) kept.set(name, value);
  return kept;
}

/**
 * Sends a request to where its redirections lead. The method and the body stay what they are; a redirection that asks
 * for another method (303 after a POST) is refused. To another origin, where that is allowed at all, go no headers but
 * those that say what is asked, also when a later redirection leads back.
 * @throws RefusedRedirection, and whatever `send` throws.
 */
export async function followRedirections<Reply extends Redirecting>(
  url: string,
  request: RequestInit,
  send: SendOnce<Reply>,
  { mayCross, discard }: Following<Reply>,
): Promise<Reply> {
  const isRead = ["GET", "HEAD"].includes((request.method ?? "GET").toUpperCase());
  let from = new URL(url);
  let sent: RequestInit = { ...request, redirect: "manual" };
  for (let hops = 0; ; hops++) {
    const reply = await send(from.href, sent);
    let to: URL | undefined;
    try {
      to = targetOf(reply, from);
      if (to === undefined) return reply;
      if (hops === MOST_REDIRECTIONS) throw new RefusedRedirection(`it redirects more than ${hops} times`);
      if (reply.status === 303 && !isRead) {
        throw new RefusedRedirection("it answers a POST with a redirection to something to be read (303)");
      }
      if (to.origin !== from.origin && !mayCross(from, to)) {
        throw new RefusedRedirection(`it redirects to ${to.origin}, another origin`, to.origin);
      }
    } catch (refused) {
      await discard(reply);
      throw refused;
    }
    await discard(reply);
    if (to.origin !== from.origin) sent = { ...sent, headers: plainHeaders(sent.headers) };
    from = to;
  }
}
