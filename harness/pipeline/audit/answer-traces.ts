import type { StyleCounts } from "../../core/answer-style.js";
import type { TextTrace } from "../../core/text-trace.js";
import { grownTo } from "../../store/growing-array.js";

/** What an audit keeps of one answered turn, so that the texts of a large run need not be held. */
export interface TurnTrace extends Omit<TextTrace, "isBlank"> {
  /** Marks of its style, where tokens are counted. */
  readonly style?: StyleCounts;
}

/** What is kept of one answer of a model to a suite. */
export interface ModelAnswer {
  readonly questionId: string;
  readonly trial: number;
  readonly turns: readonly TurnTrace[];
}

/** Where an answer stands. */
export interface AnswerPlace {
  readonly suite: string;
  readonly model: string;
  readonly questionId: string;
  readonly trial: number;
}

/** Answers of one trial, by number of the question: where each one's turns begin, and how many there are; 0 for none. */
interface Trial {
  starts: Uint32Array;
  counts: Uint8Array;
}

/** What is kept of the answers of one model to one suite: some twenty bytes a turn, and more only where there is more. */
class ModelTraces {
  private readonly questions = new Map<string, number>();
  private readonly trials = new Map<number, Trial>();
  private digests = new Float64Array(0);
  private lengths = new Uint32Array(0);
  /** Turns whose trace holds more than a digest and a length. */
  private readonly more = new Map<number, TurnTrace>();
  private filled = 0;

  put(questionId: string, trial: number, turns: readonly TurnTrace[]): void {
    const question = this.questions.get(questionId) ?? this.questions.size;
    this.questions.set(questionId, question);
    const block = this.trials.get(trial) ?? { starts: new Uint32Array(0), counts: new Uint8Array(0) };
    this.trials.set(trial, block);
    block.starts = grownTo(block.starts, this.questions.size);
    block.counts = grownTo(block.counts, this.questions.size);
    block.starts[question] = this.filled;
    block.counts[question] = turns.length;
    this.digests = grownTo(this.digests, this.filled + turns.length);
    this.lengths = grownTo(this.lengths, this.filled + turns.length);
    for (const turn of turns) {
      this.digests[this.filled] = turn.digest;
      this.lengths[this.filled] = turn.length;
      if (turn.marks !== 0 || turn.style !== undefined) this.more.set(this.filled, turn);
      this.filled++;
    }
  }

  delete(questionId: string, trial: number): void {
    const block = this.trials.get(trial);
    const question = this.questions.get(questionId) ?? -1;
    if (block !== undefined && question >= 0 && question < block.counts.length) block.counts[question] = 0;
  }

  countAt(questionId: string, trial: number): number {
    return this.trials.get(trial)?.counts[this.questions.get(questionId) ?? -1] ?? 0;
  }

  turnsAt(questionId: string, trial: number): TurnTrace[] {
    const block = this.trials.get(trial);
    const question = this.questions.get(questionId);
    return block === undefined || question === undefined ? [] : this.turnsOf(block, question);
  }

  lengthAt(questionId: string, trial: number, turn: number): number {
    const block = this.trials.get(trial);
    const question = this.questions.get(questionId);
    if (block === undefined || question === undefined || turn > (block.counts[question] ?? 0)) return 0;
    return this.lengths[(block.starts[question] ?? 0) + turn - 1] ?? 0;
  }

  /** Turns of all answers. */
  get turns(): number {
    let turns = 0;
    for (const { counts } of this.trials.values()) for (const count of counts) turns += count;
    return turns;
  }

  forEachTurn(visit: VisitTurn): void {
    const { digests, more } = this;
    const hasMore = more.size > 0;
    const questionIds = [...this.questions.keys()];
    for (const { starts, counts } of this.trials.values()) {
      for (const [question, questionId] of questionIds.entries()) {
        const count = question < counts.length ? (counts[question] ?? 0) : 0;
        const start = count === 0 ? 0 : (starts[question] ?? 0);
        for (let turn = 0; turn < count; turn++)
          visit(
            questionId,
            turn + 1,
            digests[start + turn] ?? 0,
            hasMore ? more.get(start + turn) : undefined,
          );
      }
    }
  }

