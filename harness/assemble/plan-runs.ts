import { presentFields } from "../core/present-fields.js";
import { type ComparedModel, comparedModels, isSameProtocol } from "../pipeline/compare/question-values.js";
import { type DesignCost, designCosts } from "../pipeline/planning/design-costs.js";
import { type Elimination, eliminate } from "../pipeline/planning/eliminate.js";
import { type MeasuredPair, type PairEvidence, pairsAmong } from "../pipeline/planning/pair-evidence.js";
import { readRunVerdicts } from "../pipeline/scores/score-run.js";

/** What earlier runs say of what a run on one board takes, and where to spend next. */
export interface BoardPlan {
  readonly suite: string;
  readonly protocol: string;
  readonly metric: "score" | "winRate";
  /** Questions that the planned run asks. */
  readonly questions: number;
  readonly pairs: readonly PairEvidence[];
  /** The pair whose differences are simulated: of middle spread. Null where no pair shows any. */
  readonly simulated: { readonly base: string; readonly candidate: string } | null;
  readonly designs: readonly DesignCost[];
  readonly elimination: Elimination;
  /** The undecided pair that the fewest questions would decide; null where all are decided. */
  readonly next: PairEvidence | null;
}

/** What a plan is made with. */
export interface BoardPlanOptions {
  /** Questions of the planned run by suite; left out, as many as the runs asked. */
  readonly questions: ReadonlyMap<string, number>;
  /** Margin of the gate on a metric; undefined without one. */
  readonly marginOf: (metric: "score" | "winRate") => number | undefined;
  readonly repetitions: number;
  readonly seed: number;
}

/**
 * Plans from run folders: every pair of their models on each board, what the designs would take, which models are out of the
 * question, and which pair to spend on next.
 * @throws ConfigError, DataError for what is no run folder or damaged.
 */
export function planFromRuns(runs: readonly string[], options: BoardPlanOptions): BoardPlan[] {
  const models = runs.flatMap((run) => {
    const { inputs, suites } = readRunVerdicts(run);
    return inputs.flatMap((input) => comparedModels(input, suites.get(input.head.suite)));
  });
  const boards: ComparedModel[][] = [];
  for (const model of models) {
    const found = boards.find(
      ([one]) => one !== undefined && one.suite === model.suite && isSameProtocol(one, model),
    );
    if (found === undefined) boards.push([model]);
    else found.push(model);
  }
  return boards.flatMap((board) => {
    const pairs = pairsAmong(board);
    return pairs.length === 0 ? [] : [boardPlan(board, pairs, options)];
  });
}

function boardPlan(
  board: readonly ComparedModel[],
  pairs: readonly MeasuredPair[],
  options: BoardPlanOptions,
): BoardPlan {
  const { suite = "", protocol = "", metric = "score" } = presentFields({ ...board[0] });
  const asked = Math.max(...pairs.map(({ evidence }) => evidence.questions));
  const questions = options.questions.get(suite) ?? asked;
  const spread = pairs
    .filter(({ evidence }) => (evidence.standardDeviation ?? 0) > 0)
    .sort((one, other) => (one.evidence.standardDeviation ?? 0) - (other.evidence.standardDeviation ?? 0));
  const middle = spread[Math.floor((spread.length - 1) / 2)];
  const undecided = pairs
    .map(({ evidence }) => evidence)
    .filter(({ state, questionsToDecide }) => state === "undecided" && questionsToDecide !== null)
    .sort((one, other) => (one.questionsToDecide ?? 0) - (other.questionsToDecide ?? 0));
  return {
    suite,
    protocol,
    metric,
    questions,
    pairs: pairs.map(({ evidence }) => evidence),
    simulated:
      middle === undefined ? null : { base: middle.evidence.base, candidate: middle.evidence.candidate },
    designs: middle === undefined ? [] : designCosts(middle, questions, options.marginOf(metric), options),
    elimination: eliminate([...new Set(board.map(({ model }) => model))], pairs, options.seed),
    next: undecided[0] ?? null,
  };
}
