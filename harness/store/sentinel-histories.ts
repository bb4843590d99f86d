import { appendFile } from "node:fs/promises";
import type { Manifest } from "../core/manifest.js";
import type { SentinelHistory } from "../core/sentinel.js";
import { readSentinelJudgments, runPaths } from "./run-folder.js";

/**
 * Histories of several manifests, one per protocol: the one with the most rounds, since all that share a file grow with it.
 * @param protocols Ids of those that are still there.
 */
export function joinHistories(
  histories: readonly SentinelHistory[],
  protocols: ReadonlySet<string>,
): Pick<Manifest, "sentinel"> {
  const latest = new Map<string, SentinelHistory>();
  for (const history of histories) {
    const other = latest.get(history.protocol);
    if (!protocols.has(history.protocol)) continue;
    if (other === undefined || history.rounds.length >= other.rounds.length)
      latest.set(history.protocol, history);
  }
  return latest.size === 0 ? {} : { sentinel: [...latest.values()] };
}

/** Copies what runs asked of their sentinels into a run that is made of them: it was paid for. */
export async function copySentinelJudgments(runs: readonly string[], target: string): Promise<void> {
  for (const run of runs) {
    const lines = Array.from(readSentinelJudgments(run), (judgment) => `${JSON.stringify(judgment)}\n`);
    if (lines.length > 0) await appendFile(runPaths.sentinel(target), lines.join(""));
  }
}
