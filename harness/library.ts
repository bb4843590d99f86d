/** The calls that do a whole job over plain data: run, score, compare, report. */

import type { ReportFormat } from "../reports/registry.js";
import { comparablePairs, readSource } from "./assemble/compare-sources.js";
import { type EvaluateOptions, evaluate } from "./assemble/evaluate.js";
import { prepareEvaluation } from "./assemble/evaluation.js";
import { type RunInput, readInput } from "./assemble/objects.js";
import { reportInput, writeReport } from "./assemble/report.js";
import { runScoring, type ScoreSourcesOptions, scoreSources } from "./assemble/score-sources.js";
import { unfinishedByManifest, whyUnfinished } from "./assemble/unfinished.js";
import { defaultFormats, type RunConfig } from "./config/resolve.js";
import type { Scores } from "./core/board.js";
import { systemClock } from "./core/clock.js";
import type { Comparison } from "./core/comparison.js";
import type { GateResult } from "./core/gate.js";
import { namedPath } from "./core/named-path.js";
import { presentFields } from "./core/present-fields.js";
import type { Services } from "./core/services.js";
import { assetFinder } from "./data/asset-finder.js";
import { type CompareOptions, compareModels } from "./pipeline/compare/compare-models.js";
import type { RunResult } from "./pipeline/run.js";
import type { ScoringOptions } from "./pipeline/scores/score-run.js";
import { type CountingRecords, countingRecords } from "./store/counting-records.js";
import { isRunFolder, runPaths } from "./store/run-folder.js";

/** The process's own clock, network and environment. */
export function defaultServices(): Services {
  return { environment: process.env, clock: systemClock, random: Math.random, fetch: globalThis.fetch };
}

/** How {@link run} is carried out. */
export interface RunOptions extends Pick<EvaluateOptions, "stages" | "listener"> {
  /** Cuts off calls under way; what is recorded stays, and the same call resumes. */
  readonly signal?: AbortSignal;
  /** Default: {@link defaultServices}. */
  readonly services?: Services;
}

/** How a run ended, with what its gates decided and where its report is. */
export interface RunOutcome extends RunResult {
  readonly gates: readonly GateResult[];
  /** Files of the report, where `report.formats` asked for one. */
  readonly files: readonly string[];
}

/**
 * Runs an evaluation: answers → judgments → scores in the run folder `input.out`, resuming what it holds; then decides
 * the gates and writes the report, where there are gates and where `report.formats` names or holds formats. Models,
 * judges, suites and formats may be objects; the run folder keeps a mark of each. What the program made, it closes.
 * @throws ConfigError, DataError before the first call; AssayError `cannot-write`.
 */
export async function run(
  input: RunInput & { readonly out: string },
  options: RunOptions = {},
): Promise<RunOutcome> {
  const { signal, services: given, ...rest } = options;
  const own = given ?? defaultServices();
  const services = signal === undefined ? own : { ...own, stop: signal, abort: signal };
  const { config, objects } = await readInput(input);
  const evaluation = await prepareEvaluation(config, services, objects);
  try {
    for (const warning of evaluation.warnings) rest.listener?.({ type: "warning", warning });
    const isJudged = rest.stages?.judgments ?? true;
    const formats = isJudged ? (input.report?.formats ?? []) : [];
    const keepRecords = formats.length > 0;
    const result = await evaluate(evaluation, { ...rest, run: input.out, keepRecords }, services);
    const { scoring } = evaluation;
    const gates = isJudged ? await gatesOf(result, config.gates, scoring) : [];
    const { title, redact } = config.report;
    const about = { ...presentFields({ title, redact }), scoring, environment: services.environment };
    const files =
      formats.length === 0
        ? []
        : await writeReport(
            reportInput([result], services.clock, about),
            formats,
            runPaths.report(result.run),
            gates,
            {
              unfinished: whyUnfinished(result, config.maxMissing) ?? null,
              inconclusiveFails: config.inconclusive !== "pass",
              ...presentFields({ fonts: config.report.fonts }),
              warn: (message) =>
                rest.listener?.({ type: "warning", warning: { code: "font-missing", message } }),
            },
          );
    // Whoever wants the records reads them: a caller may hold many outcomes.
    const { records: _, ...outcome } = result;
    return { ...outcome, gates, files };
  } finally {
    await evaluation.close();
  }
}

