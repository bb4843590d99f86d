import type { z } from "zod";
import { arenaHardFormatOf, arenaHardQuestion, arenaHardRow } from "../harness/core/arena-hard-row.js";
import type { Check } from "../harness/core/check.js";
import { countOf } from "../harness/core/count-of.js";
import { DataError } from "../harness/core/errors.js";
import { presentFields } from "../harness/core/present-fields.js";
import type { Question } from "../harness/core/records.js";
import { nearestName, suggestName } from "../harness/core/spelling.js";
import { type RubricFormat, rubricFormatOf } from "./rubric-formats.js";
import type { DocumentPath, SourceFile } from "./source-file.js";

/** The formats in which questions come. */
export type QuestionFormat = "own" | "mt-bench" | "alpaca-eval" | "arena-hard" | RubricFormat;

/** A question with what its record said besides. */
export interface ReadQuestion {
  readonly question: Question;
  /** AlpacaEval records only: the output and the model that gave it. */
  readonly output?: string;
  readonly generator?: string;
  /** Own format only: what is counted in the answers. */
  readonly checks?: readonly Check[];
}

const FORMAT_MARKS: readonly (readonly [QuestionFormat, string])[] = [
  ["mt-bench", "question_id"],
  ["alpaca-eval", "instruction"],
  ["own", "id"],
];

/** An error about the value at `path`, with its line. */
export async function misfit(
  source: SourceFile,
  path: DocumentPath,
  message: string,
  remedy?: string,
): Promise<DataError> {
  const line = await source.lineOf(path);
  return new DataError(message, {
    code: "bad-question",
    file: source.file,
    ...presentFields({ line }),
    remedy: remedy ?? "Fix the line; docs/suites.md shows what a question holds.",
  });
}

/** Tells the format by the keys of the first record. @throws DataError when they fit none. */
async function formatOf(source: SourceFile, rows: readonly unknown[], at: DocumentPath) {
  const [first] = rows;
  if (first === undefined) {
    throw await misfit(source, at, "holds no question", "Add at least one question.");
  }
  if (arenaHardFormatOf(first) === "arena-hard-questions") return "arena-hard";
  if (typeof first === "object" && first !== null) {
    const rubric = rubricFormatOf(first);
    if (rubric !== undefined) return rubric;
    const found = FORMAT_MARKS.find(([, key]) => key in first);
    if (found !== undefined) return found[0];
  }
  throw await misfit(
    source,
    [...at, 0],
    "is not a question of a known format",
    'A question has an "id" (assay), a "question_id" (MT-Bench), an "instruction" (AlpacaEval) or a "uid" (Arena-Hard).',
  );
}

