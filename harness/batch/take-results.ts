import { isoTime } from "../core/clock.js";
import { DataError, EndpointError } from "../core/errors.js";
import { canonicalJson, sha256 } from "../core/hash.js";
import { readJsonLines } from "../core/jsonl.js";
import { presentFields } from "../core/present-fields.js";
import type { Attempt, Generation, Usage } from "../core/records.js";
import { believableUsage } from "../pipeline/dispatch/cost.js";
import { recordedErrorOf } from "../pipeline/dispatch/retry.js";
import type { BatchRequest } from "./batch-request.js";
import type { BatchState, StoredFailure } from "./batch-state.js";
import { type ResultLine, readResultLine } from "./result-line.js";

/** What is known of the results besides their lines. */
export interface TakingContext {
  /** Requests that wait for a result, by custom id. */
  readonly due: ReadonlyMap<string, BatchRequest>;
  readonly state: BatchState;
  /** When the results came, in milliseconds since the epoch. */
  readonly nowMs: number;
  /** When a request was handed over, in milliseconds since the epoch. */
  readonly askedAtMs: (customId: string) => number;
  /** Names where the lines come from; equal lines of one source count once. */
  readonly source: string;
  /** Told every reply that was stored. */
  readonly onReply?: (request: BatchRequest, generation: Generation, latencyMs: number) => void;
  /** Told the tokens of every reply that came and cannot be used. */
  readonly onUnusable?: (request: BatchRequest, usage: Usage) => void;
}

/** What was in result files. */
export interface TakenResults {
  replies: number;
  /** Requests that failed; those that may succeed are asked again. */
  failures: number;
  /** Results of requests that had theirs already. */
  repeated: number;
  /** Custom ids that this run never asked. */
  unknown: number;
  /** The first of them. */
  readonly unknownIds: string[];
  /** Custom ids of all lines that belong to requests that were due. */
  readonly matched: Set<string>;
  /** Custom ids of requests that got their reply. */
  readonly replied: Set<string>;
}

/** Nothing taken yet. */
export function nothingTaken(): TakenResults {
  return {
    replies: 0,
    failures: 0,
    repeated: 0,
    unknown: 0,
    unknownIds: [],
    matched: new Set(),
    replied: new Set(),
  };
}

const UNKNOWN_SHOWN = 5;
const NOTES_AT_ONCE = 1_000;
/** Characters of lines that are held at once, until what they say is on disk. */
const MOST_NOTED = 32_000_000;

/** Names that a refusal may mean although another request of the same batch already taught to leave them out. */
const TOKEN_LIMITS = ["max_tokens", "max_completion_tokens"];

function attemptOf(context: TakingContext, customId: string, outcome: string, status?: number): Attempt {
  const askedAtMs = context.askedAtMs(customId);
  return {
    at: isoTime(askedAtMs),
    latencyMs: Math.max(0, context.nowMs - askedAtMs),
    outcome,
    ...presentFields({ status }),
  };
}

function failureOf(
  context: TakingContext,
  customId: string,
  error: EndpointError,
  line: string,
  learned = false,
): StoredFailure {
  const usage = believableUsage(error.usage);
  const told = attemptOf(context, customId, error.code, error.status);
  const attempt = usage === undefined ? told : { ...told, usage };
  return { attempt, error: recordedErrorOf(error), line: lineHash(context.source, line), learned };
}

function lineHash(source: string, line: string): string {
  return sha256(`${source}\u0000${line}`).slice(0, 16);
}

/** The error of a request that an endpoint never made. */
function notRun(code: string, message: string): EndpointError {
  return new EndpointError(
    `the batch ended before this request was made (${code}: ${message.slice(0, 200)})`,
    {
      code: "timeout",
      retryable: true,
    },
  );
}

/** Wire names of a request's members, and of those that are left out of it by now. */
function writtenMembers({ wire, request }: BatchRequest): string[] {
  const { body, dropped } = wire.write(request);
  return [...Object.keys(body), ...dropped];
}

/** Reads an error response; what it teaches the adapter is noted, once. */
async function takeRefusal(
  request: BatchRequest,
  line: Extract<ResultLine, { kind: "refused" }>,
  text: string,
  context: TakingContext,
): Promise<void> {
  const { stage, model, wire, customId } = request;
  const before = writtenMembers(request);
  const sent = [...before, ...TOKEN_LIMITS];
  const { error, learned } = wire.refuse(line.status, line.body, sent);
  const failure = failureOf(context, customId, error, text, learned);
  const isNews = learned && canonicalJson(writtenMembers(request)) !== canonicalJson(before);
  const refusal = { stage, model: model.id, status: line.status, body: line.body, sent };
  noteUsage(request, failure, context);
  if (isNews) await context.state.noteLearned(refusal);
  await context.state.noteFailure(customId, failure);
}

