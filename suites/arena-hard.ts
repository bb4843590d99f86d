import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { ARENA_HARD_BASELINES } from "../harness/core/arena-hard-baselines.js";
import { ConfigError } from "../harness/core/errors.js";
import { presentFields } from "../harness/core/present-fields.js";
import type { Question, Suite } from "../harness/core/records.js";
import { recordedArenaHardAnswers } from "./arena-hard-answers.js";
import { createSuite } from "./create-suite.js";
import { readQuestions } from "./read-questions.js";
import { readSourceFile } from "./source-file.js";
import type { SuiteContext } from "./suite-context.js";

/** Greedy, with room for long answers. */
export const ARENA_HARD_SAMPLING = { maxTokens: 16_000, temperature: 0 };

const V01 = "arena-hard-v0.1";
const CREATIVE = "creative_writing";

/** Parts of v2 by name, with the categories of their questions. */
const V2_PARTS = {
  hard: { id: "arena-hard-v2", title: "Arena-Hard v2.0, hard prompts", categories: ["coding", "math"] },
  coding: { id: "arena-hard-v2-coding", title: "Arena-Hard v2.0, coding", categories: ["coding"] },
  math: { id: "arena-hard-v2-math", title: "Arena-Hard v2.0, math", categories: ["math"] },
  creative: {
    id: "arena-hard-v2-creative",
    title: "Arena-Hard v2.0, creative writing",
    categories: [CREATIVE],
  },
} as const;

async function questionsOf(file: string): Promise<readonly Question[]> {
  const source = await readSourceFile(file);
  const rows: readonly unknown[] = Array.isArray(source.root) ? source.root : [];
  const { questions } = await readQuestions(source, rows, []);
  return questions.map(({ question }) => question);
}

/** The baseline that Arena-Hard's authors compare with, by the questions' categories; undefined for others. */
function baselineOf(questions: readonly Question[]): string | undefined {
  const has = (category: string) =>
    questions.some((question) => question.category === category || question.metadata?.category === category);
  if (has(V01)) return ARENA_HARD_BASELINES["v0.1"];
  if (has("hard_prompt")) return ARENA_HARD_BASELINES.hard;
  return has(CREATIVE) ? ARENA_HARD_BASELINES.creative : undefined;
}

interface Version {
  readonly id: string;
  readonly title: string;
  /** Group of its assets. */
  readonly assets: string;
  readonly judge: string;
  readonly baseline: string;
  /** Left out: all. */
  readonly categories?: readonly string[];
  readonly maxTokens: number;
}

async function loadVersion(context: SuiteContext, version: Version): Promise<Suite> {
  const { id, title, baseline, categories } = version;
  const questionsId = `${version.assets}/questions`;
  const file = await context.locateAsset(questionsId);
  const all = await questionsOf(file.path);
  const questions = all.filter(({ category }) => categories?.includes(category) ?? true);
  const used = [{ id: questionsId, sha256: file.sha256, pinned: file.pinned }];
  // The creative baseline's answers are published beside judgments alone: a user names a file, or the model is asked.
  const hasAnswers = baseline !== ARENA_HARD_BASELINES.creative;
  const answersId = `${version.assets}/answers/${baseline}`;
  const answers = hasAnswers ? await context.locateAsset(answersId) : undefined;
  if (answers !== undefined) used.push({ id: answersId, sha256: answers.sha256, pinned: answers.pinned });
  return createSuite({
    id,
    title,
    questions,
    sampling: { temperature: 0, maxTokens: version.maxTokens },
    defaultJudge: version.judge,
    defaultMode: "pairwise-baseline",
    defaultBaseline: baseline,
    ...(answers === undefined
      ? {}
      : { recordedAnswers: recordedArenaHardAnswers(id, answers.path, questions) }),
    assets: used,
  });
}

/** Arena-Hard v0.1 (Li et al. 2024, arXiv 2406.11939): 500 prompts against gpt-4-0314. */
export function loadArenaHardV01(context: SuiteContext): Promise<Suite> {
  return loadVersion(context, {
    id: V01,
    title: "Arena-Hard v0.1",
    assets: V01,
    judge: V01,
    baseline: ARENA_HARD_BASELINES["v0.1"],
    maxTokens: 4096,
  });
}

/**
 * A part of Arena-Hard v2.0: 500 hard prompts (253 coding, 247 math) against o3-mini-2025-01-31, or 250 of creative writing
 * against gemini-2.0-flash-001.
 */
export function loadArenaHardV2(context: SuiteContext, part: keyof typeof V2_PARTS): Promise<Suite> {
  return loadVersion(context, {
    ...V2_PARTS[part],
    assets: "arena-hard-v2",
    judge: "arena-hard",
    baseline: part === "creative" ? ARENA_HARD_BASELINES.creative : ARENA_HARD_BASELINES.hard,
    maxTokens: ARENA_HARD_SAMPLING.maxTokens,
  });
}

/** What a folder of Arena-Hard's layout adds to its questions. */
export type ArenaHardBeside = Pick<Suite, "recordedAnswers" | "defaultBaseline" | "defaultJudge">;

/**
 * Judge, baseline and the baseline's answers for a user's questions in Arena-Hard's layout: the authors' baseline of these
 * categories where `model_answer/` beside the questions has it, else the only file there.
 */
export function besideArenaHard(
  suite: string,
  questionFile: string,
  questions: readonly Question[],
): ArenaHardBeside {
  const folder = join(dirname(resolve(questionFile)), "model_answer");
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".jsonl")) : [];
  const models = files.map((name) => name.slice(0, -".jsonl".length));
  const own = baselineOf(questions);
  const [only] = models.length === 1 ? models : [];
  const baseline = own !== undefined && models.includes(own) ? own : (only ?? own);
  const isThere = baseline !== undefined && models.includes(baseline);
  const recorded = isThere
    ? recordedArenaHardAnswers(suite, join(folder, `${baseline}.jsonl`), questions)
    : undefined;
  return {
    defaultJudge: own === ARENA_HARD_BASELINES["v0.1"] ? V01 : "arena-hard",
    ...presentFields({
      // FastChat's habit: the file's name is the model's, whatever a row says.
      recordedAnswers: recorded?.map((answer) => ({ ...answer, model: baseline ?? answer.model })),
      defaultBaseline: baseline,
    }),
  };
}

/** `question.jsonl` of a folder of Arena-Hard's layout. @throws ConfigError for a folder without one. */
export function questionFileIn(folder: string): string {
  const file = join(folder, "question.jsonl");
  if (existsSync(file)) return file;
  throw new ConfigError(`the folder ${folder} holds no question.jsonl`, {
    code: "suite-file-missing",
    remedy: "Name a file of questions, or a folder with question.jsonl (and model_answer/ beside it).",
  });
}

/** A suite's name for questions that stand in a `question.jsonl`: their folder's. */
export function benchName(questionFile: string): string | undefined {
  return basename(questionFile) === "question.jsonl" ? basename(dirname(resolve(questionFile))) : undefined;
}
