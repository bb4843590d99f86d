import type { Board } from "../../core/board.js";
import type { Suite } from "../../core/records.js";
import { leavesOf } from "../../core/rubric.js";
import { excerpt } from "../../core/text.js";
import { type Decision, decisionRate } from "./decision-rate.js";
import { VerdictTracer } from "./verdict-tracer.js";

/** What a verdict by rubric says of each criterion, 0 to 1. */
export interface DecidedCriteria {
  readonly model: string;
  readonly questionId: string;
  readonly worths: readonly number[];
}

/** The decisions on a board's answers that count, by place. */
export type BoardCriteria = ReadonlyMap<string, DecidedCriteria>;

/** Keeps the decisions of verdicts by rubric that count. */
export class CriterionTracer extends VerdictTracer<DecidedCriteria> {
  constructor() {
    super((verdict, { a: model, questionId }) =>
      verdict.kind === "rating" && verdict.criteria !== undefined
        ? { model, questionId, worths: verdict.criteria }
        : undefined,
    );
  }
}

/** A criterion stands by its own text where several questions have it. */
const SHARED = 2;
const NAME_CHARACTERS = 80;
const UNTAGGED = "criteria without a tag";

/** What each criterion of each question is gathered by: its tags, else its text where questions share it. */
function namesByQuestion({ questions }: Suite): ReadonlyMap<string, readonly (readonly string[])[]> {
  const leaves = questions.map(({ id, rubric }) => [id, leavesOf(rubric?.criteria ?? [])] as const);
  const questionsWith = new Map<string, number>();
  for (const [, own] of leaves)
    for (const text of new Set(own.map((leaf) => leaf.text)))
      questionsWith.set(text, (questionsWith.get(text) ?? 0) + 1);
  const nameOf = (text: string) =>
    (questionsWith.get(text) ?? 0) < SHARED ? UNTAGGED : excerpt(text, NAME_CHARACTERS);
  return new Map(
    leaves.map(([id, own]) => [
      id,
      own.map(({ text, tags = [] }) => (tags.length > 0 ? [...new Set(tags)] : [nameOf(text)])),
    ]),
  );
}

/** The decisions on each model's answers, by model and criterion. */
function decisionsByModel(
  criteria: BoardCriteria,
  suite: Suite,
): ReadonlyMap<string, ReadonlyMap<string, readonly Decision[]>> {
  const names = namesByQuestion(suite);
  const byModel = new Map<string, Map<string, Decision[]>>();
  for (const { model, questionId, worths } of criteria.values()) {
    const named = byModel.get(model) ?? new Map<string, Decision[]>();
    byModel.set(model, named);
    for (const [index, worth] of worths.entries())
      for (const name of names.get(questionId)?.[index] ?? []) {
        const decisions = named.get(name);
        if (decisions === undefined) named.set(name, [{ questionId, worth }]);
        else decisions.push({ questionId, worth });
      }
  }
  return byModel;
}

/** Mean over a question's decisions on one criterion, in percent, by question. */
function meansByQuestion(decisions: readonly Decision[]): ReadonlyMap<string, number> {
  const sums = new Map<string, { sum: number; n: number }>();
  for (const { questionId, worth } of decisions) {
    const entry = sums.get(questionId) ?? { sum: 0, n: 0 };
    sums.set(questionId, entry);
    entry.sum += 100 * worth;
    entry.n++;
  }
  // In an order of their own: sums must not depend on the order in which records were appended.
  const sorted = [...sums].sort(([x], [y]) => (x < y ? -1 : 1));
  return new Map(sorted.map(([id, { sum, n }]) => [id, sum / n]));
}

/** How often each model met each criterion on each question, in percent; empty where no rubric judged. */
export function criterionMeans(
  criteria: BoardCriteria | undefined,
  suite: Suite | undefined,
): ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, number>>> {
  if (criteria === undefined || suite === undefined) return new Map();
  return new Map(
    Array.from(decisionsByModel(criteria, suite), ([model, named]) => [
      model,
      new Map(Array.from(named, ([name, decisions]) => [name, meansByQuestion(decisions)])),
    ]),
  );
}

/** A board whose rows say how often each criterion (or tag) was met, where it was judged by rubric. */
export function boardWithCriteria(
  board: Board,
  criteria: BoardCriteria | undefined,
  suite: Suite | undefined,
): Board {
  if (criteria === undefined || criteria.size === 0 || suite === undefined) return board;
  const byModel = decisionsByModel(criteria, suite);
  const models = board.models.map((row) => {
    const named = byModel.get(row.model);
    if (named === undefined) return row;
    const rates = Array.from(named, ([name, decisions]) => [name, decisionRate(decisions)] as const);
    return { ...row, criteria: Object.fromEntries(rates) };
  });
  // Each row is of the kind that it was.
  return { ...board, models } as Board;
}
