import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DataError, messageOf } from "../core/errors.js";
import { type CardEntry, type JudgeCard, joinCards } from "../core/judge-card.js";
import { prettyJson, writeFileAtomically } from "./run-folder.js";

/** Name of a judge card where none is given, in a run folder and beside a configuration. */
export const JUDGE_CARD = "judge-card.json";

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const FIGURES = ["agreesWithPeople", "consistency", "firstSlot"] as const;

function isCounted(value: unknown): boolean {
  return (
    value === undefined ||
    (isObject(value) && typeof value.percent === "number" && typeof value.n === "number")
  );
}

function isSet(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value.set === "string" &&
    typeof value.rule === "string" &&
    (value.score === null || typeof value.score === "number") &&
    FIGURES.every((name) => isCounted(value[name]))
  );
}

function isEntry(value: unknown): value is CardEntry {
  return (
    isObject(value) &&
    typeof value.judgeModel === "string" &&
    Array.isArray(value.sets) &&
    value.sets.every(isSet)
  );
}

function isCard(value: unknown): value is JudgeCard {
  if (!isObject(value) || value.schema !== "assay.judge-card/1") return false;
  return isObject(value.judges) && Object.values(value.judges).every(isEntry);
}

/**
 * Reads a judge card.
 * @returns undefined where there is no such file
 * @throws DataError for a file that is no judge card.
 */
export function readJudgeCard(file: string): JudgeCard | undefined {
  if (!existsSync(file)) return undefined;
  const remedy = "Write it again with `assay judge-bench … --card`, or name another with --judge-card.";
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new DataError(`cannot be read as JSON (${messageOf(cause)})`, {
      code: "broken-json",
      file,
      remedy,
      cause,
    });
  }
  if (isCard(value)) return value;
  throw new DataError("is no judge card (assay.judge-card/1)", { code: "bad-judge-card", file, remedy });
}

/** The judge card that a run folder keeps. @throws DataError for a damaged one. */
export function readRunCard(run: string): JudgeCard | undefined {
  return readJudgeCard(join(run, JUDGE_CARD));
}

/**
 * Adds to a judge card what is known now, and keeps what it says of other judges and sets.
 * @throws DataError where the file is something else; AssayError `cannot-write`.
 */
export async function updateJudgeCard(file: string, more: JudgeCard): Promise<JudgeCard> {
  const before = readJudgeCard(file);
  const card = joinCards(before === undefined ? [more] : [before, more]);
  await writeFileAtomically(file, prettyJson(card));
  return card;
}
