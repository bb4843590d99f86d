import type { ComparedAnswer, RightAnswer } from "../../harness/core/records.js";
import { visibleText } from "../verdicts.js";
import { numberOf, sameAnswer } from "./normal-form.js";

type TextKey = Extract<RightAnswer, { readonly kind: "text" }>;

/** `Answer: …` at the start of a line, with marks of emphasis around it. */
const ANSWER_LINE = /^[\s>*_#`~-]*(?:the\s|my\s)?(?:final\s)?answer(?:\sis)?[*_`]*\s?[:：]\s?(.*)$/i;
const NUMBER_LIKE = /[+-]?(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:\/\d+)?/g;

/** What stands between the braces that open at `open`; undefined where they are never closed. */
function inBraces(text: string, open: number): string | undefined {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === "{") depth++;
    else if (text[at] === "}" && --depth === 0) return text.slice(open + 1, at);
  }
  return undefined;
}

/** The last `\boxed{…}` or `\fbox{…}`. */
function lastBoxed(text: string): string | undefined {
  const at = Math.max(text.lastIndexOf("\\boxed{"), text.lastIndexOf("\\fbox{"));
  return at === -1 ? undefined : inBraces(text, text.indexOf("{", at));
}

/** The last text between dollar signs, of which what follows its last equals sign. */
function lastFormula(text: string): string | undefined {
  const end = text.lastIndexOf("$");
  const start = end <= 0 ? -1 : text.lastIndexOf("$", end - 1);
  if (start === -1) return undefined;
  const inside = text.slice(start + 1, end);
  return inside.trim() === "" ? undefined : inside.slice(inside.lastIndexOf("=") + 1);
}

/** An answer's text without what is put around it: emphasis, quotation marks, dollar signs, a full stop. */
function undressed(text: string): string {
  return text
    .trim()
    .replace(/^[*_`"“]{1,4}|[*_`"”]{1,4}$/g, "")
    .trim()
    .replace(/^\$([^$]*)\$\.?$/, "$1")
    .replace(/^\\\((.*)\\\)\.?$/, "$1")
    .trim();
}

/**
 * The piece of a reply that is its answer: the last line `Answer: …`, else the last boxed expression, else the only line,
 * else the last formula, else (where the right answer is a number) the last number.
 */
function statedIn(text: string, wantsNumber: boolean): string | undefined {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const asked = /answer/i.test(text)
    ? lines.flatMap((line) => ANSWER_LINE.exec(line)?.[1] ?? []).filter((one) => one.trim() !== "")
    : [];
  const last = asked.at(-1);
  if (last !== undefined) return lastBoxed(last) ?? undressed(last);
  const boxed = lastBoxed(text);
  if (boxed !== undefined) return boxed.trim();
  const [only] = lines;
  if (only !== undefined && lines.length === 1 && (!wantsNumber || numberOf(undressed(only)) !== undefined))
    return undressed(only);
  const formula = lastFormula(text);
  if (formula !== undefined) return formula.trim();
  return wantsNumber ? text.match(NUMBER_LIKE)?.at(-1) : undefined;
}

/**
 * Reads the answer out of a reply to a question without choices and compares it with the right ones, as it is written
 * and in its normal form. Takes linear time.
 */
export function compareText(answer: string, { accepted }: TextKey): ComparedAnswer {
  const text = visibleText(answer);
  if (text.trim() === "") return { outcome: "unreadable", reason: "the answer is empty" };
  const wantsNumber = accepted.some((one) => numberOf(one) !== undefined);
  const read = statedIn(text, wantsNumber);
  if (read === undefined || read === "")
    return {
      outcome: "unreadable",
      reason: "the answer holds no line `Answer: …` and nothing else that could be one",
    };
  const matches = accepted.map((right) => sameAnswer(read, right));
  const shown = read.length > 200 ? `${read.slice(0, 200)}…` : read;
  if (matches.includes("exact")) return { outcome: "right", read: shown };
  return matches.includes("normalised")
    ? { outcome: "right", read: shown, normalised: true }
    : { outcome: "wrong", read: shown };
}
