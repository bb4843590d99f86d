import { sha256 } from "../../core/hash.js";

/** MT-Bench's categories, ten questions each from id 81 on (FastChat, `data/mt_bench/question.jsonl`). */
export const mtBenchCategories: readonly string[] = [
  "writing",
  "roleplay",
  "reasoning",
  "math",
  "coding",
  "extraction",
  "stem",
  "humanities",
];
const FIRST_ID = 81;
const PER_CATEGORY = 10;

/** Category of a question of MT-Bench by its id; undefined for an id that MT-Bench does not have. */
export function mtBenchCategory(questionId: string): string | undefined {
  if (!/^\d+$/.test(questionId)) return undefined;
  return mtBenchCategories[Math.floor((Number(questionId) - FIRST_ID) / PER_CATEGORY)];
}

/** Of a line's hash. */
const DIGITS = 8;

/** {@link lineHash} of MT-Bench's 80 questions in the order of their ids, eight digits each. */
const LINE_HASHES = [
  "ae0703a93a10cad8bfa9789b322151bf5b9ed9f8dbb8fbd454fc87a52b4f2c7bdaf4cfe385ab1d70",
  "2168c49bc1e6ffe902da175ac20a4f982368308e0d761854ed5a6d6db4f41b22ab202297c21f18c9",
  "d9a7459bb867a9e640820c84b16eb1dde49b5c6a6278161f785f97774252544d54656983c3881032",
  "9a29c6999806732d0605a0ea3258feef64c35abd3def50bb2bf8ddb00d01dbdfe629ed3f01419b73",
  "c689db05e016253ba3b0c09ef5d47ec2bf7d676414ca62f7b0d00557025b3dac533213b29672cee9",
  "072b946ac810ed09afdebf5d21de1c92818cc854be115d5ceccb282b9a8cd3fd04018fe151bf9300",
  "53a273405e3558b2df59d06cbb257b8dc311d7fff20987ef4dd9a1e85ef83d6fe434f3451cd22690",
  "c23f464ba7dc98ca435ccc69d61ba78f3067e64e91c7237268b2a4c9beba9b39b1e7e2ab922a7ae7",
].join("");

/** Whether a question is MT-Bench's by id and first line. */
export function isMtBenchQuestion(questionId: string, line: string): boolean {
  const index = /^\d+$/.test(questionId) ? Number(questionId) - FIRST_ID : -1;
  return index >= 0 && LINE_HASHES.slice(index * DIGITS, (index + 1) * DIGITS) === line;
}

/**
 * What stands before the question in MT-Bench's judge prompts (FastChat, `data/judge_prompts.jsonl`), as the length and
 * the first twelve digits of the SHA-256 of the text.
 */
const PROMPT_HEADS: readonly (readonly [length: number, hash: string])[] = [
  [555, "dce2088f60a2"],
  [603, "f21b8f8d85ae"],
  [65, "2d24dd6e8383"],
  [45, "873df9e1d127"],
  [16, "67b615ef4f75"],
];

/** The start of a prompt that is one of MT-Bench's; undefined for a prompt of another template. */
export function mtBenchHead(prompt: string): string | undefined {
  for (const [length, hash] of PROMPT_HEADS) {
    const head = prompt.slice(0, length);
    if (head.length === length && sha256(head).startsWith(hash)) return head;
  }
  return undefined;
}
