import { existsSync, readFileSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import { hostname, networkInterfaces } from "node:os";
import { join } from "node:path";
import { renderVotePage } from "../../reports/vote/render.js";
import { cannotWrite } from "../core/errors.js";
import { type LocalServer, newToken } from "../serving/local-server.js";
import { serveVotes } from "../serving/vote-server.js";
import { VoteBox, type VoteEntry, votePaths, voterOf } from "../store/votes.js";
import type { DrawnBallot } from "./vote-ballot.js";
import { VoteDoor } from "./vote-import.js";

/** How votes are served. */
export interface VoteServing {
  readonly host: string;
  readonly port: number;
  /** Further names that voters may call this machine by, such as a proxy's; with any port. */
  readonly names: readonly string[];
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** Told of each vote, skip or withdrawal once it is on disk; not of those that were there before. */
  readonly onEntry: (voter: string, kind: VoteEntry["kind"]) => void;
  readonly onRefused: (reason: string) => void;
}

/** Votes being served. */
export interface ServedVotes {
  /** Addresses for voters, the one of this machine itself first. */
  readonly addresses: readonly string[];
  close(): Promise<void>;
}

const TOKEN = /^[\w-]{22}$/;

/** The token of a run's votes, made once: pages that are open go on when the server is started again. */
async function tokenOf(run: string): Promise<string> {
  const file = join(votePaths.folder(run), ".token");
  const kept = existsSync(file) ? readFileSync(file, "utf8").trim() : "";
  if (TOKEN.test(kept)) return kept;
  const token = newToken();
  try {
    await writeFile(file, `${token}\n`, { mode: 0o600 });
    await chmod(file, 0o600);
  } catch (cause) {
    throw cannotWrite(file, "Make the run folder writable, or free disk space.", cause);
  }
  return token;
}

/** Addresses of this machine in its networks. */
function machineAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? [])
      .filter(({ internal, address }) => !internal && !address.startsWith("fe80:"))
      .map(({ family, address }) => (family === "IPv6" ? `[${address}]` : address)),
  );
}

const lowerCase = (names: readonly string[]) => new Set(names.map((name) => name.toLowerCase()));

const EVERYWHERE: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

/** Names under which a server on this address can be reached. */
function reachableNames(host: string): string[] {
  if (host === "127.0.0.1" || host === "localhost" || host === "::1") return ["localhost"];
  const own = host.includes(":") ? `[${host}]` : host;
  return EVERYWHERE.has(host) ? ["localhost", ...machineAddresses()] : [own];
}

/**
 * Serves the voting page of a ballot and keeps votes as they come: each is on disk before the page hears of it.
 * @throws ConfigError `port-taken`, `cannot-listen`, `run-folder-in-use`; ReportError `page-not-built`.
 */
export async function serveBallot(
  run: string,
  { page }: DrawnBallot,
  { host, port, names, nowMs, onEntry, onRefused }: VoteServing,
): Promise<ServedVotes> {
  const html = await renderVotePage({ ...page, toServer: true });
  const door = new VoteDoor(run);
  const box = await VoteBox.open(run, nowMs);
  const shown = reachableNames(host);
  const known = [...shown, "127.0.0.1", "[::1]", hostname(), `${hostname()}.local`];
  const add = async (entry: VoteEntry) => {
    if ((await box.add(entry)) === "saved") onEntry(voterOf(entry), entry.kind);
  };
  let server: LocalServer;
  try {
    const token = await tokenOf(run);
    server = await serveVotes({
      page: html,
      token,
      host,
      port,
      names: lowerCase(known),
      proxied: lowerCase(names),
      take: async (rows) => {
        const entries = rows.map((row, place) => door.blindEntry(row, { file: "votes", line: place + 1 }));
        await Promise.all(entries.map(add));
      },
      onRefused,
    });
    return {
      addresses: shown.map((name) => `http://${name}:${server.port}/${token}/`),
      close: async () => {
        await server.close();
        await box.close();
      },
    };
  } catch (error) {
    await box.close();
    throw error;
  }
}
