import type { Board, PartialScore } from "../../core/board.js";
import { ACCURACY_NORMS, type AccuracyNorm } from "../../core/likelihood.js";
import type { ComparedAnswer, Suite } from "../../core/records.js";
import { decisionRate } from "./decision-rate.js";
import { VerdictTracer } from "./verdict-tracer.js";

/** What a verdict by log-probabilities says of one answer. */
export interface TakenChoices {
  readonly model: string;
  readonly questionId: string;
  /** Letter that each way of deciding takes; empty where nothing could be read, which is wrong in every way. */
  readonly taken: NonNullable<Extract<ComparedAnswer, { readonly taken?: unknown }>["taken"]>;
}

/** The choices taken on a board's answers that count, by place. */
export type BoardNorms = ReadonlyMap<string, TakenChoices>;

/** Keeps the choices of verdicts that compare answers with the right ones. */
export class NormTracer extends VerdictTracer<TakenChoices> {
  constructor() {
    super((verdict, { a: model, questionId }) => {
      const compared = verdict.kind === "rating" ? verdict.compared : undefined;
      if (compared === undefined) return undefined;
      if (compared.outcome === "unreadable") return { model, questionId, taken: {} };
      return compared.taken === undefined ? undefined : { model, questionId, taken: compared.taken };
    });
  }
}

function accuracyBy(
  norm: AccuracyNorm,
  rows: readonly TakenChoices[],
  rightOf: ReadonlyMap<string, readonly string[]>,
): PartialScore {
  const decisions = rows.map(({ questionId, taken }) => {
    const letter = taken[norm];
    const isRight = letter !== undefined && rightOf.get(questionId)?.includes(letter) === true;
    return { questionId, worth: isRight ? 1 : 0 };
  });
  const { rate, standardError, interval, n } = decisionRate(decisions);
  return { score: n === 0 ? null : rate, standardError, interval, n };
}

/** A board whose rows have the accuracy in every way of deciding, where its suite is asked by log-probabilities. */
export function boardWithNorms(board: Board, norms: BoardNorms | undefined, suite: Suite | undefined): Board {
  const headline = suite?.questions.find(({ likelihood }) => likelihood !== undefined)?.likelihood?.headline;
  if (board.metric !== "rating" || suite === undefined || headline === undefined) return board;
  const all = [...(norms?.values() ?? [])];
  const present = ACCURACY_NORMS.filter((norm) => all.some(({ taken }) => taken[norm] !== undefined));
  const rightOf = new Map(
    suite.questions.map(({ id, key }) => [id, key?.kind === "choice" ? key.right : []] as const),
  );
  const models = board.models.map((row) => {
    const own = all.filter(({ model }) => model === row.model);
    const figures = present.map((norm) => [norm, accuracyBy(norm, own, rightOf)] as const);
    return { ...row, norms: Object.fromEntries(figures) };
  });
  return { ...board, norm: headline, models };
}
