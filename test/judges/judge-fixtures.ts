import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { sha256 } from "../../harness/core/hash.js";
import type { Generation, JudgeItem, Question } from "../../harness/core/records.js";
import type { JudgeContext } from "../../judges/judge-context.js";

/** Prompts in the shape of MT-Bench's, in words of our own. */
export const PROMPTS = [
  prompt("single-v1", "Be kind.", "Q: {question}\nA: {answer}"),
  prompt("single-math-v1", "Be exact.", "Q: {question}\nR: {ref_answer_1}\nA: {answer}"),
  prompt("single-v1-multi-turn", "Be kind twice.", "{question_1}|{answer_1}|{question_2}|{answer_2}"),
  prompt(
    "single-math-v1-multi-turn",
    "Be exact twice.",
    "{ref_answer_1}|{ref_answer_2}|{question_1}|{answer_1}|{question_2}|{answer_2}",
  ),
  prompt("pair-v2", "Compare.", "Q: {question}\n1: {answer_a}\n2: {answer_b}"),
  prompt("pair-math-v1", "Compare exactly.", "{question} {ref_answer_1} {{literal}} {answer_a} {answer_b}"),
  prompt(
    "pair-v2-multi-turn",
    "Compare twice.",
    "{question_1} {answer_a_1} {question_2} {answer_a_2} / {question_1} {answer_b_1} {question_2} {answer_b_2}",
  ),
  prompt(
    "pair-math-v1-multi-turn",
    "Compare exactly twice.",
    "{ref_answer_1} {ref_answer_2} / {answer_a_1} {answer_a_2} / {answer_b_1} {answer_b_2}",
  ),
].join("\n");

function prompt(name: string, system: string, template: string): string {
  return JSON.stringify({ name, system_prompt: system, prompt_template: template });
}

/** A prompt in ChatML, in words of our own. */
export const CHAT_PROMPT = `<|im_start|>system
Pick one.
<|im_end|>
<|im_start|>user
Task: {instruction}
[m] {output_1}
[M] {output_2}

Which, m or M?
<|im_end|>`;

/** Prompts and settings in the shape of Arena-Hard's, in words of our own. */
const ARENA_PROMPTS = JSON.stringify({
  system_prompts: { "arena-hard": "Answer first, then compare.", creative_writing: "Compare." },
});
const ARENA_SETTINGS = 'prompt_template: "Q {QUESTION}\\nA {ANSWER_A}\\nB {ANSWER_B}"\n';

/** A program that says one sentence as the user, beside what it puts together. */
export const ARENA_PROGRAM = [
  'conv.append({"role": "user", "content": user_prompt})',
  'conv.append({"role": "assistant", "content": new_judgment})',
  'conv.append({"role": "user", "content": "which label, \\"x\\"?"})',
].join("\n");

const ASSET_PATHS: Readonly<Record<string, string>> = {
  "mt-bench/judge-prompts": PROMPTS,
  "arena-hard/judge-prompts": ARENA_PROMPTS,
  "arena-hard-v0.1/judge-settings": ARENA_SETTINGS,
  "arena-hard-v0.1/follow-up": ARENA_PROGRAM,
  "arena-hard-v2/judge-settings": ARENA_SETTINGS,
  "alpaca-eval/judges/alpaca_eval_gpt4/alpaca_eval": CHAT_PROMPT,
  "alpaca-eval/judges/alpaca_eval_clf_gpt4_turbo/alpaca_eval_clf": CHAT_PROMPT,
};

/** A folder with hand-made assets. */
export interface FixtureFolder {
  readonly folder: string;
  readonly context: JudgeContext;
  write(path: string, text: string): Promise<string>;
  remove(): Promise<void>;
}

/** Makes a folder with hand-made assets, and more files where a test wants them. */
export async function makeFixtures(): Promise<FixtureFolder> {
  const folder = await mkdtemp(join(tmpdir(), "assay-judges-"));
  const write = async (path: string, text: string) => {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    return file;
  };
  return {
    folder,
    write,
    context: {
      async locateAsset(id) {
        const text = ASSET_PATHS[id];
        if (text === undefined) throw new Error(`no asset ${id}`);
        return { path: await write(`assets/${id}`, text), sha256: sha256(text), pinned: false };
      },
    },
    remove: () => rm(folder, { recursive: true }),
  };
}

/** A single-turn question. */
export const QUESTION: Question = { id: "q", category: "general", turns: ["What is up?"] };

/** A pair item for {@link QUESTION}. */
export function pairItem(a: string, b: string, question = QUESTION): JudgeItem {
  return { kind: "pair", question, turn: 1, a: [a], b: [b], nonce: "c0de" };
}

/** A reply with the alternatives of its first token. */
export function logprobReply(top: Readonly<Record<string, number>>): Generation {
  const alternatives = Object.entries(top).map(([token, logprob]) => ({ token, logprob }));
  const [likeliest = { token: "", logprob: 0 }] = alternatives;
  return {
    text: likeliest.token,
    finishReason: "length",
    logprobs: [{ ...likeliest, top: alternatives }],
  };
}
