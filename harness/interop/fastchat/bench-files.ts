import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { readJsonLines } from "../../core/jsonl.js";
import { filesBelow } from "../files-below.js";
import { fastChatFormatOf } from "./fields.js";

/** Files of one bench. */
export interface BenchFiles {
  /** `question.jsonl`, where there is one. */
  readonly questions: string | undefined;
  readonly answers: readonly string[];
  readonly judgments: readonly string[];
}

type Kind = "questions" | "answers" | "judgments";

function kindOf(file: string): Kind | undefined {
  for (const { value } of readJsonLines(file)) {
    const format = fastChatFormatOf(value);
    if (format === "fastchat-questions") return "questions";
    if (format === "fastchat-answers") return "answers";
    return format === undefined ? undefined : "judgments";
  }
  return undefined;
}

/** Where FastChat keeps the questions of a file of answers or judgments: one folder above, or beside it. */
export function questionFileFor(file: string): string | undefined {
  const folder = dirname(resolve(file));
  return [dirname(folder), folder].map((one) => join(one, "question.jsonl")).find(existsSync);
}

/**
 * Finds FastChat's files and puts those of one bench together: what lies below a folder with a `question.jsonl`, and
 * what belongs to none.
 * @param paths files, or folders that hold them at any depth
 */
export function findBenches(paths: readonly string[]): BenchFiles[] {
  const files: { readonly file: string; readonly kind: Kind }[] = [];
  for (const file of new Set(
    paths.flatMap((path) => filesBelow(path, ".jsonl")).map((path) => resolve(path)),
  )) {
    // Reference answers look like a model's answers; they belong to the questions.
    if (basename(dirname(file)) === "reference_answer") continue;
    const kind = kindOf(file);
    if (kind !== undefined) files.push({ file, kind });
  }
  const named = files.filter(({ kind }) => kind === "questions").map(({ file }) => file);
  const [only] = named.length === 1 ? named : [];
  const benches = new Map<
    string,
    { questions: string | undefined; answers: string[]; judgments: string[] }
  >();
  for (const { file, kind } of files) {
    if (kind === "questions") continue;
    const questions = questionFileFor(file) ?? only;
    const bench = benches.get(questions ?? "") ?? { questions, answers: [], judgments: [] };
    benches.set(questions ?? "", bench);
    bench[kind].push(file);
  }
  return [...benches.values()];
}
