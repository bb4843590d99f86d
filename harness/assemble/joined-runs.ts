import { compositeKey } from "../core/composite-key.js";
import { joinVerdicts } from "../pipeline/scores/join-verdicts.js";
import { readRunVerdicts, type ScoredRun, type ScoringOptions } from "../pipeline/scores/score-run.js";
import { scoresOf } from "../pipeline/scores/verdicts.js";
import { askedBy } from "../store/asked.js";
import { RecordKeeper } from "../store/counting-records.js";
import { readManifest, readSuites } from "../store/run-folder.js";
import { ShownRecords } from "../store/shown-records.js";
import { visitRecords } from "../store/visit-records.js";

/** A run as a report shows it: its figures, and the texts behind them. */
export type ShownRun = Pick<Required<ScoredRun>, "verdicts" | "scores" | "records">;

/** Reads a run folder without keeping its records. @throws ConfigError, DataError. */
export function readWithoutRecords(run: string, options: ScoringOptions = {}): ScoredRun {
  const verdicts = readRunVerdicts(run, options);
  return { run, manifest: readManifest(run), suites: readSuites(run), verdicts, scores: scoresOf(verdicts) };
}

/** The records that count of a run, as reports show them: those that were kept, else as the folder has them. */
export function recordsOf({ run, manifest, suites, records }: ScoredRun): ShownRun["records"] {
  if (records !== undefined) return records;
  const keeper = new RecordKeeper(new ShownRecords());
  visitRecords(run, askedBy(manifest, suites), [keeper]);
  return keeper.kept();
}

/**
 * What a report shows of several runs: all of the newest, and of each earlier one the boards and models that no newer one
 * has.
 * @param earlier Oldest first.
 * @throws ConfigError `different-questions`; DataError for damaged files.
 */
export function joinRuns(newest: ShownRun, earlier: readonly ScoredRun[]): ShownRun {
  return earlier.reduceRight<ShownRun>((shown, run) => {
    const joined = joinVerdicts(shown.verdicts, run.verdicts);
    if (joined === undefined) return shown;
    const { verdicts, isAdded } = joined;
    const { answers, judgments } = shown.records;
    const more = recordsOf(run);
    const answered = new Set(answers.map(({ suite, model }) => compositeKey(suite, model)));
    const records = {
      answers: [
        ...more.answers.filter(({ suite, model }) => !answered.has(compositeKey(suite, model))),
        ...answers,
      ],
      judgments: [...more.judgments.filter(({ protocol, a, b }) => isAdded(protocol, a, b)), ...judgments],
    };
    return { verdicts, scores: scoresOf(verdicts), records };
  }, newest);
}
