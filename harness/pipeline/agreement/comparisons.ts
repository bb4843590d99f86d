import type { OutcomeRule } from "../../core/judge.js";
import { presentFields } from "../../core/present-fields.js";
import { meanOf } from "../../stats/estimate.js";
import type { BoardInput } from "../scores/build-board.js";
import { outcomeScoringOf, outcomeWeight } from "../scores/outcome-rows.js";
import { comparisonsIn, gameResult, isDecided, outcomeOf } from "../scores/pairwise-rows.js";
import type { VerdictRow } from "../scores/verdict-grid/row.js";
import { PlaceTable } from "./place-table.js";

/** One comparison of two models' answers, its orders merged as its board merges them. */
export interface ModelComparison {
  readonly questionId: string;
  readonly turn: number;
  readonly trial: number;
  /** In the order of the board's subjects: candidate (or earlier model) first. */
  readonly models: readonly [string, string];
  /** Share of the point that goes to the first model, 0–1, repeats averaged; undefined when it cannot be told. */
  readonly share: number | undefined;
  /** The share that each repeat gives it; none where it cannot be told. */
  readonly shares: readonly number[];
}

interface Games {
  /** At least one. */
  readonly rows: VerdictRow[];
  readonly models: readonly [string, string];
}

/** Numbers of the subjects by their two models, in either order. */
function pairNumbers(subjects: BoardInput["subjects"]): (a: string, b: string) => number | undefined {
  const numbers = new Map<string, Map<string, number>>();
  const put = (a: string, b: string, number: number) => {
    const partners = numbers.get(a) ?? new Map<string, number>();
    numbers.set(a, partners);
    partners.set(b, number);
  };
  subjects.forEach(([first, second], number) => {
    if (first === undefined || second === undefined) return;
    put(first, second, number);
    put(second, first, number);
  });
  return (a, b) => numbers.get(a)?.get(b);
}

function gamesOf(input: BoardInput): Games[] {
  const pairOf = pairNumbers(input.subjects);
  const pairs = input.subjects.length;
  const places = new PlaceTable<number>();
  let placed = 0;
  /** By pair and place in one number: there may be a million pairs. */
  const byPlace = new Map<number, Games>();
  const games: Games[] = [];
  for (const row of input.rows) {
    const pair = row.b === undefined ? undefined : pairOf(row.a, row.b);
    if (pair === undefined) continue;
    let place = places.get(row);
    if (place === undefined) {
      place = placed++;
      places.set(row, place);
    }
    const key = place * pairs + pair;
    const there = byPlace.get(key);
    if (there !== undefined) there.rows.push(row);
    else {
      const found = { rows: [row], models: input.subjects[pair] as readonly [string, string] };
      byPlace.set(key, found);
      games.push(found);
    }
  }
  return games;
}

const SHARES = { win: 1, tie: 0.5, loss: 0 } as const;

/** Rows of a place in the order in which the pair's own first model is shown first, and in the other. */
function byOrder({ rows, models: [first] }: Games): readonly [readonly VerdictRow[], readonly VerdictRow[]] {
  const shownFirst = (isForward: boolean) => rows.filter((row) => (row.a === first) === isForward);
  return [shownFirst(true), shownFirst(false)];
}

/** Both orders must agree, or it is a tie (MT-Bench), where both are judged; one share for each repeat. */
function mergedShares(frame: BoardInput["frame"]) {
  return (games: Games): number[] => {
    const [forward, backward] = byOrder(games).map((rows) => rows.map(({ verdict }) => verdict));
    return comparisonsIn(frame, forward ?? [], backward ?? []).flatMap(([one, other]) => {
      const outcome = outcomeOf(frame, [gameResult(one, true), gameResult(other, false)]);
      return isDecided(outcome) ? SHARES[outcome] : [];
    });
  };
}

function weightOf({ verdict, a }: VerdictRow, [first]: Games["models"]): number | undefined {
  if (verdict?.kind !== "preference") return undefined;
  return a === first ? 1 - verdict.weightB : verdict.weightB;
}

/** Mean weight over the orders that were judged (AlpacaEval). */
function weightedShares({ rows, models }: Games): number[] {
  const weights = rows.flatMap((row) => weightOf(row, models) ?? []);
  return weights.length === 0 || weights.length < rows.length ? [] : [meanOf(weights)];
}

/** Likewise, one for each repeat that can be read. */
function repeatedWeights(games: Games): number[] {
  const orders = byOrder(games).filter((rows) => rows.length > 0);
  const usable = orders.map((rows) => rows.flatMap((row) => weightOf(row, games.models) ?? []));
  const rounds = Math.min(...usable.map((weights) => weights.length));
  return Array.from({ length: rounds }, (_, round) => meanOf(usable.map((weights) => weights[round] ?? 0)));
}

/** Mean over the games that can be read, each as often as it counts (Arena-Hard). */
function outcomeShares(rule: OutcomeRule) {
  return ({ rows, models }: Games): number[] => {
    let [sum, weight] = [0, 0];
    for (const { verdict, a } of rows) {
      const result = gameResult(verdict, a === models[0]);
      if (!isDecided(result)) continue;
      const times = outcomeWeight(verdict, rule);
      sum += times * rule[result];
      weight += times;
    }
    return weight === 0 ? [] : [sum / weight];
  };
}

/** Likewise, one for each repeat. */
function repeatedOutcomes(rule: OutcomeRule) {
  const shares = outcomeShares(rule);
  return (games: Games): number[] => {
    const orders = byOrder(games);
    const rounds = Math.max(...orders.map((rows) => rows.length));
    return Array.from({ length: rounds }, (_, round) =>
      shares({ ...games, rows: orders.flatMap((rows) => rows[round] ?? []) }),
    ).flat();
  };
}

function sharesOn({ metric, frame, outcomes }: BoardInput): (games: Games) => number[] {
  if (metric === "preference") return frame.isRepeated === true ? repeatedWeights : weightedShares;
  if (metric !== "outcomes") return mergedShares(frame);
  const { rule } = outcomeScoringOf(presentFields({ outcomes }));
  return frame.isRepeated === true ? repeatedOutcomes(rule) : outcomeShares(rule);
}

/** The comparisons of a board that have any verdict; empty for a board of ratings. */
export function comparisonsOn(input: BoardInput): ModelComparison[] {
  if (input.metric === "rating") return [];
  const sharesOf = sharesOn(input);
  return gamesOf(input).map((games) => {
    const { questionId, turn, trial } = games.rows[0] as VerdictRow;
    const shares = sharesOf(games);
    const share = shares.length === 0 ? undefined : meanOf(shares);
    return { questionId, turn, trial, models: games.models, share, shares };
  });
}
