import { choiceLetter } from "../../harness/core/likelihood.js";
import type { ComparedAnswer, RightAnswer } from "../../harness/core/records.js";
import { visibleText } from "../verdicts.js";

type ChoiceKey = Extract<RightAnswer, { readonly kind: "choice" }>;

/** `Answer: …` at the start of a line, with the marks of emphasis, lists and headings that models put around it. */
const ANSWER_LINE =
  /^[\s>*_#`~-]*(?:the\s|my\s)?(?:final\s|correct\s|right\s|best\s)?(?:answer|choice|option)(?:\sis)?[*_`]*\s?[:：][\s*_`$]*(.*)$/i;
/** "The answer is B" anywhere in a line; no more than the word and what may stand around it. */
const ANSWER_SENTENCE =
  /\b(?:answer|choice|option)\s(?:is|would be|must be)\s?:?\s?(?:choice\s|option\s)?[*_`("[$]*([A-Z])(?![A-Za-z0-9'’])/g;
/** A letter with its mark at the start of a reply: `B`, `(B)`, `B)`, `**B.**`, and what follows. */
const LETTER_FIRST = /^[*_`([$"']*([A-Za-z])[*_`"'$]*(?:$|[)\].:：,*_`]|\s[-–—])/;
/** Letters in a list: `A, C`, `A and C`, `AC`, `(A) (C)`; what follows must be marks only. */
const LETTERS_ONLY = /^[\s*_`()[\]{}$.,;:&/"'-]*$/;

function plain(text: string): string {
  return text
    .replace(/[*_`$\s]+/g, " ")
    .trim()
    .replace(/[.!]$/, "")
    .toLowerCase();
}

/** Words between letters that make a list of them. */
function withoutJoints(text: string): string {
  return text.replace(/\b(?:and|or)\b/gi, ",").replace(/\\(?:boxed|text|mathrm|mathbf)\b/g, "");
}

/** All letters of a text that holds letters and marks alone; undefined where it holds anything else. */
function lettersAlone(text: string, choices: number): readonly string[] | undefined {
  const bare = withoutJoints(text);
  const rest = bare.replace(/[A-Za-z]/g, "");
  if (!LETTERS_ONLY.test(rest)) return undefined;
  // "AC" are two letters, "Add" is a word.
  if (/[a-z][A-Za-z]|[A-Za-z][a-z]/.test(bare)) return undefined;
  const letters = bare.match(/[A-Za-z]/g)?.map((letter) => letter.toUpperCase()) ?? [];
  if (letters.length === 0 || letters.length > choices) return undefined;
  return [...new Set(letters)].sort();
}

/** The letters that a statement such as `B) Paris` or `A, C` names, in order; undefined where it names none. */
function namedBy(statement: string, { choices }: ChoiceKey): readonly string[] | undefined {
  const text = statement.trim();
  const alone = lettersAlone(text, choices.length);
  if (alone !== undefined) return alone;
  const [, first] = LETTER_FIRST.exec(text) ?? [];
  if (first !== undefined) {
    // "A, B: …" and "A or C because …" name more than the first letter.
    const others =
      /^[^A-Za-z]*[A-Za-z][)\]*_`"'$]*(?:\s?[,/&+]\s?|\s(?:and|or)\s)[*_`([$"']*([A-Z])(?![A-Za-z'’])/.exec(
        text,
      );
    const letters = others?.[1] === undefined ? [first] : [first, others[1]];
    return [...new Set(letters.map((letter) => letter.toUpperCase()))].sort();
  }
  const whole = plain(text);
  const same = choices.flatMap((choice, index) => (plain(choice) === whole ? [choiceLetter(index)] : []));
  if (same.length === 1) return same;
  const led = choices.findIndex(
    (choice, index) => whole === `${choiceLetter(index).toLowerCase()} ${plain(choice)}`,
  );
  return led === -1 ? undefined : [choiceLetter(led)];
}

/** A word without which no line says what the answer is; most of a long reply need not be looked at line by line. */
const ANSWER_WORD = /answer|choice|option/i;

/** Everything in a reply that says which choice is meant: the lines asked for, else other plain statements. */
function statementsOf(text: string): readonly string[] {
  const lines = text.split(/\r?\n/);
  const worded = ANSWER_WORD.test(text) ? lines.filter((line) => ANSWER_WORD.test(line)) : [];
  const asked = worded
    .flatMap((line) => ANSWER_LINE.exec(line.trim())?.[1] ?? [])
    .filter((one) => one.trim() !== "");
  if (asked.length > 0) return asked;
  const said = worded.flatMap((line) =>
    Array.from(line.trim().matchAll(ANSWER_SENTENCE), ([, letter = ""]) => letter),
  );
  if (said.length > 0) return said;
  const boxed = text.includes("\\boxed{")
    ? lines.flatMap((line) => /\\boxed\{([^{}]{0,200})\}/.exec(line.trim())?.[1] ?? [])
    : [];
  if (boxed.length > 0) return boxed;
  const only = lines.find((line) => line.trim() !== "");
  return only === undefined ? [] : [only.trim()];
}

/**
 * Reads which choice an answer names and compares it with the right one. Strict: the lines `Answer: X` count where there
 * are any, else sentences such as "the answer is X", else the reply's first line where it is a choice. Statements that
 * name different letters, or one that names several where one is right, are unreadable. Takes linear time.
 */
export function compareChoice(answer: string, key: ChoiceKey): ComparedAnswer {
  const unreadable = (reason: string): ComparedAnswer => ({ outcome: "unreadable", reason });
  const text = visibleText(answer);
  if (text.trim() === "") return unreadable("the answer is empty");
  const named = statementsOf(text).map((statement) => namedBy(statement, key));
  const sets = [...new Set(named.flatMap((letters) => (letters === undefined ? [] : [letters.join("")])))];
  const [read] = sets;
  if (read === undefined) return unreadable("the answer names no choice");
  if (sets.length > 1)
    return unreadable(`the answer names different letters: ${sets.slice(0, 5).join(", ")}`);
  const outside = [...read].find((letter) => letter.charCodeAt(0) - 65 >= key.choices.length);
  if (outside !== undefined) return unreadable(`the answer names ${outside}, which is no choice`);
  if (read.length > 1 && key.several !== true)
    return unreadable(`the answer names several letters: ${[...read].join(", ")}`);
  const isRight = read === [...key.right].sort().join("");
  return { outcome: isRight ? "right" : "wrong", read: [...read].join(", ") };
}
