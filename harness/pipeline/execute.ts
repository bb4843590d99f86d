import { setImmediate as turn } from "node:timers/promises";
import { type Clock, isoTime } from "../core/clock.js";
import { compositeKey } from "../core/composite-key.js";
import type { Answer, AnswerTask, Judgment, JudgmentTask, Question } from "../core/records.js";
import { fingerprintOf } from "../store/fingerprint.js";
import {
  answerPlace,
  judgmentPlace,
  RecordBook,
  type RetryPolicy,
  replacedAnswer,
  type Shown,
  stands,
} from "../store/resume.js";
import type { RunStore } from "../store/run-store.js";
import { produceAnswer } from "./answers.js";
import type { Dispatcher } from "./dispatch/dispatcher.js";
import type { RunListener } from "./events.js";
import { FirstVerdicts } from "./first-verdicts.js";
import { produceJudgment } from "./judgments.js";
import { type JudgedAnswer, judgmentTasks, type Plan, type PlannedProtocol, subjectsOn } from "./plan.js";
import { ReadableVerdicts } from "./readable-verdicts.js";
import type { Pace } from "./sequence/pace.js";

/** What {@link executePlan} works with. */
export interface ExecuteOptions {
  readonly store: RunStore;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  /** How often an unreadable verdict is asked for, the first time included. */
  readonly judgeAttempts: number;
  readonly retry: RetryPolicy;
  /** Stages that may call models; `answers` alone for `assay answer`, `judgments` alone for `assay judge`. */
  readonly stages: { readonly answers: boolean; readonly judgments: boolean };
  readonly listener: RunListener;
  /** Called once when the store fails: nothing more should be called or paid for. */
  readonly onFatal: () => void;
  /** Lets tasks in one by one; left out, all are sought at once. */
  readonly pace?: Pace | undefined;
}

interface KeptAnswer {
  readonly failed: boolean;
  readonly texts: readonly string[];
}

interface KeptJudgment {
  readonly failed: boolean;
  /** Fingerprint of what it says of what was shown. */
  readonly shown: number;
}

/** A judgment's id depends on texts alone, so it may outlive the records that held them, and the order of the models. */
function shownPrint({ answers, order }: Shown): number {
  return fingerprintOf(`${order ?? ""} ${answers.join(" ")}`);
}

/** Answers of one question and trial, by model, and which subjects were already handed to the judges. */
interface Bench {
  readonly answers: Map<string, JudgedAnswer>;
  readonly judged: Set<string>;
}

function placeOf(task: AnswerTask): string {
  return answerPlace(task.suite, task.model, task.question.id, task.trial);
}

/**
 * Carries out a plan over what the run folder already holds: seeks the missing answers, and each verdict as soon as
 * the answers it needs exist. Every record is on disk before it counts. A failure of one item is a record; only a
 * store that cannot be written to ends the run.
 */
export async function executePlan(plan: Plan, options: ExecuteOptions): Promise<void> {
  await new Execution(plan, options).run();
}

class Execution {
  private readonly answerBook = new RecordBook<KeptAnswer>();
  private readonly judgmentBook = new RecordBook<KeptJudgment>();
  private readonly benches = new Map<string, Bench>();
  private readonly protocolsBySuite = new Map<string, PlannedProtocol[]>();
  /** Tasks whose records are to be appended once more. */
  private readonly reused = new Map<string, Shown | undefined>();
  private readonly firstVerdicts = new FirstVerdicts();
  private readonly readableVerdicts = new ReadableVerdicts();
  private fatal: unknown;

  constructor(
    private readonly plan: Plan,
    private readonly options: ExecuteOptions,
  ) {
    for (const planned of plan.protocols) {
      const group = this.protocolsBySuite.get(planned.suite.id) ?? [];
      group.push(planned);
      this.protocolsBySuite.set(planned.suite.id, group);
    }
  }

