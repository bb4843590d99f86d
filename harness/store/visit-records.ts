import type { Answer, Judgment } from "../core/records.js";
import { type TextTrace, textTrace } from "../core/text-trace.js";
import { CurrentAnswers } from "./answer-facts.js";
import type { Asked } from "./asked.js";
import { readAnswers, readJudgments, readJudgmentsForReplies, readSparseJudgments } from "./run-folder.js";

/**
 * What a judgment's record is to its run: `counts` unless a later record takes its place; `stale` where an answer that it
 * was given on has been replaced since; `not-asked` where the run does not ask for it (any longer).
 */
export type Standing = "counts" | "stale" | "not-asked";

/** Whoever wants something of every record of a run; all of them share one reading of its files. */
export interface RecordVisitor {
  /** What is looked at of judgments, or kept, beyond what scoring needs: all of them, or all but what judges were asked, which is there during the visit alone. */
  readonly needs?: "all" | "replies";
  /** Set by whoever looks at the traces of answers' texts; without one, none are made. */
  readonly needsTraces?: true;
  /**
   * @param isAsked Whether the run asks for it.
   * @param traces Of its turns; empty where no visitor needs them.
   */
  answer?(answer: Answer, isAsked: boolean, traces: readonly TextTrace[]): void;
  judgment?(judgment: Judgment, standing: Standing): void;
}

function judgmentsFor(run: string, visitors: readonly RecordVisitor[]): Iterable<Judgment> {
  const needed = visitors.map(({ needs }) => needs);
  if (needed.includes("all")) return readJudgments(run);
  return needed.includes("replies") ? readJudgmentsForReplies(run) : readSparseJudgments(run);
}

/** A function of its own, so that the last answer, which may be long, is let go of before the judgments are read. */
function visitAnswers(run: string, asked: Asked, visitors: readonly RecordVisitor[]): CurrentAnswers {
  const answers = new CurrentAnswers();
  const areTraced = visitors.some(({ needsTraces }) => needsTraces);
  for (const answer of readAnswers(run)) {
    const isAsked = asked.answer(answer);
    const traces = areTraced ? answer.turns.map(({ text }) => textTrace(text)) : [];
    if (isAsked) answers.add(answer, areTraced ? traces : undefined);
    for (const visitor of visitors) visitor.answer?.(answer, isAsked, traces);
  }
  return answers;
}

/**
 * Reads the records of a run once, answers first, each kind in file order, superseded ones too.
 * @returns The answers that count.
 * @throws DataError naming file and line of what is damaged.
 */
export function visitRecords(run: string, asked: Asked, visitors: readonly RecordVisitor[]): CurrentAnswers {
  const answers = visitAnswers(run, asked, visitors);
  for (const judgment of judgmentsFor(run, visitors)) {
    const standing = !asked.judgment(judgment) ? "not-asked" : answers.isStale(judgment) ? "stale" : "counts";
    for (const visitor of visitors) visitor.judgment?.(judgment, standing);
  }
  return answers;
}
