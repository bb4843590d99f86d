import { existsSync } from "node:fs";
import { join } from "node:path";
import { isJsonObject } from "../core/json.js";
import { type CardEntry, type JudgeCard, joinCards } from "../core/judge-card.js";
import { readOwnDocument } from "./own-document.js";
import { prettyJson, writeFileAtomically } from "./run-folder.js";

/** Name of a judge card where none is given, in a run folder and beside a configuration. */
export const JUDGE_CARD = "judge-card.json";

const FIGURES = ["agreesWithPeople", "consistency", "firstSlot"] as const;

function isCounted(value: unknown): boolean {
  return (
    value === undefined ||
    (isJsonObject(value) && typeof value.percent === "number" && typeof value.n === "number")
  );
}

function isSet(value: unknown): boolean {
  return (
    isJsonObject(value) &&
    typeof value.set === "string" &&
    typeof value.rule === "string" &&
    (value.score === null || typeof value.score === "number") &&
    FIGURES.every((name) => isCounted(value[name]))
  );
}

function isEntry(value: unknown): value is CardEntry {
  return (
    isJsonObject(value) &&
    typeof value.judgeModel === "string" &&
    Array.isArray(value.sets) &&
    value.sets.every(isSet)
  );
}

function isCard(value: unknown): value is JudgeCard {
  if (!isJsonObject(value) || value.schema !== "assay.judge-card/1") return false;
  return isJsonObject(value.judges) && Object.values(value.judges).every(isEntry);
}

/**
 * Reads a judge card.
 * @returns undefined where there is no such file
 * @throws DataError for a file that is no judge card.
 */
export function readJudgeCard(file: string): JudgeCard | undefined {
  if (!existsSync(file)) return undefined;
  return readOwnDocument(file, {
    what: "judge card",
    schema: "assay.judge-card/1",
    is: isCard,
    code: "bad-judge-card",
    remedy: "Write it again with `assay judge-bench … --card`, or name another with --judge-card.",
  });
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