/** Gates are loaded only where there are any. A part of the questions decides none. */
async function gatesOf(
  result: RunResult,
  entries: RunConfig["gates"],
  scoring: ScoringOptions,
): Promise<readonly GateResult[]> {
  if (entries.length === 0 || result.manifest.shard !== undefined) return [];
  return (await import("./assemble/gates.js")).evaluateGates(entries, result, scoring);
}

/**
 * Reads the records of a run that count: the last one of each place, for the models, questions and protocols that its
 * manifest names. {@link readAnswers} and {@link readJudgments} read every line that was ever appended.
 * @throws ConfigError when it is not a run folder; DataError for damaged files.
 */
export function readRecords(run: string): CountingRecords {
  return countingRecords(run);
}

/** How runs and files are scored. */
export interface ScoreOptions extends Partial<ScoreSourcesOptions> {
  readonly services?: Services;
}

/** Scores run folders and files of other tools. @throws ConfigError, DataError. */
export async function score(paths: string | readonly string[], options: ScoreOptions = {}): Promise<Scores> {
  const { services = defaultServices(), ...given } = options;
  const list = typeof paths === "string" ? [paths] : paths;
  const asked = { compat: false, seed: 1, ...given };
  return (await scoreSources(list, asked, assetFinder(services))).scores;
}

/** How {@link compare} compares. */
export interface CompareCallOptions
  extends Pick<ScoreOptions, "compat" | "seed" | "services" | "calibrationFolder">,
    Pick<CompareOptions, "acrossProtocols" | "movers"> {
  /** Largest loss that still passes, in the unit of the metric. Default 0. */
  readonly margin?: number;
  /** Of the interval, in percent. Default 95. */
  readonly level?: number;
}

/**
 * Compares two models: run folders or judgment files, `PATH#model-id` picks one model. One comparison per board that
 * both have.
 * @throws ConfigError when suites or protocols differ.
 */
export async function compare(
  base: string,
  candidate: string,
  options: CompareCallOptions = {},
): Promise<Comparison[]> {
  const { seed = 1, compat = false, margin = 0, level = 95 } = options;
  const { services = defaultServices(), calibrationFolder, acrossProtocols, movers } = options;
  const finder = assetFinder(services);
  const runs = [base, candidate].map((source) => namedPath(source).path).filter(isRunFolder);
  const { scoring } = await runScoring(runs, { compat, calibrationFolder }, finder);
  const sourceOptions = { compat, finder, seed, scoring };
  const sources = await Promise.all([readSource(base, sourceOptions), readSource(candidate, sourceOptions)]);
  const compareOptions = { margin, level, seed, ...presentFields({ acrossProtocols, movers }) };
  return comparablePairs(sources[0], sources[1]).map((pair) =>
    compareModels(pair.base, pair.candidate, compareOptions),
  );
}

/** What {@link report} writes, and where. */
export interface ReportCallOptions
  extends Pick<ScoreOptions, "compat" | "services" | "calibrationFolder" | "judgeCard"> {
  /** Names from `assay list reports`, and objects. Default: html, markdown and png. */
  readonly formats?: readonly (string | ReportFormat)[];
  /** Default: `report` in the run folder. */
  readonly out?: string;
  readonly title?: string;
  /** Leaves the texts of questions and answers out. */
  readonly redact?: boolean;
  readonly gates?: readonly GateResult[];
  /** Font files for charts, where names need letters that the bundled fonts lack. */
  readonly fonts?: readonly string[];
  /** Is told what could not be drawn as asked for. */
  readonly warn?: (warning: string) => void;
}

/**
 * Writes the report of a run folder; of several, the last one gives the figures, with what only earlier ones have beside
 * them, and all of them the trends.
 * @returns The files written.
 * @throws ConfigError, DataError; ReportError when a chart cannot be drawn.
 */
export async function report(
  runs: string | readonly string[],
  options: ReportCallOptions = {},
): Promise<string[]> {
  const list = typeof runs === "string" ? [runs] : runs;
  const { services = defaultServices(), formats = [...defaultFormats], compat = false } = options;
  const { title, redact, calibrationFolder, judgeCard, gates, fonts, warn } = options;
  const { scoring } = await runScoring(list, { compat, calibrationFolder, judgeCard }, assetFinder(services));
  const input = reportInput(list, services.clock, {
    ...presentFields({ title, redact }),
    scoring,
    environment: services.environment,
  });
  const last = input.manifests.at(-1);
  const ending = {
    ...(last === undefined ? {} : { unfinished: unfinishedByManifest(last) }),
    ...presentFields({ fonts, warn }),
  };
  return writeReport(input, formats, options.out ?? runPaths.report(list.at(-1) ?? ""), gates, ending);
}
