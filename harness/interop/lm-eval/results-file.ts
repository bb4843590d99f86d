import { z } from "zod";
import { presentFields } from "../../core/present-fields.js";
import type { FigureSource, StatedFigure } from "../../core/stated-figure.js";
import { anyRecord, checked, finite, someFields } from "../results/checked.js";
import { metricUnit } from "../results/metric-units.js";
import { suiteGroups } from "./task-groups.js";

const counts = z.looseObject({ original: z.number().optional(), effective: z.number().optional() });

const resultsSchema = z.looseObject({
  results: z.record(z.string(), anyRecord),
  groups: z.record(z.string(), anyRecord).nullish(),
  versions: anyRecord.nullish(),
  "n-shot": anyRecord.nullish(),
  "n-samples": z.record(z.string(), counts).nullish(),
  higher_is_better: z.record(z.string(), anyRecord.nullable()).nullish(),
  config: anyRecord.nullish(),
  date: z.number().nullish(),
  lm_eval_version: z.string().nullish(),
  model_name: z.string().nullish(),
  task_hashes: anyRecord.nullish(),
  group_subtasks: anyRecord.nullish(),
});

/** A results file of lm-evaluation-harness, checked as far as it is read. */
export type LmEvalResults = z.output<typeof resultsSchema>;

/** What is kept of a file besides its figures. */
export const KEPT_SETTINGS = [
  "config",
  "git_hash",
  "upper_git_hash",
  "transformers_version",
  "tokenizer_pad_token",
  "tokenizer_eos_token",
  "tokenizer_bos_token",
  "eot_token_id",
  "max_length",
  "model_source",
  "model_name",
  "system_instruction",
  "system_instruction_sha",
  "fewshot_as_multiturn",
  "chat_template",
  "chat_template_sha",
  "start_time",
  "end_time",
  "total_evaluation_time_seconds",
  "group_subtasks",
  "configs",
] as const;

/** Keys that are read, or kept as settings. */
export const KNOWN_KEYS: ReadonlySet<string> = new Set([
  ...Object.keys(resultsSchema.shape),
  ...KEPT_SETTINGS,
  "model_name_sanitized",
]);

/** Whether a document looks like results of lm-evaluation-harness. */
export function isLmEvalResults(value: unknown): boolean {
  if (value === null || typeof value !== "object") return false;
  const { results } = value as { readonly results?: unknown };
  const isRecord = results !== null && typeof results === "object" && !Array.isArray(results);
  return isRecord && ("versions" in value || "n-shot" in value || "lm_eval_version" in value);
}

/** @throws DataError naming file and key. */
export function checkResults(value: unknown, file: string): LmEvalResults {
  return checked(resultsSchema, value, file, "a results file of lm-evaluation-harness");
}

/** The model as the file names it; runs without a name in their arguments carry a random one. */
export function modelOf({ model_name, config }: LmEvalResults): string {
  const told = model_name?.trim();
  if (told !== undefined && told !== "") return told;
  const source = config?.model;
  return typeof source === "string" && source !== "" ? source : "unnamed";
}

/** When it was made, ISO 8601. */
export function madeAt({ date }: LmEvalResults): string {
  return new Date(1000 * (date ?? 0)).toISOString();
}

/** A metric's key, `acc_norm,none`, or `acc_norm` in files of versions before 0.4. */
interface MetricKey {
  readonly metric: string;
  readonly filter: string | undefined;
}

function metricKey(key: string): MetricKey {
  const at = key.lastIndexOf(",");
  return at === -1
    ? { metric: key, filter: undefined }
    : { metric: key.slice(0, at), filter: key.slice(at + 1) };
}

/** Filters are ways of reading the same answers; `none` is no filter. */
export function variantOf(filter: string | undefined): string | undefined {
  return filter === undefined || filter === "none" ? undefined : filter;
}

/** Fields of a task that are no metrics. */
const NO_METRICS: ReadonlySet<string> = new Set(["alias", "name", "sample_len", "sample_count", "samples"]);

function isStandardError({ metric }: MetricKey): boolean {
  return metric.endsWith("_stderr");
}

