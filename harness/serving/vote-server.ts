import { AssayError, DataError } from "../core/errors.js";
import {
  type LocalReply,
  type LocalRequest,
  type LocalServer,
  type LocalServerOptions,
  Refusal,
  serveLocally,
} from "./local-server.js";

/** Bytes of a request's body at most: fifty votes take a fifth of it. */
const MOST_BODY_BYTES = 1 << 16;
/** Rows of one request at most. */
const MOST_ROWS = 100;

/** What a server of a voting page needs. */
export interface VoteServerOptions
  extends Pick<LocalServerOptions, "token" | "host" | "port" | "names" | "proxied" | "onRefused"> {
  readonly page: string;
  /**
   * Takes in what a page sent; resolves when all of it is on disk.
   * @throws DataError for rows that are no votes on this run.
   */
  readonly take: (rows: readonly unknown[]) => Promise<void>;
}

/** Another site cannot send JSON without asking first, and is not answered then; older browsers say nothing else. */
function isOwnPage({ headers }: LocalRequest): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin") return false;
  return /^application\/json\b/i.test(headers["content-type"] ?? "");
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

/** What went wrong, as a status and a sentence for the voter's page; paths of this machine are none of its business. */
function refusalOf(thrown: unknown): Refusal | undefined {
  if (thrown instanceof DataError) return new Refusal(422, thrown.message);
  if (thrown instanceof AssayError && thrown.code === "cannot-write")
    return new Refusal(507, "the vote cannot be written to disk there");
  if (thrown instanceof AssayError && thrown.code === "run-folder-gone")
    return new Refusal(507, "the folder of the votes is not there any longer");
  return undefined;
}

async function answer(
  request: LocalRequest,
  { page, take }: VoteServerOptions,
): Promise<LocalReply | undefined> {
  const [place, ...more] = request.place;
  if (more.length > 0) return undefined;
  if (place === "" && request.method !== "POST") return { type: "text/html; charset=utf-8", body: page };
  if (place !== "votes" || request.method !== "POST") return undefined;
  if (!isOwnPage(request)) throw new Refusal(403, "votes come from this server's own page");
  const rows = rowsOf(await request.body());
  await take(rows);
  return { type: "application/json; charset=utf-8", body: JSON.stringify({ saved: rows.length }) };
}

/**
 * Serves a voting page and takes votes: one page and one place for votes, both behind a token; no file is ever read for
 * a request.
 * @throws ConfigError `port-taken`, `cannot-listen`.
 */
export function serveVotes(options: VoteServerOptions): Promise<LocalServer> {
  const { token, host, port, names, proxied, onRefused } = options;
  return serveLocally({
    ...{ token, host, port, names, proxied, onRefused, refusalOf },
    methods: ["GET", "HEAD", "POST"],
    mostBodyBytes: MOST_BODY_BYTES,
    answer: (request) => answer(request, options),
  });
}
