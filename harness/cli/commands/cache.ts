import { join } from "node:path";
import { isoTime } from "../../core/clock.js";
import { countOf } from "../../core/count-of.js";
import { ConfigError } from "../../core/errors.js";
import { presentFields } from "../../core/present-fields.js";
import { cacheFolder } from "../../data/asset-access.js";
import { assetAccess } from "../../data/asset-finder.js";
import {
  type CacheRemoval,
  clearCache,
  type PruneLimits,
  pruneCache,
  readCacheStats,
} from "../../pipeline/dispatch/cache-upkeep.js";
import type { Given } from "../declarations/commands.js";
import { exitCodes } from "../exit-codes.js";
import { openServices } from "../open-services.js";
import { readAge, readSize, showBytes } from "../quantities.js";
import type { Terminal } from "../terminal.js";

/** `assay cache stats|prune|clear`: upkeep of the replies that runs share. Assets are not touched. */
export async function cache(given: Given<"cache">, terminal: Terminal): Promise<number> {
  const open = openServices(terminal, { endsAtOnce: true });
  try {
    const folder = join(cacheFolder(assetAccess(open.services)), "responses");
    const nowMs = open.services.clock.now();
    if (given.action === "prune") {
      showRemoval("prune", folder, await pruneCache(folder, limitsOf(given, nowMs), nowMs), terminal);
    } else if (given.action === "clear") {
      showRemoval("clear", folder, await clearCache(folder), terminal);
    } else {
      await showStats(folder, terminal);
    }
    return exitCodes.done;
  } finally {
    open.release();
  }
}

function limitsOf({ olderThan: age, maxSize: size }: Given<"cache">, nowMs: number): PruneLimits {
  if (age === undefined && size === undefined) {
    throw new ConfigError("prune needs to know what to remove", {
      code: "prune-limit-missing",
      remedy:
        "Give --older-than AGE, --max-size SIZE or both, such as --older-than 30d; `assay cache clear` removes everything.",
    });
  }
  return presentFields({
    storedBeforeMs: age === undefined ? undefined : nowMs - readAge(age, "--older-than"),
    maxBytes: size === undefined ? undefined : readSize(size, "--max-size"),
  });
}

function moment(epochMs: number | null): string | null {
  return epochMs === null ? null : isoTime(epochMs);
}

async function showStats(folder: string, terminal: Terminal): Promise<void> {
  const { entries, bytes, oldestMs, newestMs } = await readCacheStats(folder);
  const oldest = moment(oldestMs);
  const newest = moment(newestMs);
  terminal.document({ schema: "assay.cache-stats/1", folder, entries, bytes, oldest, newest });
  terminal.say(`${countOf(entries, "reply", "replies")}, ${showBytes(bytes)}, in ${folder}`);
  if (oldest !== null && newest !== null)
    terminal.say(`oldest ${oldest.slice(0, 10)}, newest ${newest.slice(0, 10)}`);
}

function showRemoval(action: string, folder: string, removal: CacheRemoval, terminal: Terminal): void {
  const { removed, removedBytes, left, leftBytes } = removal;
  terminal.document({ schema: "assay.cache-removal/1", action, folder, ...removal });
  terminal.say(`removed ${countOf(removed, "reply", "replies")} (${showBytes(removedBytes)}) from ${folder}`);
  terminal.say(`${countOf(left, "is", "are")} left (${showBytes(leftBytes)})`);
}
