import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { PreferenceRow, Scores } from "../../core/board.js";
import { compositeKey } from "../../core/composite-key.js";
import type { Manifest, ManifestProtocol } from "../../core/manifest.js";
import type { Answer, Judgment, Suite, Warning } from "../../core/records.js";
import { codePointLength, fileNameFor } from "../../core/text.js";
import { averageLength, summarizePreferences } from "../../stats/preference-summary.js";
import { countingRecords } from "../../store/counting-records.js";
import { answerPlace } from "../../store/resume.js";
import {
  prettyJson,
  readManifest,
  readSuites,
  runPaths,
  writeFileAtomically,
} from "../../store/run-folder.js";
import {
  annotationRecords,
  type ExportedComparison,
  outputRecords,
  preferenceOf,
  type QuestionPlaces,
  questionPlaces,
} from "./export.js";
import type { JsonRecord } from "./json.js";
import { type LeaderboardRow, leaderboardCsv } from "./leaderboard.js";

/** What an export wrote, and what of the run has no place in it. */
export interface AlpacaExport {
  readonly files: string[];
  readonly warnings: readonly Warning[];
}

/** A run's records that count. */
interface RunRecords {
  readonly manifest: Manifest;
  readonly answers: ReadonlyMap<string, Answer>;
  readonly judgments: readonly Judgment[];
  readonly baselines: ReadonlySet<string>;
  /** As last scored; the length-controlled figures come from here. */
  readonly scores: Scores | undefined;
}

function readScores(run: string): Scores | undefined {
  const file = runPaths.scores(run);
  if (!existsSync(file)) return undefined;
  try {
    const scores = JSON.parse(readFileSync(file, "utf8")) as Partial<Scores> | null;
    return scores?.schema === "assay.scores/1" ? (scores as Scores) : undefined;
  } catch {
    // scores.json is made again by `assay score`; the export can do without it.
    return undefined;
  }
}

function readRun(run: string): RunRecords {
  const manifest = readManifest(run);
  const counting = countingRecords(run);
  const answers = new Map(
    counting.answers.map((answer) => {
      const { suite, model, questionId, trial } = answer;
      return [answerPlace(suite, model, questionId, trial), answer];
    }),
  );
  const baselines = new Set(manifest.protocols.flatMap(({ baseline }) => baseline ?? []));
  return { manifest, answers, judgments: counting.judgments, baselines, scores: readScores(run) };
}

/** alpaca_eval knows no trials: the second and later ones of a measured model stand as models of their own. */
function generatorName(model: string, trial: number): string {
  return trial === 1 ? model : `${model}~trial-${trial}`;
}

/** alpaca_eval's name of an annotator: its own where the verdicts were imported, else the protocol's id. */
function annotatorName({ id, identity }: ManifestProtocol): string {
  const { annotator } = identity;
  return typeof annotator === "string" ? annotator : id;
}

/** Files of one suite, relative to the export folder. */
class SuiteExport {
  readonly files = new Map<string, string>();
  private readonly places: QuestionPlaces;
  private readonly folder: string;
  skipped = 0;

  constructor(
    private readonly suite: Suite,
    private readonly run: RunRecords,
  ) {
    this.places = questionPlaces(suite.questions);
    this.folder = fileNameFor(suite.id);
  }

  addOutputs(): void {
    const byGenerator = new Map<string, Answer[]>();
    for (const answer of this.run.answers.values()) {
      if (answer.suite !== this.suite.id || this.isRepeated(answer)) continue;
      const generator = generatorName(answer.model, answer.trial);
      const own = byGenerator.get(generator) ?? [];
      byGenerator.set(generator, own);
      own.push(answer);
    }
    for (const [generator, own] of byGenerator) {
      const records = outputRecords(own, generator, this.places);
      if (records.length > 0) this.addJson(["results", generator, "model_outputs.json"], records);
    }
  }

  /** A recorded baseline says the same in all trials. */
  private isRepeated({ suite, model, questionId, trial, turns }: Answer): boolean {
    if (trial === 1 || !this.run.baselines.has(model)) return false;
    const first = this.run.answers.get(answerPlace(suite, model, questionId, 1));
    return first?.turns.at(-1)?.text === turns.at(-1)?.text;
  }

  addProtocol(protocol: ManifestProtocol): void {
    const annotator = annotatorName(protocol);
    const rows: LeaderboardRow[] = [];
    for (const [generator, comparisons] of this.comparisonsOf(protocol)) {
      const records = annotationRecords(comparisons, annotator);
      this.addJson(["results", generator, annotator, "annotations.json"], records);
      rows.push(this.leaderboardRow(generator, comparisons, protocol));
    }
    if (rows.length === 0) return;
    rows.sort((one, other) => (other.winRate ?? 0) - (one.winRate ?? 0));
    this.addText(["leaderboards", annotator, "leaderboard.csv"], leaderboardCsv(rows));
  }

  private addJson(path: readonly string[], records: readonly JsonRecord[]): void {
    this.addText(path, prettyJson(records));
  }

  private addText(path: readonly string[], text: string): void {
    this.files.set(join(this.folder, ...path.map(fileNameFor)), text);
  }

