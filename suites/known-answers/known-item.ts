import { choiceLetter } from "../../harness/core/likelihood.js";
import { presentFields } from "../../harness/core/present-fields.js";
import type { Json, Question, RightAnswer } from "../../harness/core/records.js";

/**
 * What is scored of a row where its set is asked by log-probabilities in a form of its own: options after one context, or one
 * continuation after a context for each choice.
 */
export type ScoredForm =
  | { readonly context: string; readonly options: readonly string[] }
  | { readonly contexts: readonly string[]; readonly continuation: string };

/** A question with its right answer, before it is put into words. */
export interface KnownItem {
  readonly id: string;
  readonly category: string;
  /** Text that the question is about. */
  readonly passage?: string;
  readonly question: string;
  readonly key: RightAnswer;
  /** Left out where the form is made from question and choices. */
  readonly scored?: ScoredForm;
  readonly system?: string;
  readonly metadata?: Readonly<Record<string, Json>>;
}

/** `A, B, C or D`. */
function listOf(letters: readonly string[]): string {
  return letters.length < 2 ? letters.join("") : `${letters.slice(0, -1).join(", ")} or ${letters.at(-1)}`;
}

/** What is asked about: passage, question, and the choices with their letters. */
export function materialOf({ passage, question, key }: KnownItem): string {
  const choices =
    key.kind === "choice" ? key.choices.map((text, index) => `${choiceLetter(index)}. ${text}`) : [];
  return [passage, question, choices.join("\n")]
    .filter((part) => part !== undefined && part !== "")
    .join("\n\n");
}

function instructionFor(key: RightAnswer): string {
  if (key.kind === "text")
    return 'End your reply with a line that holds "Answer: " and the answer itself, and nothing else.';
  const letters = listOf(key.choices.map((_, index) => choiceLetter(index)));
  return key.several
    ? `One choice or more may be right. End your reply with a line that holds "Answer: " and the letters of all that are right (${letters}), with commas between them, and nothing else.`
    : `One choice is right. End your reply with a line that holds "Answer: " and its letter (${letters}), and nothing else.`;
}

/** The right answer as a model is to write it: letters, or the first of the texts that are right. */
function writtenAnswer(key: RightAnswer): string {
  return key.kind === "choice" ? key.right.join(", ") : (key.accepted[0] ?? "");
}

/** The right answer as people read it: letters with the texts of their choices. */
export function shownAnswer(key: RightAnswer): string {
  if (key.kind === "text") return key.accepted.join(" / ");
  return key.right.map((letter) => `${letter}. ${key.choices[letter.charCodeAt(0) - 65] ?? ""}`).join("\n");
}

function exampleText(item: KnownItem): string {
  return `${materialOf(item)}\n\nAnswer: ${writtenAnswer(item.key)}`;
}

/**
 * Puts a question into words, in a wording of assay's own: examples with their answers (few-shot), passage, question,
 * choices with letters, and how the answer is to be given. The words are part of the suite's hash and so of the protocol.
 */
export function questionOf(item: KnownItem, examples: readonly KnownItem[]): Question {
  const { id, category, key, system, metadata } = item;
  const shown = examples.map(exampleText).join("\n\n\n");
  const head =
    shown === ""
      ? ""
      : `Questions of the same kind with their right answers:\n\n${shown}\n\n\nThe question to answer:\n\n`;
  return {
    id,
    category,
    turns: [`${head}${materialOf(item)}\n\n${instructionFor(key)}`],
    reference: [shownAnswer(key)],
    key,
    ...presentFields({ system, metadata }),
  };
}

/** Where one question of a category has several right choices, all of them are asked so: else the wording would tell. */
export function withSeveral(items: readonly KnownItem[]): readonly KnownItem[] {
  const several = new Set(
    items.flatMap(({ category, key }) => (key.kind === "choice" && key.right.length > 1 ? [category] : [])),
  );
  return items.map((item) =>
    item.key.kind === "choice" && several.has(item.category)
      ? { ...item, key: { ...item.key, several: true as const } }
      : item,
  );
}
