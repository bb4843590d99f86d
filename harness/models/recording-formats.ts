import { DataError } from "../core/errors.js";
import type { Generation, VerdictPlace } from "../core/records.js";
import { isJsonObject, type JsonObject, listOf, memberOf } from "./json-reading.js";

/** One recorded reply. */
export type RecordedReply = Pick<
  Generation,
  "text" | "reasoning" | "finishReason" | "endpointModel" | "logprobs" | "toolCalls"
>;

/** Where a recording stands; lines count from 1. */
export interface RecordedPlace {
  readonly file: string;
  readonly line: number;
}

/** A recorded answer: the replies to all turns of a question in one trial. */
export interface RecordedAnswer extends RecordedPlace {
  readonly kind: "answer";
  /** Absent where the file does not say. */
  readonly suite?: string;
  readonly model?: string;
  /** One of the two is there: AlpacaEval's files know the question by its text alone. */
  readonly questionId?: string;
  readonly instruction?: string;
  readonly trial: number;
  readonly turns: readonly RecordedReply[];
}

/** A recorded verdict: the judge's replies, first attempt first. */
export interface RecordedVerdict extends RecordedPlace, Omit<VerdictPlace, "category" | "order"> {
  readonly kind: "verdict";
  readonly suite?: string;
  readonly replies: readonly RecordedReply[];
}

const REMEDY =
  "Known are assay's answers and judgments, {questionId, turns}, {questionId, turn, model|a+b, text}, FastChat's model_answer and model_judgment, Arena-Hard's model_answer, and AlpacaEval's model_outputs.json.";

/** Throws the error of a record that cannot be replayed. */
export function refuseRecord(place: RecordedPlace, what: string): never {
  throw new DataError(what, { code: "unknown-recording", remedy: REMEDY, ...place });
}

