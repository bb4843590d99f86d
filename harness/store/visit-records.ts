import type { Answer, Judgment } from "../core/records.js";
import type { TextTrace } from "../core/text-trace.js";
import { CurrentAnswers } from "./answer-facts.js";
import type { Asked } from "./asked.js";
import { PieceRecords } from "./pieces/piece-records.js";
import type { ReadingOptions } from "./pieces/piece-threads.js";
import { type TracedAnswer, tracedAnswer } from "./pieces/traced-answer.js";
import { readAnswers, readJudgments, readJudgmentsForReplies } from "./run-folder.js";

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

interface RecordReader {
  answers(): Iterable<TracedAnswer>;
  judgments(): Iterable<Judgment>;
  close(): void;
}

/** Whoever keeps records, or looks at all of them, gets whole ones. */
function wholeRecords(run: string, asksForAll: boolean, areTraced: boolean): RecordReader {
  return {
    *answers() {
      for (const answer of readAnswers(run)) yield tracedAnswer(answer, areTraced);
    },
    judgments: () => (asksForAll ? readJudgments(run) : readJudgmentsForReplies(run)),
    close: () => undefined,
  };
}

function readerFor(run: string, visitors: readonly RecordVisitor[], options: ReadingOptions): RecordReader {
  const needed = visitors.flatMap(({ needs }) => needs ?? []);
  const areTraced = visitors.some(({ needsTraces }) => needsTraces);
  if (needed.length > 0) return wholeRecords(run, needed.includes("all"), areTraced);
  return new PieceRecords(run, areTraced, options);
}

/** A function of its own, so that the last answer, which may be long, is let go of before the judgments are read. */
function visitAnswers(
  reader: RecordReader,
  asked: Asked,
  visitors: readonly RecordVisitor[],
): CurrentAnswers {
  const answers = new CurrentAnswers();
  for (const { answer, kept, traces } of reader.answers()) {
    const isAsked = asked.answer(answer);
    if (isAsked) answers.add(answer, kept);
    for (const visitor of visitors) visitor.answer?.(answer, isAsked, traces);
  }
  return answers;
}

/**
 * Reads the records of a run once, answers first, each kind in file order, superseded ones too.
 * @returns The answers that count.
 * @throws DataError naming file and line of what is damaged.
 */
export function visitRecords(
  run: string,
  asked: Asked,
  visitors: readonly RecordVisitor[],
  options: ReadingOptions = {},
): CurrentAnswers {
  const reader = readerFor(run, visitors, options);
  try {
    const answers = visitAnswers(reader, asked, visitors);
    for (const judgment of reader.judgments()) {
      const standing = !asked.judgment(judgment)
        ? "not-asked"
        : answers.isStale(judgment)
          ? "stale"
          : "counts";
      for (const visitor of visitors) visitor.judgment?.(judgment, standing);
    }
    return answers;
  } finally {
    reader.close();
  }
}
