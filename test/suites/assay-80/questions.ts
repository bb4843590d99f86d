import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

const categorySchema = z.strictObject({
  category: z.string(),
  questions: z.array(
    z.strictObject({
      id: z.string(),
      turns: z.array(z.string()),
      reference: z.array(z.string()).optional(),
      probes: z.string(),
    }),
  ),
});

/** One question of the bundled suite as its YAML file holds it; turns and reference answers from turn 1. */
export type SuiteQuestion = z.infer<typeof categorySchema>["questions"][number];

/** Reads one category file of assay-80 and checks its shape; throws where the file does not fit. */
export function readCategory(category: string): SuiteQuestion[] {
  const file = new URL(`../../../suites/data/assay-80/${category}.yaml`, import.meta.url);
  const content = categorySchema.parse(parse(readFileSync(file, "utf8")));
  if (content.category !== category) throw new Error(`${category}.yaml says ${content.category}`);
  return content.questions;
}

const categories = new Map<string, SuiteQuestion[]>();

function findQuestion(category: string, number: number): SuiteQuestion {
  const questions = categories.get(category) ?? readCategory(category);
  categories.set(category, questions);
  const id = `a80-${category}-${String(number).padStart(2, "0")}`;
  const question = questions.find((one) => one.id === id);
  if (question === undefined) throw new Error(`no question ${id}`);
  return question;
}

/** The user message of a question's turn (1 or 2). */
export function turnText(category: string, number: number, turn: 1 | 2): string {
  const text = findQuestion(category, number).turns[turn - 1];
  if (text === undefined) throw new Error(`${category} ${number} has no turn ${turn}`);
  return text;
}

/** The reference answer to a question's turn (1 or 2). */
export function referenceText(category: string, number: number, turn: 1 | 2): string {
  const text = findQuestion(category, number).reference?.[turn - 1];
  if (text === undefined) throw new Error(`${category} ${number} has no reference for turn ${turn}`);
  return text;
}

/** The first line of a reference answer without its "Final result: " and its closing full stop. */
export function finalResult(category: string, number: number, turn: 1 | 2): string {
  const line = referenceText(category, number, turn).split("\n")[0] ?? "";
  const match = /^Final result: (.+)\.$/.exec(line);
  if (match?.[1] === undefined) throw new Error(`${category} ${number} turn ${turn}: "${line}"`);
  return match[1];
}

/** All fenced code blocks of a language in a text, in order. */
export function codeBlocks(text: string, language: string): string[] {
  const blocks: string[] = [];
  for (const match of text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)) {
    if (match[1] === language) blocks.push(match[2] ?? "");
  }
  return blocks;
}

/** The only fenced code block of that language in a text. */
export function codeBlock(text: string, language: string): string {
  const [block, ...more] = codeBlocks(text, language);
  if (block === undefined || more.length > 0) throw new Error(`expected one ${language} block in: ${text}`);
  return block;
}

/** All orders of the given items. */
export function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, i) =>
    permutations([...items.slice(0, i), ...items.slice(i + 1)]).map((rest) => [item, ...rest]),
  );
}

/** All words of the given length over an alphabet, as arrays. */
export function words<T>(alphabet: readonly T[], length: number): T[][] {
  if (length === 0) return [[]];
  return words(alphabet, length - 1).flatMap((word) => alphabet.map((letter) => [...word, letter]));
}

/** The entry of a map; throws where it is missing. */
export function entryOf<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key);
  if (value === undefined) throw new Error(`no entry ${String(key)}`);
  return value;
}