function idText(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

function readReply(value: unknown, place: RecordedPlace): RecordedReply {
  if (typeof value === "string") return { text: value, finishReason: "stop" };
  const text = memberOf(value, "text") ?? memberOf(value, "content");
  if (!isJsonObject(value) || typeof text !== "string") return refuseRecord(place, "a turn has no text");
  const { reasoning, endpointModel, finishReason, logprobs, toolCalls } = value;
  const known = ["stop", "length", "content-filter", "tool-calls", "unknown"] as const;
  return {
    text,
    finishReason: known.find((name) => name === finishReason) ?? "stop",
    ...(typeof reasoning === "string" ? { reasoning } : {}),
    ...(typeof endpointModel === "string" ? { endpointModel } : {}),
    ...(Array.isArray(logprobs) ? { logprobs } : {}),
    ...(Array.isArray(toolCalls) ? { toolCalls } : {}),
  };
}

const optional = <Key extends string>(key: Key, value: unknown) =>
  typeof value === "string" ? ({ [key]: value } as { readonly [name in Key]?: string }) : {};

/** assay's own records; those that failed or were skipped hold nothing to replay. */
function readOwn(row: JsonObject, questionId: string, place: RecordedPlace): Recorded[] {
  const trial = Number(row.trial ?? 1);
  if (row.status === "completed") {
    const turns = listOf(row.turns).map((turn) => readReply(turn, place));
    const named = { ...optional("suite", row.suite), ...optional("model", row.model) };
    return [{ kind: "answer", questionId, trial, turns, ...named, ...place }];
  }
  if (row.status !== "judged") return [];
  const replies = listOf(row.replies).map((reply) => readReply(reply, place));
  if (typeof row.a !== "string" || typeof row.turn !== "number")
    return refuseRecord(place, "a judgment without a or turn");
  const named = { ...optional("suite", row.suite), ...optional("b", row.b) };
  return [{ kind: "verdict", questionId, turn: row.turn, trial, a: row.a, replies, ...named, ...place }];
}

function readSimple(row: JsonObject, questionId: string, place: RecordedPlace): Recorded[] {
  const trial = Number(row.trial ?? 1);
  const suite = optional("suite", row.suite);
  if (Array.isArray(row.turns)) {
    const turns = row.turns.map((turn) => readReply(turn, place));
    return [
      { kind: "answer", questionId, trial, turns, ...suite, ...optional("model", row.model), ...place },
    ];
  }
  const a = row.a ?? row.model;
  if (typeof row.turn !== "number" || typeof a !== "string") {
    return refuseRecord(place, "neither an answer (turns) nor a verdict (turn, text and model or a and b)");
  }
  const replies = [readReply(row, place)];
  return [
    {
      kind: "verdict",
      questionId,
      turn: row.turn,
      trial,
      a,
      replies,
      ...suite,
      ...optional("b", row.b),
      ...place,
    },
  ];
}

/** What FastChat stores in place of a text that it could not get. */
const FASTCHAT_ERROR = "$ERROR$";

function readFastChatJudgment(row: JsonObject, questionId: string, place: RecordedPlace): Recorded[] {
  const turn = Number(row.turn ?? 1);
  const verdict = (a: unknown, b: unknown, text: unknown): Recorded[] =>
    typeof a === "string" && typeof text === "string" && text !== FASTCHAT_ERROR
      ? [
          {
            kind: "verdict",
            questionId,
            turn,
            trial: 1,
            a,
            replies: [{ text, finishReason: "stop" }],
            ...optional("b", b),
            ...place,
          },
        ]
      : [];
  if (typeof row.judgment === "string") return verdict(row.model, undefined, row.judgment);
  return [
    ...verdict(row.model_1, row.model_2, row.g1_judgment),
    ...verdict(row.model_2, row.model_1, row.g2_judgment),
  ];
}

/** FastChat's answers; `choices` are trials. Some of its descendants write turns as objects with `content`. */
function readFastChatAnswer(row: JsonObject, questionId: string, place: RecordedPlace): Recorded[] {
  return listOf(row.choices).map((choice, index) => {
    const turns = listOf(memberOf(choice, "turns")).map((turn) => readReply(turn, place));
    const failure = turns.findIndex((turn) => turn.text === FASTCHAT_ERROR);
    return {
      kind: "answer",
      questionId,
      trial: index + 1,
      turns: failure < 0 ? turns : turns.slice(0, failure),
      ...optional("model", row.model_id),
      ...place,
    };
  });
}

/** Arena-Hard's answers, whose assistant messages hold `{ answer }`. */
function readArenaHardAnswer(row: JsonObject, questionId: string, place: RecordedPlace): Recorded[] {
  const turns = listOf(row.messages)
    .filter((message) => memberOf(message, "role") === "assistant")
    .map((message) => {
      const content = memberOf(message, "content");
      return readReply(memberOf(content, "answer") ?? content, place);
    });
  return [{ kind: "answer", questionId, trial: 1, turns, ...optional("model", row.model), ...place }];
}

/** AlpacaEval's outputs. Null is an empty one, as in pandas; an input of its own is asked below the instruction. */
function readAlpacaEvalOutput(row: JsonObject, instruction: string, place: RecordedPlace): RecordedAnswer {
  const { input, output } = row;
  if (typeof output !== "string" && output !== null) return refuseRecord(place, '"output" is not text');
  return {
    kind: "answer",
    instruction: typeof input === "string" && input !== "" ? `${instruction}\n\n${input}` : instruction,
    trial: 1,
    turns: [{ text: output ?? "", finishReason: "stop" }],
    ...optional("model", row.generator),
    ...place,
  };
}

/** What one record holds. */
export type Recorded = RecordedAnswer | RecordedVerdict;

/**
 * Reads one record of any known form; a pair of judgments is two recordings, a failed answer none.
 * @throws DataError naming file and line for what is not a recording.
 */
export function readRecord(value: unknown, place: RecordedPlace): Recorded[] {
  if (!isJsonObject(value)) return refuseRecord(place, "not a JSON object");
  const own = idText(value.questionId);
  if (own !== undefined) {
    return value.status === undefined ? readSimple(value, own, place) : readOwn(value, own, place);
  }
  const fastChat = idText(value.question_id);
  if (fastChat !== undefined) {
    if (Array.isArray(value.choices)) return readFastChatAnswer(value, fastChat, place);
    if ("judgment" in value || "g1_judgment" in value) return readFastChatJudgment(value, fastChat, place);
  }
  const arenaHard = idText(value.uid);
  if (arenaHard !== undefined && Array.isArray(value.messages)) {
    return readArenaHardAnswer(value, arenaHard, place);
  }
  if (typeof value.instruction === "string" && "output" in value) {
    return [readAlpacaEvalOutput(value, value.instruction, place)];
  }
  return refuseRecord(place, "this record is of no kind that can be replayed");
}
