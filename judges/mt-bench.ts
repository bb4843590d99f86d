import { ConfigError, DataError } from "../harness/core/errors.js";
import { contentId } from "../harness/core/hash.js";
import { readJsonLines } from "../harness/core/jsonl.js";
import type {
  AnswerOrPair,
  GenerationParameters,
  Judge,
  JudgeItem,
  JudgeRequest,
  Question,
} from "../harness/core/records.js";
import { assetUse, type JudgeContext, type JudgeVersion, NEWEST_VERSION } from "./judge-context.js";
import { readMtBenchPreference, readMtBenchRating } from "./mt-bench-verdict.js";
import { type PlaceholderValues, substitutePythonFormat } from "./substitute.js";

/** Asset that holds the prompts. */
const MT_BENCH_PROMPTS = "mt-bench/judge-prompts";

/** Categories whose questions are judged with a reference answer: `NEED_REF_CATS` of FastChat. */
const REFERENCE_CATEGORIES: ReadonlySet<string> = new Set(["math", "reasoning", "coding"]);

const PARAMETERS: GenerationParameters = { temperature: 0, maxTokens: 2048 };

/** A prompt of `judge_prompts.jsonl`. */
interface Prompt {
  readonly system: string;
  readonly template: string;
}

/** The four prompts of one kind of judging. */
interface PromptSet {
  readonly plain: Prompt;
  readonly referenced: Prompt;
  readonly plainSecondTurn: Prompt;
  readonly referencedSecondTurn: Prompt;
}

const PROMPT_NAMES: Readonly<Record<AnswerOrPair["kind"], Readonly<Record<keyof PromptSet, string>>>> = {
  single: {
    plain: "single-v1",
    referenced: "single-math-v1",
    plainSecondTurn: "single-v1-multi-turn",
    referencedSecondTurn: "single-math-v1-multi-turn",
  },
  pair: {
    plain: "pair-v2",
    referenced: "pair-math-v1",
    plainSecondTurn: "pair-v2-multi-turn",
    referencedSecondTurn: "pair-math-v1-multi-turn",
  },
};

/** How a MT-Bench judge is made. */
export interface MtBenchOptions {
  /** Read verdicts exactly as FastChat does. Default false: ratings outside 1–10 and replies cut off are unreadable. */
  readonly compat?: boolean;
  readonly version?: JudgeVersion;
}

function readPrompts(file: string): ReadonlyMap<string, Prompt> {
  const prompts = new Map<string, Prompt>();
  for (const { line, value } of readJsonLines(file)) {
    const row =
      typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
    const { name, system_prompt: system, prompt_template: template } = row;
    if (typeof name !== "string" || typeof system !== "string" || typeof template !== "string") {
      throw new DataError("is not a judge prompt with name, system_prompt and prompt_template", {
        code: "bad-judge-prompt",
        file,
        line,
      });
    }
    prompts.set(name, { system, template });
  }
  return prompts;
}

function promptSet(file: string, kind: AnswerOrPair["kind"]): PromptSet {
  const prompts = readPrompts(file);
  const take = (name: string): Prompt => {
    const prompt = prompts.get(name);
    if (prompt !== undefined) return prompt;
    throw new DataError(`has no prompt called ${name}`, { code: "judge-prompt-missing", file });
  };
  const names = PROMPT_NAMES[kind];
  return {
    plain: take(names.plain),
    referenced: take(names.referenced),
    plainSecondTurn: take(names.plainSecondTurn),
    referencedSecondTurn: take(names.referencedSecondTurn),
  };
}

function needsReference(question: Question): boolean {
  return REFERENCE_CATEGORIES.has(question.category);
}

function choosePrompt(prompts: PromptSet, question: Question, turn: number): Prompt {
  if (turn === 1) return needsReference(question) ? prompts.referenced : prompts.plain;
  return needsReference(question) ? prompts.referencedSecondTurn : prompts.plainSecondTurn;
}

