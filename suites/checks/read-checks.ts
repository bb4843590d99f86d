import type { Question, Suite } from "../../harness/core/records.js";
import { misfit, validated } from "../read-questions.js";
import { readSourceFile } from "../source-file.js";

/**
 * Reads checks that stand beside a suite's questions: a YAML or JSON file of lists by question id.
 * @returns those of the questions that are given
 * @throws DataError with file and line for a check that is none
 */
export async function readChecks(file: string, questions: readonly Question[]): Promise<Suite["checks"]> {
  const source = await readSourceFile(file);
  const { checksByQuestion } = await import("./check-schema.js");
  const checks = await validated(checksByQuestion, source.root, source, [], []);
  const known = new Map(questions.map((question) => [question.id, question]));
  const own: [string, NonNullable<Suite["checks"]>[string]][] = [];
  for (const [id, list] of Object.entries(checks)) {
    const question = known.get(id);
    if (question === undefined) continue;
    if (list.some(({ turn = 1 }) => turn > question.turns.length))
      throw await misfit(source, [id], `checks a turn that question "${id}" does not have`);
    own.push([id, list]);
  }
  return Object.fromEntries(own);
}
