import type { Answer, JudgmentKey } from "../core/records.js";
import { type TextSize, textSize } from "../core/text-trace.js";
import { fingerprintOf } from "./fingerprint.js";
import { grownTo } from "./growing-array.js";

/** What boards say about a model's answers on one suite. */
export interface AnswerFacts {
  readonly completed: number;
  readonly failedAnswers: number;
  /** Answers with a turn that was cut off at the token limit. */
  readonly truncatedAnswers: number;
  /** Answers with a turn that a content filter broke off after some text; absent without one. */
  readonly filteredAnswers?: number;
  /** Answers with a turn without text. */
  readonly emptyAnswers: number;
  /** Mean code points of a completed answer, all turns together; null without one, and where nothing was written. */
  readonly averageLength: number | null;
}

const THERE = 1;
const FAILED = 2;
const TRUNCATED = 4;
const EMPTY = 8;
const FILTERED = 16;
/** Its text is written from log-probabilities, so that its length says nothing. */
const SCORED = 32;

function flagsOf(answer: Answer, sizes: readonly TextSize[]): number {
  if (answer.status === "failed") return THERE | FAILED;
  let flags = THERE;
  if (answer.turns.some((turn) => turn.scored !== undefined)) flags |= SCORED;
  if (answer.turns.some((turn) => turn.finishReason === "length")) flags |= TRUNCATED;
  if (answer.turns.some((turn) => turn.finishReason === "content-filter")) flags |= FILTERED;
  if (sizes.some(({ isBlank }) => isBlank)) flags |= EMPTY;
  return flags;
}

/** Answers of one model to one suite in one trial, by number of the question. */
interface TrialAnswers {
  flags: Uint8Array;
  /** Code points of all turns. */
  lengths: Float64Array;
  /** Fingerprints of the task ids. */
  tasks: Float64Array;
}

/** Answers of one model to one suite: what scoring needs of them, seventeen bytes each. */
class ModelAnswers {
  private readonly trials = new Map<number, TrialAnswers>();
  private readonly questions = new Map<string, number>();

  /** Takes in an answer in the place of an earlier one. */
  put(answer: Answer, sizes: readonly TextSize[]): void {
    const question = this.questions.get(answer.questionId) ?? this.questions.size;
    this.questions.set(answer.questionId, question);
    let trial = this.trials.get(answer.trial);
    if (trial === undefined) {
      const empty = new Float64Array(0);
      trial = { flags: new Uint8Array(0), lengths: empty, tasks: empty };
      this.trials.set(answer.trial, trial);
    }
    const places = this.questions.size;
    trial.flags = grownTo(trial.flags, places);
    trial.lengths = grownTo(trial.lengths, places);
    trial.tasks = grownTo(trial.tasks, places);
    trial.flags[question] = flagsOf(answer, sizes);
    trial.lengths[question] = sizes.reduce((sum, { length }) => sum + length, 0);
    trial.tasks[question] = fingerprintOf(answer.taskId);
  }

  /** Whether another answer than the one of this task stands at the place. */
  isReplaced(questionId: string, trial: number, taskId: string | undefined): boolean {
    const place = this.placeOf(questionId, trial);
    if (place === undefined) return false;
    return taskId === undefined || place.answers.tasks[place.question] !== fingerprintOf(taskId);
  }

  /** Code points of a completed answer. */
  lengthOf(questionId: string, trial: number): number | undefined {
    const place = this.placeOf(questionId, trial);
    if (place === undefined || ((place.answers.flags[place.question] ?? 0) & FAILED) !== 0) return undefined;
    return place.answers.lengths[place.question];
  }

  facts(): AnswerFacts {
    const counts = { completed: 0, failedAnswers: 0, truncatedAnswers: 0, emptyAnswers: 0 };
    let length = 0;
    let written = 0;
    let filtered = 0;
    for (const { flags, lengths } of this.trials.values()) {
      flags.forEach((flag, question) => {
        if ((flag & THERE) === 0) return;
        if ((flag & FAILED) !== 0) {
          counts.failedAnswers++;
          return;
        }
        counts.completed++;
        if ((flag & TRUNCATED) !== 0) counts.truncatedAnswers++;
        if ((flag & FILTERED) !== 0) filtered++;
        if ((flag & EMPTY) !== 0) counts.emptyAnswers++;
        if ((flag & SCORED) !== 0) return;
        written++;
        length += lengths[question] ?? 0;
      });
    }
    return {
      ...counts,
      ...(filtered === 0 ? {} : { filteredAnswers: filtered }),
      averageLength: written === 0 ? null : length / written,
    };
  }

  private placeOf(
    questionId: string,
    trial: number,
  ): { readonly answers: TrialAnswers; readonly question: number } | undefined {
    const answers = this.trials.get(trial);
    const question = this.questions.get(questionId);
    if (answers === undefined || question === undefined) return undefined;
    return ((answers.flags[question] ?? 0) & THERE) === 0 ? undefined : { answers, question };
  }
}

/** What a judgment or a vote says of the answers that it was given on. */
export type SeenAnswers = Pick<JudgmentKey, "suite" | "questionId" | "trial" | "a" | "b" | "answers">;

/** The answers that count, one per place: the last record of each. Texts are not kept. */
export class CurrentAnswers {
  private readonly bySuite = new Map<string, Map<string, ModelAnswers>>();

  /** @param answers In file order. */
  constructor(answers: Iterable<Answer> = []) {
    for (const answer of answers) this.add(answer);
  }

  /**
   * Takes in the next answer of a file.
   * @param sizes Of its turns.
   */
  add(answer: Answer, sizes: readonly TextSize[] = answer.turns.map(({ text }) => textSize(text))): void {
    const models = this.bySuite.get(answer.suite) ?? new Map<string, ModelAnswers>();
    this.bySuite.set(answer.suite, models);
    const own = models.get(answer.model) ?? new ModelAnswers();
    models.set(answer.model, own);
    own.put(answer, sizes);
  }

  /**
   * Whether a judgment or vote was given on an answer that has been replaced by another one since; false where there is
   * no answer at all.
   */
  isStale({ suite, questionId, trial, a, b, answers }: SeenAnswers): boolean {
    const models = this.bySuite.get(suite);
    const isReplaced = (model: string, taskId: string | undefined) =>
      models?.get(model)?.isReplaced(questionId, trial, taskId) ?? false;
    return isReplaced(a, answers[0]) || (b !== undefined && isReplaced(b, answers[1]));
  }

  /** Code points of a completed answer, all turns together; undefined where there is none. */
  lengthOf(suite: string, model: string, questionId: string, trial: number): number | undefined {
    return this.bySuite.get(suite)?.get(model)?.lengthOf(questionId, trial);
  }

  /** Facts about each model's answers to a suite. */
  factsOf(suite: string): ReadonlyMap<string, AnswerFacts> {
    const models = this.bySuite.get(suite) ?? new Map<string, ModelAnswers>();
    return new Map(Array.from(models, ([model, answers]) => [model, answers.facts()] as const));
  }
}