  *values(): Generator<ModelAnswer> {
    for (const [trial, block] of this.trials) {
      for (const [questionId, question] of this.questions) {
        const turns = this.turnsOf(block, question);
        if (turns.length > 0) yield { questionId, trial, turns };
      }
    }
  }

  private turnsOf(block: Trial, question: number): TurnTrace[] {
    const start = block.starts[question] ?? 0;
    return Array.from({ length: block.counts[question] ?? 0 }, (_, index) => this.traceAt(start + index));
  }

  private traceAt(index: number): TurnTrace {
    const known = this.more.get(index);
    if (known !== undefined) return known;
    return { length: this.lengths[index] ?? 0, digest: this.digests[index] ?? 0, marks: 0 };
  }
}

/** What an audit keeps of the answers that count, by place: a million turns of them in some thirty megabytes. */
export class AnswerTraces {
  private readonly bySuite = new Map<string, Map<string, ModelTraces>>();

  /** Takes in an answer in the place of an earlier one. */
  put({ suite, model, questionId, trial }: AnswerPlace, turns: readonly TurnTrace[]): void {
    const models = this.bySuite.get(suite) ?? new Map<string, ModelTraces>();
    this.bySuite.set(suite, models);
    const own = models.get(model) ?? new ModelTraces();
    models.set(model, own);
    own.put(questionId, trial, turns);
  }

  get isEmpty(): boolean {
    return this.bySuite.size === 0;
  }

  /** Takes in all answers of others, each in the place of an earlier one. */
  putAll(others: AnswerTraces): void {
    for (const { suite, model, answers } of others.models())
      for (const { questionId, trial, turns } of answers)
        this.put({ suite, model, questionId, trial }, turns);
  }

  /** Forgets what stands at a place. */
  delete({ suite, model, questionId, trial }: AnswerPlace): void {
    this.of(suite, model)?.delete(questionId, trial);
  }

  /** Turns of an answer that are known; 0 where there is none. */
  turnsKnown(suite: string, model: string, questionId: string, trial: number): number {
    return this.of(suite, model)?.countAt(questionId, trial) ?? 0;
  }

  /** The turns of an answer; empty where there is none. */
  turnsAt({ suite, model, questionId, trial }: AnswerPlace): readonly TurnTrace[] {
    return this.of(suite, model)?.turnsAt(questionId, trial) ?? [];
  }

  /** Code points of an answer to one turn, counted from 1; 0 where there is none. */
  lengthAt({ suite, model, questionId, trial }: AnswerPlace, turn: number): number {
    return this.of(suite, model)?.lengthAt(questionId, trial, turn) ?? 0;
  }

  /** {@link lengthAt} for one model's answers to a suite. */
  lengthsOf(suite: string, model: string): (questionId: string, trial: number, turn: number) => number {
    const own = this.of(suite, model);
    return (questionId, trial, turn) => own?.lengthAt(questionId, trial, turn) ?? 0;
  }

  /** Whether an answer of a model to a suite was ever seen. */
  has(suite: string, model: string): boolean {
    return this.of(suite, model) !== undefined;
  }

  /** Suites and models, with what is known of each one's answers. */
  *models(): Generator<{
    suite: string;
    model: string;
    answers: TracedAnswers;
  }> {
    for (const [suite, models] of this.bySuite)
      for (const [model, own] of models) yield { suite, model, answers: answersOf(own) };
  }

  private of(suite: string, model: string): ModelTraces | undefined {
    return this.bySuite.get(suite)?.get(model);
  }
}

/**
 * What is told of a turn.
 * @param turn Counts from 1.
 * @param more Only where the trace holds more than a length and a digest.
 */
export type VisitTurn = (questionId: string, turn: number, digest: number, more?: TurnTrace) => void;

/** What is known of one model's answers; can be gone through as often as one likes. */
export interface TracedAnswers extends Iterable<ModelAnswer> {
  /** Turns of all answers. */
  readonly turns: number;
  /** Calls back for every turn, without making anything of it. */
  forEachTurn(visit: VisitTurn): void;
}

function answersOf(own: ModelTraces): TracedAnswers {
  return {
    turns: own.turns,
    forEachTurn: (visit) => own.forEachTurn(visit),
    *[Symbol.iterator]() {
      yield* own.values();
    },
  };
}
