import { isoTime } from "../../core/clock.js";
import { compositeKey } from "../../core/composite-key.js";
import { DataError } from "../../core/errors.js";
import { canonicalJson, contentId } from "../../core/hash.js";
import { isSwitched } from "../../core/python-random.js";
import type {
  Answer,
  FinishReason,
  Json,
  JudgeReply,
  Judgment,
  TokenLogprob,
  Verdict,
} from "../../core/records.js";
import type { AnnotatedQuestion } from "./questions.js";
import {
  type AlpacaEvalRecord,
  isJsonRecord,
  originOfRecord,
  originParameters,
  recordName,
  recordText,
} from "./records.js";

/** Where imported records belong. */
export interface ImportPlace {
  readonly suite: string;
  /** Of an instruction. */
  readonly questionOf: (instruction: string) => AnnotatedQuestion;
}

/** The model's name in a record of outputs: its generator, else the folder's. */
export function generatorOf(record: AlpacaEvalRecord): string {
  const { generator } = record.fields;
  if (typeof generator === "string" && generator !== "") return generator;
  return record.file.split(/[\\/]/).at(-2) || "model";
}

/** The annotator in a record of annotations, else the folder's name. */
export function annotatorOf(record: AlpacaEvalRecord): string {
  const { annotator } = record.fields;
  if (typeof annotator === "string" && annotator !== "") return annotator;
  return record.file.split(/[\\/]/).at(-2) || "unknown-annotator";
}

/** An answer as it stands in a file. */
interface ImportedOutput {
  readonly model: string;
  readonly instruction: string;
  /** What was judged, or would be. */
  readonly text: string;
  readonly parameters: Answer["turns"][number]["parameters"];
}

/** Where another record stands, as seen from `record`. */
function whereIs(earlier: AlpacaEvalRecord, record: AlpacaEvalRecord): string {
  return earlier.file === record.file ? `line ${earlier.line}` : `${earlier.file}:${earlier.line}`;
}

/** A run of two suites is exported with its outputs in both folders. */
function isCopy(record: AlpacaEvalRecord, earlier: AlpacaEvalRecord): boolean {
  return record.file !== earlier.file && canonicalJson(record.fields) === canonicalJson(earlier.fields);
}

function secondOutput(record: AlpacaEvalRecord, earlier: AlpacaEvalRecord, model: string): DataError {
  return new DataError(`a second output of ${model} for the instruction of ${whereIs(earlier, record)}`, {
    code: "duplicate-outputs",
    file: record.file,
    line: record.line,
    remedy: 'Keep one of them; of two models with one name, give one another "generator".',
  });
}

/** Answers of an import, one per model and question; what was judged goes before what `model_outputs.json` says. */
export class ImportedAnswers {
  private readonly byKey = new Map<string, Answer>();
  /** Records of `model_outputs.json` that were taken in. */
  private readonly outputs = new Map<string, AlpacaEvalRecord>();

  constructor(private readonly place: ImportPlace) {}

  private keyOf(model: string, instruction: string): string {
    return compositeKey(model, this.place.questionOf(instruction).id);
  }

  private add({ model, instruction, text, parameters }: ImportedOutput): Answer {
    const { id, category } = this.place.questionOf(instruction);
    const answer: Answer = {
      taskId: contentId({ kind: "imported-output", instruction, text, model }),
      suite: this.place.suite,
      questionId: id,
      category,
      model,
      trial: 1,
      at: isoTime(0),
      status: "completed",
      turns: [{ text, parameters, finishReason: "unknown", latencyMs: 0, source: "recording" }],
    };
    this.byKey.set(this.keyOf(model, instruction), answer);
    return answer;
  }

  private find(model: string, instruction: string): Answer | undefined {
    return this.byKey.get(this.keyOf(model, instruction));
  }

