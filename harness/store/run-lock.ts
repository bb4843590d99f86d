import { randomUUID } from "node:crypto";
import { link, open, readFile, rename, stat, unlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { ConfigError, cannotWrite } from "../core/errors.js";
import { isRunning, ownPidNamespace } from "../core/leftovers.js";
import { makeFolder } from "../core/make-folder.js";
import { presentFields } from "../core/present-fields.js";

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly startedAt: string;
  /** Within which processes the pid is one; two containers may share a host name and count their processes apart. */
  readonly pidNamespace?: string;
}

/** A held lock on a run folder. */
export interface RunLock {
  /** Whether the folder is still where it was, under this very lock: it may have been removed, moved or replaced. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
}

/** How often a holder shows that it lives. */
const SIGN_OF_LIFE_MS = 5_000;
/** After how long without a sign of life one of another container is taken for dead. */
export const SILENT_MS = 60_000;

/** Folders locked by this very process: its own pid would otherwise look like a stale holder's. */
const heldHere = new Set<string>();

function parseHolder(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (value === null || typeof value !== "object") return undefined;
    const { pid, host, startedAt, pidNamespace } = value as Record<string, unknown>;
    if (typeof pid !== "number" || typeof host !== "string") return undefined;
    const namespace = typeof pidNamespace === "string" ? pidNamespace : undefined;
    return { pid, host, startedAt: String(startedAt), ...presentFields({ pidNamespace: namespace }) };
  } catch {
    return undefined;
  }
}

/** A holder of this host that counts its processes apart from this one, in another container. */
function isElsewhere({ pidNamespace }: Holder): boolean {
  return pidNamespace !== undefined && pidNamespace !== ownPidNamespace();
}

/**
 * A holder on another machine can never be proved dead; one of this machine can. A lock with this process's own pid is
 * left by an earlier process (a restarted container), since takers of this process are told apart before. The pid of a
 * holder in another container says nothing here: it lives as long as it gives signs of life.
 * @param silentMs Since its last sign of life, by the clock of the file system.
 */
function isStale(holder: Holder | undefined, silentMs: number): boolean {
  if (holder === undefined) return true;
  if (holder.host !== hostname()) return false;
  if (isElsewhere(holder)) return silentMs > SILENT_MS;
  return holder.pid === process.pid || !isRunning(holder.pid);
}

function refusal(folder: string, file: string, holder: Holder | undefined): ConfigError {
  const isApart = holder !== undefined && holder.host === hostname() && isElsewhere(holder);
  const who =
    holder === undefined
      ? "another process"
      : `process ${holder.pid} on ${holder.host}${isApart ? " in another container" : ""} (since ${holder.startedAt})`;
  const wait = isApart ? "Wait for it (one that was killed is replaced after a minute)" : "Wait for it";
  return new ConfigError(`${folder} is in use by ${who}`, {
    code: "run-folder-in-use",
    remedy: `${wait}, stop it, or choose another folder with --out. If that process is certainly gone, delete ${file}.`,
  });
}

/** True when the lock is now ours; false when someone holds it. */
async function takeLock(own: string, file: string, content: string): Promise<boolean> {
  try {
    // A hard link appears with its content or not at all, unlike a file that is created and then written.
    await link(own, file);
    return true;
  } catch (cause) {
    if (hasCode(cause, "EEXIST")) return false;
  }
  try {
    // File systems without hard links.
    await writeFile(file, content, { flag: "wx" });
    return true;
  } catch {
    return false;
  }
}

/** What a run folder's lock says to somebody who only looks. */
export interface LockSight {
  readonly holder: { readonly pid: number; readonly host: string; readonly startedAt: string };
  /** `lives` and `dead` where this machine can tell; `unknown` for a process of another one, or of another container. */
  readonly process: "lives" | "dead" | "unknown";
  /** When the holder last gave a sign of life, by the clock of the file system, in milliseconds since the epoch. */
  readonly signMs: number;
}

