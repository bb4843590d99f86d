import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A record of a made-up `annotations.json`. */
export type AnnotationRecord = Readonly<Record<string, unknown>>;

/** A record as alpaca_eval writes it; each question has texts of its own. */
export function annotation(
  question: number,
  preference: unknown,
  more: AnnotationRecord = {},
): AnnotationRecord {
  return {
    instruction: `Question ${question}?`,
    output_1: `Baseline's answer to ${question}${".".repeat(question % 7)}`,
    generator_1: "baseline",
    dataset: question % 2 === 0 ? "even" : "odd",
    output_2: `Model's answer to ${question}${"!".repeat(question % 5)}`,
    generator_2: "model",
    annotator: "judge",
    preference,
    ...more,
  };
}

/** A preference that differs from question to question and never repeats. */
export function madeUpPreference(question: number): number {
  return 1 + ((question * 37) % 101) / 101;
}

/** So many records of one model. */
export function annotations(count: number, more: AnnotationRecord = {}): AnnotationRecord[] {
  return Array.from({ length: count }, (_, question) =>
    annotation(question, madeUpPreference(question), more),
  );
}

/** Writes records, or a text as it is, and gives the path. */
export function writeJson(folder: string, path: string, content: unknown): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content, null, 2));
  return file;
}
