import { presentFields } from "../../core/present-fields.js";
import type { FigureSource, StatedFigure } from "../../core/stated-figure.js";
import { finite, someFields } from "../results/checked.js";
import { metricUnit } from "../results/metric-units.js";
import type { LmEvalResults } from "./results-schema.js";
import { suiteGroups } from "./task-groups.js";

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
