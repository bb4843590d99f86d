import { type CountTokens, styleOf } from "../../core/answer-style.js";
import type { Answer, Judgment } from "../../core/records.js";
import { type TextTrace, textTrace } from "../../core/text-trace.js";
import type { RecordVisitor, Standing } from "../../store/visit-records.js";
import type { BoardInput } from "../scores/build-board.js";
import { type AnswerPlace, AnswerTraces, type TurnTrace } from "./answer-traces.js";
import { answersShownIn } from "./judged-answers.js";

/** Everything that an audit of a finished run looks at. */
export interface AuditInput {
  readonly boards: readonly BoardInput[];
  /** Completed answers. */
  readonly answers: AnswerTraces;
  /** Family of models and judge models, where it is given. */
  readonly families: ReadonlyMap<string, string>;
  readonly seed: number;
}

/**
 * What an audit keeps of an answer's text.
 * @param count Left out: nothing is kept of its style.
 */
export function traceOf(text: string, count?: CountTokens, trace: TextTrace = textTrace(text)): TurnTrace {
  return count === undefined ? trace : { ...trace, style: styleOf(text, count) };
}

/** A verdict as far as it tells which answers it was given on. */
type JudgedPlace = Pick<Judgment, "suite" | "questionId" | "trial" | "a"> & {
  readonly b?: string | undefined;
};

/**
 * Traces the answers that count: the last record of each place that a run asks for, where that one is complete. Where
 * only the verdicts are at hand, the answers are those that the judge's prompts show.
 */
export class AnswerTracer implements RecordVisitor {
  readonly needsTraces = true;
  readonly traces = new AnswerTraces();

  /** @param count Left out: nothing is kept of the answers' style. */
  constructor(private readonly count?: CountTokens) {}

  judgment(judgment: Judgment, standing: Standing): void {
    if (standing !== "counts" || judgment.status === "skipped") return;
    const { a, b } = judgment;
    if (this.isKnown(judgment, a) && (b === undefined || this.isKnown(judgment, b))) return;
    this.prompt(judgment, judgment.request?.messages.at(-1)?.content ?? "");
  }

  /** The second turn's prompt shows both turns, and is the last that tells anything new. */
  private isKnown({ suite, questionId, trial }: JudgedPlace, model: string): boolean {
    return this.traces.turnsKnown(suite, model, questionId, trial) > 1;
  }

  /** What a judge was shown of these models' answers. */
  prompt(judged: JudgedPlace, prompt: string): void {
    const { suite, questionId, trial, a, b } = judged;
    const models = b === undefined ? [a] : [a, b];
    if (models.every((model) => this.isKnown(judged, model))) return;
    const places = models.map((model) => ({ suite, model, questionId, trial }));
    const shown = answersShownIn(prompt, b === undefined ? 1 : 2) ?? [];
    shown.forEach((turns, index) => {
      const place = places[index];
      if (
        place === undefined ||
        this.traces.turnsKnown(suite, place.model, questionId, trial) >= turns.length
      )
        return;
      this.traces.put(
        place,
        turns.map((text) => traceOf(text, this.count)),
      );
    });
  }

  answer(answer: Answer, isAsked: boolean, traces: readonly TextTrace[]): void {
    if (!isAsked) return;
    if (answer.status === "completed") {
      const { count } = this;
      // Without a style the texts are not asked for: they may not have been read.
      const turns =
        count === undefined
          ? traces
          : answer.turns.map(({ text }, index) => traceOf(text, count, traces[index]));
      this.traces.put(answer, turns);
    } else this.traces.delete(answer);
  }
}

/** Length of an answer to one turn in doublings (log₂ of its code points); undefined for one without text. */
export function lengthInDoublings(
  input: AuditInput,
  place: AnswerPlace & { readonly turn: number },
): number | undefined {
  const length = input.answers.lengthAt(place, place.turn);
  return length === 0 ? undefined : Math.log2(length);
}
