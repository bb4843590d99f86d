import { isoTime } from "../../core/clock.js";
import { countOf } from "../../core/count-of.js";
import type { Json } from "../../core/json.js";
import { presentFields } from "../../core/present-fields.js";
import type { Warning } from "../../core/records.js";
import type { FigureSource, FigureUnit, StatedFigure } from "../../core/stated-figure.js";
import { finite, someFields, suiteName, unknownKeys } from "../results/checked.js";
import type { FoundFiles } from "../results/found-files.js";
import { metricUnit } from "../results/metric-units.js";
import type {
  HarnessResults,
  ImportedFile,
  ScoredItem,
  ScoredMetric,
  ScoredSet,
} from "../results/scored-set.js";
import { withoutKeys } from "../results/without-keys.js";
import { type InspectLog, openLog } from "./log-file.js";
import { sampleItem } from "./sample-item.js";
import type { InspectHeader, InspectScore } from "./shapes.js";

const TOOL = "inspect_ai";
/** Metrics that say how sure another one is. */
const ERRORS: ReadonlySet<string> = new Set(["stderr", "bootstrap_stderr"]);
/** Metrics that are spreads and no results. */
const SPREADS: ReadonlySet<string> = new Set(["std", "var"]);

function versionOf({ eval: { packages } }: InspectHeader): string | undefined {
  const version = packages?.inspect_ai;
  return typeof version === "string" ? version : undefined;
}

/** A score by name, with its scorer where that gives several. */
function scoreName({ name, scorer }: InspectScore): string {
  return scorer === null || scorer === undefined || scorer === name ? name : `${scorer}/${name}`;
}

/** Why a log stands for a part of its dataset. */
function partialOf({ status, eval: { config, dataset }, results }: InspectHeader): string | undefined {
  const limit = config?.limit;
  const [total, done] = [results?.total_samples, results?.completed_samples];
  const parts = [
    limit === null || limit === undefined
      ? ""
      : `limit ${Array.isArray(limit) ? limit.join("-") : String(limit)}`,
    status === "success" ? "" : `status ${status}`,
    total && done !== null && done !== undefined && done < total
      ? `${done} of ${countOf(total, "sample")}`
      : "",
  ].filter((part) => part !== "");
  const known = dataset?.samples;
  return parts.length === 0 ? undefined : `${parts.join(", ")}${known ? `, dataset of ${known}` : ""}`;
}

/** A mean of values between 0 and 1 is a share; what a scorer may give beyond that, nothing in a log says. */
function unitOf(name: string, value: number, score: InspectScore, items: readonly ScoredItem[]): FigureUnit {
  const values = items.flatMap(({ values: own }) => own.get(scoreName(score)) ?? []);
  const isShare = name === "mean" && values.length > 0 && values.every((one) => one >= 0 && one <= 1);
  return isShare ? "share" : metricUnit(name, value);
}

function figuresOf(
  score: InspectScore,
  header: InspectHeader,
  source: FigureSource,
  items: readonly ScoredItem[],
): StatedFigure[] {
  const { eval: about } = header;
  const errors = Object.entries(score.metrics).filter(([key, { name }]) => ERRORS.has(name ?? key));
  const spreads = Object.entries(score.metrics).filter(([key, { name }]) => SPREADS.has(name ?? key));
  const skipped = new Set([...errors, ...spreads].map(([key]) => key));
  const results = Object.entries(score.metrics).filter(([key]) => !skipped.has(key));
  const [error] = errors;
  return results.flatMap(([key, { value }]): StatedFigure[] => {
    const figure = finite(value);
    if (figure === undefined) return [];
    const name = score.metrics[key]?.name ?? key;
    const unit = unitOf(name, figure, score, items);
    // An error belongs to the mean; beside several metrics it is not told to which.
    const isOwn = results.length === 1 || name === "mean" || name === "accuracy";
    const standardError = isOwn ? finite(error?.[1].value) : undefined;
    return [
      {
        suite: about.task,
        ...presentFields({ variant: score.reducer && score.reducer !== "mean" ? score.reducer : undefined }),
        metric: `${scoreName(score)} ${key}`,
        model: about.model,
        value: figure,
        unit,
        ...(unit === "share" && figure >= 0 ? { scale: { least: 0, most: 1 } } : {}),
        lowerIsBetter: false,
        ...presentFields({
          standardError,
          n: score.scored_samples ?? header.results?.total_samples ?? undefined,
          partial: partialOf(header),
        }),
        source,
        extra: {
          dataset: about.dataset?.name ?? null,
          taskVersion: about.task_version ?? null,
          ...someFields(score, ["params", "unscored_samples"]),
          ...Object.fromEntries(
            [...spreads, ...(standardError === undefined ? errors : errors.slice(1))].map(
              ([one, { value: spread }]) => [one, spread],
            ),
          ),
        },
      },
    ];
  });
}

