import type { ShownAnswer, ShownJudgment } from "../../core/shown-judgment.js";
import { type CountingRecords, type Keeping, RecordKeeper } from "../../store/counting-records.js";
import { ManifestCount } from "../../store/manifest-of-records.js";
import { readManifest, readSentinelJudgments, readSuites } from "../../store/run-folder.js";
import { ShownRecords } from "../../store/shown-records.js";
import { withSequence } from "../sequence/shown-sequence.js";
import { type ScoredRun, type ScoringOptions, verdictsOf } from "./score-run.js";
import { scoresOf } from "./verdicts.js";

/**
 * Reads a run folder once and scores it, keeping the records that count as reports show them.
 * @throws ConfigError when it is not a run folder; DataError for damaged files.
 */
export function readScoredRun(run: string, options: ScoringOptions = {}): Required<ScoredRun> {
  return readKeepingRun(run, new ShownRecords(), options);
}

/**
 * As {@link readScoredRun}, keeping something else of the records.
 * @throws ConfigError when it is not a run folder; DataError for damaged files.
 */
export function readKeepingRun<KeptJudgment extends ShownJudgment, KeptAnswer extends ShownAnswer>(
  run: string,
  keep: Keeping<KeptJudgment, KeptAnswer>,
  options: ScoringOptions = {},
): Required<ScoredRun> & { readonly records: CountingRecords<KeptJudgment, KeptAnswer> } {
  const opened = readManifest(run);
  const suites = readSuites(run);
  const keeper = new RecordKeeper(keep);
  // The counts of a run that goes on, or was killed, stand in its records alone.
  const count = opened.status === "running" ? new ManifestCount(opened) : undefined;
  count?.addUnplaced(readSentinelJudgments(run));
  const visitors = count === undefined ? [keeper] : [keeper, count];
  const unsaid = verdictsOf({ run, manifest: opened, suites }, options, visitors);
  const { status, finishedAt } = opened;
  const manifest = count?.close({ status, finishedAt, elapsedMs: 0 }) ?? opened;
  const verdicts = withSequence(unsaid, manifest, run);
  return { run, manifest, suites, verdicts, scores: scoresOf(verdicts), records: keeper.kept() };
}
