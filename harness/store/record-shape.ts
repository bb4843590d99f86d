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

/** Whether a line holds what the stages read of a judgment. */
export function isJudgment(value: unknown): value is Judgment {
  const record = fieldsOf(value);
  if (record === undefined) return false;
  if (!hasTexts(record, JUDGMENT_TEXTS)) return false;
  if (typeof record.trial !== "number" || typeof record.turn !== "number") return false;
  if (!isListOf(record.answers, isText)) return false;
  if (record.status === "skipped") return true;
  if (!isListOf(record.replies, (reply) => fieldsOf(reply) !== undefined)) return false;
  if (record.status === "judged") return typeof fieldsOf(record.verdict)?.kind === "string";
  return record.status === "failed" && fieldsOf(record.error) !== undefined && Array.isArray(record.attempts);
}

const MANIFEST_LISTS = ["suites", "models", "judgeModels", "protocols", "totals"];

/** Whether a manifest holds the lists and counts that are read of it. */
export function isManifestShape(value: object): boolean {
  const manifest: Fields = { ...value };
  return (
    MANIFEST_LISTS.every((name) => Array.isArray(manifest[name])) &&
    typeof manifest.trials === "number" &&
    [manifest.config, manifest.answers, manifest.judgments].every((one) => fieldsOf(one) !== undefined)
  );
}

/** Whether a snapshot of a suite holds the lists that are read of it. */
export function isSuiteShape(value: unknown): boolean {
  const suite = fieldsOf(value);
  if (suite === undefined || !hasTexts(suite, ["id", "title", "hash"])) return false;
  return Array.isArray(suite.questions) && Array.isArray(suite.categories) && Array.isArray(suite.assets);
}
