import type { Dirent } from "node:fs";
import { readdir, stat, unlink } from "node:fs/promises";
import { join } from "node:path";

/** Size and age of a response cache; times in milliseconds since the epoch. */
export interface CacheStats {
  readonly folder: string;
  readonly entries: number;
  readonly bytes: number;
  readonly oldestMs: number | null;
  readonly newestMs: number | null;
}

/** What an upkeep of the cache removed and left. */
export interface CacheRemoval {
  readonly removed: number;
  readonly removedBytes: number;
  readonly left: number;
  readonly leftBytes: number;
}

/** What to remove; with both limits, an entry goes when either demands it. */
export interface PruneLimits {
  /** Entries stored before this moment go, milliseconds since the epoch. */
  readonly storedBeforeMs?: number;
  /** The oldest entries go until the rest is no larger, in bytes. */
  readonly maxBytes?: number;
}

interface CacheFile {
  readonly path: string;
  readonly bytes: number;
  readonly storedMs: number;
  readonly isAside: boolean;
}

/** A file that was being written and never renamed is left behind by a killed process; younger ones may be in use. */
const ABANDONED_AFTER_MS = 3_600_000;

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Only files that look like ours are ever counted or removed, since people point `clear` at wrong folders. */
async function* cacheFiles(folder: string): AsyncGenerator<CacheFile> {
  for (const parent of await entriesOf(folder)) {
    if (!parent.isDirectory() || !/^[0-9a-f]{2}$/.test(parent.name)) continue;
    for (const entry of await entriesOf(join(folder, parent.name))) {
      const isAside = /^[0-9a-f]{62}\.[0-9a-f-]{36}\.tmp$/.test(entry.name);
      if (!entry.isFile() || !(isAside || /^[0-9a-f]{62}\.json$/.test(entry.name))) continue;
      const path = join(folder, parent.name, entry.name);
      // Another process may have removed it meanwhile.
      const facts = await stat(path).catch(() => undefined);
      if (facts !== undefined) yield { path, bytes: facts.size, storedMs: facts.mtimeMs, isAside };
    }
  }
}

/** Counts the replies of a response cache. A folder that does not exist is an empty cache. */
export async function readCacheStats(folder: string): Promise<CacheStats> {
  let entries = 0;
  let bytes = 0;
  let oldestMs: number | null = null;
  let newestMs: number | null = null;
  for await (const file of cacheFiles(folder)) {
    if (file.isAside) continue;
    entries++;
    bytes += file.bytes;
    oldestMs = oldestMs === null ? file.storedMs : Math.min(oldestMs, file.storedMs);
    newestMs = newestMs === null ? file.storedMs : Math.max(newestMs, file.storedMs);
  }
  return { folder, entries, bytes, oldestMs, newestMs };
}

/**
 * Removes old replies, and what killed processes left half-written more than an hour ago.
 *
 * @param nowMs milliseconds since the epoch
 */
export async function pruneCache(folder: string, limits: PruneLimits, nowMs: number): Promise<CacheRemoval> {
  const doomed: CacheFile[] = [];
  const kept: CacheFile[] = [];
  for await (const file of cacheFiles(folder)) {
    const isOld = file.isAside
      ? file.storedMs < nowMs - ABANDONED_AFTER_MS
      : limits.storedBeforeMs !== undefined && file.storedMs < limits.storedBeforeMs;
    if (isOld) doomed.push(file);
    else if (!file.isAside) kept.push(file);
  }
  kept.sort((one, other) => one.storedMs - other.storedMs);
  let keptBytes = kept.reduce((sum, file) => sum + file.bytes, 0);
  while (limits.maxBytes !== undefined && keptBytes > limits.maxBytes) {
    const oldest = kept.shift();
    if (oldest === undefined) break;
    keptBytes -= oldest.bytes;
    doomed.push(oldest);
  }
  return { ...(await removeAll(doomed)), left: kept.length, leftBytes: keptBytes };
}

/** Removes all replies. Foreign files in the folder, and the folder itself, stay. */
export async function clearCache(folder: string): Promise<CacheRemoval> {
  const files: CacheFile[] = [];
  for await (const file of cacheFiles(folder)) files.push(file);
  return { ...(await removeAll(files)), left: 0, leftBytes: 0 };
}

async function removeAll(
  files: readonly CacheFile[],
): Promise<Pick<CacheRemoval, "removed" | "removedBytes">> {
  let removed = 0;
  let removedBytes = 0;
  for (const file of files) {
    // A file that another process removed first is gone all the same; one that cannot be removed is not counted.
    const gone = await unlink(file.path).then(
      () => true,
      () => false,
    );
    if (!gone || file.isAside) continue;
    removed++;
    removedBytes += file.bytes;
  }
  return { removed, removedBytes };
}
