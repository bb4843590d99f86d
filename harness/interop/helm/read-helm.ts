import { existsSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { z } from "zod";
import { isoTime } from "../../core/clock.js";
import { compositeKey } from "../../core/composite-key.js";
import { ConfigError } from "../../core/errors.js";
import { presentFields } from "../../core/present-fields.js";
import type { Warning } from "../../core/records.js";
import type { FigureSource, StatedFigure } from "../../core/stated-figure.js";
import { readDocument } from "../json-document.js";
import { checked, finite, someFields, suiteName } from "../results/checked.js";
import type { FoundFiles } from "../results/found-files.js";
import { metricUnit } from "../results/metric-units.js";
import type { HarnessResults, ImportedFile, ScoredItem, ScoredSet } from "../results/scored-set.js";
import { withoutKeys } from "../results/without-keys.js";
import {
  type HelmInstanceStats,
  type HelmRunSpec,
  type HelmStat,
  type HelmState,
  instanceStatsSchema,
  runSpecSchema,
  stateSchema,
  statsSchema,
} from "./shapes.js";

const TOOL = "helm";

/** A file of a run folder, packed or not, with its hash; undefined where the folder has none. */
function readOf<Schema extends z.ZodType>(folder: string, name: string, schema: Schema) {
  const file = [name, `${name}.gz`].map((one) => join(folder, one)).find((one) => existsSync(one));
  if (file === undefined) return undefined;
  const { value, sha256 } = readDocument(file);
  return { file, sha256, value: checked(schema, value, file, `HELM's ${name}`) };
}

/** A run's scenario without its model: `mmlu:subject=anatomy`. */
function scenarioOf({ name }: HelmRunSpec): string {
  const at = name.indexOf(":");
  if (at === -1) return name;
  const settings = name
    .slice(at + 1)
    .split(",")
    .filter((one) => !/^model(?:_deployment)?=/.test(one));
  return settings.length === 0 ? name.slice(0, at) : `${name.slice(0, at)}:${settings.join(",")}`;
}

function modelOf({ name, adapter_spec: { model, model_deployment } }: HelmRunSpec): string {
  return model || model_deployment || (/model=([^,]+)/.exec(name)?.[1] ?? "unnamed").replace("_", "/");
}

function variantOf({ name: { split, sub_split, perturbation } }: HelmStat): string | undefined {
  const parts = [split === "test" ? "" : (split ?? ""), sub_split ?? "", perturbation?.name ?? ""].filter(
    (one) => one !== "",
  );
  return parts.length === 0 ? undefined : parts.join(", ");
}

/** Metrics of which less is better, by their names. */
const LOWER =
  /(?:^|_)(?:ece|error|errors|bias|toxic|toxicity|perplexity|logprob_loss|runtime|runtime_loss|toxic_frac)(?:_|$)|bits_per_byte/;

function figuresOf(stats: readonly HelmStat[], spec: HelmRunSpec, source: FigureSource): StatedFigure[] {
  return stats.flatMap((stat): StatedFigure[] => {
    const value = finite(stat.mean);
    if (value === undefined) return [];
    const metric = stat.name.name;
    const unit = metricUnit(metric, value);
    return [
      {
        suite: scenarioOf(spec),
        ...presentFields({ variant: variantOf(stat) }),
        metric,
        model: modelOf(spec),
        value,
        unit,
        ...(unit === "share" && value >= 0 ? { scale: { least: 0, most: 1 } } : {}),
        lowerIsBetter: LOWER.test(metric),
        // `count` counts trials and splits, not instances, so it is no n; `stddev` is no standard error.
        source,
        extra: someFields(stat, ["count", "sum", "min", "max", "stddev", "variance"]),
      },
    ];
  });
}

type RequestState = HelmState["request_states"][number];

/** Requests by instance and trial; one of several completions stands for the answer. */
function requestsByPlace(state: HelmState | undefined): Map<string, RequestState> {
  const byPlace = new Map<string, RequestState>();
  for (const request of state?.request_states ?? []) {
    const { instance, train_trial_index } = request;
    if (instance.perturbation) continue;
    const place = compositeKey(instance.id ?? "", String(train_trial_index ?? 0));
    if (!byPlace.has(place)) byPlace.set(place, request);
  }
  return byPlace;
}

function answerOf(request: RequestState | undefined): ScoredItem["answer"] {
  const { success, error, completions } = request?.result ?? {};
  if (success === false) return { error: error ?? "HELM recorded a failed request" };
  return { text: completions?.[0]?.text ?? "" };
}

function itemsOf(stats: HelmInstanceStats, state: HelmState | undefined): ScoredItem[] {
  const requests = requestsByPlace(state);
  const byPlace = new Map<string, ScoredItem & { readonly values: Map<string, number | null> }>();
  for (const { instance_id: id, train_trial_index: index, perturbation, stats: own } of stats) {
    if (perturbation) continue;
    const place = compositeKey(id, String(index ?? 0));
    const request = requests.get(place);
    const right = request?.instance.references?.find(({ tags }) => tags?.includes("correct"));
    const item = byPlace.get(place) ?? {
      questionId: id,
      turns: [request?.instance.input.text ?? ""],
      reference: right?.output.text,
      trial: (index ?? 0) + 1,
      answer: answerOf(request),
      values: new Map<string, number | null>(),
    };
    byPlace.set(place, item);
    if ("error" in item.answer) continue;
    for (const stat of own) {
      const value = finite(stat.mean) ?? (stat.count === 1 ? finite(stat.sum) : undefined);
      if (value !== undefined && !stat.name.perturbation) item.values.set(stat.name.name, value);
    }
  }
  return [...byPlace.values()];
}

/** Metrics whose values all lie between 0 and 1; HELM counts tokens, seconds and the like in the same files. */
function splitMetrics(items: readonly ScoredItem[]): {
  readonly bounded: string[];
  readonly others: string[];
} {
  const isBounded = new Map<string, boolean>();
  for (const { values } of items)
    for (const [key, value] of values)
      isBounded.set(key, (isBounded.get(key) ?? true) && value !== null && value >= 0 && value <= 1);
  const keys = [...isBounded.keys()].sort();
  const isMeant = (key: string) => isBounded.get(key) === true && !NO_RESULT.test(key) && !LOWER.test(key);
  return { bounded: keys.filter(isMeant), others: keys.filter((key) => !isMeant(key)) };
}

/** Counts and clock readings that may lie between 0 and 1 by chance. */
const NO_RESULT =
  /^(?:num_|finish_reason_|inference_|batch_size|prompt_truncated|max_prob|training_)|runtime|logprob|energy|co2/;

function setOf(
  folder: string,
  spec: HelmRunSpec,
  items: readonly ScoredItem[],
  keys: readonly string[],
): ScoredSet {
  return {
    judge: "helm",
    suite: suiteName(scenarioOf(spec)),
    title: scenarioOf(spec),
    model: modelOf(spec),
    metrics: keys.map((key) => ({
      key,
      name: key,
      identity: { tool: TOOL, metric: key, scenario: scenarioOf(spec) },
    })),
    items: items.map((item) => ({
      ...item,
      values: new Map([...item.values].filter(([key]) => keys.includes(key))),
    })),
    at: isoTime(Math.round(statSync(folder).mtimeMs)),
    file: folder,
  };
}

function readRun(folder: string): HarnessResults {
  const spec = readOf(folder, "run_spec.json", runSpecSchema);
  const stats = readOf(folder, "stats.json", statsSchema);
  if (spec === undefined || stats === undefined) {
    throw new ConfigError(`${folder} has a run_spec.json and no stats.json`, {
      code: "nothing-to-import",
      remedy: "Let helm-run finish, or name the folders of finished runs.",
    });
  }
  const instances = readOf(folder, "per_instance_stats.json", instanceStatsSchema);
  const state = readOf(folder, "scenario_state.json", stateSchema);
  const items = instances === undefined ? [] : itemsOf(instances.value, state?.value);
  const { bounded, others } = splitMetrics(items);
  const warnings: Warning[] = [];
  if (others.length > 0) {
    const message = `${basename(folder)}: no board is made of ${others.length > 8 ? `${others.slice(0, 8).join(", ")} and others` : others.join(", ")}: counts, times, or not between 0 and 1; figures that are stated of them are kept`;
    warnings.push({ code: "no-board", message });
  }
  const files = [spec, stats, instances, state].flatMap((one): ImportedFile[] =>
    one === undefined
      ? []
      : [
          {
            file: one.file,
            sha256: one.sha256,
            tool: TOOL,
            ...(one === spec ? { settings: withoutKeys(spec.value) } : {}),
          },
        ],
  );
  const source = { tool: TOOL, file: stats.file, sha256: stats.sha256 };
  return {
    sets: items.length === 0 || bounded.length === 0 ? [] : [setOf(folder, spec.value, items, bounded)],
    figures: figuresOf(stats.value, spec.value, source),
    files,
    warnings,
  };
}

/** Reads run folders of HELM, packed or not. @throws ConfigError, DataError naming file and key. */
export async function readHelm({ documents: folders }: FoundFiles): Promise<HarnessResults> {
  const runs = folders.map(readRun);
  return {
    sets: runs.flatMap(({ sets }) => sets),
    figures: runs.flatMap(({ figures }) => figures),
    files: runs.flatMap(({ files }) => files),
    warnings: runs.flatMap(({ warnings }) => warnings),
  };
}