  async run(): Promise<void> {
    const { store, listener } = this.options;
    await store.repair();
    await this.readBooks();
    const judgments = this.plan.protocols.reduce((sum, one) => sum + one.planned, 0);
    listener({ type: "planned", answers: this.plan.answerTasks.length, judgments });
    if (this.options.stages.answers) await this.withdrawReplaced();
    await Promise.all(this.plan.answerTasks.map((task) => this.guard(this.paced(task))));
    if (this.fatal !== undefined) throw this.fatal;
    await store.appendAgain(this.reused);
  }

  /**
   * Says of each answer of another configuration that it does not count any longer, before the first call: wherever
   * the run stops, no board mixes old answers with new ones.
   */
  private async withdrawReplaced(): Promise<void> {
    const { store, clock } = this.options;
    const replaced = this.plan.answerTasks.filter((task) => {
      const place = placeOf(task);
      return this.answerBook.isTaken(place, task.id) && this.answerBook.find(task.id, place) === undefined;
    });
    await Promise.all(replaced.map((task) => store.appendAnswer(replacedAnswer(task, isoTime(clock.now())))));
  }

  private async readBooks(): Promise<void> {
    const { store, retry } = this.options;
    let read = 0;
    // Signals are heard between two records, and a large folder takes long.
    const breathe = () => (++read % 1000 === 0 ? turn() : undefined);
    for (const answer of store.answers()) {
      const place = answerPlace(answer.suite, answer.model, answer.questionId, answer.trial);
      const failed = answer.status === "failed";
      const kept = stands(answer, retry)
        ? { failed, texts: answer.turns.map((turn) => turn.text) }
        : undefined;
      this.answerBook.add(answer.taskId, place, kept);
      await breathe();
    }
    for (const judgment of store.judgments()) {
      const failed = judgment.status !== "judged";
      const kept = stands(judgment, retry) ? { failed, shown: shownPrint(judgment) } : undefined;
      if (kept !== undefined) this.readableVerdicts.noteKept(judgment);
      this.judgmentBook.add(judgment.taskId, judgmentPlace(judgment), kept);
      await breathe();
    }
  }

  /** Whatever escapes a task is a failure of the store (or of assay itself): stop everything, report it once. */
  private async guard(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (thrown) {
      if (this.fatal === undefined) {
        this.fatal = thrown;
        this.options.onFatal();
      }
    }
  }

  private async paced(task: AnswerTask): Promise<void> {
    const { pace } = this.options;
    if (pace === undefined) {
      await this.answer(task);
      return;
    }
    if (!(await pace.admit(task))) return;
    let isComplete = false;
    try {
      isComplete = await this.answer(task);
    } finally {
      // Whatever happened, nobody waits for this task any longer.
      pace.settled(task, isComplete);
    }
  }

  /** @returns whether everything that the task asks for is on disk. */
  private async answer(task: AnswerTask): Promise<boolean> {
    const answered = this.keptAnswer(task) ?? (await this.seekAnswer(task));
    if (answered === undefined) return false;
    if (!this.options.stages.judgments) return true;
    const ready = this.readyJudgments(task, answered);
    const judged = await Promise.all(ready.map(([planned, judgment]) => this.judge(planned, judgment)));
    return judged.every((isThere) => isThere);
  }

  /**
   * An answer that is there; without texts where it failed for good. Where no model is asked, the answer that counts is
   * judged however it came to be: an imported one has the id of no task.
   */
  private keptAnswer(task: AnswerTask): JudgedAnswer | undefined {
    const place = placeOf(task);
    const taskId = this.options.stages.answers ? task.id : (this.answerBook.lastTask(place) ?? task.id);
    const found = this.answerBook.find(taskId, place);
    if (found === undefined) return undefined;
    if (found.superseded) this.reused.set(taskId, undefined);
    const { failed, texts } = found.kept;
    this.options.listener({ type: "kept", stage: "answers", failed });
    return { taskId, model: task.model, texts: failed ? [] : texts };
  }

