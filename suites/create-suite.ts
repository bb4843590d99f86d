import { ConfigError } from "../harness/core/errors.js";
import { presentFields } from "../harness/core/present-fields.js";
import type { Question, Suite } from "../harness/core/records.js";
import { categoriesOf, hashQuestions } from "./suite-context.js";

/** What a suite is made of; what is left out is as in a file of one's own questions. */
export interface SuiteParts extends Partial<Omit<Suite, "questions" | "hash" | "categories">> {
  /** Kebab-case name, unique in a run. */
  readonly id: string;
  /** Their ids are unique; a question without a category is of the category `general`. */
  readonly questions: readonly (Omit<Question, "category"> & { readonly category?: string })[];
}

function twiceIn(ids: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return ids.find((id) => seen.has(id) || !seen.add(id));
}

/**
 * Makes a suite of questions: single grading by the judge `assay`, at temperature 0, where nothing else is said.
 * @throws ConfigError `bad-suite` for no question, a question without a turn, or an id that stands twice.
 */
export function createSuite(parts: SuiteParts): Suite {
  const { id, questions: given, defaultBaseline, recordedAnswers, notice, checks, scoring } = parts;
  const questions = given.map((question) => ({ ...question, category: question.category ?? "general" }));
  const twice = twiceIn(questions.map((question) => question.id));
  const bare = questions.find((question) => question.turns.length === 0);
  const wrong =
    questions.length === 0
      ? "has no question"
      : twice !== undefined
        ? `has two questions with the id "${twice}"`
        : bare !== undefined
          ? `has no turn in question "${bare.id}"`
          : undefined;
  if (wrong !== undefined) {
    throw new ConfigError(`suite "${id}" ${wrong}`, {
      code: "bad-suite",
      remedy: "Each question has an id of its own and one turn or more.",
    });
  }
  return {
    id,
    title: parts.title ?? id,
    questions,
    categories: categoriesOf(questions),
    hash: hashQuestions(questions),
    sampling: parts.sampling ?? { maxTokens: 2048, temperature: 0 },
    defaultJudge: parts.defaultJudge ?? "assay",
    defaultMode: parts.defaultMode ?? "single",
    assets: parts.assets ?? [],
    ...presentFields({ defaultBaseline, recordedAnswers, notice, checks, scoring }),
  };
}
