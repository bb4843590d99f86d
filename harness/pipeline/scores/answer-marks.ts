import type { ManifestProtocol } from "../../core/manifest.js";
import type { Answer } from "../../core/records.js";
import { answerPlace } from "../../store/resume.js";
import type { RecordVisitor } from "../../store/visit-records.js";

/**
 * What tells whether an answer holds marks that could move a verdict of a protocol, by what the manifest says of it; undefined
 * where its form is not fixed by others, or its reading is not known.
 */
export type MarksOf = (
  protocol: Pick<ManifestProtocol, "identity" | "mode">,
) => ((answer: string) => boolean) | undefined;

/** An answer that counts, and its first turn with such marks; 0 where it has none. */
export interface TracedAnswer {
  readonly model: string;
  readonly firstMarkedTurn: number;
}

/** The answers of a suite that count, by place. */
export type AnswerMarks = ReadonlyMap<string, TracedAnswer>;

/** Looks for such marks in the answers that count, once for each protocol that may be moved by them. */
export class MarkTracer implements RecordVisitor {
  private readonly bySuite = new Map<
    string,
    { holds(answer: string): boolean; traced: Map<string, TracedAnswer> }[]
  >();
  private readonly byProtocol = new Map<string, AnswerMarks>();

  constructor(
    protocols: readonly Pick<ManifestProtocol, "id" | "suite" | "identity" | "mode">[],
    marksOf: MarksOf | undefined,
  ) {
    for (const protocol of protocols) {
      const { id, suite } = protocol;
      const holds = marksOf?.(protocol);
      if (holds === undefined) continue;
      const traced = new Map<string, TracedAnswer>();
      this.byProtocol.set(id, traced);
      this.bySuite.set(suite, [...(this.bySuite.get(suite) ?? []), { holds, traced }]);
    }
  }

  answer(answer: Answer, isAsked: boolean): void {
    if (!isAsked) return;
    const { suite, model, questionId, trial } = answer;
    const place = answerPlace(suite, model, questionId, trial);
    for (const { holds, traced } of this.bySuite.get(suite) ?? []) {
      if (answer.status === "completed")
        traced.set(place, { model, firstMarkedTurn: 1 + answer.turns.findIndex(({ text }) => holds(text)) });
      else traced.delete(place);
    }
  }

  /** Undefined for a protocol that no answer can move, or that is not known. */
  of(protocol: string): AnswerMarks | undefined {
    return this.byProtocol.get(protocol);
  }
}
