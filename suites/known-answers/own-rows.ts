import { z } from "zod";
import { choiceLetter } from "../../harness/core/likelihood.js";
import { presentFields } from "../../harness/core/present-fields.js";
import type { Json, RightAnswer } from "../../harness/core/records.js";
import { validated } from "../read-questions.js";
import { keyLetters } from "./choice-letters.js";
import { keyBy, numberedId, type RowPlace, type RowReader, wrongRow } from "./row-reader.js";

const words = z.string().refine((text) => text.trim() !== "", "is empty");
const value = z
  .union([words, z.number(), z.boolean()], { error: "should be text or a number" })
  .transform(String);
const json: z.ZodType<Json> = z.json();

/** A question with its right answer in assay's simple form. */
const knownRow = z.strictObject({
  id: z.union([words, z.int()], { error: "should be text or a whole number" }).transform(String).optional(),
  category: words.optional(),
  passage: z.string().nullish(),
  question: words,
  choices: z
    .array(value, { error: "should be a list of texts" })
    .min(2, "has fewer than two choices")
    .max(26, "has more than 26 choices")
    .nullish(),
  answer: z.union([value, z.array(value).min(1, "is empty")], {
    error: "should be text, a number, or a list of them",
  }),
  system: words.optional(),
  metadata: z.record(z.string(), json).optional(),
});

/** Keys that a row of the simple form knows. */
const KNOWN_ROW_KEYS: readonly string[] = Object.keys(knownRow.shape);

/** Letters, or the text of a choice, of each answer given. */
async function choiceKey(
  choices: readonly string[],
  answers: readonly string[],
  place: RowPlace,
): Promise<RightAnswer> {
  const same = choices.find((text, index) => choices.indexOf(text) !== index);
  if (same !== undefined) throw await wrongRow(place, `has the choice "${same.slice(0, 60)}" twice`);
  const letters = answers.map((answer) => {
    const at = choices.indexOf(answer);
    if (keyLetters(answer, choices.length) !== undefined || at === -1) return answer;
    return choiceLetter(at);
  });
  return keyBy(letters.join(","), choices, place);
}

/** Reads a row of the simple form: `question`, `answer`, and optionally `choices`, `category`, `passage`, `id`, `system`, `metadata`. */
export const readOwnRow: RowReader = async (row, place) => {
  const given = await validated(knownRow, row, place.source, place.path, KNOWN_ROW_KEYS);
  const category = given.category ?? place.category;
  const answers = Array.isArray(given.answer) ? given.answer : [given.answer];
  const key: RightAnswer = given.choices
    ? await choiceKey(given.choices, answers, place)
    : { kind: "text", accepted: answers };
  return {
    id: given.id ?? numberedId({ ...place, category }),
    category,
    question: given.question,
    key,
    ...presentFields({ passage: given.passage ?? undefined, system: given.system, metadata: given.metadata }),
  };
};

/**
 * Rows of a CSV file with a header as rows of the simple form: its columns by name, the choices in columns `A`, `B`, `C`
 * and so on; empty cells are left out.
 */
export function rowsUnderHeader(rows: readonly unknown[]): readonly unknown[] {
  const [header, ...rest] = rows as readonly (readonly string[])[];
  if (header === undefined) return [];
  return rest.map((cells) => {
    const named = header.flatMap((name, index) => {
      const cell = cells[index] ?? "";
      return cell.trim() === "" ? [] : [[name.trim(), cell] as const];
    });
    const choices = named.filter(([name]) => /^[A-Z]$/.test(name)).map(([, cell]) => cell);
    const others = named.filter(([name]) => !/^[A-Z]$/.test(name));
    return { ...Object.fromEntries(others), ...(choices.length === 0 ? {} : { choices }) };
  });
}
