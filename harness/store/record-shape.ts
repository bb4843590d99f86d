import { DataError } from "../core/errors.js";
import type { Verdict } from "../core/judge.js";
import type { Manifest, ManifestModel } from "../core/manifest.js";
import type { Answer, Judgment } from "../core/records.js";

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields | undefined {
  // What it holds is unknown still; every field is looked at before it is used.
  return value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Fields) : undefined;
}

function hasTexts(record: Fields, names: readonly string[]): boolean {
  for (const name of names) if (typeof record[name] !== "string") return false;
  return true;
}

function isListOf(value: unknown, isEntry: (entry: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isEntry);
}

const ANSWER_TEXTS = ["taskId", "suite", "questionId", "category", "model"];
const JUDGMENT_TEXTS = ["taskId", "protocol", "suite", "questionId", "category", "a"];

const isTurn = (entry: unknown) => typeof fieldsOf(entry)?.text === "string";
const isText = (entry: unknown) => typeof entry === "string";

/**
 * Whether a line holds what the stages read of an answer. assay wrote the files, but people fix them by hand, and a
 * record that lacks a field must be refused with its line rather than counted as something else.
 */
export function isAnswer(value: unknown): value is Answer {
  const record = fieldsOf(value);
  if (record === undefined || !hasTexts(record, ANSWER_TEXTS)) return false;
  if (typeof record.trial !== "number" || !isListOf(record.turns, isTurn)) return false;
  if (record.status === "completed") return true;
  return record.status === "failed" && fieldsOf(record.error) !== undefined && Array.isArray(record.attempts);
}

const WINNERS: readonly unknown[] = ["a", "b", "tie"];

/** Whether a record's verdict holds what every figure of its kind is made from. */
export function isVerdict(value: unknown): value is Verdict {
  const { kind, rating, winner, weightB, ranking, reason } = fieldsOf(value) ?? {};
  if (kind === "rating") return typeof rating === "number";
  if (kind === "preference") return WINNERS.includes(winner) && typeof weightB === "number";
  if (kind === "ranking") return isListOf(ranking, isText);
  return (kind === "unreadable" || kind === "abstained") && typeof reason === "string";
}

/** Whether a line holds what the stages read of a judgment. */
export function isJudgment(value: unknown): value is Judgment {
  const record = fieldsOf(value);
  if (record === undefined) return false;
  if (!hasTexts(record, JUDGMENT_TEXTS)) return false;
  if (typeof record.trial !== "number" || typeof record.turn !== "number") return false;
  if (!isListOf(record.answers, isText)) return false;
  if (record.status === "skipped") return true;
  if (!isListOf(record.replies, (reply) => fieldsOf(reply) !== undefined)) return false;
  if (record.status === "judged") return isVerdict(record.verdict);
  return record.status === "failed" && fieldsOf(record.error) !== undefined && Array.isArray(record.attempts);
}

/** The error for a line that holds something else. @param kind What it should be, with its article. */
export function foreignRecord(kind: string, file: string, line: number): DataError {
  return new DataError(`is not ${kind} of a run`, {
    code: "foreign-record",
    file,
    line,
    remedy: "Fix or remove the line; what it held is asked for again by `assay run` with the same options.",
  });
}

const SHAPES = {
  text: (value: unknown) => typeof value === "string",
  number: (value: unknown) => typeof value === "number",
  "number or null": (value: unknown) => value === null || typeof value === "number",
  list: (value: unknown) => Array.isArray(value),
  object: (value: unknown) => fieldsOf(value) !== undefined,
} as const;

type Shape = Readonly<Record<string, keyof typeof SHAPES>>;

const MANIFEST: Shape = {
  tool: "object",
  config: "object",
  trials: "number",
  startedAt: "text",
  status: "text",
  durationMs: "number",
  suites: "list",
  models: "list",
  judgeModels: "list",
  protocols: "list",
  totals: "list",
  answers: "object",
  judgments: "object",
};

const MODEL: Shape = { id: "text", identity: "object" };

const MANIFEST_ENTRIES: Readonly<Record<string, Shape>> = {
  suites: { id: "text", title: "text", hash: "text", assets: "list" },
  models: MODEL,
  judgeModels: MODEL,
  protocols: {
    id: "text",
    suite: "text",
    judge: "text",
    judgeModel: "text",
    mode: "text",
    metric: "text",
    subjects: "list",
    identity: "object",
    assets: "list",
  },
  totals: { stage: "text", model: "text", usage: "object", costUsd: "number or null" },
};

function shapeFault(fields: Fields, shape: Shape, within: string): string | undefined {
  for (const [name, kind] of Object.entries(shape)) {
    if (SHAPES[kind](fields[name])) continue;
    const path = `${within}${name}`;
    return fields[name] === undefined ? `"${path}" is missing` : `"${path}" is no ${kind}`;
  }
  return undefined;
}

/** What a manifest lacks of the fields that the stages read, in words that name the key; undefined where it lacks none. */
export function manifestFault(value: object): string | undefined {
  const manifest: Fields = { ...value };
  const fault = shapeFault(manifest, MANIFEST, "");
  if (fault !== undefined) return fault;
  for (const [name, shape] of Object.entries(MANIFEST_ENTRIES)) {
    const entries = manifest[name];
    if (!Array.isArray(entries)) continue;
    for (const [index, entry] of entries.entries()) {
      const inside = shapeFault(fieldsOf(entry) ?? {}, shape, `${name}[${index}].`);
      if (inside !== undefined) return inside;
    }
  }
  return undefined;
}

const completeModel = (model: ManifestModel): ManifestModel => ({
  ...model,
  endpointModels: model.endpointModels ?? {},
  systemFingerprints: model.systemFingerprints ?? {},
  droppedParameters: model.droppedParameters ?? [],
});

/** A manifest with the counts that may be absent from a file that was shortened by hand: nothing was counted. */
export function completeManifest(manifest: Manifest): Manifest {
  return {
    ...manifest,
    failures: manifest.failures ?? [],
    models: manifest.models.map(completeModel),
    judgeModels: manifest.judgeModels.map(completeModel),
  };
}

/** Whether a snapshot of a suite holds the lists that are read of it. */
export function isSuiteShape(value: unknown): boolean {
  const suite = fieldsOf(value);
  if (suite === undefined || !hasTexts(suite, ["id", "title", "hash"])) return false;
  return Array.isArray(suite.questions) && Array.isArray(suite.categories) && Array.isArray(suite.assets);
}
