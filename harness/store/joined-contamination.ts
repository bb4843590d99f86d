import { compositeKey } from "../core/composite-key.js";
import type { ContaminationScan } from "../core/contamination.js";
import type { Suite, Warning } from "../core/records.js";
import { readRunContamination } from "./contamination-file.js";

const DROPPED: Warning = {
  code: "contamination-dropped",
  message:
    "the runs' contamination scans differ, or lack questions of the merged run, and were left out; scan again with `assay contamination` and the merged run",
};

/** What of a scan decides which questions count as contaminated. */
function finding({ suites, corpus, methods, items }: ContaminationScan): string {
  return JSON.stringify([suites, corpus, methods, items]);
}

function coversAll(scan: ContaminationScan, suites: readonly Suite[]): boolean {
  const scanned = new Set(scan.items.map(({ suite, id }) => compositeKey(suite, id)));
  const named = new Set(scan.suites.map(({ suite }) => suite));
  return suites
    .filter(({ id }) => named.has(id))
    .every(({ id, questions }) => questions.every((question) => scanned.has(compositeKey(id, question.id))));
}

/**
 * The scan of a corpus that holds for a merged run: the one that its runs keep, where they keep the same and it knows each
 * question of the suites that it names. Scores of several are put together. Otherwise a warning says that none was kept.
 * @param suites of the merged run
 */
export function joinContamination(
  runs: readonly string[],
  suites: readonly Suite[],
): { readonly scan?: ContaminationScan; readonly warnings: readonly Warning[] } {
  const scans = runs.flatMap((run) => readRunContamination(run) ?? []);
  const [newest] = scans.toSorted((one, other) => (one.at < other.at ? 1 : -1));
  if (newest === undefined) return { warnings: [] };
  const alike = new Set(scans.map(finding)).size === 1;
  if (!alike || !coversAll(newest, suites)) return { warnings: [DROPPED] };
  return { scan: { ...newest, scores: scans.flatMap(({ scores }) => scores) }, warnings: [] };
}
