import type { Judgment, JudgmentTask, Question } from "../../core/records.js";
import { drawForSecond, type Reading, readingOf, type SecondJudging } from "../../core/second-judging.js";
import { stands } from "../../store/resume.js";
import type { RunListener } from "../events.js";
import { type JudgedAnswer, judgmentTasks, type Plan, type PlannedProtocol, repeatedTasks } from "../plan.js";

/** What the first judge's tasks on one subject and question were made from. */
export interface JudgedSubject {
  readonly question: Question;
  readonly trial: number;
  readonly answers: readonly JudgedAnswer[];
}

/** How verdicts are asked for. */
export interface Asking {
  /** @returns whether the verdict is on disk. */
  readonly ask: (planned: PlannedProtocol, task: JudgmentTask) => Promise<boolean>;
  /** Texts are long, so that one is asked for after the other. */
  readonly isOneByOne: boolean;
}

/**
 * Second judges of a run: what first judges said, as far as it decides whether the second is asked. It keeps a number for
 * each first verdict until its place is settled.
 */
export class SecondStage {
  private readonly byFirst = new Map<string, PlannedProtocol>();
  private readonly firsts: ReadonlyMap<string, PlannedProtocol>;
  private readonly readings = new Map<string, Reading>();
  private readonly seed: number;

  private readonly answers: number;
  /** Verdicts that the plan asks for, with those that second judges have been drawn for. */
  private planned: number;

  constructor(
    { protocols, answerTasks, seed = 1 }: Plan,
    private readonly listener: RunListener,
  ) {
    this.answers = answerTasks.length;
    this.planned = protocols.reduce((sum, one) => sum + one.planned, 0);
    for (const planned of protocols)
      if (planned.second !== undefined) this.byFirst.set(planned.second.first, planned);
    const isFirst = ({ protocol }: PlannedProtocol) => this.byFirst.has(protocol.id);
    this.firsts = new Map(protocols.filter(isFirst).map((planned) => [planned.protocol.id, planned]));
    this.seed = seed;
  }

  /** Takes a verdict of a first judge in. One that may still be had, because an endpoint was down, decides nothing yet. */
  note(judgment: Judgment): void {
    const first = this.firsts.get(judgment.protocol);
    if (first === undefined) return;
    const { taskId, order } = judgment;
    if (judgment.status === "judged") {
      const scale = first.judge.scale?.(first.suite.questions);
      this.readings.set(taskId, readingOf(judgment.verdict, order !== 2, scale));
    } else if (judgment.status === "failed" && stands(judgment, { retryFailed: false }))
      this.readings.set(taskId, null);
    else this.readings.delete(taskId);
  }

  /** Tells how much there is to do, as far as it is known. */
  tellPlanned(): void {
    this.listener({ type: "planned", answers: this.answers, judgments: this.planned });
  }

  /**
   * What becomes of a second judge whose first one is given up: it is not asked in its place, since that could cost many
   * times what was planned, and what the first one says decides where it is asked.
   */
  withoutFirst(protocol: string): string {
    const second = this.byFirst.get(protocol);
    if (second === undefined) return "";
    return ` The second judge ${second.judgeModel.id} is not asked about them either: have it judge everything with --judge ${second.judgeModel.id} and no --second-judge, or name another first judge.`;
  }

  /** Has a subject judged, and after it by the second judge, where there is one and it is drawn. */
  async judge(planned: PlannedProtocol, subject: JudgedSubject, asking: Asking): Promise<boolean> {
    const { question, trial, answers } = subject;
    const tasks = repeatedTasks(planned, question, trial, answers);
    const isJudged = await askAll(planned, tasks, asking);
    const second = this.byFirst.get(planned.protocol.id);
    if (second?.second === undefined) return isJudged;
    const due = this.dueAfter(tasks, subject, second, second.second);
    if (due.length === 0) return isJudged;
    this.planned += due.length;
    this.tellPlanned();
    return (await askAll(second, due, asking)) && isJudged;
  }

  /** What the second judge is asked, now that the first one's tasks on a subject are done. */
  private dueAfter(
    tasks: readonly JudgmentTask[],
    { question, trial, answers }: JudgedSubject,
    planned: PlannedProtocol,
    rules: SecondJudging,
  ): JudgmentTask[] {
    const models = answers.map(({ model }) => model);
    const due = judgmentTasks(planned, question, trial, answers).flatMap((task): JudgmentTask[] => {
      const { turn } = task.item;
      const readings = tasks.filter((one) => one.item.turn === turn).map((one) => this.readings.get(one.id));
      const known = readings.filter((one) => one !== undefined);
      if (known.length < readings.length) return [];
      const place = { questionId: question.id, turn, trial, models };
      const drawn = drawForSecond(rules, place, known, this.seed);
      return drawn === undefined ? [] : [{ ...task, drawn }];
    });
    for (const { id } of tasks) this.readings.delete(id);
    return due;
  }
}

async function askAll(
  planned: PlannedProtocol,
  tasks: readonly JudgmentTask[],
  { ask, isOneByOne }: Asking,
): Promise<boolean> {
  if (!isOneByOne)
    return (await Promise.all(tasks.map((one) => ask(planned, one)))).every((isThere) => isThere);
  let isComplete = true;
  for (const one of tasks) isComplete = (await ask(planned, one)) && isComplete;
  return isComplete;
}
