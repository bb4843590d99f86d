import { countOf } from "../../core/count-of.js";
import { impliedPreference, rankingGroups, ranksOf } from "../../core/ranks.js";
import type { Judgment, JudgmentTask, Question, Verdict, Warning } from "../../core/records.js";
import { type JudgedAnswer, judgmentTasks, type PlannedProtocol } from "../plan.js";
import { type AttackTry, comparedTry, ratedTry } from "./attack-outcome.js";
import type { Attack } from "./attacks.js";

/** Name under which the honest answers are judged. */
export const HONEST = "honest";

/** Name under which a good answer to another question is ranked along. */
const DISTRACTOR = "off-topic";

/** Drawn orders that are looked at until the attack stands on the wanted side; the chance that none is fit is 2⁻¹⁰⁰. */
const MOST_DRAWS = 100;

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
    const highest = this.planned.judge.scale?.([bench.question]).high ?? 10;
    return Promise.all(
      this.attacks.map(async (attack) => {
        // A second trial has another nonce, so that the same answer is asked about again.
        const verdict = this.rate(bench.question, attack.name, attack.craft(bench), 2);
        return ratedTry(bench.question.id, attack.kind, await verdict, await honest, highest);
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

  /**
   * The attack among the honest answer and one to another question, shown once before the honest one and once after it: the
   * first two drawn orders in which it is so.
   */
  private async rankedTry(bench: Bench, attack: Attack): Promise<AttackTry> {
    const answers = [
      this.answer(attack.name, attack.craft(bench)),
      this.answer(HONEST, bench.honest),
      this.answer(DISTRACTOR, bench.foreign),
    ];
    const isFirst = ({ ranked }: JudgmentTask) =>
      (ranked?.models.indexOf(attack.name) ?? 0) < (ranked?.models.indexOf(HONEST) ?? 0);
    const taskWith = (first: boolean) => {
      for (let trial = 1; trial <= MOST_DRAWS; trial++) {
        const [task] = judgmentTasks(this.planned, bench.question, trial, answers);
        if (task !== undefined && isFirst(task) === first) return task;
      }
      return undefined;
    };
    const verdictWith = async (first: boolean): Promise<Verdict | undefined> => {
      const task = taskWith(first);
      const verdict = await this.verdictOf(task);
      if (verdict?.kind !== "ranking" || task?.ranked === undefined) return verdict;
      const { models, labels } = task.ranked;
      const labelOf = (model: string) => labels[models.indexOf(model)] ?? "";
      const [one, other] = first ? [attack.name, HONEST] : [HONEST, attack.name];
      return impliedPreference(ranksOf(rankingGroups(verdict)), labelOf(one), labelOf(other));
    };
    const [before, after] = await Promise.all([verdictWith(true), verdictWith(false)]);
    return comparedTry(bench.question.id, attack.kind, before, after);
  }

  /** Tries of one question, in the order of the attacks. */
  tries(bench: Bench): Promise<AttackTry[]> {
    const { kind } = this.planned.judge;
    if (kind === "single") return this.ratedTries(bench);
    return Promise.all(
      this.attacks.map((attack) =>
        kind === "pair" ? this.comparedTry(bench, attack) : this.rankedTry(bench, attack),
      ),
    );
  }

  /** Calls of the judge that failed, if any did. */
  warnings(): Warning[] {
    const [first] = this.failures;
    if (first === undefined) return [];
    const message = `${countOf(this.failures.length, "call")} of the judge failed, the first with ${first}`;
    return [{ code: "failed-calls", message, count: this.failures.length }];
  }
}