function unfit(question: Question, problem: string, remedy: string): DataError {
  return new DataError(`${problem}, which the mt-bench judge needs`, {
    code: "question-not-judgeable",
    file: `question ${question.id}`,
    remedy,
  });
}

function referenceValues(question: Question, turn: number): PlaceholderValues {
  if (!needsReference(question)) return {};
  const { reference = [] } = question;
  if (reference.length < turn) {
    throw unfit(
      question,
      `has no reference answer to turn ${turn} in category ${question.category}`,
      "Add one to the suite, or use the assay judge, which can do without.",
    );
  }
  const [first = "", second = ""] = reference;
  return { ref_answer_1: first, ref_answer_2: second };
}

function questionValues(question: Question): PlaceholderValues {
  const [first = "", second = ""] = question.turns;
  return { question: first, question_1: first, question_2: second };
}

function answerValues(item: JudgeItem): PlaceholderValues {
  if (item.kind === "ranking")
    throw new ConfigError("MT-Bench's judge was given a ranking", { code: "judge-mode-mismatch" });
  if (item.kind === "single") {
    const [first = "", second = ""] = item.answer;
    return { answer: first, answer_1: first, answer_2: second };
  }
  const [a1 = "", a2 = ""] = item.a;
  const [b1 = "", b2 = ""] = item.b;
  return { answer_a: a1, answer_a_1: a1, answer_a_2: a2, answer_b: b1, answer_b_1: b1, answer_b_2: b2 };
}

function buildRequest(prompts: PromptSet, item: JudgeItem): JudgeRequest {
  const { question, turn } = item;
  if (turn > 2) {
    throw unfit(
      question,
      `has a turn ${turn}; MT-Bench's prompts show two turns at most`,
      "Shorten the question, or use the assay judge.",
    );
  }
  const { system, template } = choosePrompt(prompts, question, turn);
  const values = {
    ...questionValues(question),
    ...referenceValues(question, turn),
    ...answerValues(item),
  };
  return {
    messages: [
      { role: "system", content: system },
      { role: "user", content: substitutePythonFormat(template, values) },
    ],
    parameters: PARAMETERS,
  };
}

async function createJudge(
  kind: AnswerOrPair["kind"],
  context: JudgeContext,
  options: MtBenchOptions,
): Promise<Judge> {
  const file = await context.locateAsset(MT_BENCH_PROMPTS);
  const prompts = promptSet(file.path, kind);
  const { compat = false, version = NEWEST_VERSION } = options;
  const reading = { compat, version };
  return {
    name: "mt-bench",
    kind,
    protocolPrefix: `mt-bench-${kind}${compat ? "-compat" : ""}`,
    identity: {
      judge: "mt-bench",
      kind,
      prompts: contentId(prompts),
      parser: compat ? "fastchat" : version === 1 ? "fastchat-checked" : `fastchat-checked/${version}`,
    },
    defaultModel: "gpt-4",
    parameters: PARAMETERS,
    ...(kind === "pair" ? { orders: "both" as const } : {}),
    turns: "each",
    request: (item) => buildRequest(prompts, item),
    read: (generation) =>
      kind === "single" ? readMtBenchRating(generation, reading) : readMtBenchPreference(generation, reading),
    assets: [assetUse(MT_BENCH_PROMPTS, file)],
  };
}

/**
 * MT-Bench's single-answer grading (Zheng et al. 2023, arXiv 2306.05685; FastChat `llm_judge/common.py`): each turn is
 * graded 1–10 on its own, turn 2 with the whole conversation shown, math, reasoning and coding with the suite's
 * reference answer.
 * @throws DataError when the prompts cannot be had.
 */
export function createMtBenchSingleJudge(
  context: JudgeContext,
  options: MtBenchOptions = {},
): Promise<Judge> {
  return createJudge("single", context, options);
}

/** MT-Bench's pairwise comparison: as {@link createMtBenchSingleJudge}, two answers side by side, in both orders. */
export function createMtBenchPairJudge(context: JudgeContext, options: MtBenchOptions = {}): Promise<Judge> {
  return createJudge("pair", context, options);
}
