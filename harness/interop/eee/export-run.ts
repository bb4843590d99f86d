import { join } from "node:path";
import { countOf } from "../../core/count-of.js";
import { sha256 } from "../../core/hash.js";
import { presentFields } from "../../core/present-fields.js";
import type { GenerationParameters, Warning } from "../../core/records.js";
import { fileNameFor, wellFormed } from "../../core/text.js";
import { prettyJson, writeFileAtomically } from "../../store/run-folder.js";
import type { PublishedFigure } from "../published/board-figures.js";
import { type PublishOptions, publicModelId } from "../published/public-names.js";
import {
  boardParameters,
  type PublishedBoard,
  type PublishedModel,
  type PublishedRun,
  readPublishedRun,
} from "../published/published-run.js";
import { modelInfo, SCHEMA_VERSION, unixSeconds, uuidOf } from "./parts.js";
import { sampleRows } from "./samples.js";
import { statedFiles } from "./stated.js";

/** A judge's share of a jury: its own, where judges weigh differently, else one voice among equals. */
function weightOf(protocol: string, { board, protocols }: PublishedBoard): number | undefined {
  if (protocols.length < 2) return undefined;
  return board.jury?.members.find((member) => member.protocol === protocol)?.weight ?? 1 / protocols.length;
}

function judgesOf(board: PublishedBoard, run: PublishedRun): object[] {
  return board.protocols.flatMap((protocol) => {
    const judge = run.judgeOf(protocol);
    if (judge === undefined) return [];
    const { id } = publicModelId(judge.id, judge);
    const told = Object.keys(judge.endpointModels).join(", ");
    const temperature = judge.parameters?.temperature;
    return [
      {
        model_info: modelInfo(judge.id, id),
        ...presentFields({ temperature }),
        ...presentFields({ weight: weightOf(protocol.id, board) }),
        additional_details: {
          protocol: protocol.id,
          ...(told === "" ? {} : { endpoint_models: told }),
        },
      },
    ];
  });
}

const AGGREGATION = {
  mean: "average",
  median: "median",
  majority: "majority_vote",
  weighted: "weighted_average",
  learned: "weighted_average",
} as const;

/** The judge as the schema has it; undefined where answers are compared with the right ones. */
function scoringOf(board: PublishedBoard, run: PublishedRun): object | undefined {
  const judges = judgesOf(board, run);
  if (judges.length === 0) return undefined;
  const prompts = board.protocols.map(({ id, judge, identity }) => {
    const hash = typeof identity.prompts === "string" ? `, prompts sha256 ${identity.prompts}` : "";
    return `${id}: prompts of assay's judge ${judge}${hash}`;
  });
  const { jury, judgeQuality } = board.board;
  return {
    judges,
    input_prompt: prompts.join("; "),
    ...(jury === undefined ? {} : { aggregation_method: AGGREGATION[jury.method] }),
    ...(judgeQuality === undefined ? {} : { additional_details: { judge_quality: judgeQuality.sentence } }),
  };
}

function resultName({ suite }: PublishedBoard, { metric, part, isOfItems }: PublishedFigure): string {
  const isPart = part !== "overall" || isOfItems === true;
  return `${suite.id}/${isPart ? part : metric}`;
}

function resultId(board: PublishedBoard, { metric, part }: PublishedFigure): string {
  return `${board.suite.id}/${board.board.protocol}/${metric}/${part}`;
}

/** Questions with a usable value, in all or in a part of the board. */
function questionsIn({ items }: PublishedModel, part: string): number {
  const own = items.filter(
    ({ value, turn, category }) =>
      value !== undefined && (part === "overall" || part === category || part === `turn_${turn}`),
  );
  return new Set(own.map(({ questionId }) => questionId)).size;
}

function uncertaintyOf(figure: PublishedFigure, questions: number): object | undefined {
  const { standardError, errorMethod, interval } = figure;
  if (standardError === undefined && interval === undefined) return undefined;
  return {
    ...(standardError === undefined
      ? {}
      : { standard_error: { value: standardError, ...presentFields({ method: errorMethod }) } }),
    ...(interval === undefined
      ? {}
      : {
          confidence_interval: {
            lower: interval.low,
            upper: interval.high,
            confidence_level: interval.level / 100,
            method: interval.method,
          },
        }),
    num_samples: questions,
  };
}

