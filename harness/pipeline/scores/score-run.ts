import type { Board, Scores } from "../../core/board.js";
import type { Manifest, ManifestProtocol } from "../../core/manifest.js";
import type { Answer, Suite, Warning } from "../../core/records.js";
import { codePointLength } from "../../core/text.js";
import { answerPlace, judgmentPlace } from "../resume.js";
import { readAnswers, readJudgments, readManifest, readSuites } from "../run-folder.js";
import { type AnswerFacts, answerFacts, currentAnswers } from "./answer-facts.js";
import { boardWarnings } from "./board-warnings.js";
import { type BoardInput, buildBoard } from "./build-board.js";
import type { PreferenceCalibration, PreferenceOptions } from "./preference-rows.js";
import { type BoardFrame, type ExpectedSlot, type VerdictRow, verdictRow } from "./verdict-row.js";

/** Places of a suite where a verdict is expected. */
export function expectedSlots(suite: Suite, turns: "each" | "last"): ExpectedSlot[] {
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

interface CurrentRows {
  readonly byProtocol: ReadonlyMap<string, readonly VerdictRow[]>;
  readonly records: number;
  /** Judgments of answers that have been replaced since. */
  readonly stale: number;
}

/** The verdicts that count: the last of each place, and only those given on the answers that count now. */
function currentRows(run: string, answers: ReadonlyMap<string, Answer>): CurrentRows {
  const byPlace = new Map<string, { protocol: string; row: VerdictRow; isStale: boolean }>();
  let records = 0;
  for (const judgment of readJudgments(run)) {
    records++;
    const { suite, questionId, trial, a, b, protocol } = judgment;
    const shown = b === undefined ? [a] : [a, b];
    const isStale = shown.some((model, index) => {
      const current = answers.get(answerPlace(suite, model, questionId, trial));
      return current !== undefined && current.taskId !== judgment.answers[index];
    });
    byPlace.set(judgmentPlace(judgment), { protocol, row: verdictRow(judgment), isStale });
  }
  const byProtocol = new Map<string, VerdictRow[]>();
  let stale = 0;
  for (const { protocol, row, isStale } of byPlace.values()) {
    if (isStale) {
      stale++;
      continue;
    }
    const rows = byProtocol.get(protocol);
    if (rows === undefined) byProtocol.set(protocol, [row]);
    else rows.push(row);
  }
  return { byProtocol, records, stale };
}

function factsBySuite(answers: ReadonlyMap<string, Answer>): Map<string, Map<string, AnswerFacts>> {
  const grouped = new Map<string, Map<string, Answer[]>>();
  for (const answer of answers.values()) {
    const models = grouped.get(answer.suite) ?? new Map<string, Answer[]>();
    grouped.set(answer.suite, models);
    const list = models.get(answer.model) ?? [];
    models.set(answer.model, list);
    list.push(answer);
  }
  return new Map(
    [...grouped].map(([suite, models]) => [
      suite,
      new Map([...models].map(([model, list]) => [model, answerFacts(list)])),
    ]),
  );
}

function boardInput(
  planned: ManifestProtocol,
  suite: Suite,
  manifest: Manifest,
  rows: readonly VerdictRow[],
  facts: ReadonlyMap<string, AnswerFacts> | undefined,
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
      ...(planned.baseline === undefined ? {} : { baseline: planned.baseline }),
      ...(suite.notice === undefined ? {} : { notice: suite.notice }),
      assets: [...suite.assets, ...planned.assets],
    },
    metric: planned.metric,
    subjects: planned.subjects,
    frame,
    rows,
    preference,
    ...(facts === undefined ? {} : { facts }),
  };
}

function lengthOf(answer: Answer | undefined): number | undefined {
  if (answer?.status !== "completed") return undefined;
  return answer.turns.reduce((sum, turn) => sum + codePointLength(turn.text), 0);
}

/** Everything that the boards of a run are computed from. */
export interface RunVerdicts {
  readonly inputs: readonly BoardInput[];
  readonly suites: ReadonlyMap<string, Suite>;
  /** Judgments on disk, superseded ones too. */
  readonly records: number;
  /** Judgments of answers that have been replaced since. */
  readonly stale: number;
}

/**
 * Gathers the verdicts of a run folder from its files alone; never calls a model.
 * @throws ConfigError when it is not a run folder; DataError for damaged files.
 */
export function readRunVerdicts(run: string, options: ScoringOptions = {}): RunVerdicts {
  const manifest = readManifest(run);
  const suites = new Map(readSuites(run).map((suite) => [suite.id, suite]));
  const answers = currentAnswers(readAnswers(run));
  const { byProtocol, records, stale } = currentRows(run, answers);
  const facts = factsBySuite(answers);
  const inputs = manifest.protocols.flatMap((planned) => {
    const suite = suites.get(planned.suite);
    if (suite === undefined) return [];
    const calibration = options.calibration?.(suite.id);
    const preference: PreferenceOptions = {
      lengthOf: (model, questionId, trial) =>
        lengthOf(answers.get(answerPlace(suite.id, model, questionId, trial))),
      ...(calibration === undefined ? {} : { calibration }),
      compat: options.compat ?? false,
      seed: manifest.seed,
      bootstrapReplicates: options.bootstrapReplicates ?? 500,
    };
    return [
      boardInput(planned, suite, manifest, byProtocol.get(planned.id) ?? [], facts.get(suite.id), preference),
    ];
  });
  return { inputs, suites, records, stale };
}

/**
 * Scores a run folder.
 * @throws ConfigError when it is not a run folder; DataError for damaged files.
 */
export function scoreRun(run: string, options: ScoringOptions = {}): Scores {
  const { inputs, records, stale } = readRunVerdicts(run, options);
  const built = inputs.map(buildBoard);
  const boards: Board[] = built.map(({ board }) => board);
  const warnings: Warning[] = built.flatMap(({ board, warnings }) => [...boardWarnings(board), ...warnings]);
  if (stale > 0) {
    const message = `${stale} verdicts were given on answers that have been replaced since; they do not count`;
    warnings.push({ code: "stale-judgments", message, count: stale });
  }
  const sources = [{ path: run, format: "assay-run", records }];
  return { schema: "assay.scores/1", sources, boards, warnings };
}
