import type { ManifestProtocol } from "../../core/manifest.js";
import type { Answer } from "../../core/records.js";
import { grownTo } from "../../store/growing-array.js";
import type { RecordVisitor } from "../../store/visit-records.js";

/**
 * What tells whether an answer holds marks that could move a verdict of a protocol, by what the manifest says of it; undefined
 * where its form is not fixed by others, or its reading is not known.
 */
export type MarksOf = (
  protocol: Pick<ManifestProtocol, "identity" | "mode">,
) => ((answer: string) => boolean) | undefined;

/** Answers that count, and how many of them hold such marks. */
export interface MarkCount {
  readonly of: number;
  readonly marked: number;
}

const ABSENT = 0;
const LATEST_TURN = 254;

/** Answers of one model: by trial, for every question a byte: 0 for none, else 1 more than the first turn with marks. */
interface ModelMarks {
  readonly questions: Map<string, number>;
  readonly trials: Map<number, Uint8Array>;
}

/** Where the answers of a suite that count hold such marks, a byte for each. */
export class AnswerMarks {
  private readonly byModel = new Map<string, ModelMarks>();

  /** @param firstMarkedTurn 0 where no turn holds marks; undefined where no answer counts. */
  set(model: string, questionId: string, trial: number, firstMarkedTurn: number | undefined): void {
    const own = this.byModel.get(model) ?? { questions: new Map(), trials: new Map() };
    this.byModel.set(model, own);
    const question = own.questions.get(questionId) ?? own.questions.size;
    own.questions.set(questionId, question);
    const cells = grownTo(own.trials.get(trial) ?? new Uint8Array(0), own.questions.size);
    own.trials.set(trial, cells);
    cells[question] = firstMarkedTurn === undefined ? ABSENT : 1 + Math.min(firstMarkedTurn, LATEST_TURN);
  }

  /** The first turn with marks; 0 where there is none, or no answer. */
  firstMarkedTurn(model: string, questionId: string, trial: number): number {
    const own = this.byModel.get(model);
    const cell = own?.trials.get(trial)?.[own.questions.get(questionId) ?? -1] ?? ABSENT;
    return cell === ABSENT ? 0 : cell - 1;
  }

  countOf(model: string): MarkCount {
    let [of, marked] = [0, 0];
    for (const cells of this.byModel.get(model)?.trials.values() ?? [])
      for (const cell of cells) {
        if (cell !== ABSENT) of++;
        if (cell > 1) marked++;
      }
    return { of, marked };
  }

  /** These and others, whose answers give way to these. */
  joinedTo(others: AnswerMarks): AnswerMarks {
    const joined = new AnswerMarks();
    for (const { byModel } of [others, this])
      for (const [model, { questions, trials }] of byModel)
        for (const [trial, cells] of trials)
          for (const [questionId, question] of questions) {
            const cell = cells[question] ?? ABSENT;
            if (cell !== ABSENT) joined.set(model, questionId, trial, cell - 1);
          }
    return joined;
  }
}

/** Looks for such marks in the answers that count, once for each protocol that may be moved by them. */
export class MarkTracer implements RecordVisitor {
  private readonly bySuite = new Map<string, { holds(answer: string): boolean; marks: AnswerMarks }[]>();
  private readonly byProtocol = new Map<string, AnswerMarks>();

  constructor(
    protocols: readonly Pick<ManifestProtocol, "id" | "suite" | "identity" | "mode">[],
    marksOf: MarksOf | undefined,
  ) {
    for (const protocol of protocols) {
      const { id, suite } = protocol;
      const holds = marksOf?.(protocol);
      if (holds === undefined) continue;
      const marks = new AnswerMarks();
      this.byProtocol.set(id, marks);
      this.bySuite.set(suite, [...(this.bySuite.get(suite) ?? []), { holds, marks }]);
    }
  }

  answer(answer: Answer, isAsked: boolean): void {
    if (!isAsked) return;
    const { suite, model, questionId, trial, status } = answer;
    for (const { holds, marks } of this.bySuite.get(suite) ?? []) {
      const first =
        status === "completed" ? 1 + answer.turns.findIndex(({ text }) => holds(text)) : undefined;
      marks.set(model, questionId, trial, first);
    }
  }

  /** Undefined for a protocol that no answer can move, or that is not known. */
  of(protocol: string): AnswerMarks | undefined {
    return this.byProtocol.get(protocol);
  }
}
