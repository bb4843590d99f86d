import { basename, dirname, join } from "node:path";
import { compositeKey } from "../../core/composite-key.js";
import type { Json } from "../../core/json.js";
import { presentFields } from "../../core/present-fields.js";
import type { Warning } from "../../core/records.js";
import { hashFile } from "../../data/download-file.js";
import { readDocument } from "../json-document.js";
import { someFields, suiteName, unknownKeys } from "../results/checked.js";
import type { FoundFiles } from "../results/found-files.js";
import type {
  HarnessResults,
  ImportedFile,
  ScoredItem,
  ScoredMetric,
  ScoredSet,
} from "../results/scored-set.js";
import { withoutKeys } from "../results/without-keys.js";
import { lowerIsBetter, madeAt, modelOf, statedFigures, statedMean, variantOf } from "./results-file.js";
import { checkResults, KEPT_SETTINGS, KNOWN_KEYS, type LmEvalResults } from "./results-schema.js";
import { type LmEvalSamples, readSamples } from "./samples-file.js";
import { categoryIn, type SuiteGroup, suiteGroups } from "./task-groups.js";

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

/** Items of a group's tasks as one suite's, each in the category that its task is. */
function itemsOf(group: SuiteGroup, sets: readonly ScoredSet[]): ScoredItem[] {
  const taken = new Set<string>();
  return sets.flatMap(({ suite, items }) => {
    const category = categoryIn(group.group, suite);
    return items.map((item): ScoredItem => {
      const { questionId, metadata } = item;
      // The same document in two tasks is two questions.
      const id = taken.has(questionId) ? `${questionId}-${category}` : questionId;
      taken.add(id);
      return { ...item, questionId: id, category, metadata: { ...metadata, task: suite } };
    });
  });
}

/** The tasks of a group as one suite. @param sets in the order of the tasks' names */
function groupedSet(group: SuiteGroup, found: ResultsFile, sets: readonly ScoredSet[]): ScoredSet {
  const [first] = sets;
  if (first === undefined) throw new Error("a group has a task");
  const whole = group.tasks.reduce(
    (sum, task) => sum + (found.results["n-samples"]?.[task]?.original ?? 0),
    0,
  );
  return {
    ...first,
    suite: suiteName(group.group),
    title: group.group,
    // What is stated of a task holds for its own rows alone.
    metrics: first.metrics.map(({ stated: _, ...metric }) => metric),
    items: itemsOf(group, sets),
    whole,
    file: found.file,
    parts: sets,
  };
}

interface ReadSet {
  readonly set: ScoredSet;
  readonly task: string;
  readonly found: ResultsFile | undefined;
}

/** Puts the tasks of each group that is one suite together. */
function grouped(read: readonly ReadSet[]): ScoredSet[] {
  const groupsOf = new Map(
    [...new Set(read.flatMap(({ found }) => found ?? []))].map((found) => [
      found,
      suiteGroups(found.results),
    ]),
  );
  const together = new Map<string, ReadSet[]>();
  for (const one of read) {
    const group = one.found && groupsOf.get(one.found)?.get(one.task)?.group;
    const place = group === undefined ? one.set.file : compositeKey(one.found?.file ?? "", group);
    together.set(place, [...(together.get(place) ?? []), one]);
  }
  return [...together.values()].flatMap((own) => {
    const [{ found, task } = { found: undefined, task: "" }] = own;
    const group = found && groupsOf.get(found)?.get(task);
    if (found === undefined || group === undefined) return own.map(({ set }) => set);
    const ordered = [...own].sort((x, y) => (x.task < y.task ? -1 : 1)).map(({ set }) => set);
    return [groupedSet(group, found, ordered)];
  });
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
  const sets: ReadSet[] = [];
  const files = results.map(({ imported }) => imported);
  for (const file of lines) {
    const found = byTime.get(timeKey(file));
    if (found === undefined) {
      const message = `${file}: no results file lies beside it, so neither version nor settings are known, and its folder's name is taken for the model's`;
      warnings.push({ code: "no-results-file", message });
    }
    const read = readSamples(file);
    sets.push({ set: setOf(file, found, read), task: taskOf(file), found });
    warnings.push(...read.warnings, ...unreadWarning(file, read.unread));
    files.push({
      file,
      sha256: await hashFile(file),
      tool: TOOL,
      ...presentFields({ version: found?.version }),
    });
  }
  return { sets: grouped(sets), figures: results.flatMap(({ figures }) => figures), files, warnings };
}
