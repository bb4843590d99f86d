import { basename, dirname, join } from "node:path";
import type { Json } from "../../core/json.js";
import { presentFields } from "../../core/present-fields.js";
import type { Warning } from "../../core/records.js";
import { hashFile } from "../../data/download-file.js";
import { readDocument } from "../json-document.js";
import { someFields, suiteName, unknownKeys } from "../results/checked.js";
import type { FoundFiles } from "../results/found-files.js";
import type { HarnessResults, ImportedFile, ScoredMetric, ScoredSet } from "../results/scored-set.js";
import { withoutKeys } from "../results/without-keys.js";
import {
  checkResults,
  KEPT_SETTINGS,
  KNOWN_KEYS,
  type LmEvalResults,
  lowerIsBetter,
  madeAt,
  modelOf,
  statedFigures,
  statedMean,
  variantOf,
} from "./results-file.js";
import { type LmEvalSamples, readSamples } from "./samples-file.js";

const TOOL = "lm-evaluation-harness";
/** `samples_TASK_TIME.jsonl` and `results_TIME.json`, or `NAME_TIME.json` where the tool was given a file to write. */
const TIME = /^(.*)_(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(?:\.\d+)?)\.jsonl?$/;

interface ResultsFile {
  readonly file: string;
  readonly results: LmEvalResults;
  readonly version: string | undefined;
}

function timeKey(file: string): string {
  return join(dirname(file), TIME.exec(basename(file))?.[2] ?? "");
}

function taskOf(file: string): string {
  return (TIME.exec(basename(file))?.[1] ?? basename(file, ".jsonl")).replace(/^samples_/, "");
}

function metricOf(task: string, key: string, found: ResultsFile | undefined): ScoredMetric {
  const [metric = key, filter = "none"] = key.split(/,(?=[^,]*$)/);
  const { results } = found ?? {};
  const value = results && statedMean(results, task, metric, filter);
  return {
    key,
    name: variantOf(filter) === undefined ? metric : `${metric} (${filter})`,
    identity: {
      tool: TOOL,
      metric,
      filter,
      // A task of another version, or with other examples before it, is another measurement.
      taskVersion: jsonOf(results?.versions?.[task]),
      nShot: jsonOf(results?.["n-shot"]?.[task]),
    },
    ...presentFields({
      lowerIsBetter: results && lowerIsBetter(results, task, metric) ? true : undefined,
      stated: value === undefined ? undefined : { value, tolerance: 1e-9 },
    }),
  };
}

function jsonOf(value: unknown): Json {
  return typeof value === "string" || typeof value === "number" ? String(value) : null;
}

/** A task's model where no results file lies beside its samples: the folder is named after it. */
function setOf(file: string, found: ResultsFile | undefined, read: LmEvalSamples): ScoredSet {
  const task = taskOf(file);
  const whole = found?.results["n-samples"]?.[task]?.original;
  const told = TIME.exec(basename(file))?.[2]?.replace(/T(\d\d)-(\d\d)-(\d\d)/, "T$1:$2:$3");
  const at = told === undefined ? new Date(0) : new Date(`${told.slice(0, 23)}Z`);
  return {
    judge: "lm-eval",
    suite: suiteName(task),
    title: task,
    model: found === undefined ? basename(dirname(file)) : modelOf(found.results),
    metrics: read.keys.map((key) => metricOf(task, key, found)),
    items: read.items,
    ...presentFields({ whole }),
    at: found?.results.date ? madeAt(found.results) : at.toISOString(),
    file,
  };
}

function readResults(file: string): {
  readonly found: ResultsFile;
  readonly figures: HarnessResults["figures"];
  readonly imported: ImportedFile;
} {
  const { value, sha256 } = readDocument(file);
  const results = checkResults(value, file);
  const version = results.lm_eval_version ?? undefined;
  const source = { tool: TOOL, ...presentFields({ version }), file, sha256 };
  return {
    found: { file, results, version },
    figures: statedFigures(results, source),
    imported: {
      file,
      sha256,
      tool: TOOL,
      version,
      dropped: unknownKeys(results, KNOWN_KEYS),
      settings: withoutKeys(someFields(results, KEPT_SETTINGS)),
    },
  };
}

/** Metrics of samples that no board can show; the figures made of them are kept as they are stated. */
function unreadWarning(file: string, unread: readonly string[]): Warning[] {
  if (unread.length === 0) return [];
  const message = `${file}: ${unread.join("; ")}: rows hold no single number of it, so no board is made; figures that are stated of it are kept`;
  return [{ code: "no-board", message }];
}

/**
 * Reads results and samples of lm-evaluation-harness. Samples belong to the results that lie beside them with the same
 * time.
 * @throws DataError naming file, and line or key.
 */
export async function readLmEval({ documents, lines }: FoundFiles): Promise<HarnessResults> {
  const results = documents.map(readResults);
  const byTime = new Map(results.map(({ found }) => [timeKey(found.file), found]));
  const warnings: Warning[] = [];
  const sets: ScoredSet[] = [];
  const files = results.map(({ imported }) => imported);
  for (const file of lines) {
    const found = byTime.get(timeKey(file));
    if (found === undefined) {
      const message = `${file}: no results file lies beside it, so neither version nor settings are known, and its folder's name is taken for the model's`;
      warnings.push({ code: "no-results-file", message });
    }
    const read = readSamples(file);
    sets.push(setOf(file, found, read));
    warnings.push(...read.warnings, ...unreadWarning(file, read.unread));
    files.push({
      file,
      sha256: await hashFile(file),
      tool: TOOL,
      ...presentFields({ version: found?.version }),
    });
  }
  return { sets, figures: results.flatMap(({ figures }) => figures), files, warnings };
}