  private async seekAnswer(task: AnswerTask): Promise<JudgedAnswer | undefined> {
    const model = this.plan.models.get(task.model);
    const mayAsk = this.options.stages.answers || this.plan.recorded?.has(task.model) === true;
    if (!mayAsk || model === undefined) return undefined;
    const answer: Answer | undefined = await produceAnswer(
      task,
      model,
      this.options.dispatcher,
      this.options.clock,
    );
    if (answer === undefined) return undefined;
    await this.options.store.appendAnswer(answer);
    this.options.listener({ type: "answer", answer });
    const texts = answer.status === "completed" ? answer.turns.map((turn) => turn.text) : [];
    return { taskId: task.id, model: task.model, texts };
  }

  private readyJudgments(task: AnswerTask, answered: JudgedAnswer): [PlannedProtocol, JudgmentTask][] {
    const protocols = this.protocolsBySuite.get(task.suite) ?? [];
    if (protocols.length === 0 || answered.texts.length === 0) return [];
    const bench = this.benchOf(task.suite, task.question, task.trial);
    bench.answers.set(answered.model, answered);
    const ready: [PlannedProtocol, JudgmentTask][] = [];
    for (const planned of protocols) {
      for (const subject of subjectsOn(planned, task.question, task.trial)) {
        const answers = subject.map((model) => bench.answers.get(model)).filter((one) => one !== undefined);
        const name = compositeKey(planned.protocol.id, ...subject);
        if (answers.length < subject.length || bench.judged.has(name)) continue;
        bench.judged.add(name);
        for (const judgment of judgmentTasks(planned, task.question, task.trial, answers))
          ready.push([planned, judgment]);
      }
    }
    return ready;
  }

  private benchOf(suite: string, question: Question, trial: number): Bench {
    const key = compositeKey(suite, question.id, trial);
    let bench = this.benches.get(key);
    if (bench === undefined) {
      bench = { answers: new Map(), judged: new Set() };
      this.benches.set(key, bench);
    }
    return bench;
  }

  /** @returns whether the verdict is on disk, whatever it is. */
  private async judge(planned: PlannedProtocol, task: JudgmentTask): Promise<boolean> {
    const { listener, pace } = this.options;
    const { question, turn } = task.item;
    const place = judgmentPlace({ ...task, protocol: task.protocol.id, questionId: question.id, turn });
    const found = this.judgmentBook.find(task.id, place);
    if (found !== undefined) {
      const saysOtherwise = found.kept.shown !== shownPrint(task);
      if (found.superseded || saysOtherwise) this.reused.set(task.id, task);
      listener({ type: "kept", stage: "judgments", failed: found.kept.failed });
      pace?.judged(task);
      return true;
    }
    const giveUp = (reason: string) => {
      const message = `the other verdicts of ${planned.protocol.id} are not asked for: ${reason}`;
      listener({ type: "warning", warning: { code: "judge-given-up", message } });
    };
    let isThere = false;
    const seek = async () => {
      const judgment = await this.seekVerdict(planned, task);
      if (judgment !== undefined) {
        pace?.judged(task);
        isThere = true;
      }
      return judgment;
    };
    await this.firstVerdicts.seek(
      planned,
      task,
      () => this.readableVerdicts.seek(planned.protocol.id, seek, giveUp),
      giveUp,
    );
    return isThere;
  }

  private async seekVerdict(planned: PlannedProtocol, task: JudgmentTask): Promise<Judgment | undefined> {
    const { store, dispatcher, clock, judgeAttempts, listener } = this.options;
    const judgment = await produceJudgment(task, planned, { dispatcher, clock, judgeAttempts });
    if (judgment === undefined) return undefined;
    await store.appendJudgment(judgment);
    listener({ type: "judgment", judgment });
    return judgment;
  }
}
