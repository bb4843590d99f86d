import { setImmediate as turn } from "node:timers/promises";
import { type Clock, isoTime } from "../core/clock.js";
import { compositeKey } from "../core/composite-key.js";
import type { Answer, AnswerTask, Judgment, JudgmentTask, Question } from "../core/records.js";
import { isLong } from "../core/text-garbage.js";
import { fingerprintOf } from "../store/fingerprint.js";
import {
  answerPlace,
  judgmentPlace,
  RecordBook,
  type RetryPolicy,
  replacedAnswer,
  replacedVerdict,
  type Shown,
  stands,
  wantsReplacement,
} from "../store/resume.js";
import type { RunStore } from "../store/run-store.js";
import type { Kept } from "../store/scratch.js";
import { produceAnswer } from "./answers.js";
import type { Dispatcher } from "./dispatch/dispatcher.js";
import type { RunListener } from "./events.js";
import { FirstVerdicts } from "./first-verdicts.js";
import { produceJudgment } from "./judgments.js";
import { type JudgedAnswer, type Plan, type PlannedProtocol, subjectsOn } from "./plan.js";
import { ReadableVerdicts } from "./readable-verdicts.js";
import { givenUpJudgment, replaceJudgment } from "./replacements.js";
import { lengthOf, RunTexts } from "./run-texts.js";
import { SecondStage } from "./second/second-stage.js";
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
  /** Why nothing more is asked for; undefined while it is. */
  readonly wasStopped?: () => unknown;
  /** Called once when the store fails: nothing more should be called or paid for. */
  readonly onFatal: () => void;
  /** Lets tasks in one by one; left out, all start at once. */
  readonly pace?: Pace | undefined;
}

interface KeptAnswer {
  readonly failed: boolean;
  readonly texts: KeptTexts;
}

/** Texts of an answer, a turn each, which may be on disk meanwhile. */
interface KeptTexts {
  readonly count: number;
  /** Characters. */
  readonly size: number;
  readonly read: Kept<readonly string[]>;
}

/** A {@link JudgedAnswer} that may be on disk. */
type HeldAnswer = Omit<JudgedAnswer, "texts"> & { readonly texts: KeptTexts };

const noTexts: KeptTexts = { count: 0, size: 0, read: () => [] };

/** Answers that are judged together on one question. */
interface ReadySubject {
  readonly planned: PlannedProtocol;
  readonly answers: readonly HeldAnswer[];
}

interface KeptJudgment {
  readonly failed: boolean;
  /** Fingerprint of what it says of what was shown. */
  readonly shown: number;
  /** The record, where the judge failed and its replacement is still to be asked. */
  readonly unreplaced?: Kept<Judgment>;
}

/** A judgment's id depends on texts alone, so it may outlive the records that held them, and the order of the models. */
function shownPrint({ answers, order }: Shown): number {
  return fingerprintOf(`${order ?? ""} ${answers.join(" ")}`);
}

/** Answers of one question and trial, by model, and which subjects were already handed to the judges. */
interface Bench {
  readonly answers: Map<string, HeldAnswer>;
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
  const texts = new RunTexts(options.store.run);
  try {
    await new Execution(plan, options, texts).run();
  } finally {
    texts.close();
  }
}

class Execution {
  private readonly answerBook = new RecordBook<KeptAnswer>();
  private readonly judgmentBook = new RecordBook<KeptJudgment>();
  private readonly benches = new Map<string, Bench>();
  private readonly protocolsBySuite = new Map<string, PlannedProtocol[]>();
  /** Tasks whose records are to be appended once more. */
  private readonly reused = new Map<string, Shown | undefined>();
  /** Protocols of the replacements, by the protocols of those they replace. */
  private readonly substitutes: ReadonlyMap<string, string>;
  /** By protocol: why its judge is not asked any longer. */
  private readonly givenUp = new Map<string, string>();
  private readonly firstVerdicts = new FirstVerdicts();
  private readonly readableVerdicts = new ReadableVerdicts();
  private readonly seconds: SecondStage;
  private fatal: unknown;