/** Whether more of a metric is better, as the file tells; it is where nothing is told. */
export function lowerIsBetter({ higher_is_better }: LmEvalResults, task: string, metric: string): boolean {
  return higher_is_better?.[task]?.[metric] === false;
}

/** Items behind a figure: of a group only the tasks that have the metric count, which is not its `sample_len`. */
function itemsOf(
  results: LmEvalResults,
  task: string,
  entry: Readonly<Record<string, unknown>>,
  key: string,
) {
  const { sample_count } = entry;
  const counted =
    sample_count !== null && typeof sample_count === "object"
      ? finite(Reflect.get(sample_count, key))
      : finite(sample_count);
  if (counted !== undefined) return counted;
  return isGroup(results, task)
    ? undefined
    : (finite(results["n-samples"]?.[task]?.effective) ?? finite(entry.sample_len));
}

function isGroup({ groups }: LmEvalResults, task: string): boolean {
  return groups?.[task] !== undefined;
}

/** Why a task was asked in part; undefined where it was asked as a whole. */
function partialOf({ config, "n-samples": samples }: LmEvalResults, task: string): string | undefined {
  const { original, effective } = samples?.[task] ?? {};
  if (original !== undefined && effective !== undefined && effective < original)
    return `${effective} of ${original} items`;
  const limit = config?.limit;
  // A limit that left nothing out is none.
  return limit === null || limit === undefined || effective !== undefined
    ? undefined
    : `limit ${String(limit)}`;
}

function figuresOf(
  results: LmEvalResults,
  task: string,
  entry: Readonly<Record<string, unknown>>,
  source: FigureSource,
  partOf: string | undefined,
): StatedFigure[] {
  const model = modelOf(results);
  const partial = partialOf(results, task) ?? groupPartial(results, task);
  const told = {
    ...someFields(entry, ["alias"]),
    ...presentFields({
      version: results.versions?.[task],
      nShot: results["n-shot"]?.[task],
      taskHash: results.task_hashes?.[task],
      group: isGroup(results, task) ? true : undefined,
      partOf,
    }),
  };
  return Object.entries(entry).flatMap(([key, value]): StatedFigure[] => {
    const parts = metricKey(key);
    const figure = finite(value);
    if (figure === undefined || NO_METRICS.has(key) || isStandardError(parts)) return [];
    const { metric, filter } = parts;
    const unit = metricUnit(metric, figure);
    const errorKey = `${metric}_stderr${filter === undefined ? "" : `,${filter}`}`;
    return [
      {
        suite: task,
        ...presentFields({ variant: variantOf(filter) }),
        metric,
        model,
        value: figure,
        unit,
        ...(unit === "share" && figure >= 0 ? { scale: { least: 0, most: 1 } } : {}),
        lowerIsBetter: lowerIsBetter(results, task, metric),
        ...presentFields({
          standardError: finite(entry[errorKey]),
          n: itemsOf(results, task, entry, key),
          partial,
        }),
        source,
        ...(Object.keys(told).length === 0 ? {} : { extra: told }),
      },
    ];
  });
}

/** A group of which any task was asked in part is known in part. */
function groupPartial(results: LmEvalResults, task: string): string | undefined {
  if (!isGroup(results, task)) return undefined;
  const limit = results.config?.limit;
  return limit === null || limit === undefined ? undefined : `limit ${String(limit)}`;
}

/** All figures of a results file: every task and group, metric and filter, with standard errors as stated. */
export function statedFigures(results: LmEvalResults, source: FigureSource): StatedFigure[] {
  const all = { ...results.results };
  for (const [group, entry] of Object.entries(results.groups ?? {})) all[group] ??= entry;
  const groups = suiteGroups(results);
  return Object.entries(all).flatMap(([task, entry]) =>
    figuresOf(results, task, entry, source, groups.get(task)?.group),
  );
}

/** The mean that a file states of a task, metric and filter. */
export function statedMean(
  results: LmEvalResults,
  task: string,
  metric: string,
  filter: string,
): number | undefined {
  const entry = results.results[task];
  return finite(entry?.[`${metric},${filter}`]) ?? finite(entry?.[metric]);
}
