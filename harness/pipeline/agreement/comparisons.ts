import { compositeKey } from "../../core/composite-key.js";
import type { OutcomeRule } from "../../core/judge.js";
import type { BoardInput } from "../scores/build-board.js";
import { outcomeScoringOf, outcomeWeight } from "../scores/outcome-rows.js";
import { comparisonsIn, gameResult, isDecided, outcomeOf } from "../scores/pairwise-rows.js";
import type { VerdictRow } from "../scores/verdict-grid/row.js";

/** One comparison of two models' answers, its orders merged as its board merges them. */
export interface ModelComparison {
  readonly questionId: string;
  readonly turn: number;
  readonly trial: number;
  /** In the order of the board's subjects: candidate (or earlier model) first. */
  readonly models: readonly [string, string];
  /** Share of the point that goes to the first model, 0–1; undefined when it cannot be told. */
  readonly share: number | undefined;
}

interface Games {
  readonly rows: VerdictRow[];
  readonly models: readonly [string, string];
}

function pairKey(left: string, right: string): string {
  return left <= right ? compositeKey(left, right) : compositeKey(right, left);
}

function gamesOf(input: BoardInput): Games[] {
  const pairs = new Map<string, readonly [string, string]>();
  for (const [first, second] of input.subjects)
    if (first !== undefined && second !== undefined) pairs.set(pairKey(first, second), [first, second]);
  const games = new Map<string, Games>();
  for (const row of input.rows) {
    const { a, b, questionId, turn, trial } = row;
    const models = b === undefined ? undefined : pairs.get(pairKey(a, b));
    if (models === undefined) continue;
    const key = compositeKey(...models, questionId, turn, trial);
    const there = games.get(key);
    if (there === undefined) games.set(key, { rows: [row], models });
    else there.rows.push(row);
  }
  return [...games.values()];
}

const SHARES = { win: 1, tie: 0.5, loss: 0 } as const;

/** Both orders must agree, or it is a tie (MT-Bench), where both are judged; the mean over repeats. */
function mergedShare(frame: BoardInput["frame"]) {
  return ({ rows, models: [first] }: Games): number | undefined => {
    const verdictsOf = (isForward: boolean) =>
      rows.filter((row) => (row.a === first) === isForward).map((row) => row.verdict);
    const shares = comparisonsIn(frame, verdictsOf(true), verdictsOf(false)).flatMap(
      ([forward, backward]) => {
        const outcome = outcomeOf(frame, [gameResult(forward, true), gameResult(backward, false)]);
        return isDecided(outcome) ? SHARES[outcome] : [];
      },
    );
    return shares.length === 0
      ? undefined
      : shares.reduce<number>((sum, one) => sum + one, 0) / shares.length;
  };
}

/** Mean weight over the orders that were judged (AlpacaEval). */
function weightedShare({ rows, models }: Games): number | undefined {
  const weights = rows.flatMap(({ verdict, a }) =>
    verdict?.kind === "preference" ? [a === models[0] ? 1 - verdict.weightB : verdict.weightB] : [],
  );
  if (weights.length === 0 || weights.length < rows.length) return undefined;
  return weights.reduce((sum, one) => sum + one, 0) / weights.length;
}

/** Mean over the games that can be read, each as often as it counts (Arena-Hard). */
function outcomeShare(rule: OutcomeRule) {
  return ({ rows, models }: Games): number | undefined => {
    let [sum, weight] = [0, 0];
    for (const { verdict, a } of rows) {
      const result = gameResult(verdict, a === models[0]);
      if (!isDecided(result)) continue;
      const times = outcomeWeight(verdict, rule);
      sum += times * rule[result];
      weight += times;
    }
    return weight === 0 ? undefined : sum / weight;
  };
}

/** The comparisons of a board that have any verdict; empty for a board of ratings. */
export function comparisonsOn(input: BoardInput): ModelComparison[] {
  if (input.metric === "rating") return [];
  const shareOf =
    input.metric === "preference"
      ? weightedShare
      : input.metric === "outcomes"
        ? outcomeShare(outcomeScoringOf(input).rule)
        : mergedShare(input.frame);
  return gamesOf(input).flatMap((games) => {
    const [row] = games.rows;
    if (row === undefined) return [];
    const { questionId, turn, trial } = row;
    return [{ questionId, turn, trial, models: games.models, share: shareOf(games) }];
  });
}