  constructor(
    private readonly plan: Plan,
    private readonly options: ExecuteOptions,
    private readonly texts: RunTexts,
  ) {
    this.substitutes = new Map(
      plan.protocols.flatMap(({ protocol, replacement }) =>
        replacement === undefined ? [] : [[protocol.id, replacement.protocol] as const],
      ),
    );
    this.seconds = new SecondStage(plan, options.listener);
    for (const planned of plan.protocols) {
      // A second judge comes after the first, not beside it.
      if (planned.second !== undefined) continue;
      const group = this.protocolsBySuite.get(planned.suite.id) ?? [];
      group.push(planned);
      this.protocolsBySuite.set(planned.suite.id, group);
    }
  }

  async run(): Promise<void> {
    const { store } = this.options;
    await store.repair();
    await this.readBooks();
    this.seconds.tellPlanned();
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

  private textsOf({ turns }: Answer): KeptTexts {
    const texts = turns.map((turn) => turn.text);
    const size = lengthOf(texts);
    return { count: texts.length, size, read: this.texts.keep(texts, size) };
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
        ? { failed, texts: failed ? noTexts : this.textsOf(answer) }
        : undefined;
      this.answerBook.add(answer.taskId, place, kept);
      await breathe();
    }
    for (const judgment of store.judgments()) {
      const kept = this.keptJudgment(judgment, retry);
      // With a replacement in it, it is the second record of one verdict.
      const isNoted = kept !== undefined && !("replacement" in judgment);
      if (isNoted) this.readableVerdicts.noteKept(judgment);
      if (kept !== undefined) this.seconds.note(judgment);
      this.judgmentBook.add(judgment.taskId, judgmentPlace(judgment), kept);
      await breathe();
    }
  }

  private keptJudgment(judgment: Judgment, retry: RetryPolicy): KeptJudgment | undefined {
    const substitute = this.substitutes.get(judgment.protocol);
    const isReplaced = replacedVerdict(judgment, substitute) !== undefined;
    if (!stands(judgment, retry) && (!isReplaced || retry.retryFailed)) return undefined;
    const shown = shownPrint(judgment);
    const failed = judgment.status !== "judged" && !isReplaced;
    if (substitute === undefined || !wantsReplacement(judgment, substitute, retry)) return { failed, shown };
    const size = judgment.status === "skipped" ? 0 : lengthOf(judgment.replies.map(({ text }) => text));
    return { failed, shown, unreplaced: this.texts.keep(judgment, size) };
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
    const ready = this.readySubjects(task, answered);
    const judged = await Promise.all(ready.map((subject) => this.judgeSubject(task, subject)));
    return judged.every((isThere) => isThere);
  }

  /**
   * An answer that is there; without texts where it failed for good. Where no model is asked, the answer that counts is
   * judged however it came to be: an imported one has the id of no task.
   */
  private keptAnswer(task: AnswerTask): HeldAnswer | undefined {
    const place = placeOf(task);
    const taskId = this.options.stages.answers ? task.id : (this.answerBook.lastTask(place) ?? task.id);
    const found = this.answerBook.find(taskId, place);
    if (found === undefined) return undefined;
    if (found.superseded) this.reused.set(taskId, undefined);
    const { failed, texts } = found.kept;
    this.options.listener({ type: "kept", stage: "answers", failed });
    return { taskId, model: task.model, texts };
  }

  private async seekAnswer(task: AnswerTask): Promise<HeldAnswer | undefined> {
    const model = this.plan.models.get(task.model);
    const mayAsk = this.options.stages.answers || this.plan.recorded?.has(task.model) === true;
    if (!mayAsk || model === undefined) return undefined;
    const { dispatcher, clock, store, listener } = this.options;
    const wasStopped = () => this.wasStopped();
    const produced = await produceAnswer(task, model, { dispatcher, clock, texts: this.texts, wasStopped });
    if (produced === undefined) return undefined;
    const { answer, release } = produced;
    try {
      await store.appendAnswer(answer);
      listener({ type: "answer", answer });
      const isJudged = this.options.stages.judgments && answer.status === "completed";
      return { taskId: task.id, model: task.model, texts: isJudged ? this.textsOf(answer) : noTexts };
    } finally {
      release();
    }
  }

  private wasStopped(): boolean {
    return this.options.wasStopped?.() !== undefined;
  }

