import type { Answer, Judgment } from "../core/records.js";
import type { ShownJudgment } from "../core/shown-judgment.js";
import { type Asked, askedBy } from "./asked.js";
import { answerPlace, judgmentPlace } from "./resume.js";
import { readManifest, readSuites } from "./run-folder.js";
import { type RecordVisitor, type Standing, visitRecords } from "./visit-records.js";

/** The answers and judgments of a run that count: asked for, the last of their places, and given on answers that count. */
export interface CountingRecords<Kept extends ShownJudgment = Judgment> {
  readonly answers: readonly Answer[];
  readonly judgments: readonly Kept[];
}

/** Keeps the records that count, in the order in which their places were met. */
export class RecordKeeper<Kept extends ShownJudgment> implements RecordVisitor {
  readonly needsWhole = true;
  private readonly answers = new Map<string, Answer>();
  /** Undefined where the last record of a place does not count. */
  private readonly judgments = new Map<string, Kept | undefined>();

  /** @param keep What is kept of a judgment. */
  constructor(private readonly keep: (judgment: Judgment) => Kept) {}

  answer(answer: Answer, isAsked: boolean): void {
    const { suite, model, questionId, trial } = answer;
    if (isAsked) this.answers.set(answerPlace(suite, model, questionId, trial), answer);
  }

  judgment(judgment: Judgment, standing: Standing): void {
    if (standing === "not-asked") return;
    this.judgments.set(judgmentPlace(judgment), standing === "counts" ? this.keep(judgment) : undefined);
  }

  /** What was kept. */
  kept(): CountingRecords<Kept> {
    return {
      answers: [...this.answers.values()],
      judgments: [...this.judgments.values()].filter((judgment) => judgment !== undefined),
    };
  }
}

/**
 * Reads the records of a run that count.
 * @throws DataError naming file and line of what is damaged.
 */
export function countingRecords(
  run: string,
  asked: Asked = askedBy(readManifest(run), readSuites(run)),
): CountingRecords {
  const keeper = new RecordKeeper((judgment) => judgment);
  visitRecords(run, asked, [keeper]);
  return keeper.kept();
}