/** Facts of a figure; the schema wants texts. */
function detailsOf(figure: PublishedFigure, { row, doubts }: PublishedModel): Record<string, string> {
  return {
    ...(figure.n === undefined ? {} : { verdicts: String(figure.n) }),
    ...(figure.isHeadline === undefined ? {} : { headline: "true" }),
    ...(figure.isOfItems && figure.part === "overall"
      ? { unreadable_verdicts: String(row.unreadable ?? row.invalid), missing_verdicts: String(row.missing) }
      : {}),
    ...presentFields({ no_interval_because: figure.interval === undefined ? figure.reason : undefined }),
    ...(doubts.length === 0 ? {} : { flagged_by_audit: doubts.join(" ") }),
    ...figure.facts,
  };
}

function resultOf(
  figure: PublishedFigure,
  board: PublishedBoard,
  model: PublishedModel,
  run: PublishedRun,
): object {
  const { scale } = figure;
  const metric_id = `assay.${figure.metric}`;
  return {
    evaluation_result_id: resultId(board, figure),
    evaluation_name: resultName(board, figure),
    source_data: {
      dataset_name: board.suite.title,
      source_type: "other",
      additional_details: {
        suite: board.suite.id,
        sha256: board.suite.hash,
        questions: String(board.suite.questions.length),
      },
    },
    evaluation_timestamp: unixSeconds(run.at),
    metric_config: {
      metric_id,
      metric_name: figure.title,
      metric_kind: figure.metric,
      metric_unit: figure.unit,
      metric_parameters: boardParameters(board, run),
      lower_is_better: figure.lowerIsBetter,
      score_type: "continuous",
      min_score: scale?.low ?? "-Infinity",
      max_score: scale?.high ?? "Infinity",
      ...presentFields({ llm_scoring: scoringOf(board, run) }),
    },
    score_details: {
      score: figure.value,
      details: detailsOf(figure, model),
      ...presentFields({ uncertainty: uncertaintyOf(figure, questionsIn(model, figure.part)) }),
    },
    generation_config: generationOf(board, model, run),
  };
}

/** How the answers were sampled: one value where all have it, else all of them as a text. */
function generationOf(board: PublishedBoard, { model, items }: PublishedModel, run: PublishedRun): object {
  const asked = items.flatMap((item) => run.answerTo(board.suite.id, model, item)?.turns ?? []);
  const valuesOf = (key: keyof GenerationParameters) =>
    [...new Set(asked.map(({ parameters }) => parameters[key]))].filter((one) => typeof one === "number");
  const kinds = [
    ["temperature", valuesOf("temperature")],
    ["top_p", valuesOf("topP")],
    ["max_tokens", valuesOf("maxTokens")],
  ] as const;
  const only = kinds.flatMap(([key, values]) => (values.length === 1 ? [[key, values[0]]] : []));
  const several = kinds.flatMap(([key, values]) => (values.length > 1 ? [[key, values.join(", ")]] : []));
  return {
    generation_args: Object.fromEntries(only),
    ...(several.length === 0 ? {} : { additional_details: Object.fromEntries(several) }),
  };
}

/** Texts for `additional_details`: what every report of the run says, too. */
function runDetails(board: PublishedBoard, { manifest, warnings }: PublishedRun): Record<string, string> {
  return {
    run_status: manifest.status,
    ...(manifest.recordedSamples ? { recorded_samples: "true" } : {}),
    ...presentFields({ notice: board.board.notice }),
    ...(warnings.length === 0 ? {} : { warnings: warnings.map(({ message }) => message).join("; ") }),
  };
}

interface Target {
  readonly file: string;
  readonly text: string;
}

