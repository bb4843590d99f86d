import { compositeKey } from "../../core/composite-key.js";
import { ConfigError } from "../../core/errors.js";
import { contentId } from "../../core/hash.js";
import type { Manifest } from "../../core/manifest.js";
import type { AnswerTask, JudgmentTask } from "../../core/records.js";
import type { SequencePlanLine, SequenceRecord } from "../../core/sequence.js";
import type { RunStore } from "../../store/run-store.js";
import { SequenceFile } from "../../store/sequence-file.js";
import type { RunEvent, RunListener } from "../events.js";
import type { Plan } from "../plan.js";
import { oneQuestionBoard } from "../scores/one-question-board.js";
import { type VerdictRow, verdictRows } from "../scores/verdict-grid/row.js";
import type { Pace } from "./pace.js";
import { type QuestionBlock, randomOrder, stratifiedOrder } from "./question-order.js";
import { QuestionWindows, questionKey } from "./question-windows.js";
import type { SequenceSettings } from "./sequence-settings.js";
import { AimState, lookLine, publicAim } from "./sequence-state.js";

/** What a sequence is followed with. */
export interface SequenceMeans {
  readonly settings: SequenceSettings;
  readonly store: RunStore;
  readonly manifest: Manifest;
  readonly seed: number;
  /** ISO 8601. */
  readonly startedAt: string;
}

/**
 * Follows a run question by question in an order that was fixed before, and lets nothing more be asked once its aims are
 * decided.
 *
 * What decides is the prefix of the planned order whose questions are complete, computed from the records: whatever
 * arrives when, and however often the run was killed, the same questions lead to the same decision. Calls that are under
 * way when it falls are finished and recorded, and are no part of it.
 */
export class SequenceRun implements Pace {
  private readonly blocks: readonly QuestionBlock[];
  private readonly windows: QuestionWindows;
  private readonly states: readonly AimState[];
  private readonly file: SequenceFile;
  private readonly planLine: SequencePlanLine;
  private readonly rows = new Map<string, readonly VerdictRow[]>();
  /** Verdicts that each question asks for, with their repeats. */
  private readonly planned = new Map<string, { readonly id: string; readonly repeat: number }[]>();
  private writing: Promise<void> = Promise.resolve();
  private blocksTaken = 0;
  private questionsTaken = 0;
  private isDecided = false;

  /** @throws ConfigError where the folder's sequence was begun with another plan, or cannot be made of blocks. */
  constructor(
    private readonly plan: Plan,
    private readonly means: SequenceMeans,
  ) {
    const { settings, store, seed } = means;
    this.blocks = settings.stratified ? blocksOf(plan, seed) : randomOrder(plan.suites, seed);
    this.windows = new QuestionWindows(this.blocks, plan.answerTasks, settings.ahead);
    this.states = settings.aims.map((aim) => new AimState(aim, settings, settings.aims.length));
    this.planLine = this.makePlanLine();
    const begun = SequenceFile.plan(store.run);
    if (begun !== undefined && begun.plan !== this.planLine.plan) throw changedPlan(begun, this.planLine);
    this.file = new SequenceFile(store.run);
    for (const judgment of store.judgments()) this.rows.set(judgment.taskId, verdictRows(judgment));
  }

  /** The plan with its tasks in the sequence's order. */
  get orderedPlan(): Plan {
    const tasks = [...this.plan.answerTasks];
    tasks.sort((one, other) => this.windows.positionOf(one) - this.windows.positionOf(other));
    return { ...this.plan, answerTasks: tasks };
  }

  /** Takes note of what is recorded, and passes it on. */
  listener(next: RunListener): RunListener {
    return (event: RunEvent) => {
      if (event.type === "judgment") this.rows.set(event.judgment.taskId, verdictRows(event.judgment));
      next(event);
    };
  }

  admit(task: AnswerTask): Promise<boolean> {
    return this.windows.admit(task);
  }

  judged({ id, item, protocol, repeat = 1 }: JudgmentTask): void {
    const key = compositeKey(protocol.id, questionKey(protocol.suite, item.question.id));
    const ids = this.planned.get(key) ?? [];
    ids.push({ id, repeat });
    this.planned.set(key, ids);
  }

  settled(task: AnswerTask, isComplete: boolean): void {
    if (!this.windows.settled(task, isComplete)) return;
    this.advance();
    this.windows.release();
  }

  /** Writes what is still to be written. */
  async close(): Promise<void> {
    try {
      await this.writing;
    } finally {
      await this.file.close();
    }
  }

  /** Questions that the figures rest on, by suite. */
  used(): Map<string, Set<string>> {
    const used = new Map<string, Set<string>>();
    for (const { suite, questions } of this.blocks.slice(0, this.blocksTaken)) {
      const ids = used.get(suite) ?? new Set();
      for (const { id } of questions) ids.add(id);
      used.set(suite, ids);
    }
    return used;
  }

