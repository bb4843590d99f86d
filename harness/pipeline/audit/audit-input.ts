import { type CountTokens, type StyleCounts, styleOf } from "../../core/answer-style.js";
import type { Answer, Judgment } from "../../core/records.js";
import { codePointLength, excerpt } from "../../core/text.js";
import { answerPlace } from "../../store/resume.js";
import type { RecordVisitor, Standing } from "../../store/visit-records.js";
import type { BoardInput } from "../scores/build-board.js";
import { answersShownIn } from "./judged-answers.js";
import { marksIn } from "./template-marks.js";
import { wordDigest } from "./word-digest.js";

/** What an audit keeps of one answered turn, so that the texts of a large run need not be held. */
export interface TurnTrace {
  /** Code points. */
  readonly length: number;
  /** {@link wordDigest}: equal for texts that differ in case, spacing and line breaks alone. */
  readonly digest: number;
  /** Names of the template marks it holds; empty for nearly all. */
  readonly marks: readonly string[];
  /** Marks of its style, where tokens are counted. */
  readonly style?: StyleCounts;
  /** Passage around the first mark, printable and cut short. */
  readonly passage?: string;
}

/** What an audit keeps of one completed answer. */
export interface AnswerTrace {
  readonly suite: string;
  readonly model: string;
  readonly questionId: string;
  readonly turns: readonly TurnTrace[];
}

/** Everything that an audit of a finished run looks at. */
export interface AuditInput {
  readonly boards: readonly BoardInput[];
  /** Completed answers by place. */
  readonly answers: ReadonlyMap<string, AnswerTrace>;
  /** Family of models and judge models, where it is given. */
  readonly families: ReadonlyMap<string, string>;
  readonly seed: number;
}

const NO_MARKS: readonly string[] = [];

/**
 * What an audit keeps of an answer's text.
 * @param count Left out: nothing is kept of its style.
 */
export function traceOf(text: string, count?: CountTokens): TurnTrace {
  const found = marksIn(text);
  const [first] = found;
  return {
    length: codePointLength(text),
    digest: wordDigest(text),
    marks: first === undefined ? NO_MARKS : found.map(({ mark }) => mark.name),
    ...(count === undefined ? {} : { style: styleOf(text, count) }),
    ...(first === undefined
      ? {}
      : { passage: excerpt(text.slice(Math.max(0, first.index - 20), first.index + 100), 90) }),
  };
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
  readonly traces = new Map<string, AnswerTrace>();

  /** @param count Left out: nothing is kept of the answers' style. */
  constructor(private readonly count?: CountTokens) {}

  judgment(judgment: Judgment, standing: Standing): void {
    if (standing !== "counts" || judgment.status === "skipped") return;
    this.prompt(judgment, judgment.request?.messages.at(-1)?.content ?? "");
  }

  /** What a judge was shown of these models' answers. */
  prompt({ suite, questionId, trial, a, b }: JudgedPlace, prompt: string): void {
    const models = b === undefined ? [a] : [a, b];
    const places = models.map((model) => answerPlace(suite, model, questionId, trial));
    // The second turn's prompt shows both turns, and is the last that tells anything new.
    if (places.every((place) => (this.traces.get(place)?.turns.length ?? 0) > 1)) return;
    const shown = answersShownIn(prompt, b === undefined ? 1 : 2) ?? [];
    shown.forEach((turns, index) => {
      const place = places[index] ?? "";
      if ((this.traces.get(place)?.turns.length ?? 0) >= turns.length) return;
      const model = models[index] ?? "";
      this.traces.set(place, {
        suite,
        model,
        questionId,
        turns: turns.map((text) => traceOf(text, this.count)),
      });
    });
  }

  answer(answer: Answer, isAsked: boolean): void {
    if (!isAsked) return;
    const { suite, model, questionId, trial } = answer;
    const place = answerPlace(suite, model, questionId, trial);
    if (answer.status === "completed") {
      const turns = answer.turns.map(({ text }) => traceOf(text, this.count));
      this.traces.set(place, { suite, model, questionId, turns });
    } else this.traces.delete(place);
  }
}

/** Length of an answer to one turn in doublings (log₂ of its code points); undefined for one without text. */
export function lengthInDoublings(
  input: AuditInput,
  place: {
    readonly suite: string;
    readonly model: string;
    readonly questionId: string;
    readonly trial: number;
    readonly turn: number;
  },
): number | undefined {
  const trace = input.answers.get(answerPlace(place.suite, place.model, place.questionId, place.trial));
  const length = trace?.turns[place.turn - 1]?.length ?? 0;
  return length === 0 ? undefined : Math.log2(length);
}
