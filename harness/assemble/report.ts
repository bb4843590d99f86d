import { basename, join, resolve } from "node:path";
import type { ReportFormat } from "../../reports/registry.js";
import type { ReportInput, ReportRun } from "../../reports/view/view.js";
import { type Clock, isoTime } from "../core/clock.js";
import type { Comparison } from "../core/comparison.js";
import type { GateResult } from "../core/gate.js";
import { toolVersion } from "../core/package-files.js";
import { presentFields } from "../core/present-fields.js";
import { readRunVerdicts, type ScoringOptions, scoreRun } from "../pipeline/scores/score-run.js";
import { askedBy, countingRecords } from "../store/asked.js";
import { readManifest, readSuites, writeFileAtomically } from "../store/run-folder.js";
import { comparisonsWithin } from "./comparisons.js";
import { isMark } from "./object-marks.js";

/** What a report is made with, besides the run folders. */
export interface ReportOptions {
  readonly title?: string;
  readonly redact?: boolean;
  readonly scoring?: ScoringOptions;
  readonly comparisons?: readonly Comparison[];
  readonly gates?: readonly GateResult[];
}

/**
 * Gathers what a report shows of one or several run folders; the last one named gives the figures, all of them the
 * trends.
 * @throws ConfigError, DataError for folders that are not runs or are damaged.
 */
export function reportInput(runs: readonly string[], clock: Clock, options: ReportOptions = {}): ReportInput {
  const main = runs.at(-1) ?? "";
  const manifest = readManifest(main);
  const order = manifest.models.map((model) => model.id);
  const scores = scoreRun(main, options.scoring);
  const comparisons = options.comparisons ?? comparisonsWithin(readRunVerdicts(main, options.scoring), order);
  const suites = readSuites(main);
  const { answers, judgments } = countingRecords(main, askedBy(manifest, suites));
  const trend: ReportRun[] = runs.map((run) => ({
    label: basename(resolve(run)),
    at: readManifest(run).startedAt,
    scores: run === main ? scores : scoreRun(run, options.scoring),
  }));
  return {
    ...presentFields({ title: options.title }),
    scores,
    manifests: runs.map(readManifest),
    suites,
    answers,
    judgments,
    comparisons,
    ...(runs.length > 1 ? { runs: trend } : {}),
    generatedAt: isoTime(clock.now()),
    ...presentFields({ redact: options.redact }),
    version: toolVersion(),
  };
}

/**
 * Refuses a misspelt format before anything is called for a report that could not be written.
 * @throws ConfigError `unknown-report` with the nearest valid spelling.
 */
export async function checkFormats(formats: readonly string[]): Promise<void> {
  const { reportRegistry } = await import("../../reports/registry.js");
  for (const format of formats) if (!isMark(format)) reportRegistry.get(format);
}

/**
 * Renders a report in each format, by name or as an object, into a folder.
 * @returns The files written, in the order of the formats.
 * @throws ConfigError for an unknown format; ReportError when a chart cannot be drawn; AssayError `cannot-write`.
 */
export async function writeReport(
  input: ReportInput,
  formats: readonly (string | ReportFormat)[],
  folder: string,
  gates: readonly GateResult[] = [],
): Promise<string[]> {
  const { reportRegistry } = await import("../../reports/registry.js");
  const written: string[] = [];
  for (const format of formats) {
    // A mark stands for an object that this program does not have.
    if (typeof format === "string" && isMark(format)) continue;
    const { render } = typeof format === "string" ? reportRegistry.get(format) : format;
    for (const file of await render(input, { gates })) {
      const path = join(folder, file.name);
      await writeFileAtomically(path, file.content);
      written.push(path);
    }
  }
  return written;
}
