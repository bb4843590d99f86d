import type { Answer, AnswerKey, JudgmentKey } from "../core/records.js";
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

/** What is looked at of a turn. */
export interface AnsweredTurn extends TextSize {
  readonly finishReason: string | undefined;
  /** Whether its text is written from log-probabilities. */
  readonly isScored: boolean;
}

/** Flags of a completed answer; never 0. */
export function completedFlags(turns: readonly AnsweredTurn[]): number {
  let flags = THERE;
  for (const { finishReason, isScored, isBlank } of turns) {
    if (isScored) flags |= SCORED;
    if (finishReason === "length") flags |= TRUNCATED;
    if (finishReason === "content-filter") flags |= FILTERED;
    if (isBlank) flags |= EMPTY;
  }
  return flags;
}

/** What is kept of an answer, in place of the answer. */
export interface KeptAnswer {
  readonly flags: number;
  /** Code points of all turns. */
  readonly length: number;
  /** Fingerprint of its task's id. */
  readonly task: number;
}

/** What is kept of an answer. @param sizes Of its turns. */
export function keptAnswer(
  { status, turns, taskId }: Answer,
  sizes: readonly TextSize[] = turns.map(({ text }) => textSize(text)),
): KeptAnswer {
  const answered = sizes.map((size, turn) => {
    const { finishReason, scored } = turns[turn] ?? {};
    return { ...size, finishReason, isScored: scored !== undefined };
  });
  const flags = status === "failed" ? THERE | FAILED : completedFlags(answered);
  return { flags, length: sizes.reduce((sum, { length }) => sum + length, 0), task: fingerprintOf(taskId) };
}

/** Answers of one model to one suite in one trial, by number of the question. */
interface TrialAnswers {
  flags: Uint8Array;
  /** Code points of all turns. */
  lengths: Uint32Array;
  /** Fingerprints of the task ids. */
  tasks: Float64Array;
}

/** Answers of one model to one suite: what scoring needs of them, thirteen bytes each. */
class ModelAnswers {
  private readonly trials = new Map<number, TrialAnswers>();
  private readonly questions = new Map<string, number>();

  /** Takes in an answer in the place of an earlier one. */
  put(answer: AnswerKey, { flags, length, task }: KeptAnswer): void {
    const question = this.questions.get(answer.questionId) ?? this.questions.size;
    this.questions.set(answer.questionId, question);
    let trial = this.trials.get(answer.trial);
    if (trial === undefined) {
      trial = { flags: new Uint8Array(0), lengths: new Uint32Array(0), tasks: new Float64Array(0) };
      this.trials.set(answer.trial, trial);
    }
    const places = this.questions.size;
    trial.flags = grownTo(trial.flags, places);
    trial.lengths = grownTo(trial.lengths, places);
    trial.tasks = grownTo(trial.tasks, places);
    trial.flags[question] = flags;
    trial.lengths[question] = length;
    trial.tasks[question] = task;
  }

  /** Whether another answer than the one of this task stands at the place. @param task Its fingerprint. */
  isReplaced(questionId: string, trial: number, task: number): boolean {
    const place = this.placeOf(questionId, trial);
    return place !== undefined && place.answers.tasks[place.question] !== task;
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
export interface SeenAnswers
  extends Pick<JudgmentKey, "suite" | "questionId" | "trial" | "a" | "b" | "answers"> {
  /** Fingerprints of the first two, NaN for one that is not there; left out, they are made. */
  readonly seen?: readonly [number, number];
}

function fingerprintAt(tasks: readonly string[], index: number): number {
  const task = tasks[index];
  return task === undefined ? Number.NaN : fingerprintOf(task);
}

/** The answers that count, one per place: the last record of each. Texts are not kept. */
export class CurrentAnswers {
  private readonly bySuite = new Map<string, Map<string, ModelAnswers>>();

  /** @param answers In file order. */
  constructor(answers: Iterable<Answer> = []) {
    for (const answer of answers) this.add(answer, keptAnswer(answer));
  }

  /**
   * Takes in the next answer of a file.
   * @param kept Of the answer.
   */
  add(answer: AnswerKey, kept: KeptAnswer): void {
    const models = this.bySuite.get(answer.suite) ?? new Map<string, ModelAnswers>();
    this.bySuite.set(answer.suite, models);
    const own = models.get(answer.model) ?? new ModelAnswers();
    models.set(answer.model, own);
    own.put(answer, kept);
  }

  /**
   * Whether a judgment or vote was given on an answer that has been replaced by another one since; false where there is
   * no answer at all.
   */
  isStale(judged: SeenAnswers): boolean {
    const models = this.bySuite.get(judged.suite);
    if (models === undefined) return false;
    const { questionId, trial, a, b, seen } = judged;
    const isReplaced = (model: string, index: 0 | 1) => {
      const answers = models.get(model);
      if (answers === undefined) return false;
      return answers.isReplaced(questionId, trial, seen?.[index] ?? fingerprintAt(judged.answers, index));
    };
    return isReplaced(a, 0) || (b !== undefined && isReplaced(b, 1));
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
