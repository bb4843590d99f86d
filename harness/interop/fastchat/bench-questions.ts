import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { compositeKey } from "../../core/composite-key.js";
import { canonicalJson, lineHash, sha256 } from "../../core/hash.js";
import { readJsonLines } from "../../core/jsonl.js";
import { presentFields } from "../../core/present-fields.js";
import type { Answer, Judgment, Question, Suite } from "../../core/records.js";
import { filesBelow } from "../files-below.js";
import { readFastChatAnswers } from "./answers.js";
import {
  areMtBenchQuestions,
  areSameQuestions,
  type JudgedTexts,
  judgedTextsIn,
  questionsHash,
} from "./judged-texts.js";
import type { JudgedBy } from "./judgments.js";
import { mtBenchCategories, mtBenchCategory } from "./mt-bench-texts.js";

function referencesBeside(questionFile: string): Map<string, readonly string[]> {
  const folder = join(dirname(questionFile), "reference_answer");
  const references = new Map<string, readonly string[]>();
  if (!existsSync(folder)) return references;
  for (const file of filesBelow(folder, ".jsonl")) {
    for (const answer of readFastChatAnswers(file, { suite: "reference" })) {
      references.set(
        answer.questionId,
        answer.turns.map((turn) => turn.text),
      );
    }
  }
  return references;
}

function questionsIn(file: string): Question[] {
  const references = referencesBeside(file);
  return [...readJsonLines(file)].flatMap(({ value }): Question[] => {
    if (typeof value !== "object" || value === null) return [];
    const { question_id: id, category, turns, ...rest } = value as Record<string, unknown>;
    if (id === undefined || !Array.isArray(turns)) return [];
    const reference = references.get(String(id));
    return [
      {
        id: String(id),
        category: typeof category === "string" ? category : "general",
        turns: turns.map(String),
        ...presentFields({ reference }),
        ...(Object.keys(rest).length === 0 ? {} : { metadata: JSON.parse(JSON.stringify(rest)) }),
      },
    ];
  });
}

/** What is known of the questions behind files of answers and judgments. */
export interface KnownQuestions {
  readonly suite: string;
  readonly categoryOf: (questionId: string) => string | undefined;
  /** Of `question.jsonl`; empty without one. */
  readonly questions: readonly Question[];
  /** In the order in which they are shown. */
  readonly categories: readonly string[];
  readonly lines: JudgedTexts["lines"];
  /** What tells the protocols of these files from those of MT-Bench's own files. */
  readonly judged: JudgedBy;
}

function knownFrom(lines: JudgedTexts["lines"], template: string | undefined, folder: string | undefined) {
  const isMtBench = areMtBenchQuestions(lines);
  const hash = isMtBench ? undefined : questionsHash(lines);
  // A folder's name is believed, but for MT-Bench's over other questions.
  const name = folder ?? (isMtBench ? "mt-bench" : "questions");
  const suite = hash !== undefined && (folder ?? "mt-bench") === "mt-bench" ? `${name}-${hash}` : name;
  return { suite, isMtBench, judged: presentFields({ template, questions: hash }) };
}

/** The questions of a `question.jsonl`; the bench is called after its folder. */
function questionsOfFile(file: string, template: string | undefined): KnownQuestions {
  const questions = questionsIn(file);
  const lines = new Map(questions.map(({ id, turns: [first = ""] }) => [id, lineHash(first)]));
  const folder = basename(dirname(resolve(file))).replaceAll("_", "-");
  const { suite, judged } = knownFrom(lines, template, folder);
  const byId = new Map(questions.map((question) => [question.id, question.category]));
  const categories = [...new Set(byId.values())];
  return { suite, categoryOf: (id) => byId.get(id), questions, categories, lines, judged };
}

/** Questions that the prompts alone tell of. MT-Bench's categories are known by its ids, where the texts do not gainsay. */
function questionsOfPrompts({ lines, template }: JudgedTexts): KnownQuestions {
  const { suite, isMtBench, judged } = knownFrom(lines, template, undefined);
  const categoryOf = isMtBench ? mtBenchCategory : () => undefined;
  return { suite, categoryOf, questions: [], categories: isMtBench ? mtBenchCategories : [], lines, judged };
}

/** Texts that several files tell of, joined where they are about the same questions. */
function joinTexts(texts: readonly JudgedTexts[]): JudgedTexts[] {
  const joined: { lines: Map<string, string>; template: string | undefined }[] = [];
  return texts.map(({ lines, template }) => {
    const isOf = (one: JudgedTexts) =>
      one.template === template &&
      areSameQuestions(one.lines, lines) &&
      (lines.size === 0) === (one.lines.size === 0);
    let found = joined.find(isOf);
    if (found === undefined) {
      found = { lines: new Map(), template };
      joined.push(found);
    }
    for (const [id, line] of lines) found.lines.set(id, line);
    return found;
  });
}

/**
 * What is known of the questions of judgment files, file by file: by `question.jsonl` where there is one, else by what
 * the prompts show.
 * @param questionFileOf `question.jsonl` of a file
 * @throws DataError `mixed-judgments`, unless `compat`: the original tool goes by names and numbers alone
 */
export function knownQuestions(
  files: readonly string[],
  questionFileOf: (file: string) => string | undefined,
  compat: boolean,
): ReadonlyMap<string, KnownQuestions> {
  const nothing: JudgedTexts = { lines: new Map(), template: undefined };
  const texts = compat ? files.map(() => nothing) : joinTexts(files.map(judgedTextsIn));
  const known = new Map<JudgedTexts | string, KnownQuestions>();
  return new Map(
    files.map((file, index) => {
      const own = texts[index] ?? nothing;
      const questionFile = questionFileOf(file);
      const key = questionFile === undefined ? own : compositeKey(questionFile, own.template);
      const found =
        known.get(key) ??
        (questionFile === undefined ? questionsOfPrompts(own) : questionsOfFile(questionFile, own.template));
      known.set(key, found);
      return [file, found] as const;
    }),
  );
}

/** Questions that only judgments and answers tell of: their ids, without text. */
export function impliedQuestions(answers: readonly Answer[], judgments: readonly Judgment[]): Question[] {
  const turns = new Map<string, number>();
  const categories = new Map<string, string>();
  for (const answer of answers)
    turns.set(answer.questionId, Math.max(turns.get(answer.questionId) ?? 0, answer.turns.length));
  for (const judgment of judgments) {
    turns.set(judgment.questionId, Math.max(turns.get(judgment.questionId) ?? 0, judgment.turn));
    categories.set(judgment.questionId, judgment.category);
  }
  return [...turns].map(([id, count]) => ({
    id,
    category: categories.get(id) ?? "general",
    turns: Array.from({ length: count }, () => ""),
  }));
}

/** A suite of imported questions. */
export function importedSuite(id: string, questions: readonly Question[], order: readonly string[]): Suite {
  const present = new Set(questions.map((question) => question.category));
  return {
    id,
    title: id,
    questions,
    categories: [...new Set([...order, ...present])].filter((category) => present.has(category)),
    hash: sha256(canonicalJson(questions)),
    sampling: { maxTokens: 1024, temperature: 0 },
    defaultJudge: "mt-bench",
    defaultMode: "single",
    assets: [],
  };
}
