import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rename, unlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { ConfigError, cannotWrite } from "../core/errors.js";

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly startedAt: string;
}

/** A held lock on a run folder. */
export interface RunLock {
  release(): Promise<void>;
}

/** Folders locked by this very process: its own pid would otherwise look like a stale holder's. */
const heldHere = new Set<string>();

function parseHolder(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (value === null || typeof value !== "object") return undefined;
    const { pid, host, startedAt } = value as Record<string, unknown>;
    if (typeof pid !== "number" || typeof host !== "string") return undefined;
    return { pid, host, startedAt: String(startedAt) };
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return hasCode(cause, "EPERM");
  }
}

/**
 * A holder on another machine can never be proved dead; one of this machine can. A lock with this process's own pid is
 * left by an earlier process (a restarted container), since takers of this process are told apart before.
 */
function isStale(holder: Holder | undefined): boolean {
  if (holder === undefined) return true;
  if (holder.host !== hostname()) return false;
  return holder.pid === process.pid || !isAlive(holder.pid);
}

function refusal(folder: string, file: string, holder: Holder | undefined): ConfigError {
  const who =
    holder === undefined
      ? "another process"
      : `process ${holder.pid} on ${holder.host} (since ${holder.startedAt})`;
  return new ConfigError(`${folder} is in use by ${who}`, {
    code: "run-folder-in-use",
    remedy: `Wait for it, stop it, or choose another folder with --out. If that process is certainly gone, delete ${file}.`,
  });
}

/** True when the lock is now ours; false when someone holds it. */
async function takeLock(own: string, file: string, holder: Holder): Promise<boolean> {
  try {
    // A hard link appears with its content or not at all, unlike a file that is created and then written.
    await link(own, file);
    return true;
  } catch (cause) {
    if (hasCode(cause, "EEXIST")) return false;
  }
  try {
    // File systems without hard links.
    await writeFile(file, JSON.stringify(holder), { flag: "wx" });
    return true;
  } catch {
    return false;
  }
}

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
  const holder: Holder = { pid: process.pid, host: hostname(), startedAt };
  // Before anything is awaited: two takers in this process share a pid, which the file could not tell apart.
  if (heldHere.has(key)) throw refusal(folder, file, holder);
  heldHere.add(key);
  try {
    await acquire(folder, file, holder);
    return { release: () => release(file, key) };
  } catch (error) {
    heldHere.delete(key);
    throw error;
  }
}

async function acquire(folder: string, file: string, holder: Holder): Promise<void> {
  const own = join(folder, `.lock.${randomUUID()}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(own, JSON.stringify(holder));
  } catch (cause) {
    throw cannotWrite(folder, "Choose a writable folder with --out.", cause, ConfigError);
  }
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      if (await takeLock(own, file, holder)) return;
      const text = await readFile(file, "utf8").catch(() => "");
      const current = parseHolder(text);
      if (!isStale(current)) throw refusal(folder, file, current);
      await removeStale(file, text);
    }
    throw refusal(folder, file, undefined);
  } finally {
    await unlink(own).catch(() => undefined);
  }
}

async function release(file: string, key: string): Promise<void> {
  await unlink(file).catch(() => undefined);
  heldHere.delete(key);
}
