import type { Board } from "../../core/board.js";
import type { CheckAnswers, CheckedAnswer, CheckFigures, CheckRate, ChecksOf } from "../../core/check.js";
import type { Answer, Suite } from "../../core/records.js";
import { clusteredMean } from "../../stats/clustered-mean.js";
import { answerPlace } from "../../store/resume.js";
import type { RecordVisitor } from "../../store/visit-records.js";
import { percentScale } from "./scale.js";

/** Checks the answers that count; answers that failed are not checked. */
export class CheckTracer implements RecordVisitor {
  private readonly bySuite = new Map<string, CheckAnswers>();
  /** By place. */
  readonly checked = new Map<string, CheckedAnswer>();

  constructor(suites: Iterable<Suite>, checksOf: ChecksOf | undefined) {
    for (const suite of suites) {
      const check = checksOf?.(suite);
      if (check !== undefined) this.bySuite.set(suite.id, check);
    }
  }

  answer(answer: Answer, isAsked: boolean): void {
    const { suite, model, questionId, trial } = answer;
    const check = this.bySuite.get(suite);
    if (!isAsked || check === undefined) return;
    const place = answerPlace(suite, model, questionId, trial);
    const results =
      answer.status === "completed"
        ? check(
            questionId,
            answer.turns.map(({ text }) => text),
          )
        : [];
    if (results.length === 0) this.checked.delete(place);
    else this.checked.set(place, { suite, model, questionId, trial, results });
  }
}

/** Results of one model, as values and the questions that they belong to. */
class Results {
  private readonly byQuestion = new Map<string, number[]>();

  add(questionId: string, passed: boolean): void {
    const values = this.byQuestion.get(questionId) ?? [];
    this.byQuestion.set(questionId, values);
    values.push(passed ? 100 : 0);
  }

  rate(): CheckRate {
    // Questions in an order of their own: sums must not depend on the order in which records were appended or merged.
    const questions = [...this.byQuestion.keys()].sort();
    const values = questions.flatMap((id) => this.byQuestion.get(id) ?? []);
    const clusters = questions.flatMap((id) => (this.byQuestion.get(id) ?? []).map(() => id));
    const passed = values.filter((value) => value > 0).length;
    const n = values.length;
    const { mean, standardError, interval } = clusteredMean(values, clusters, { scale: percentScale });
    return { passed, failed: n - passed, n, rate: mean ?? 0, standardError, interval };
  }
}

/** Figures of each model of a suite whose answers were checked. */
function checkFigures(suite: string, answers: Iterable<CheckedAnswer>): Map<string, CheckFigures> {
  const byModel = new Map<string, { all: Results; named: Map<string, Results> }>();
  for (const { suite: own, model, questionId, results } of answers) {
    if (own !== suite) continue;
    const found = byModel.get(model) ?? { all: new Results(), named: new Map<string, Results>() };
    byModel.set(model, found);
    for (const { name, passed } of results) {
      const named = found.named.get(name) ?? new Results();
      found.named.set(name, named);
      named.add(questionId, passed);
      found.all.add(questionId, passed);
    }
  }
  return new Map(
    Array.from(byModel, ([model, { all, named }]) => [
      model,
      {
        ...all.rate(),
        checks: Object.fromEntries(Array.from(named, ([name, results]) => [name, results.rate()])),
      },
    ]),
  );
}

/** A board whose rows say how the checks of their answers went, where there were any. */
export function boardWithChecks(
  board: Board,
  answers: ReadonlyMap<string, CheckedAnswer> | undefined,
): Board {
  if (answers === undefined || answers.size === 0) return board;
  const figures = checkFigures(board.suite, answers.values());
  if (figures.size === 0) return board;
  const models = board.models.map((row) => {
    const checks = figures.get(row.model);
    return checks === undefined ? row : { ...row, checks };
  });
  // Each row is of the kind that it was.
  return { ...board, models } as Board;
}