function filesOf(
  board: PublishedBoard,
  model: PublishedModel,
  run: PublishedRun,
  modelId: string,
  options: PublishOptions,
): Target[] {
  const { manifest, at } = run;
  const { suite } = board;
  const seconds = unixSeconds(at);
  const evaluationId = `${suite.id}:${board.board.protocol}/${modelId}/${seconds}`;
  const uuid = uuidOf({
    started: manifest.startedAt,
    suite: suite.hash,
    protocol: board.board.protocol,
    modelId,
  });
  const [developer = "unknown", ...name] = modelId.split("/");
  const folder = ["data", fileNameFor(suite.id), fileNameFor(developer), fileNameFor(name.join("/"))];
  const ofItems = model.figures.find(({ isOfItems }) => isOfItems);
  const rows =
    ofItems === undefined
      ? []
      : sampleRows(board, model, run, {
          ...{ evaluationId, modelId },
          evaluationName: resultName(board, ofItems),
          resultId: resultId(board, ofItems),
        });
  const samples = rows.map((row) => `${JSON.stringify(wellFormed(row))}\n`).join("");
  const path = [...folder, `${uuid}_samples.jsonl`].join("/");
  const aggregate = {
    schema_version: SCHEMA_VERSION,
    evaluation_id: evaluationId,
    evaluation_timestamp: seconds,
    retrieved_timestamp: seconds,
    source_metadata: {
      source_name: "assay",
      source_type: "evaluation_run",
      source_organization_name: options.organization ?? "unknown",
      evaluator_relationship: options.relationship ?? "other",
      additional_details: runDetails(board, run),
    },
    eval_library: { name: manifest.tool.name, version: manifest.tool.version },
    model_info: modelInfo(model.model, modelId),
    evaluation_results: model.figures.map((figure) => resultOf(figure, board, model, run)),
    ...(rows.length === 0
      ? {}
      : {
          detailed_evaluation_results: {
            format: "jsonl",
            file_path: path,
            hash_algorithm: "sha256",
            checksum: sha256(samples),
            total_rows: rows.length,
          },
        }),
  };
  const main = { file: join(...folder, `${uuid}.json`), text: prettyJson(wellFormed(aggregate)) };
  return rows.length === 0 ? [main] : [main, { file: join(...path.split("/")), text: samples }];
}

/** Places without a usable verdict, which no row of samples can hold. */
function lostWarnings(board: PublishedBoard, { model, items }: PublishedModel): Warning[] {
  const count = items.filter(({ value }) => value === undefined).length;
  if (count === 0) return [];
  const message = `${board.suite.id}, ${model}: ${countOf(count, "place")} without a usable verdict stay out of the samples`;
  return [{ code: "lost-verdicts", count, message }];
}

/**
 * Writes a run as Every Eval Ever 0.3.0 has it, below `out`: for each board and model
 * `data/SUITE/DEVELOPER/MODEL/UUID.json` and the samples beside it, and for each source of figures stated elsewhere a file
 * without samples. Ids and times come from the run, so that the same run
 * gives the same files.
 * @returns Files written and what they leave out.
 * @throws ConfigError `usage` for names that the run does not hold; DataError for damaged files.
 */
export async function exportEveryEvalEver(
  run: string,
  out: string,
  options: PublishOptions = {},
): Promise<{ files: string[]; warnings: readonly Warning[] }> {
  const published = readPublishedRun(run, options);
  const files: string[] = [];
  const warnings = [...published.warnings];
  const unknown = new Set<string>();
  for (const board of published.boards) {
    for (const model of board.models) {
      if (model.figures.length === 0) {
        const message = `${board.suite.id}, ${model.model}: ${board.board.protocol} has no figure to publish`;
        warnings.push({ code: "no-figure", message });
        continue;
      }
      const { id, isKnown } = publicModelId(model.model, published.modelOf(model.model), published.names);
      if (!isKnown) unknown.add(model.model);
      warnings.push(...lostWarnings(board, model));
      for (const { file, text } of filesOf(board, model, published, id, options)) {
        await writeFileAtomically(join(out, file), text);
        files.push(join(out, file));
      }
    }
  }
  for (const { file, text, model, isKnown } of statedFiles(published, options)) {
    if (!isKnown) unknown.add(model);
    await writeFileAtomically(join(out, file), text);
    files.push(join(out, file));
  }
  return { files, warnings: [...warnings, ...nameWarnings(unknown, options)] };
}

function nameWarnings(models: ReadonlySet<string>, { organization }: PublishOptions): Warning[] {
  const named = [...models].map((model) => ({
    code: "unknown-model-id",
    message: `who publishes ${model} is not known, so its id starts with unknown/; say it with --model-id '${model}=ORG/MODEL'`,
  }));
  if (organization !== undefined) return named;
  const message = "who measured is written as unknown; say it with --organization NAME";
  return [...named, { code: "unknown-organization", message }];
}
