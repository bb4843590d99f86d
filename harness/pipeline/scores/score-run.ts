import type { Scores } from "../../core/board.js";
import { DataError } from "../../core/errors.js";
import type { Manifest, ManifestProtocol } from "../../core/manifest.js";
import { presentFields } from "../../core/present-fields.js";
import type { Answer, Suite } from "../../core/records.js";
import { type AnswerFacts, CurrentAnswers } from "../../store/answer-facts.js";
import { type Asked, askedBy } from "../../store/asked.js";
import { readAnswers, readJudgments, readManifest, readSuites, runPaths } from "../../store/run-folder.js";
import type { BoardInput } from "./build-board.js";
import { ImportedRows } from "./imported-rows.js";
import type { PreferenceCalibration, PreferenceOptions } from "./preference-rows.js";
import { VerdictGrid } from "./verdict-grid.js";
import { type BoardFrame, type ExpectedSlot, type VerdictRow, verdictRow } from "./verdict-row.js";
import { scoresOf, type Verdicts } from "./verdicts.js";

/** Places of a suite where a verdict is expected. */
function expectedSlots(suite: Suite, turns: "each" | "last"): ExpectedSlot[] {
  return suite.questions.flatMap((question) => {
    const all = question.turns.map((_, index) => index + 1);
    const judged = turns === "each" ? all : all.slice(-1);
    return judged.map((turn) => ({ questionId: question.id, category: question.category, turn }));
  });
}

/** What scoring may be given besides the run folder. */
export interface ScoringOptions {
  /** Published calibration for the length-controlled win rate, by suite id. */
  readonly calibration?: (suite: string) => PreferenceCalibration | undefined;
  /** As the original tools compute it, defects included. */
  readonly compat?: boolean;
  /** Resamples of the length-controlled interval; default 500. */
  readonly bootstrapReplicates?: number;
}

interface CurrentVerdicts {
  readonly byProtocol: ReadonlyMap<string, VerdictGrid>;
  readonly records: number;
  /** Judgments of answers that have been replaced since. */
  readonly stale: number;
}

function* askedAnswers(run: string, asked: Asked): Generator<Answer> {
  for (const answer of readAnswers(run)) if (asked.answer(answer)) yield answer;
}

/** The verdicts that count: the last of each place, and only those given on the answers that count now. */
function currentVerdicts(
  run: string,
  asked: Asked,
  answers: CurrentAnswers,
  imported: ImportedRows,
): CurrentVerdicts {
  const byProtocol = new Map<string, VerdictGrid>();
  let records = 0;
  for (const judgment of readJudgments(run)) {
    records++;
    if (!asked.judgment(judgment)) continue;
    imported.add(judgment);
    const { protocol } = judgment;
    let grid = byProtocol.get(protocol);
    if (grid === undefined) {
      grid = new VerdictGrid();
      byProtocol.set(protocol, grid);
    }
    grid.put(verdictRow(judgment), answers.isStale(judgment));
  }
  const stale = [...byProtocol.values()].reduce((sum, grid) => sum + grid.stale, 0);
  return { byProtocol, records, stale };
}

function boardInput(
  planned: ManifestProtocol,
  suite: Suite,
  manifest: Manifest,
  rows: Iterable<VerdictRow>,
  facts: ReadonlyMap<string, AnswerFacts>,
  preference: PreferenceOptions,
): BoardInput {
  const frame: BoardFrame = {
    slots: expectedSlots(suite, planned.turns),
    trials: manifest.trials,
    categories: suite.categories.filter((one) =>
      suite.questions.some((question) => question.category === one),
    ),
  };
  return {
    head: {
      suite: suite.id,
      mode: planned.mode,
      judge: planned.judgeModel,
      protocol: planned.id,
      ...presentFields({ baseline: planned.baseline, notice: suite.notice }),
      assets: [...suite.assets, ...planned.assets],
    },
    metric: planned.metric,
    subjects: planned.subjects,
    frame,
    rows,
    preference,
    facts,
  };
}

/**
 * Gathers the verdicts of a run folder from its files alone; never calls a model.
 * @throws ConfigError when it is not a run folder; DataError for damaged files.
 */
export function readRunVerdicts(run: string, options: ScoringOptions = {}): Verdicts {
  const manifest = readManifest(run);
  const suites = new Map(readSuites(run).map((suite) => [suite.id, suite]));
  const asked = askedBy(manifest, [...suites.values()]);
  const answers = new CurrentAnswers(askedAnswers(run, asked));
  const imported = new ImportedRows(manifest.protocols);
  const { byProtocol, records, stale } = currentVerdicts(run, asked, answers, imported);
  const inputs = manifest.protocols.flatMap((planned) => {
    const suite = suites.get(planned.suite);
    if (suite === undefined) {
      // A shard may hold no question of a suite that others have.
      if (manifest.suites.every((one) => one.id !== planned.suite)) return [];
      const remedy = "Restore it, or run `assay run` with the same options: it writes suites/ anew.";
      const file = runPaths.suite(run, planned.suite);
      throw new DataError("is missing", { code: "suite-missing", file, remedy });
    }
    const calibration = options.calibration?.(suite.id);
    const lengthOf = (model: string, questionId: string, trial = 1) =>
      answers.lengthOf(suite.id, model, questionId, trial);
    const preference: PreferenceOptions = {
      lengthOf,
      publishedRows: (model) => imported.of(planned.id, model, lengthOf),
      ...presentFields({ calibration }),
      compat: options.compat ?? false,
      seed: manifest.seed,
      bootstrapReplicates: options.bootstrapReplicates ?? 500,
    };
    const rows = byProtocol.get(planned.id) ?? new VerdictGrid();
    return [boardInput(planned, suite, manifest, rows, answers.factsOf(suite.id), preference)];
  });
  const sources = [{ path: run, format: "assay-run", records }];
  if (stale === 0) return { inputs, suites, sources, warnings: [] };
  const message = `${stale} verdicts were given on answers that have been replaced since; they do not count`;
  return { inputs, suites, sources, warnings: [{ code: "stale-judgments", message, count: stale }] };
}

/**
 * Scores a run folder.
 * @throws ConfigError when it is not a run folder; DataError for damaged files.
 */
export function scoreRun(run: string, options: ScoringOptions = {}): Scores {
  return scoresOf(readRunVerdicts(run, options));
}
