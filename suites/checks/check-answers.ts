import type { Check, CheckAnswers, CheckResult, ChecksOf } from "../../harness/core/check.js";
import { countOf } from "../../harness/core/count-of.js";
import { codePointLength, excerpt } from "../../harness/core/text.js";
import { numbersIn, sentencesIn, wordsIn } from "./counted-text.js";
import { jsonFit } from "./json-fit.js";
import { linearPattern } from "./linear-pattern.js";

/** Characters of an answer that are looked at; a longer one fails every check, so that no answer costs more than this. */
const MOST_CHECKED = 200_000;

/** Checks one text: whether it passes, and what was found. */
interface CompiledCheck {
  readonly wanted: string;
  test(text: string): { readonly passed: boolean; readonly found: string };
}

const quoted = (texts: readonly string[]) => texts.map((text) => `"${excerpt(text, 30)}"`).join(", ");

function folded(text: string, ignoreCase: boolean): string {
  return ignoreCase ? text.toLowerCase() : text;
}

/** Says of texts of the suite which the answer holds, or lacks. */
function texts(
  wanted: string,
  list: readonly string[],
  holds: (text: string, part: string) => boolean,
  all: boolean,
): CompiledCheck {
  return {
    wanted,
    test(text) {
      const wrong = list.filter((part) => holds(text, part) !== all);
      const passed = wrong.length === 0;
      return { passed, found: passed ? (all ? "all" : "none") : `${all ? "lacks" : "has"} ${quoted(wrong)}` };
    },
  };
}

/** Whether a word or phrase stands in a text as whole words: no letter or digit touches it. */
function hasWords(text: string, phrase: string): boolean {
  const isWord = (character: string | undefined) =>
    character !== undefined && /[\p{L}\p{N}]/u.test(character);
  const before = (at: number) => Array.from(text.slice(Math.max(0, at - 2), at)).at(-1);
  const after = (at: number) => Array.from(text.slice(at, at + 2))[0];
  for (let at = text.indexOf(phrase); at !== -1; at = text.indexOf(phrase, at + phrase.length))
    if (!isWord(before(at)) && !isWord(after(at + phrase.length))) return true;
  return false;
}

const COUNTERS = { words: wordsIn, sentences: sentencesIn, characters: codePointLength };

function counted(check: Extract<Check, { kind: keyof typeof COUNTERS }>): CompiledCheck {
  const { kind, min, max } = check;
  const singular = kind.slice(0, -1);
  const range =
    min === max
      ? countOf(min ?? 0, singular)
      : min === undefined
        ? `at most ${countOf(max ?? 0, singular)}`
        : max === undefined
          ? `at least ${countOf(min, singular)}`
          : `${min} to ${max} ${kind}`;
  return {
    wanted: range,
    test(text) {
      const count = COUNTERS[kind](text);
      return { passed: count >= (min ?? 0) && count <= (max ?? count), found: countOf(count, singular) };
    },
  };
}

function compiled(check: Check): CompiledCheck {
  const ignoreCase = "ignoreCase" in check && check.ignoreCase === true;
  const holds = (text: string, part: string) => folded(text, ignoreCase).includes(folded(part, ignoreCase));
  switch (check.kind) {
    case "contains":
      return texts(`contains ${quoted(check.texts)}`, check.texts, holds, true);
    case "excludes":
      return texts(`without ${quoted(check.texts)}`, check.texts, holds, false);
    case "forbidden-words":
      return texts(
        `without the words ${quoted(check.texts)}`,
        check.texts,
        (text, part) => hasWords(text.toLowerCase(), part.toLowerCase()),
        false,
      );
    case "matches": {
      const matches = linearPattern(check.pattern, ignoreCase);
      return {
        // A name says in words what a pattern is for.
        wanted: check.name === check.kind ? `matches ${excerpt(check.pattern, 60)}` : check.name,
        test(text) {
          const passed = matches(text);
          return { passed, found: passed ? "a match" : "no match" };
        },
      };
    }
    case "equals": {
      const wanted = folded(check.text.trim(), ignoreCase);
      return {
        wanted: `is ${quoted([check.text])}`,
        test(text) {
          const passed = folded(text.trim(), ignoreCase) === wanted;
          return { passed, found: passed ? "the same" : "another text" };
        },
      };
    }
    case "json": {
      const misfit = jsonFit(check.schema);
      return {
        wanted: "JSON that fits the schema",
        test(text) {
          const problem = misfit(text);
          return { passed: problem === undefined, found: problem ?? "JSON that fits" };
        },
      };
    }
    case "number": {
      const { value, tolerance, which } = check;
      const around = tolerance === 0 ? "" : ` ± ${tolerance}`;
      return {
        wanted: `${which === "last" ? "the last number" : "a number"} is ${value}${around}`,
        test(text) {
          const numbers = numbersIn(text);
          const looked = which === "last" ? numbers.slice(-1) : numbers;
          // What is written with decimals is compared in binary: 0.1 + 0.2 lies within 0.3 ± 0.
          const slack = tolerance + 1e-12 * Math.max(1, Math.abs(value));
          const passed = looked.some((number) => Math.abs(number - value) <= slack);
          const last = numbers.at(-1);
          return { passed, found: last === undefined ? "no number" : passed ? "it" : `last ${last}` };
        },
      };
    }
    default:
      return counted(check);
  }
}

function result(check: Check, compiledCheck: CompiledCheck, turn: number, text: string): CheckResult {
  const { wanted } = compiledCheck;
  const { passed, found } =
    text.length > MOST_CHECKED
      ? {
          passed: false,
          found: `an answer of more than ${countOf(MOST_CHECKED, "character", "characters", MOST_CHECKED.toLocaleString("en"))}`,
        }
      : compiledCheck.test(text);
  return { name: check.name, wanted, turn, passed, found };
}

/** What checks the answers to a suite's questions. Checks are compiled when a question is first met. */
export const checksOf: ChecksOf = ({ checks }): CheckAnswers | undefined => {
  if (checks === undefined || Object.keys(checks).length === 0) return undefined;
  const known = new Map<string, readonly (readonly [Check, CompiledCheck])[]>();
  return (questionId, turns) => {
    let own = known.get(questionId);
    if (own === undefined) {
      const list = Object.hasOwn(checks, questionId) ? (checks[questionId] ?? []) : [];
      own = list.map((check) => [check, compiled(check)] as const);
      known.set(questionId, own);
    }
    return own.flatMap(([check, one]) =>
      turns.flatMap((text, index) =>
        check.turn === undefined || check.turn === index + 1 ? [result(check, one, index + 1, text)] : [],
      ),
    );
  };
};
