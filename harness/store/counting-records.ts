import type { Answer, Judgment } from "../core/records.js";
import type { ShownAnswer, ShownJudgment } from "../core/shown-judgment.js";
import { type Asked, askedBy } from "./asked.js";
import { answerPlace, judgmentPlace } from "./resume.js";
import { readManifest, readSuites } from "./run-folder.js";
import { type RecordVisitor, type Standing, visitRecords } from "./visit-records.js";

/** The answers and judgments of a run that count: asked for, the last of their places, and given on answers that count. */
export interface CountingRecords<
  KeptJudgment extends ShownJudgment = Judgment,
  KeptAnswer extends ShownAnswer = Answer,
> {
  readonly answers: readonly KeptAnswer[];
  readonly judgments: readonly KeptJudgment[];
}

/** The records that count of a run as reports show them. */
export type ReportedRecords = CountingRecords<ShownJudgment, ShownAnswer>;

/** What is kept of each record. */
export interface Keeping<KeptJudgment extends ShownJudgment, KeptAnswer extends ShownAnswer> {
  /** Set where nothing is kept of what judges were asked. */
  readonly leavesPrompts?: true;
  answer(answer: Answer): KeptAnswer;
  judgment(judgment: Judgment): KeptJudgment;
}

/** Keeps the records that count, in the order in which their places were met. */
export class RecordKeeper<KeptJudgment extends ShownJudgment, KeptAnswer extends ShownAnswer>
  implements RecordVisitor
{
  readonly needs: "all" | "replies";
  private readonly answers = new Map<string, KeptAnswer>();
  /** Undefined where the last record of a place does not count. */
  private readonly judgments = new Map<string, KeptJudgment | undefined>();

  constructor(private readonly keep: Keeping<KeptJudgment, KeptAnswer>) {
    this.needs = keep.leavesPrompts === true ? "replies" : "all";
  }

  answer(answer: Answer, isAsked: boolean): void {
    const { suite, model, questionId, trial } = answer;
    if (isAsked) this.answers.set(answerPlace(suite, model, questionId, trial), this.keep.answer(answer));
  }

  judgment(judgment: Judgment, standing: Standing): void {
    if (standing === "not-asked") return;
    this.judgments.set(
      judgmentPlace(judgment),
      standing === "counts" ? this.keep.judgment(judgment) : undefined,
    );
  }

  /** What was kept. */
  kept(): CountingRecords<KeptJudgment, KeptAnswer> {
    return {
      answers: [...this.answers.values()],
      judgments: [...this.judgments.values()].filter((judgment) => judgment !== undefined),
    };
  }
}

const whole: Keeping<Judgment, Answer> = { answer: (answer) => answer, judgment: (judgment) => judgment };

/**
 * Reads the records of a run that count.
 * @throws DataError naming file and line of what is damaged.
 */
export function countingRecords(
  run: string,
  asked: Asked = askedBy(readManifest(run), readSuites(run)),
): CountingRecords {
  const keeper = new RecordKeeper<Judgment, Answer>(whole);
  visitRecords(run, asked, [keeper]);
  return keeper.kept();
}