  record(): SequenceRecord {
    const { design, population, stratified } = this.means.settings;
    const of = this.planLine.questions;
    const isWhole = this.questionsTaken === of;
    return {
      plan: this.planLine.plan,
      design,
      population,
      stratified,
      state: this.isDecided && !isWhole ? "stopped" : isWhole ? "exhausted" : "open",
      used: this.questionsTaken,
      of,
      beyond: Math.max(0, this.windows.asked - this.questionsTaken),
      aims: this.states.map((state) => state.standing()),
    };
  }

  private advance(): void {
    while (!this.isDecided) {
      const block = this.blocks[this.blocksTaken];
      if (block === undefined || this.questionsTaken + block.questions.length > this.windows.complete) return;
      this.blocksTaken++;
      this.questionsTaken += block.questions.length;
      this.lookAt(block);
      this.isDecided = this.isEnd();
      if (this.isDecided) this.windows.close();
    }
  }

  private lookAt(block: QuestionBlock): void {
    for (const [index, state] of this.states.entries()) {
      const { suite, category } = state.aim;
      if (block.suite !== suite) continue;
      const questions = block.questions.filter((one) => category === undefined || one.category === category);
      if (questions.length === 0 || state.outcome !== undefined) continue;
      const look = state.take(questions.map((question) => this.valueOf(state, question.id)));
      if (look === undefined) continue;
      const line = lookLine(this.planLine.plan, index, this.questionsTaken, look);
      this.write(() => this.file.append(line));
    }
  }

  private valueOf({ aim }: AimState, question: string): number | undefined {
    const suite = this.plan.suites.find(({ id }) => id === aim.suite);
    if (suite === undefined) return undefined;
    const ids = this.planned.get(compositeKey(aim.protocol, questionKey(aim.suite, question))) ?? [];
    // Which games of a pair make one comparison is not to depend on what arrives when.
    const inTurn = ids.toSorted((one, other) => one.repeat - other.repeat);
    const rows = inTurn.flatMap(({ id }) => this.rows.get(id) ?? []);
    const board = oneQuestionBoard(this.means.manifest, aim.protocol, suite, question, rows);
    return board === undefined ? undefined : aim.valueOn(board, suite);
  }

  /** One failure fails the run, so nothing is left to decide; else every aim has to have come to an end. */
  private isEnd(): boolean {
    const outcomes = this.states.map(({ outcome }) => outcome);
    return outcomes.includes("fail") || outcomes.every((outcome) => outcome !== undefined);
  }

  private write(append: () => Promise<void>): void {
    this.writing = this.writing.then(append);
    // A failure is thrown by close; until then nobody waits for it.
    this.writing.catch(() => undefined);
  }

  /** Writes the plan before the first call. */
  async begin(): Promise<void> {
    await this.file.append(this.planLine);
  }

  private makePlanLine(): SequencePlanLine {
    const { settings, seed, startedAt } = this.means;
    const { design, population, stratified, looks = null, futility = null } = settings;
    const aims = settings.aims.map(publicAim);
    const order = this.blocks.map(({ suite, questions }) => [suite, ...questions.map(({ id }) => id)]);
    const plan = contentId({
      kind: "sequence",
      design,
      population,
      stratified,
      looks,
      futility,
      aims: aims.map((aim) => JSON.stringify(aim)),
      order,
    });
    const questions = this.blocks.reduce((sum, block) => sum + block.questions.length, 0);
    const begun = SequenceFile.plan(this.means.store.run);
    const at = begun?.plan === plan ? begun.at : startedAt;
    return {
      kind: "plan",
      schema: "assay.sequence/1",
      plan,
      at,
      design,
      population,
      seed,
      questions,
      stratified,
      aims,
    };
  }
}

function blocksOf(plan: Plan, seed: number): readonly QuestionBlock[] {
  const [suite, second] = plan.suites;
  const blocks = suite === undefined || second !== undefined ? undefined : stratifiedOrder(suite, seed);
  if (blocks !== undefined) return blocks;
  throw new ConfigError(
    second === undefined
      ? "the questions per category have no common divisor, so that no block below the whole suite holds them in proportion"
      : "blocks hold the categories of one suite, and this run has several",
    { code: "no-blocks", remedy: "Leave out --stratify: questions are then asked in a random order." },
  );
}

function changedPlan(begun: SequencePlanLine, now: SequencePlanLine): ConfigError {
  const parts: readonly (readonly [string, (line: SequencePlanLine) => unknown])[] = [
    ["the design", ({ design }) => design],
    ["the population", ({ population }) => population],
    ["the number of questions", ({ questions }) => questions],
    ["what is decided (gates, limits, models)", ({ aims }) => JSON.stringify(aims)],
  ];
  const changed = parts.find(([, of]) => of(begun) !== of(now))?.[0] ?? "the order of the questions";
  return new ConfigError(
    `the folder's sequence was begun otherwise: ${changed} changed, and a plan that changes after verdicts were seen decides nothing`,
    {
      code: "sequence-changed",
      remedy:
        "Go on with the options it was begun with, ask to the end with --stop-when never, or take a new folder with --out.",
    },
  );
}
