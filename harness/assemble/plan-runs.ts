import { presentFields } from "../core/present-fields.js";
import { type ComparedModel, comparedModels, isSameProtocol } from "../pipeline/compare/question-values.js";
import { type DesignCost, designCosts } from "../pipeline/planning/design-costs.js";
import { type Elimination, eliminate } from "../pipeline/planning/eliminate.js";
import { type MeasuredPair, type PairEvidence, pairsAmong } from "../pipeline/planning/pair-evidence.js";
import { type GivenPrices, pairPrices } from "../pipeline/planning/pair-prices.js";
import { type PeoplePlan, planPeople } from "../pipeline/planning/people-plan.js";
import type { BoardInput } from "../pipeline/scores/build-board.js";
import { readRunVerdicts } from "../pipeline/scores/score-run.js";
import { readManifest } from "../store/run-folder.js";

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
  /** What people's votes on the board say of how many more are needed, and how a budget is split with them. */
  readonly people: PeoplePlan;
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
  /** Wished half-width of corrected win rates, in percentage points. */
  readonly halfWidth: number;
  /** Dollars to be split; undefined: nothing is. */
  readonly budget?: number | undefined;
  /** Dollars of a vote, of a question's answers and of a round of its verdicts, for a pair of models. */
  readonly prices: GivenPrices & { readonly vote?: number | undefined };
}

interface RunBoard {
  readonly input: BoardInput;
  readonly models: readonly ComparedModel[];
}

/**
 * Plans from run folders: every pair of their models on each board, what the designs would take, which models are out of the
 * question, and which pair to spend on next.
 * @throws ConfigError, DataError for what is no run folder or damaged.
 */
export function planFromRuns(runs: readonly string[], options: BoardPlanOptions): BoardPlan[] {
  const paid = runs.map((run) => readManifest(run));
  const boards: RunBoard[][] = [];
  for (const one of runs.flatMap(boardsOfRun)) {
    const [model] = one.models;
    const found = boards.find(
      ([
        {
          models: [other],
        } = { models: [] },
      ]) => model !== undefined && other !== undefined && isSameBoard(model, other),
    );
    if (found === undefined) boards.push([one]);
    else found.push(one);
  }
  return boards.flatMap((board) => {
    const models = board.flatMap((one) => one.models);
    const protocol = models[0]?.protocol ?? "";
    const pricesOf = (names: readonly string[], subjects: number) =>
      pairPrices(names, protocol, subjects, paid, options.prices);
    const pairs = pairsAmong(models, (base, candidate) => ({
      amount: options.budget,
      prices: pricesOf([base, candidate], 2),
    }));
    const { halfWidth, budget, prices } = options;
    const people = planPeople(
      board.map(({ input }) => input),
      { halfWidth, budget, votePrice: prices.vote, pricesOf },
    );
    if (pairs.length === 0 && people.pairs.length === 0) return [];
    return [boardPlan(models, pairs, people, options)];
  });
}

function boardsOfRun(run: string): RunBoard[] {
  const { inputs, suites } = readRunVerdicts(run);
  return inputs.map((input) => ({ input, models: comparedModels(input, suites.get(input.head.suite)) }));
}

function isSameBoard(one: ComparedModel, other: ComparedModel): boolean {
  return one.suite === other.suite && isSameProtocol(one, other);
}

function boardPlan(
  board: readonly ComparedModel[],
  pairs: readonly MeasuredPair[],
  people: PeoplePlan,
  options: BoardPlanOptions,
): BoardPlan {
  const { suite = "", protocol = "", metric = "score" } = presentFields({ ...board[0] });
  const asked = Math.max(0, ...pairs.map(({ evidence }) => evidence.questions));
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
    people,
    next: undecided[0] ?? null,
  };
}
