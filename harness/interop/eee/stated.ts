import { basename, join } from "node:path";
import { compositeKey } from "../../core/composite-key.js";
import { presentFields } from "../../core/present-fields.js";
import { FIGURE_TABLE, type StatedFigure, statedSuite } from "../../core/stated-figure.js";
import { fileNameFor, wellFormed } from "../../core/text.js";
import { prettyJson } from "../../store/run-folder.js";
import { type PublishOptions, publicModelId } from "../published/public-names.js";
import type { PublishedRun } from "../published/published-run.js";
import { modelInfo, SCHEMA_VERSION, unixSeconds, uuidOf } from "./parts.js";

/** A file of figures that others state. */
export interface StatedFile {
  readonly file: string;
  readonly text: string;
  readonly model: string;
  /** Whether it is known who publishes the model. */
  readonly isKnown: boolean;
}

const UNITS = { share: "proportion", percent: "percent", rating: "points", other: "other" } as const;
const ENDS = {
  share: { least: 0, most: 1 },
  percent: { least: 0, most: 100 },
  rating: undefined,
  other: undefined,
} as const;

function uncertaintyOf({ standardError, interval, n }: StatedFigure): object | undefined {
  if (standardError === undefined && interval === undefined) return undefined;
  return presentFields({
    standard_error: standardError === undefined ? undefined : { value: standardError, method: "as stated" },
    confidence_interval: interval && {
      lower: interval.low,
      upper: interval.high,
      confidence_level: interval.level / 100,
      method: interval.method,
    },
    num_samples: n,
  });
}

/** What nothing else holds, as the texts that the schema wants. */
function detailsOf({ partial, chance, n, extra }: StatedFigure): Record<string, string> {
  const own = presentFields({ partial, chance, items: n, ...extra });
  return Object.fromEntries(
    Object.entries(own).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

function resultOf(figure: StatedFigure, seconds: string): object {
  const { suite, metric, unit, scale, lowerIsBetter, value, variant } = figure;
  const ends = scale ?? ENDS[unit];
  return {
    evaluation_result_id: `${statedSuite(figure)}/${metric}`,
    evaluation_name: `${statedSuite(figure)}/${metric}`,
    source_data: { dataset_name: suite, source_type: "other" },
    evaluation_timestamp: seconds,
    metric_config: {
      metric_id: metric,
      metric_name: metric,
      metric_unit: UNITS[unit],
      ...presentFields({ metric_parameters: variant === undefined ? undefined : { variant } }),
      lower_is_better: lowerIsBetter,
      score_type: "continuous",
      min_score: ends?.least ?? "-Infinity",
      max_score: ends?.most ?? "Infinity",
    },
    score_details: {
      score: value,
      details: detailsOf(figure),
      ...presentFields({ uncertainty: uncertaintyOf(figure) }),
    },
  };
}

function fileOf(figures: readonly StatedFigure[], run: PublishedRun, options: PublishOptions): StatedFile[] {
  const [first] = figures;
  if (first === undefined) return [];
  const { suite, model, source } = first;
  const { id, isKnown } = publicModelId(model, run.modelOf(model), run.names);
  const seconds = unixSeconds(source.retrieved ?? run.at);
  const isAddress = /^https?:/.test(source.file);
  const isPublication = source.tool === FIGURE_TABLE;
  const aggregate = {
    schema_version: SCHEMA_VERSION,
    evaluation_id: `${suite}:stated:${source.sha256.slice(0, 16)}/${id}/${seconds}`,
    retrieved_timestamp: seconds,
    source_metadata: {
      source_name: isPublication ? basename(source.file) : source.tool,
      // A tool's file tells of a run of that tool; a table tells what somebody wrote down.
      source_type: isPublication ? "documentation" : "evaluation_run",
      source_organization_name: options.organization ?? "unknown",
      evaluator_relationship: options.relationship ?? "other",
      additional_details: presentFields({
        stated: "true: as the source states it; assay measured none of it",
        source_file: isAddress ? source.file : basename(source.file),
        source_sha256: source.sha256,
        retrieved: source.retrieved,
      }),
    },
    eval_library: { name: isPublication ? "unknown" : source.tool, version: source.version ?? "unknown" },
    model_info: modelInfo(model, id),
    evaluation_results: figures.map((figure) => resultOf(figure, seconds)),
  };
  const [developer = "unknown", ...name] = id.split("/");
  const uuid = uuidOf({ stated: source.sha256, tool: source.tool, suite, model: id });
  return [
    {
      file: join(
        "data",
        fileNameFor(suite),
        fileNameFor(developer),
        fileNameFor(name.join("/")),
        `${uuid}.json`,
      ),
      text: prettyJson(wellFormed(aggregate)),
      model,
      isKnown,
    },
  ];
}

/** Figures that others state, a file for each suite, model and source: with what is stated of their uncertainty and nothing else. */
export function statedFiles(run: PublishedRun, options: PublishOptions): StatedFile[] {
  const byPlace = new Map<string, StatedFigure[]>();
  for (const figure of run.stated) {
    const place = compositeKey(figure.suite, figure.model, figure.source.tool, figure.source.sha256);
    byPlace.set(place, [...(byPlace.get(place) ?? []), figure]);
  }
  return [...byPlace.values()].flatMap((figures) => fileOf(figures, run, options));
}