/** Looks at the lock of a run folder and leaves it as it is; undefined where there is none. */
export async function lookAtLock(folder: string): Promise<LockSight | undefined> {
  const file = join(folder, ".lock");
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(file, "utf8"), stat(file)]);
    const holder = parseHolder(text);
    if (holder === undefined) return undefined;
    const isUnknown = holder.host !== hostname() || isElsewhere(holder);
    const state = isUnknown ? "unknown" : isRunning(holder.pid) ? "lives" : "dead";
    const { pid, host, startedAt } = holder;
    return { holder: { pid, host, startedAt }, process: state, signMs: mtimeMs };
  } catch {
    return undefined;
  }
}

/** What reading says of a file that is not there any longer. */
const GONE = ["ENOENT", "ENOTDIR", "ESTALE"];

function hasCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && "code" in cause && cause.code === code;
}

/** Removes a stale lock without ever removing one that another process took in the meantime. */
async function removeStale(file: string, seen: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, "utf8")) !== seen) await link(aside, file).catch(() => undefined);
  await unlink(aside);
}

/**
 * Takes the lock of a run folder (created if need be). A holder that died, by kill -9 too, is replaced at once.
 * @throws ConfigError `run-folder-in-use` naming the holder's pid and host; `cannot-write`.
 */
export async function lockRunFolder(folder: string, startedAt: string): Promise<RunLock> {
  const key = resolve(folder);
  const file = join(folder, ".lock");
  const holder: Holder = {
    pid: process.pid,
    host: hostname(),
    startedAt,
    ...presentFields({ pidNamespace: ownPidNamespace() }),
  };
  // Before anything is awaited: two takers in this process share a pid, which the file could not tell apart.
  if (heldHere.has(key)) throw refusal(folder, file, holder);
  heldHere.add(key);
  try {
    // The id makes this lock's text differ from every other's.
    const content = JSON.stringify({ ...holder, id: randomUUID() });
    await acquire(folder, file, content);
    return heldLock(file, key, content);
  } catch (error) {
    heldHere.delete(key);
    throw error;
  }
}

/** The file system's own clock, which stamps what others write, too. */
async function silenceOf(file: string, own: string): Promise<number> {
  const [theirs, ours] = await Promise.all([stat(file), stat(own)]);
  return ours.mtimeMs - theirs.mtimeMs;
}

async function acquire(folder: string, file: string, content: string): Promise<void> {
  const own = join(folder, `.lock.${randomUUID()}`);
  try {
    makeFolder(folder);
    await writeFile(own, content);
  } catch (cause) {
    throw cannotWrite(folder, "Choose a writable folder with --out.", cause, ConfigError);
  }
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      if (await takeLock(own, file, content)) return;
      const text = await readFile(file, "utf8").catch(() => "");
      const current = parseHolder(text);
      const silentMs = await silenceOf(file, own).catch(() => 0);
      if (!isStale(current, silentMs)) throw refusal(folder, file, current);
      await removeStale(file, text);
    }
    throw refusal(folder, file, undefined);
  } finally {
    await unlink(own).catch(() => undefined);
  }
}

/** Whether the file holds this text; also true where that cannot be told, such as for want of a file handle. */
async function holds(file: string, content: string): Promise<boolean> {
  try {
    return (await readFile(file, "utf8")) === content;
  } catch (cause) {
    return !GONE.some((code) => hasCode(cause, code));
  }
}

function heldLock(file: string, key: string, content: string): RunLock {
  const signs = setInterval(() => void showLife(file, content), SIGN_OF_LIFE_MS);
  signs.unref();
  return {
    isHeld: () => holds(file, content),
    release: async () => {
      clearInterval(signs);
      if (await holds(file, content)) await unlink(file).catch(() => undefined);
      heldHere.delete(key);
    },
  };
}

/** Writes the same text over itself, which stamps the file by the file system's clock; a lock of another stays as it is. */
async function showLife(file: string, content: string): Promise<void> {
  try {
    if (!(await holds(file, content))) return;
    const handle = await open(file, "r+");
    try {
      await handle.write(content, 0);
    } finally {
      await handle.close();
    }
  } catch {
    // The next sign may succeed.
  }
}