  /** The answer that a judgment was given on. */
  addJudged(model: string, instruction: string, text: string): Answer {
    return this.find(model, instruction) ?? this.add({ model, instruction, text, parameters: {} });
  }

  /** A record of `model_outputs.json`; call after all judgments. @throws DataError when the model answers twice. */
  addOutput(record: AlpacaEvalRecord): void {
    const model = generatorOf(record);
    const instruction = instructionOf(record);
    const output = recordText(record, "output");
    const key = this.keyOf(model, instruction);
    const earlier = this.outputs.get(key);
    if (earlier !== undefined && isCopy(record, earlier)) return;
    if (earlier !== undefined) throw secondOutput(record, earlier, model);
    this.outputs.set(key, record);
    const judged = this.find(model, instruction);
    const text = judged?.turns[0]?.text ?? output;
    const { category } = this.place.questionOf(instruction);
    const derived = { instruction, output: text, generator: model, dataset: category };
    this.add({ model, instruction, text, parameters: originParameters(originOfRecord(record, derived)) });
  }

  get all(): Answer[] {
    return [...this.byKey.values()];
  }
}

/** An instruction as it is asked: alpaca_eval puts an input of its own below it. @throws DataError. */
export function instructionOf(record: AlpacaEvalRecord): string {
  const instruction = recordName(record, "instruction");
  const { input } = record.fields;
  return typeof input === "string" && input !== "" ? `${instruction}\n\n${input}` : instruction;
}

/** alpaca_eval's preference as a weight on the model; null for no verdict, a sentence for one that cannot be used. */
function weightOf(value: Json | undefined): number | null | string {
  if (value === null || value === undefined) return null;
  if (value === 0) return 0.5;
  if (typeof value === "number" && value >= 1 && value <= 2) return value - 1;
  return `the preference ${JSON.stringify(value).slice(0, 40)} is neither 0 nor within 1 to 2`;
}

function verdictOf(weight: number | string, modelFirst: boolean): Verdict {
  if (typeof weight === "string") return { kind: "unreadable", reason: weight };
  const weightB = modelFirst ? 1 - weight : weight;
  return { kind: "preference", winner: weightB > 0.5 ? "b" : weightB < 0.5 ? "a" : "tie", weightB };
}

const FINISH_REASONS: ReadonlyMap<unknown, FinishReason> = new Map([
  ["stop", "stop"],
  ["length", "length"],
  ["content_filter", "content-filter"],
  ["tool_calls", "tool-calls"],
]);

function logprobOf(value: Json): TokenLogprob["top"][number] | undefined {
  if (!isJsonRecord(value)) return undefined;
  const { token, logprob } = value;
  return typeof token === "string" && typeof logprob === "number" ? { token, logprob } : undefined;
}

function logprobsOf(value: Json | undefined): TokenLogprob[] {
  const content = isJsonRecord(value) ? value.content : undefined;
  if (!Array.isArray(content)) return [];
  return content.flatMap((position: Json) => {
    const own = logprobOf(position);
    if (own === undefined || !isJsonRecord(position)) return [];
    const { top_logprobs: top = [] } = position;
    return [{ ...own, top: Array.isArray(top) ? top.flatMap((one: Json) => logprobOf(one) ?? []) : [] }];
  });
}

/** The judge's reply as alpaca_eval keeps it: its text, or the choice of the completion. */
function replyOf(record: AlpacaEvalRecord, verdict: Verdict): JudgeReply | undefined {
  const { raw_completion: raw, time_per_example: seconds, price_per_example: price } = record.fields;
  if (typeof raw !== "string" && !isJsonRecord(raw)) return undefined;
  const common = {
    latencyMs: typeof seconds === "number" ? Math.round(seconds * 1000) : 0,
    ...(typeof price === "number" ? { costUsd: price } : {}),
    source: "recording" as const,
    verdict,
  };
  if (typeof raw === "string") return { text: raw, finishReason: "unknown", ...common };
  const logprobs = logprobsOf(raw.logprobs);
  return {
    text: typeof raw.text === "string" ? raw.text : "",
    finishReason: FINISH_REASONS.get(raw.finish_reason) ?? "unknown",
    ...(logprobs.length === 0 ? {} : { logprobs }),
    ...common,
  };
}