  /** Comparisons by what the measured model is called in the files. */
  private comparisonsOf(protocol: ManifestProtocol): Map<string, ExportedComparison[]> {
    const byPlace = new Map<string, Judgment[]>();
    const keyOf = (models: readonly (string | undefined)[], questionId: string, trial: number) =>
      compositeKey(...[...models].sort(), questionId, trial);
    for (const judgment of this.run.judgments) {
      if (judgment.protocol !== protocol.id || judgment.suite !== this.suite.id) continue;
      // A ranking is no comparison of two outputs that alpaca_eval could have made.
      if (judgment.ranked !== undefined) continue;
      if (judgment.status === "skipped") {
        this.skipped++;
        continue;
      }
      const key = keyOf([judgment.a, judgment.b], judgment.questionId, judgment.trial);
      const there = byPlace.get(key) ?? [];
      byPlace.set(key, there);
      there.push(judgment);
    }
    const byGenerator = new Map<string, ExportedComparison[]>();
    for (const [model = "", opponent = ""] of protocol.subjects) {
      for (let trial = 1; trial <= this.run.manifest.trials; trial++) {
        const generators = { model: generatorName(model, trial), baseline: opponent };
        const found = byGenerator.get(generators.model) ?? [];
        for (const { question, position } of this.places.values()) {
          const judgments = byPlace.get(keyOf([model, opponent], question.id, trial));
          if (judgments === undefined) continue;
          judgments.sort((one, other) => (one.order ?? 1) - (other.order ?? 1));
          const answerOf = (id: string) =>
            this.run.answers.get(answerPlace(this.suite.id, id, question.id, trial));
          const [candidate, baseline] = [answerOf(model), answerOf(opponent)];
          found.push({ question, position, model, generators, judgments, candidate, opponent: baseline });
        }
        if (found.length > 0) byGenerator.set(generators.model, found);
      }
    }
    return byGenerator;
  }

  private leaderboardRow(
    generator: string,
    comparisons: readonly ExportedComparison[],
    protocol: ManifestProtocol,
  ): LeaderboardRow {
    const preferences = comparisons.map((one) => {
      const preference = preferenceOf(one);
      return preference === null ? null : preference - 1;
    });
    const summary = summarizePreferences({ preferences });
    const lengths = comparisons.flatMap(({ candidate }) =>
      candidate?.status === "completed" ? candidate.turns.map((turn) => codePointLength(turn.text)) : [],
    );
    // A board joins the trials that stand apart here.
    const scored = this.run.manifest.trials === 1 ? this.scoredRow(generator, protocol) : undefined;
    return {
      model: generator,
      winRate: summary.winRate,
      standardError: summary.standardError,
      wins: summary.wins,
      losses: summary.losses,
      draws: summary.draws,
      n: summary.n,
      discreteWinRate: summary.discreteWinRate,
      mode: "community",
      averageLength: averageLength(lengths),
      lengthControlledWinRate: scored?.lengthControlledWinRate ?? null,
      lengthControlledStandardError: scored?.lengthControlledStandardError ?? null,
    };
  }

  private scoredRow(model: string, protocol: ManifestProtocol): PreferenceRow | undefined {
    const board = this.run.scores?.boards.find(
      (one) => one.protocol === protocol.id && one.suite === this.suite.id && one.metric === "preference",
    );
    return board?.metric === "preference" ? board.models.find((row) => row.model === model) : undefined;
  }
}

const UNSCORED: Warning = {
  code: "unscored",
  message:
    "the length-controlled columns of the leaderboard are empty; `assay score RUN` before the export fills them",
};

function counted(code: string, count: number, what: string): Warning[] {
  return count === 0
    ? []
    : [
        {
          code,
          count,
          message: `AlpacaEval's files have no place for ${what} (${count})`,
        },
      ];
}

/**
 * Writes a run as alpaca_eval keeps its results, per suite: `results/MODEL/model_outputs.json`,
 * `results/MODEL/ANNOTATOR/annotations.json` and `leaderboards/ANNOTATOR/leaderboard.csv`. What was imported comes out
 * as it went in. The length-controlled columns are those of the folder's `scores.json` and empty where there is none.
 * Left out and counted: suites of several turns, single grading, judgments that had nothing to judge.
 *
 * @param out folder to write
 * @throws ConfigError when `run` is no run folder; DataError for damaged files; AssayError `cannot-write`
 */
export async function exportAlpacaEval(run: string, out: string): Promise<AlpacaExport> {
  const records = readRun(run);
  const files: string[] = [];
  let [skipped, severalTurns, single] = [0, 0, 0];
  for (const suite of readSuites(run)) {
    if (suite.questions.some((question) => question.turns.length > 1)) {
      severalTurns++;
      continue;
    }
    const part = new SuiteExport(suite, records);
    part.addOutputs();
    for (const protocol of records.manifest.protocols) {
      if (protocol.suite !== suite.id) continue;
      if (protocol.mode === "single") single++;
      else part.addProtocol(protocol);
    }
    skipped += part.skipped;
    for (const [path, text] of part.files) {
      const file = join(out, path);
      await writeFileAtomically(file, text);
      files.push(file);
    }
  }
  return {
    files,
    warnings: [
      ...(records.scores === undefined && records.judgments.length > 0 ? [UNSCORED] : []),
      ...counted("suites-of-several-turns", severalTurns, "suites with questions of several turns"),
      ...counted("single-grading", single, "protocols of single grading"),
      ...counted("skipped-judgments", skipped, "judgments that had nothing to judge"),
    ],
  };
}
