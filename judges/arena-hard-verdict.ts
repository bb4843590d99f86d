import { verdictOfLabel } from "../harness/core/arena-hard-labels.js";
import type { Generation, OutcomeRule, Verdict } from "../harness/core/records.js";
import { CUT_OFF, unreadable } from "./verdicts.js";

/** How Arena-Hard's labels are read. */
export interface ArenaHardReading {
  readonly version: OutcomeRule["original"];
  /** Exactly as the original: a label counts also in a reply that was cut off. */
  readonly compat: boolean;
}

const DOUBLE = /\[\[([AB<>=]+)\]\]/g;
const SINGLE = /\[([AB<>=]+)\]/g;

function labelsIn(text: string, pattern: RegExp): string[] {
  return Array.from(text.matchAll(pattern), ([, label = ""]) => label);
}

/** v0.1: labels in double brackets, each once. */
export function olderLabels(text: string): string[] {
  return [...new Set(labelsIn(text, DOUBLE))];
}

/** v2: the last label in double brackets, else the last in single ones, whatever the case. */
function newerLabel(text: string): string | undefined {
  const upper = text.toUpperCase();
  return labelsIn(upper, DOUBLE).at(-1) ?? labelsIn(upper, SINGLE).at(-1);
}

function olderVerdict(text: string): Verdict {
  const [label, second] = olderLabels(text);
  if (label === undefined) return unreadable("no label in double brackets");
  if (second !== undefined) return unreadable("two different labels in double brackets");
  return verdictOfLabel(label);
}

/**
 * A verdict out of a judge's reply as Arena-Hard finds it. v0.1 (`gen_judgment.py`, `get_score`): the one label that
 * occurs in double brackets, several times or once; two different ones are none. v2: the last label after upper-casing,
 * in double brackets or else in single ones, so that a label quoted before the verdict is passed over. By default a reply
 * that ended at its token limit gives none.
 */
export function readArenaHardVerdict(generation: Generation, reading: ArenaHardReading): Verdict {
  const { text, finishReason } = generation;
  if (!reading.compat && finishReason === "length") return unreadable(CUT_OFF);
  if (reading.version === "v0.1") return olderVerdict(text);
  const label = newerLabel(text);
  return label === undefined ? unreadable("no label in brackets") : verdictOfLabel(label);
}

/** Lines between which the judge is shown prompt and answers. */
const PROMPT_MARKS = /<\|(?:User Prompt|The (?:Start|End) of Assistant [AB]'s Answer)\|>/i;

/** Whether an answer holds a label, or a mark of the judge's message, that could pass for the judge's or the harness's own. */
export function holdsArenaHardMarks(answer: string): boolean {
  if (PROMPT_MARKS.test(answer)) return true;
  const upper = answer.toUpperCase();
  return [...labelsIn(upper, DOUBLE), ...labelsIn(upper, SINGLE)].some(
    (label) => verdictOfLabel(label).kind !== "unreadable",
  );
}
