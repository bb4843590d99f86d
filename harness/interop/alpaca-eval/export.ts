import { isSwitched } from "../../core/python-random.js";
import type { Answer, Json, JudgeReply, Judgment, Question, TokenLogprob } from "../../core/records.js";
import { weightOf } from "../../pipeline/scores/imported-rows.js";
import type { JsonRecord } from "./json.js";
import { originOf, recordAgain } from "./records.js";

/** A record to be written, with what sorts it. */
interface PlacedRecord {
  readonly position: number;
  readonly record: JsonRecord;
}

/** Questions with their place in the suite. */
export type QuestionPlaces = ReadonlyMap<string, { readonly question: Question; readonly position: number }>;

/** Questions by id. */
export function questionPlaces(questions: readonly Question[]): QuestionPlaces {
  return new Map(questions.map((question, position) => [question.id, { question, position }]));
}

function inOrder(records: readonly PlacedRecord[]): JsonRecord[] {
  return records.toSorted((one, other) => one.position - other.position).map(({ record }) => record);
}

function datasetOf(question: Question): string {
  const dataset = question.metadata?.dataset;
  return typeof dataset === "string" ? dataset : question.category;
}

function textOf(answer: Answer | undefined): string {
  return answer?.turns.at(-1)?.text ?? "";
}

/**
 * Records of `model_outputs.json` for the completed answers of one model, in the order of the file that they came from,
 * or of the suite.
 * @param generator what the model is called in the file
 */
export function outputRecords(
  answers: readonly Answer[],
  generator: string,
  places: QuestionPlaces,
): JsonRecord[] {
  return inOrder(
    answers.flatMap((answer) => {
      const place = places.get(answer.questionId);
      if (place === undefined || answer.status !== "completed") return [];
      const { question, position } = place;
      const origin = originOf(answer.turns[0]?.parameters);
      const derived = {
        dataset: datasetOf(question),
        instruction: question.turns[0] ?? "",
        output: textOf(answer),
        generator,
      };
      return [{ position: origin?.row ?? position, record: recordAgain(origin, derived) }];
    }),
  );
}

/** One comparison as alpaca_eval has it: a question, model and baseline, and the judgments in one or both orders. */
export interface ExportedComparison {
  readonly question: Question;
  readonly position: number;
  readonly model: string;
  /** What the two are called in the file. */
  readonly generators: { readonly model: string; readonly baseline: string };
  readonly judgments: readonly Judgment[];
  readonly candidate: Answer | undefined;
  readonly opponent: Answer | undefined;
}

/** alpaca_eval's preference: 1 + the weight on the model, both orders averaged; null while a verdict is lost. */
export function preferenceOf({ judgments, model }: ExportedComparison): number | null {
  const weights = judgments.map((judgment) => weightOf(judgment, model));
  const known = weights.filter((weight) => weight !== undefined);
  if (known.length === 0 || known.length < weights.length) return null;
  return 1 + known.reduce((sum, weight) => sum + weight, 0) / known.length;
}

const utf8 = new TextEncoder();

function tokenJson({ token, logprob }: { readonly token: string; readonly logprob: number }) {
  return { token, bytes: [...utf8.encode(token)], logprob };
}

function positionJson(position: TokenLogprob): JsonRecord {
  return { ...tokenJson(position), top_logprobs: position.top.map(tokenJson) };
}

const FINISH_REASONS = {
  stop: "stop",
  length: "length",
  "content-filter": "content_filter",
  "tool-calls": "tool_calls",
  unknown: null,
} as const;

/** The reply as alpaca_eval keeps it: the text, or with log-probabilities the choice of a chat completion. */
function completionJson(reply: JudgeReply): Json {
  const { text, logprobs, usage, finishReason } = reply;
  if (logprobs === undefined) return text;
  return {
    finish_reason: FINISH_REASONS[finishReason],
    index: 0,
    logprobs: { content: logprobs.map(positionJson) },
    message: { content: text, role: "assistant" },
    text,
    ...(usage === undefined ? {} : { total_tokens: usage.inputTokens + usage.outputTokens }),
  };
}

function repliesOf(judgments: readonly Judgment[]): JudgeReply[] {
  return judgments.flatMap((judgment) =>
    judgment.status === "skipped" ? [] : (judgment.replies.at(-1) ?? []),
  );
}

/** Which slot the model stood in, where that is not the one that alpaca_eval draws. */
function shownSlot({ judgments, model, question, generators }: ExportedComparison): JsonRecord {
  const slots = new Set(judgments.map((judgment) => judgment.a === model));
  if (slots.size > 1) return { model_shown: "both" };
  const modelFirst = slots.has(true);
  const isDrawn = modelFirst === isSwitched(question.turns[0] ?? "");
  return isDrawn || generators.model === generators.baseline
    ? {}
    : { model_shown: modelFirst ? "first" : "second" };
}

function annotationRecord(comparison: ExportedComparison, annotator: string): JsonRecord {
  const { question, generators, judgments, candidate, opponent } = comparison;
  const [first] = judgments;
  const request = first === undefined || first.status === "skipped" ? undefined : first.request;
  const origin = originOf(request?.parameters);
  const replies = repliesOf(judgments);
  const completions = replies.map(completionJson);
  const costs = replies.map((reply) => reply.costUsd);
  const derived: JsonRecord = {
    instruction: question.turns[0] ?? "",
    output_1: textOf(opponent),
    generator_1: generators.baseline,
    dataset: datasetOf(question),
    output_2: textOf(candidate),
    generator_2: generators.model,
    annotator,
    preference: preferenceOf(comparison),
    price_per_example: costs.includes(undefined)
      ? null
      : costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0),
    time_per_example: replies.reduce((sum, reply) => sum + reply.latencyMs, 0) / 1000,
    raw_completion: completions.length > 1 ? completions : (completions[0] ?? null),
    ...shownSlot(comparison),
  };
  return recordAgain(origin, derived);
}

/** Records of `annotations.json`, in the order of the file that they came from, or of the suite. */
export function annotationRecords(
  comparisons: readonly ExportedComparison[],
  annotator: string,
): JsonRecord[] {
  return inOrder(
    comparisons.map((comparison) => {
      const [first] = comparison.judgments;
      const request = first === undefined || first.status === "skipped" ? undefined : first.request;
      const row = originOf(request?.parameters)?.row;
      return { position: row ?? comparison.position, record: annotationRecord(comparison, annotator) };
    }),
  );
}
