import { z } from "zod";
import { validated } from "../read-questions.js";
import { keyAt, keyBy, numberedId, type RowPlace, type RowReader, wrongRow } from "./row-reader.js";

const identifier = z.union([z.string(), z.number()]).transform(String);

const arcRow = z.looseObject({
  id: identifier,
  question: z.looseObject({
    stem: z.string(),
    choices: z.array(z.looseObject({ text: z.string(), label: z.string() })).min(2),
  }),
  answerKey: z.string().nullish(),
});

/** ARC: choices with labels of their own, letters or digits. */
export const readArcRow: RowReader = async (row, place) => {
  const { id, question, answerKey } = await validated(arcRow, row, place.source, place.path, []);
  const right = question.choices.findIndex(({ label }) => label === answerKey);
  const choices = question.choices.map(({ text }) => text);
  return { id, category: place.category, question: question.stem, key: await keyAt(right, choices, place) };
};

/** OpenBookQA: rows as ARC's; its choices go on from the stem. */
export const readOpenbookqaRow: RowReader = async (row, place) => {
  const item = await readArcRow(row, place);
  const options = item.key.kind === "choice" ? item.key.choices : [];
  return { ...item, scored: { context: item.question, options } };
};

const hellaswagRow = z.looseObject({
  ctx: z.string(),
  ctx_a: z.string().optional(),
  ctx_b: z.string().optional(),
  activity_label: z.string().optional(),
  endings: z.array(z.string()).min(2),
  label: z.union([z.int(), z.string()]).nullish(),
});

/** HellaSwag's text without what WikiHow's pages left in it, as lm-evaluation-harness cleans it. */
function cleaned(text: string): string {
  return text
    .trim()
    .replaceAll(" [title]", ". ")
    .replace(/\[.*?\]/g, "")
    .replaceAll("  ", " ");
}

/** The second part begins with a capital and has no other, as Python's `capitalize` leaves it. */
function capitalized(text: string): string {
  const [first = "", ...rest] = text;
  return first.toUpperCase() + rest.join("").toLowerCase();
}

/** HellaSwag: which of the endings goes on from the context; the label counts from 0. */
export const readHellaswagRow: RowReader = async (row, place) => {
  const {
    ctx,
    ctx_a: start,
    ctx_b: begun,
    activity_label: about,
    endings,
    label,
  } = await validated(hellaswagRow, row, place.source, place.path, []);
  const right = label === "" || label == null ? -1 : Number(label);
  return {
    id: numberedId(place),
    category: place.category,
    passage: about === undefined ? ctx : `${about}: ${ctx}`,
    question: "How does the text go on?",
    key: await keyAt(right, endings, place),
    scored: {
      context: cleaned(
        `${about === undefined ? "" : `${about}: `}${start === undefined ? ctx : `${start} ${capitalized(begun ?? "")}`}`,
      ),
      options: endings.map(cleaned),
    },
  };
};

const piqaRow = z.looseObject({ goal: z.string(), sol1: z.string(), sol2: z.string() });

/** PIQA with the labels of its second file, one a line, counted from 0. */
export function piqaReader(labels: readonly string[]): RowReader {
  return async (row, place) => {
    const { goal, sol1, sol2 } = await validated(piqaRow, row, place.source, place.path, []);
    const label = labels[place.index];
    const right = label === undefined || label === "" ? -1 : Number(label);
    return {
      id: numberedId(place),
      category: place.category,
      question: `How is this done best? ${goal}`,
      key: await keyAt(right, [sol1, sol2], place),
      scored: { context: `Question: ${goal}\nAnswer:`, options: [sol1, sol2] },
    };
  };
}

const boolqRow = z.looseObject({ question: z.string(), passage: z.string(), answer: z.boolean().nullish() });

/** BoolQ: a question about a passage, answered yes or no. */
export const readBoolqRow: RowReader = async (row, place) => {
  const { question, passage, answer } = await validated(boolqRow, row, place.source, place.path, []);
  const right = answer == null ? -1 : answer ? 0 : 1;
  const asked = question.endsWith("?") ? question : `${question}?`;
  return {
    id: numberedId(place),
    category: place.category,
    passage,
    question: asked,
    key: await keyAt(right, ["Yes", "No"], place),
    scored: { context: `${passage}\nQuestion: ${asked}\nAnswer:`, options: ["yes", "no"] },
  };
};

const winograndeRow = z.looseObject({
  sentence: z.string(),
  option1: z.string(),
  option2: z.string(),
  answer: z.union([z.string(), z.int()]).nullish(),
});

/** WinoGrande: which of two options fits the blank; the answer counts from 1. */
export const readWinograndeRow: RowReader = async (row, place) => {
  const { sentence, option1, option2, answer } = await validated(
    winograndeRow,
    row,
    place.source,
    place.path,
    [],
  );
  if (!sentence.includes("_")) throw await wrongRow(place, "has no blank (_) in its sentence");
  const right = answer === "" || answer == null ? -1 : Number(answer) - 1;
  const blank = sentence.indexOf("_");
  return {
    id: numberedId(place),
    category: place.category,
    passage: sentence,
    question: "Which choice fits the blank (_)?",
    key: await keyAt(right, [option1, option2], place),
    // The options differ in what stands before the text that is scored.
    scored: {
      contexts: [option1, option2].map((option) => sentence.slice(0, blank) + option),
      continuation: sentence.slice(blank + 1).trim(),
    },
  };
};

function isCells(row: unknown): row is readonly string[] {
  return Array.isArray(row) && row.every((cell) => typeof cell === "string");
}

/** MMLU: a row of a CSV file without a header: the question, four choices, a letter. */
export const readMmluRow: RowReader = async (row, place: RowPlace) => {
  if (!isCells(row) || row.length !== 6) {
    const found = isCells(row) ? `${row.length} cells` : "no cells";
    throw await wrongRow(place, `has ${found} instead of question, four choices and a letter`);
  }
  const [question = "", ...rest] = row;
  const choices = rest.slice(0, 4);
  return {
    id: numberedId(place),
    category: place.category,
    question,
    key: await keyBy((rest[4] ?? "").trim(), choices, place),
  };
};
