import { basename, join, resolve } from "node:path";
import type { ReportFormat } from "../../reports/registry.js";
import type { RenderOptions } from "../../reports/render-options.js";
import type { ReportInput, ReportRun } from "../../reports/view/view.js";
import { type Clock, isoTime } from "../core/clock.js";
import type { Comparison } from "../core/comparison.js";
import type { GateResult } from "../core/gate.js";
import { toolVersion } from "../core/package-files.js";
import { presentFields } from "../core/present-fields.js";
import type { Services } from "../core/services.js";
import { readScoredRun } from "../pipeline/scores/read-scored-run.js";
import type { ScoredRun, ScoringOptions } from "../pipeline/scores/score-run.js";
import { writeFileAtomically } from "../store/run-folder.js";
import { comparisonsWithin } from "./comparisons.js";
import { joinRuns, readWithoutRecords, recordsOf } from "./joined-runs.js";
import { judgeNotices } from "./judge-retirement.js";
import { isMark } from "./object-marks.js";

/** What a report is made with, besides the run folders. */
export interface ReportOptions {
  readonly title?: string;
  readonly redact?: boolean;
  readonly scoring?: ScoringOptions;
  readonly comparisons?: readonly Comparison[];
  readonly gates?: readonly GateResult[];
  /** Where it is noted what endpoints said of their judge models' end; left out, assay's own list counts. */
  readonly environment?: Services["environment"];
}

/**
 * Gathers what a report shows of one or several run folders: the figures of the last one named, beside them those of
 * models and boards that only earlier ones have, and the trends over all.
 * @param runs Folders, or runs that were read already.
 * @throws ConfigError, DataError for folders that are not runs or are damaged, or cannot be shown on one board.
 */
export function reportInput(
  runs: readonly (string | ScoredRun)[],
  clock: Clock,
  options: ReportOptions = {},
): ReportInput {
  const last = runs.at(-1) ?? "";
  const newest = typeof last === "string" ? readScoredRun(last, options.scoring) : last;
  const earlier = runs
    .slice(0, -1)
    .map((run) => (typeof run === "string" ? readWithoutRecords(run, options.scoring) : run));
  const all = [...earlier, newest];
  const { verdicts, scores, records } = joinRuns({ ...newest, records: recordsOf(newest) }, earlier);
  const trend: ReportRun[] = all.map((one) => ({
    label: basename(resolve(one.run)),
    at: one.manifest.startedAt,
    scores: one.scores,
  }));
  const order = [...new Set(all.flatMap(({ manifest }) => manifest.models.map((model) => model.id)))];
  let comparisons = options.comparisons;
  return {
    ...presentFields({ title: options.title }),
    scores,
    manifests: all.map((one) => one.manifest),
    suites: [...verdicts.suites.values()],
    answers: records.answers,
    judgments: records.judgments,
    checked: [...(verdicts.checked?.values() ?? [])],
    // Made when first asked for: permutations take long, and a page is compressed meanwhile.
    get comparisons() {
      comparisons ??= comparisonsWithin(verdicts, order);
      return comparisons;
    },
    ...(runs.length > 1 ? { runs: trend } : {}),
    judgeNotices: judgeNotices(newest.manifest.judgeModels, {
      environment: options.environment ?? {},
      clock,
    }),
    generatedAt: isoTime(clock.now()),
    ...presentFields({ redact: options.redact }),
    version: toolVersion(),
  };
}

/**
 * Refuses a misspelt format or an unreadable font before anything is called for a report that could not be written.
 * @throws ConfigError `unknown-report` with the nearest valid spelling, `invalid-font`.
 */
export async function checkReport({
  formats,
  fonts = [],
}: {
  readonly formats: readonly string[];
  readonly fonts?: readonly string[];
}): Promise<void> {
  const [{ reportRegistry }, { checkFontFile }] = await Promise.all([
    import("../../reports/registry.js"),
    import("../../reports/charts/font-files.js"),
  ]);
  for (const format of formats) if (!isMark(format)) reportRegistry.get(format);
  for (const font of fonts) checkFontFile(font);
}

/**
 * Renders a report in each format, by name or as an object, into a folder.
 * @param ending How the run's command ends, for formats that pass or fail; fonts for images, and who is warned.
 * @returns The files written, in the order of the formats.
 * @throws ConfigError for an unknown format; ReportError when a chart cannot be drawn; AssayError `cannot-write`.
 */
export async function writeReport(
  input: ReportInput,
  formats: readonly (string | ReportFormat)[],
  folder: string,
  gates: readonly GateResult[] = [],
  ending: Omit<RenderOptions, "gates"> = {},
): Promise<string[]> {
  const { reportRegistry } = await import("../../reports/registry.js");
  const written = new Set<string>();
  const warned = new Set<string>();
  const options: RenderOptions = {
    ...ending,
    gates,
    warn(warning) {
      if (!warned.has(warning)) ending.warn?.(warning);
      warned.add(warning);
    },
  };
  // All at once: charts are drawn while the page is compressed on other threads. A mark stands for an object that this
  // program does not have.
  const renderings = formats
    .filter((format) => typeof format !== "string" || !isMark(format))
    .map(async (format) =>
      (typeof format === "string" ? reportRegistry.get(format) : format).render(input, options),
    );
  for (const rendering of renderings) rendering.catch(() => undefined);
  for (const rendering of renderings) {
    for (const file of await rendering) {
      const path = join(folder, file.name);
      await writeFileAtomically(path, file.content);
      written.add(path);
    }
  }
  return [...written];
}
