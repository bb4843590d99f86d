import { countOf } from "./count-of.js";
import type { Suite } from "./records.js";

/** Which part of a suite's questions was asked. */
export interface SuitePart {
  readonly questions: number;
  /** Questions of the whole suite. */
  readonly of: number;
  /** Categories of the questions that were asked. */
  readonly categories: readonly string[];
  /** Number of categories of the whole suite. */
  readonly ofCategories: number;
}

/** The part of a suite that is asked; undefined for a whole one. */
export function partOf({ questions, categories, whole }: Suite): SuitePart | undefined {
  if (whole === undefined || questions.length >= whole.questions) return undefined;
  return { questions: questions.length, of: whole.questions, categories, ofCategories: whole.categories };
}

/** As many categories as are named one by one. */
const NAMED_CATEGORIES = 3;

function categoriesOf({ categories, ofCategories }: SuitePart): string {
  if (categories.length >= ofCategories) return "";
  if (categories.length > NAMED_CATEGORIES)
    return `, ${categories.length} of ${countOf(ofCategories, "category", "categories")}`;
  const last = categories.at(-1) ?? "";
  const others = categories.slice(0, -1).join(", ");
  return `, ${others === "" ? last : `${others} and ${last}`} only`;
}

/** The name of a suite with the part that was asked: `MT-Bench, 10 of 80 questions, writing only`. */
export function namedPart(name: string, part: SuitePart | undefined): string {
  if (part === undefined) return name;
  return `${name}, ${part.questions} of ${countOf(part.of, "question")}${categoriesOf(part)}`;
}