/** The mean that the header states of a score, where it is the plain mean of all samples and epochs. */
function statedOf(key: string, header: InspectHeader): ScoredMetric["stated"] {
  const scores = (header.results?.scores ?? []).filter(
    (score) => scoreName(score) === key && (score.reducer ?? "mean") === "mean",
  );
  const [score] = scores;
  if (score === undefined || scores.length > 1) return undefined;
  const value = finite(score.metrics.accuracy?.value) ?? finite(score.metrics.mean?.value);
  return value === undefined ? undefined : { value, tolerance: 1e-9 };
}

function metricsOf(items: readonly ScoredItem[], header: InspectHeader): ScoredMetric[] {
  const keys = new Set(items.flatMap(({ values }) => [...values.keys()]));
  // With samples left out, or epochs that failed, the mean of reduced samples is another one.
  const isWhole = items.every(({ answer }) => !("error" in answer));
  return [...keys].map((key) => ({
    key,
    name: key,
    identity: { tool: TOOL, scorer: key, taskVersion: String(header.eval.task_version ?? 0) },
    ...presentFields({ stated: isWhole ? statedOf(key, header) : undefined }),
  }));
}

async function readLog(log: InspectLog): Promise<HarnessResults> {
  const { file, sha256, header } = log;
  const items: ScoredItem[] = [];
  for await (const sample of log.samples()) items.push(sampleItem(sample));
  const version = versionOf(header);
  const source = { tool: TOOL, ...presentFields({ version }), file, sha256 };
  const { task, model, created, dataset } = header.eval;
  const moment = new Date(created);
  const set: ScoredSet = {
    judge: "inspect",
    suite: suiteName(task),
    title: task,
    model,
    metrics: metricsOf(items, header),
    items,
    ...presentFields({ whole: dataset?.samples ?? undefined }),
    at: isoTime(Number.isNaN(moment.getTime()) ? 0 : moment.getTime()),
    file,
  };
  const imported: ImportedFile = {
    file,
    sha256,
    tool: TOOL,
    version,
    dropped: [...DROPPED, ...unknownKeys(header, KNOWN_KEYS)],
    settings: settingsOf(header),
  };
  return {
    sets: items.length === 0 ? [] : [set],
    figures: (header.results?.scores ?? []).flatMap((score) => figuresOf(score, header, source, items)),
    files: [imported],
    warnings: warningsOf(log, items),
  };
}

/** Parts of samples that assay has no place for. */
const DROPPED = [
  "samples.events",
  "samples.store",
  "samples.metadata",
  "samples.scores.explanation",
  "reductions",
] as const;
const KNOWN_KEYS: ReadonlySet<string> = new Set([
  "version",
  "status",
  "eval",
  "plan",
  "results",
  "stats",
  "error",
  "samples",
  "invalidated",
  "tags",
  "metadata",
]);

function settingsOf(header: InspectHeader): Json {
  const about = someFields(header.eval, [
    ...[
      "eval_id",
      "run_id",
      "task_id",
      "task_file",
      "task_args",
      "dataset",
      "model_generate_config",
      "config",
    ],
    ...["packages", "revision", "solver", "scorers"],
  ]);
  return withoutKeys({ eval: about, ...someFields(header, ["status", "tags", "stats"]) });
}

function warningsOf({ file, header }: InspectLog, items: readonly ScoredItem[]): Warning[] {
  const { status, error } = header;
  const failed = items.filter(({ answer }) => "error" in answer).length;
  return [
    ...(status === "success"
      ? []
      : [
          {
            code: "unfinished-log",
            message: `${file}: the evaluation ended with status ${status}${error ? ` (${error.message.slice(0, 200)})` : ""}`,
          },
        ]),
    ...(failed === 0
      ? []
      : [
          {
            code: "failed-samples",
            message: `${file}: ${countOf(failed, "sample")} failed and count as missing`,
            count: failed,
          },
        ]),
    ...(items.length > 0
      ? []
      : [
          {
            code: "no-samples",
            message: `${file}: the log holds no samples; figures that it states are kept`,
          },
        ]),
  ];
}

/** Reads logs of Inspect, `.eval` and `.json`. @throws DataError naming file, member and key. */
export async function readInspect({ documents }: FoundFiles): Promise<HarnessResults> {
  const logs: HarnessResults[] = [];
  for (const file of documents) {
    const log = await openLog(file);
    try {
      logs.push(await readLog(log));
    } finally {
      log.close();
    }
  }
  return {
    sets: logs.flatMap(({ sets }) => sets),
    figures: logs.flatMap(({ figures }) => figures),
    files: logs.flatMap(({ files }) => files),
    warnings: logs.flatMap(({ warnings }) => warnings),
  };
}