/** One sentence for what zod found wrong. */
function describeIssue(issue: z.core.$ZodIssue, known: readonly string[]): [string, string | undefined] {
  const place = issue.path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`))
    .join("");
  const subject = place.replace(/^\./, "");
  if (issue.code === "unrecognized_keys") {
    const [key = ""] = issue.keys;
    const inside = subject === "" ? "" : ` in ${subject}`;
    return [`unknown key "${key}"${inside}`, subject === "" ? suggestName(key, known) : undefined];
  }
  if (issue.code === "invalid_type" && subject === "") return ["is not an object with keys", undefined];
  if (/^Invalid input: expected \w+, received undefined$/.test(issue.message))
    return [`"${subject}" is missing`, undefined];
  return [subject === "" ? issue.message : `"${subject}" ${issue.message}`, undefined];
}

/** Validates one value. @throws DataError with the line of the first thing that is wrong. */
export async function validated<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  source: SourceFile,
  at: DocumentPath,
  known: readonly string[],
): Promise<z.output<Schema>> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue === undefined) throw await misfit(source, at, "is not valid");
  const [message, remedy] = describeIssue(issue, known);
  const path = issue.path.filter((step) => typeof step !== "symbol");
  const key = issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
  const more = result.error.issues.length - 1;
  throw await misfit(
    source,
    [...at, ...path, ...key],
    more > 0 ? `${message} (and ${more} more in the same place)` : message,
    remedy,
  );
}

/**
 * Turns the records of a file into questions.
 * @param at path of the list in the document
 * @param category for records that name none; default `general`
 * @throws DataError with file and line: wrong types, empty turns, unknown keys, ids that occur twice, references that
 * do not match the turns, no question at all.
 */
export async function readQuestions(
  source: SourceFile,
  rows: readonly unknown[],
  at: DocumentPath,
  category = "general",
): Promise<{ format: QuestionFormat; questions: ReadQuestion[] }> {
  const format = await formatOf(source, rows, at);
  const read: ReadQuestion[] = [];
  const seen = new Map<string, number>();
  for (const [index, row] of rows.entries()) {
    const one = await READERS[format](row, { source, path: [...at, index], index, category });
    const key = format === "alpaca-eval" ? (one.question.turns[0] ?? "") : one.question.id;
    const earlier = seen.get(key);
    if (earlier !== undefined) {
      const line = await source.lineOf([...at, earlier]);
      const where = line === undefined ? `record ${earlier + 1}` : `line ${line}`;
      throw await misfit(
        source,
        [...at, index],
        format === "alpaca-eval"
          ? `repeats the instruction of ${where}`
          : `repeats the id "${key}" of ${where}`,
        format === "alpaca-eval"
          ? "AlpacaEval joins outputs by instruction; each may occur once."
          : "Give every question an id of its own.",
      );
    }
    seen.set(key, index);
    read.push(one);
  }
  return { format, questions: read };
}

interface RowContext {
  readonly source: SourceFile;
  readonly path: DocumentPath;
  readonly index: number;
  readonly category: string;
}

const READERS: Readonly<
  Record<QuestionFormat, (row: unknown, context: RowContext) => Promise<ReadQuestion>>
> = {
  own: readOwn,
  "mt-bench": readMtBench,
  "alpaca-eval": readAlpacaEval,
  "arena-hard": readArenaHard,
  healthbench: (row, context) => readRubricRow("healthbench", row, context),
  "multi-challenge": (row, context) => readRubricRow("multi-challenge", row, context),
  wildbench: (row, context) => readRubricRow("wildbench", row, context),
};

async function readRubricRow<Format extends RubricFormat>(
  format: Format,
  row: unknown,
  { source, path, category, index }: RowContext,
): Promise<ReadQuestion> {
  const { RUBRIC_QUESTIONS, RUBRIC_ROWS } = await import("./rubric-rows.js");
  switch (format) {
    case "healthbench":
      return {
        question: RUBRIC_QUESTIONS.healthbench(
          await validated(RUBRIC_ROWS.healthbench, row, source, path, []),
          category,
        ),
      };
    case "multi-challenge":
      return {
        question: RUBRIC_QUESTIONS["multi-challenge"](
          await validated(RUBRIC_ROWS["multi-challenge"], row, source, path, []),
        ),
      };
    default:
      return {
        question: RUBRIC_QUESTIONS.wildbench(
          await validated(RUBRIC_ROWS.wildbench, row, source, path, []),
          category,
          index,
        ),
      };
  }
}

async function readArenaHard(row: unknown, { source, path }: RowContext): Promise<ReadQuestion> {
  const line = (await source.lineOf(path)) ?? 1;
  return { question: arenaHardQuestion(arenaHardRow(source.file, line, row)) };
}

async function readOwn(row: unknown, context: RowContext): Promise<ReadQuestion> {
  const { KNOWN_KEYS, ownQuestion } = await import("./question-schema.js");
  const { source, path } = context;
  const given = await validated(ownQuestion, row, source, path, KNOWN_KEYS.own);
  const turns = given.turns ?? (given.prompt === undefined ? [] : [given.prompt]);
  const reference = typeof given.reference === "string" ? [given.reference] : given.reference;
  await checkReference(reference, turns, source, [...path, "reference"]);
  await checkTurns(given.checks, turns, source, [...path, "checks"]);
  const metadata = { ...given.metadata, ...presentFields({ probes: given.probes }) };
  return {
    question: {
      id: given.id,
      category: given.category ?? context.category,
      turns,
      ...presentFields({
        reference,
        requiredTemperature: given.temperature,
        system: given.system,
        rubric: given.rubric,
      }),
      ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
    },
    ...presentFields({ checks: given.checks }),
  };
}

async function checkTurns(
  checks: readonly Check[] = [],
  turns: readonly string[],
  source: SourceFile,
  path: DocumentPath,
): Promise<void> {
  const wrong = checks.findIndex(({ turn = 1 }) => turn > turns.length);
  if (wrong === -1) return;
  throw await misfit(
    source,
    [...path, wrong, "turn"],
    `checks turn ${checks[wrong]?.turn} of a question with ${countOf(turns.length, "turn")}`,
  );
}

async function checkReference(
  reference: readonly string[] | undefined,
  turns: readonly string[],
  source: SourceFile,
  path: DocumentPath,
): Promise<void> {
  if (reference === undefined || reference.length === turns.length) return;
  throw await misfit(
    source,
    path,
    `has ${countOf(reference.length, "reference answer")} for ${countOf(turns.length, "turn")}`,
    "Give one reference answer for each turn, or none.",
  );
}

async function readMtBench(row: unknown, context: RowContext): Promise<ReadQuestion> {
  const { KNOWN_KEYS, mtBenchQuestion } = await import("./question-schema.js");
  const { source, path } = context;
  const given = await validated(mtBenchQuestion, row, source, path, KNOWN_KEYS["mt-bench"]);
  const { question_id: id, category, turns, reference, required_temperature, ...rest } = given;
  await refuseMisspelt(Object.keys(rest), KNOWN_KEYS["mt-bench"], context);
  await checkReference(reference, turns, source, [...path, "reference"]);
  return {
    question: {
      id,
      category: category ?? context.category,
      turns,
      ...presentFields({ reference, requiredTemperature: required_temperature }),
      ...(Object.keys(rest).length === 0 ? {} : { metadata: rest }),
    },
  };
}

/** Keys that the original ignores are fine unless they look like a slip of the pen for one that matters. */
async function refuseMisspelt(keys: readonly string[], known: readonly string[], context: RowContext) {
  for (const key of keys) {
    const near = nearestName(key, known);
    if (near === undefined) continue;
    throw await misfit(
      context.source,
      [...context.path, key],
      `unknown key "${key}"`,
      `Did you mean "${near}"? Keys that are meant for other tools are kept when they resemble none of ${known.join(", ")}.`,
    );
  }
}

async function readAlpacaEval(row: unknown, context: RowContext): Promise<ReadQuestion> {
  const { alpacaEvalRow, KNOWN_KEYS } = await import("./question-schema.js");
  const given = await validated(alpacaEvalRow, row, context.source, context.path, KNOWN_KEYS["alpaca-eval"]);
  // alpaca_eval's own preprocessing of files that keep the input apart.
  const text = given.input ? `${given.instruction}\n\n${given.input}` : given.instruction;
  const { dataset, output, generator } = given;
  return {
    question: {
      id: String(context.index),
      category: dataset ?? context.category,
      turns: [text],
      ...(dataset == null ? {} : { metadata: { dataset } }),
    },
    ...(output === undefined ? {} : { output: output ?? "" }),
    ...(generator == null ? {} : { generator }),
  };
}