/** Orders in which a pair was shown: one, drawn by alpaca_eval, unless the record says otherwise. */
function ordersOf(record: AlpacaEvalRecord, instruction: string): readonly boolean[] {
  switch (record.fields.model_shown) {
    case "first":
      return [true];
    case "second":
      return [false];
    case "both":
      return [true, false];
    default:
      return [isSwitched(instruction)];
  }
}

/**
 * The judgments of one annotation, one per order in which the pair was shown, with the answers that were judged.
 * @throws DataError for a record that lacks what every annotation has
 */
export function importAnnotation(
  record: AlpacaEvalRecord,
  protocol: string,
  place: ImportPlace,
  answers: ImportedAnswers,
): Judgment[] {
  const instruction = instructionOf(record);
  const { id, category } = place.questionOf(instruction);
  const [baseline, model] = [recordName(record, "generator_1"), recordName(record, "generator_2")];
  const opponent = answers.addJudged(baseline, instruction, recordText(record, "output_1"));
  const candidate = answers.addJudged(model, instruction, recordText(record, "output_2"));
  const weight = weightOf(record.fields.preference);
  const derived = {
    instruction,
    dataset: category,
    annotator: annotatorOf(record),
    generator_1: baseline,
    generator_2: model,
    output_1: opponent.turns[0]?.text ?? "",
    output_2: candidate.turns[0]?.text ?? "",
    preference: typeof weight === "number" ? 1 + weight : null,
  };
  const origin = originOfRecord(record, derived);
  const request = { messages: [], parameters: originParameters(origin) };
  return ordersOf(record, instruction).map((modelFirst): Judgment => {
    const shown = modelFirst ? [candidate, opponent] : [opponent, candidate];
    const order = modelFirst ? 1 : 2;
    const key = {
      taskId: contentId({
        kind: "imported-annotation",
        protocol,
        suite: place.suite,
        id,
        order,
        model,
        baseline,
      }),
      protocol,
      suite: place.suite,
      questionId: id,
      category,
      turn: 1,
      trial: 1,
      a: modelFirst ? model : baseline,
      b: modelFirst ? baseline : model,
      order,
      answers: shown.map((answer) => answer.taskId),
      at: isoTime(0),
    } as const;
    if (weight === null) {
      const message = "the annotation file has no preference here";
      const error = { code: "no-verdict", message, retryable: true };
      const reply = replyOf(record, { kind: "unreadable", reason: message });
      const replies = reply === undefined ? [] : [reply];
      return { ...key, status: "failed", request, replies, error, attempts: [] };
    }
    const verdict = verdictOf(weight, modelFirst);
    const reply = replyOf(record, verdict);
    return { ...key, status: "judged", request, replies: reply === undefined ? [] : [reply], verdict };
  });
}

/** Refuses records that judge the same pair and instruction twice. */
export class AnnotationPlaces {
  private readonly seen = new Map<string, AlpacaEvalRecord>();

  /** @throws DataError `duplicate-judgments`. */
  add(record: AlpacaEvalRecord): void {
    const { generator_1, generator_2, instruction, input = null } = record.fields;
    const key = JSON.stringify([annotatorOf(record), generator_1, generator_2, instruction, input]);
    const earlier = this.seen.get(key);
    this.seen.set(key, record);
    if (earlier === undefined) return;
    throw new DataError(`judges the same instruction for the same models as ${whereIs(earlier, record)}`, {
      code: "duplicate-judgments",
      file: record.file,
      line: record.line,
      remedy: 'Keep one of the two; of two models with one name, give one another "generator_2".',
    });
  }
}