  private readySubjects(task: AnswerTask, answered: HeldAnswer): ReadySubject[] {
    const protocols = this.protocolsBySuite.get(task.suite) ?? [];
    if (protocols.length === 0 || answered.texts.count === 0) return [];
    const bench = this.benchOf(task.suite, task.question, task.trial);
    bench.answers.set(answered.model, answered);
    const ready: ReadySubject[] = [];
    for (const planned of protocols) {
      for (const subject of subjectsOn(planned, task.question, task.trial)) {
        const answers = subject.map((model) => bench.answers.get(model)).filter((one) => one !== undefined);
        const name = compositeKey(planned.protocol.id, ...subject);
        if (answers.length < subject.length || bench.judged.has(name)) continue;
        bench.judged.add(name);
        ready.push({ planned, answers });
      }
    }
    return ready;
  }

  /** @returns whether all its verdicts are on disk. Those on long texts are asked for one after the other. */
  private async judgeSubject(task: AnswerTask, { planned, answers }: ReadySubject): Promise<boolean> {
    const size = answers.reduce((sum, { texts }) => sum + texts.size, 0);
    const giveBack = await this.texts.forJudging(size);
    try {
      if (isLong(size) && this.wasStopped()) return false;
      const read = () => answers.map(({ texts, ...answer }) => ({ ...answer, texts: texts.read() }));
      const shown = await this.texts.inRoom(size, read);
      const subject = { question: task.question, trial: task.trial, answers: shown };
      const ask = (by: PlannedProtocol, one: JudgmentTask) => this.judge(by, one);
      return await this.seconds.judge(planned, subject, { ask, isOneByOne: isLong(size) });
    } finally {
      giveBack();
    }
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
      const { kept, superseded } = found;
      const replaced = kept.unreplaced && (await this.replace(kept.unreplaced(), planned, task));
      if (replaced === undefined) {
        if (superseded || kept.shown !== shownPrint(task)) this.reused.set(task.id, task);
        listener({ type: "kept", stage: "judgments", failed: kept.failed });
      } else listener({ type: "judgment", judgment: replaced });
      pace?.judged(task);
      return true;
    }
    const judgment = await this.seekOrReplace(planned, task);
    if (judgment === undefined) return false;
    listener({ type: "judgment", judgment });
    pace?.judged(task);
    return true;
  }

  /** The verdict of the judge; where it failed or is given up, with that of its replacement. */
  private async seekOrReplace(planned: PlannedProtocol, task: JudgmentTask): Promise<Judgment | undefined> {
    const { id } = planned.protocol;
    const giveUp = (reason: string) => {
      this.givenUp.set(id, reason);
      const message = `the other verdicts of ${id} are not asked for: ${reason}${this.seconds.withoutFirst(id)}`;
      this.options.listener({ type: "warning", warning: { code: "judge-given-up", message } });
    };
    let wasAsked = false;
    let judgment: Judgment | undefined;
    const seek = async () => {
      wasAsked = true;
      judgment = await this.seekVerdict(planned, task);
      return judgment;
    };
    await this.firstVerdicts.seek(planned, task, () => this.readableVerdicts.seek(id, seek, giveUp), giveUp);
    const reason = this.givenUp.get(id);
    const own = wasAsked || reason === undefined ? judgment : givenUpJudgment(task, reason, this.options);
    const replaced = own && (await this.replace(own, planned, task));
    return replaced ?? judgment;
  }

  private replace(
    judgment: Judgment,
    planned: PlannedProtocol,
    task: JudgmentTask,
  ): Promise<Judgment | undefined> {
    return replaceJudgment(judgment, task, planned, { ...this.options, texts: this.texts });
  }

  private async seekVerdict(planned: PlannedProtocol, task: JudgmentTask): Promise<Judgment | undefined> {
    const { store, ...context } = this.options;
    const produced = await produceJudgment(task, planned, { ...context, texts: this.texts });
    if (produced === undefined) return undefined;
    const { judgment, release } = produced;
    try {
      await store.appendJudgment(judgment);
      this.seconds.note(judgment);
      return judgment;
    } finally {
      release();
    }
  }
}
