import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A suite of `count` two-turn questions as a user would write it. */
export function writeSuite(folder: string, count: number): string {
  const questions = Array.from({ length: count }, (_, index) => {
    const category = ["writing", "math", "coding"][index % 3];
    return `  - { id: q${index}, category: ${category}, turns: ["Question ${index}?", "And again, ${index}?"] }`;
  });
  const file = join(folder, "suite.yaml");
  writeFileSync(file, `questions:\n${questions.join("\n")}\n`);
  return file;
}

/** Boards and warnings of a run's scores. */
export function scoresOf(run: string): unknown {
  const { boards, warnings } = JSON.parse(readFileSync(join(run, "scores.json"), "utf8"));
  return { boards, warnings };
}

/**
 * Records of all JSONL files below a folder.
 * @param killed leaves out an unfinished last line
 */
export function recordsIn(folder: string, killed = false): Record<string, unknown>[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".jsonl"))
    .flatMap((name) => {
      const lines = readFileSync(join(folder, name), "utf8").split("\n");
      return (killed ? lines.slice(0, -1) : lines).filter((line) => line !== "");
    })
    .map((line) => JSON.parse(line));
}

/** Values that occur more than once. */
export function duplicates(values: readonly unknown[]): unknown[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}