function noteUsage(request: BatchRequest, { attempt }: StoredFailure, context: TakingContext): void {
  if (attempt.usage !== undefined) context.onUnusable?.(request, attempt.usage);
}

/** A reply, or the error that its line comes to. */
function readReply(
  request: BatchRequest,
  line: Exclude<ResultLine, { kind: "refused" }>,
): Generation | EndpointError {
  try {
    if (line.kind === "not-run") return notRun(line.code, line.message);
    const { dropped } = request.wire.write(request.request);
    const read = request.wire.read(line.body, request.request);
    return dropped.length === 0 ? read : { ...read, droppedParameters: dropped };
  } catch (thrown) {
    if (thrown instanceof EndpointError) return thrown;
    throw thrown;
  }
}

/** Reads one result into the state. Everything is decided before the first wait, so that lines may overlap. */
async function takeLine(
  request: BatchRequest,
  line: ResultLine,
  text: string,
  taken: TakenResults,
  context: TakingContext,
): Promise<void> {
  const { state, nowMs } = context;
  const { customId } = request;
  if (line.kind === "refused") {
    taken.failures++;
    await takeRefusal(request, line, text, context);
    return;
  }
  const read = readReply(request, line);
  if (read instanceof EndpointError) {
    taken.failures++;
    const failure = failureOf(context, customId, read, text);
    noteUsage(request, failure, context);
    await state.noteFailure(customId, failure);
    return;
  }
  taken.replies++;
  taken.replied.add(customId);
  const latencyMs = Math.max(0, nowMs - context.askedAtMs(customId));
  await state.noteReply(customId, { generation: read, latencyMs, at: isoTime(nowMs) });
  context.onReply?.(request, read, latencyMs);
}

/**
 * Takes the lines of one result file (or error file), in whatever order they stand. A request that has its reply keeps
 * it; a line that was taken before is passed over; an unfinished last line is left out.
 * @throws DataError naming the line that is no result of a batch.
 */
export async function takeResults(file: string, taken: TakenResults, context: TakingContext): Promise<void> {
  let notes: Promise<void>[] = [];
  let noted = 0;
  for (const { line, value } of readJsonLines(file, { onTornTail: () => undefined })) {
    const result = readResultLine(value);
    if (result === undefined) {
      throw new DataError("is not a line of batch results: it has no custom_id", {
        code: "foreign-batch-line",
        file,
        line,
        remedy: "Name the output and error files that the batch service or `vllm run-batch -o` wrote.",
      });
    }
    const text = JSON.stringify(value);
    notes.push(takeOne(result, text, taken, context));
    noted += text.length;
    if (notes.length >= NOTES_AT_ONCE || noted > MOST_NOTED) {
      await Promise.all(notes);
      notes = [];
      noted = 0;
    }
  }
  await Promise.all(notes);
}

async function takeOne(
  result: ResultLine,
  text: string,
  taken: TakenResults,
  context: TakingContext,
): Promise<void> {
  const { state, due, source } = context;
  const { customId } = result;
  const request = due.get(customId);
  if (request === undefined) {
    if (state.isKnown(customId)) taken.repeated++;
    else {
      taken.unknown++;
      if (taken.unknownIds.length < UNKNOWN_SHOWN) taken.unknownIds.push(customId);
    }
    return;
  }
  const hash = lineHash(source, text);
  const isSecondFailure = taken.matched.has(customId) && result.kind !== "answered";
  const wasTaken = state.failuresOf(customId).some((failure) => failure.line === hash);
  const hasReply = taken.replied.has(customId) || state.reply(customId) !== undefined;
  taken.matched.add(customId);
  if (hasReply || isSecondFailure || wasTaken) {
    taken.repeated++;
    return;
  }
  await takeLine(request, result, text, taken, context);
}

/** Notes a failed attempt for every request that ought to have a result and has none. */
export async function noteMissing(
  customIds: Iterable<string>,
  taken: TakenResults,
  error: EndpointError,
  context: TakingContext,
): Promise<void> {
  for (const customId of customIds) {
    if (taken.matched.has(customId) || !context.due.has(customId)) continue;
    taken.failures++;
    await context.state.noteFailure(customId, failureOf(context, customId, error, "missing"));
  }
}
