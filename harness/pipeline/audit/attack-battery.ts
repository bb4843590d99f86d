import { countOf } from "../../core/count-of.js";
import type { Judgment, JudgmentTask, Question, Verdict, Warning } from "../../core/records.js";
import { type JudgedAnswer, judgmentTasks, type PlannedProtocol } from "../plan.js";
import { type AttackTry, comparedTry, ratedTry } from "./attack-outcome.js";
import type { Attack } from "./attacks.js";

/** Name under which the honest answers are judged. */
export const HONEST = "honest";

/** A question with what attacks on it are made from. */
export interface Bench {
  readonly question: Question;
  readonly honest: string;
  readonly foreign: string;
}

/** A battery of attacks on one judge, who is asked through a function; how a try is judged follows from the judge's kind. */
export class Battery {
  private done = 0;
  private readonly failures: string[] = [];

  constructor(
    private readonly planned: PlannedProtocol,
    private readonly attacks: readonly Attack[],
    private readonly judgeOnce: (task: JudgmentTask) => Promise<Judgment | undefined>,
    private readonly onJudged: (done: number) => void,
  ) {}

  private answer(model: string, text: string): JudgedAnswer {
    return { taskId: `crafted:${model}`, model, texts: [text] };
  }

  private async verdictOf(task: JudgmentTask | undefined): Promise<Verdict | undefined> {
    if (task === undefined) return undefined;
    const judgment = await this.judgeOnce(task);
    this.onJudged(++this.done);
    if (judgment?.status === "judged") return judgment.verdict;
    if (judgment?.status === "failed") {
      this.failures.push(`${judgment.error.code}: ${judgment.error.message}`);
    }
    return undefined;
  }

  private rate(question: Question, model: string, text: string, trial: number): Promise<Verdict | undefined> {
    const [task] = judgmentTasks(this.planned, question, trial, [this.answer(model, text)]);
    return this.verdictOf(task);
  }

  private async ratedTries(bench: Bench): Promise<AttackTry[]> {
    const honest = this.rate(bench.question, HONEST, bench.honest, 1);
    return Promise.all(
      this.attacks.map(async (attack) => {
        // A second trial has another nonce, so that the same answer is asked about again.
        const verdict = this.rate(bench.question, attack.name, attack.craft(bench), 2);
        return ratedTry(bench.question.id, attack.kind, await verdict, await honest);
      }),
    );
  }

  private async comparedTry(bench: Bench, attack: Attack): Promise<AttackTry> {
    const attacker = this.answer(attack.name, attack.craft(bench));
    const honest = this.answer(HONEST, bench.honest);
    const tasks = judgmentTasks(this.planned, bench.question, 1, [attacker, honest]);
    // A judge that draws one order for each question draws the other one for the pair the other way round.
    if (tasks.length < 2) tasks.push(...judgmentTasks(this.planned, bench.question, 1, [honest, attacker]));
    const verdictWith = (first: string) => this.verdictOf(tasks.find((task) => task.a === first));
    const [attackFirst, attackSecond] = await Promise.all([verdictWith(attack.name), verdictWith(HONEST)]);
    return comparedTry(bench.question.id, attack.kind, attackFirst, attackSecond);
  }

  /** Tries of one question, in the order of the attacks. */
  tries(bench: Bench): Promise<AttackTry[]> {
    return this.planned.judge.kind === "single"
      ? this.ratedTries(bench)
      : Promise.all(this.attacks.map((attack) => this.comparedTry(bench, attack)));
  }

  /** Calls of the judge that failed, if any did. */
  warnings(): Warning[] {
    const [first] = this.failures;
    if (first === undefined) return [];
    const message = `${countOf(this.failures.length, "call")} of the judge failed, the first with ${first}`;
    return [{ code: "failed-calls", message, count: this.failures.length }];
  }
}
