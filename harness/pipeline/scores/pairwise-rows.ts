import type { PairCell, PairwiseRow } from "../../core/board.js";
import { clusteredMean } from "../../stats/clustered-mean.js";
import { ScoreColumns } from "./score-columns.js";
import type { BoardFrame, VerdictRow } from "./verdict-row.js";

/** Result of a comparison for the first model of a pair, after both orders. */
export type PairOutcome = "win" | "loss" | "tie" | "error" | "missing";

/** How one game ended for the first model of the pair; undefined when there is no readable verdict. */
type GameResult = "win" | "loss" | "tie" | "error" | undefined;

function gameResult(row: VerdictRow | undefined, first: string): GameResult {
  if (row?.verdict === undefined) return undefined;
  if (row.verdict.kind !== "preference") return "error";
  if (row.verdict.winner === "tie") return "tie";
  return (row.verdict.winner === "a" ? row.a : row.b) === first ? "win" : "loss";
}

/**
 * One comparison from its two games (MT-Bench, FastChat `gen_judgment.py`): both orders agree → that winner; they
 * disagree, or either says tie → tie; either unreadable → error, counted apart.
 */
export function mergeOrders(game1: GameResult, game2: GameResult): PairOutcome {
  if (game1 === undefined || game2 === undefined) return "missing";
  if (game1 === "error" || game2 === "error") return "error";
  return game1 === game2 ? game1 : "tie";
}

const VALUE = { win: 100, tie: 50, loss: 0 } as const;

/** Counts of one model over all its opponents, or of one pair seen from its first model; values 100, 50 and 0. */
export class PairwiseTally {
  readonly columns = new ScoreColumns();
  readonly counts = { win: 0, loss: 0, tie: 0 };
  bothOrders = 0;
  consistent = 0;
  decidedGames = 0;
  firstWins = 0;

  addGames(games: readonly (VerdictRow | undefined)[]): void {
    const verdicts = games.map((game) => game?.verdict).filter((one) => one?.kind === "preference");
    for (const verdict of verdicts) {
      if (verdict?.kind !== "preference" || verdict.winner === "tie") continue;
      this.decidedGames++;
      if (verdict.winner === "a") this.firstWins++;
    }
  }

  addConsistency(game1: GameResult, game2: GameResult): void {
    if (game1 === undefined || game2 === undefined || game1 === "error" || game2 === "error") return;
    this.bothOrders++;
    if (game1 === game2) this.consistent++;
  }

  add(slot: BoardFrame["slots"][number], outcome: PairOutcome): void {
    if (outcome === "missing") this.columns.addLost(slot, "missing");
    else if (outcome === "error") this.columns.addLost(slot, "invalid");
    else {
      this.counts[outcome]++;
      this.columns.add(slot, VALUE[outcome]);
    }
  }

  get positionConsistency(): number | null {
    return this.bothOrders === 0 ? null : (100 * this.consistent) / this.bothOrders;
  }
}

const REVERSED = { win: "loss", loss: "win", tie: "tie", error: "error", missing: "missing" } as const;

/** Rows and pair cells of a board under pairwise judging in both orders. Rates in percent. */
export interface PairwiseBoardPart {
  readonly models: readonly PairwiseRow[];
  readonly pairs: readonly PairCell[];
}

/** Counts of pairwise judgments: over all opponents of each model, and pair by pair. */
export interface PairwiseTallies {
  readonly models: ReadonlyMap<string, PairwiseTally>;
  readonly pairs: readonly {
    readonly first: string;
    readonly second: string;
    readonly tally: PairwiseTally;
  }[];
}

/**
 * Merges the games of every pair into comparisons and counts them.
 * @param subjects Pairs, candidate (or earlier model) first; a pair's tally is seen from its first model.
 */
export function pairwiseTallies(
  subjects: readonly (readonly [string, string])[],
  rows: Iterable<VerdictRow>,
  frame: BoardFrame,
): PairwiseTallies {
  const games = new Map<string, VerdictRow>();
  for (const row of rows) games.set(gameKey(row.a, row.b ?? "", row.questionId, row.turn, row.trial), row);
  const models = new Map<string, PairwiseTally>();
  const tallyOf = (model: string) => {
    const tally = models.get(model) ?? new PairwiseTally();
    models.set(model, tally);
    return tally;
  };
  const pairs = subjects.map(([first, second]) => {
    const tally = new PairwiseTally();
    for (let trial = 1; trial <= frame.trials; trial++) {
      for (const slot of frame.slots) {
        const forward = games.get(gameKey(first, second, slot.questionId, slot.turn, trial));
        const backward = games.get(gameKey(second, first, slot.questionId, slot.turn, trial));
        const results = [gameResult(forward, first), gameResult(backward, first)] as const;
        const outcome = mergeOrders(...results);
        for (const one of [tally, tallyOf(first), tallyOf(second)]) {
          one.addGames([forward, backward]);
          one.addConsistency(...results);
        }
        tally.add(slot, outcome);
        tallyOf(first).add(slot, outcome);
        tallyOf(second).add(slot, REVERSED[outcome]);
      }
    }
    return { first, second, tally };
  });
  return { models, pairs };
}

/**
 * Rows and win matrix of pairwise judgments.
 * winRate = wins/n and winRateAdjusted = (wins + ties/2)/n with n the comparisons without error (FastChat
 * `show_result.py`); the standard error of the adjusted rate is clustered by question.
 */
export function pairwiseRows(
  subjects: readonly (readonly [string, string])[],
  rows: Iterable<VerdictRow>,
  frame: BoardFrame,
): PairwiseBoardPart {
  const { models, pairs } = pairwiseTallies(subjects, rows, frame);
  return {
    models: [...models].map(([model, tally]) => pairwiseRow(model, tally, frame)),
    pairs: pairs.map(({ first, second, tally }) => pairCell(first, second, tally)),
  };
}

function gameKey(a: string, b: string, questionId: string, turn: number, trial: number): string {
  return `${a}\u0000${b}\u0000${questionId}\u0000${turn}\u0000${trial}`;
}

function pairCell(model: string, opponent: string, tally: PairwiseTally): PairCell {
  const { win, loss, tie } = tally.counts;
  const n = win + loss + tie;
  return {
    model,
    opponent,
    wins: win,
    losses: loss,
    ties: tie,
    errors: tally.columns.invalid,
    missing: tally.columns.missing,
    winRateAdjusted: n === 0 ? null : (100 * (win + tie / 2)) / n,
    positionConsistency: tally.positionConsistency,
  };
}

function pairwiseRow(model: string, tally: PairwiseTally, frame: BoardFrame): PairwiseRow {
  const { columns } = tally;
  const { win, loss, tie } = tally.counts;
  const n = win + loss + tie;
  const mean = clusteredMean(columns.values, columns.questions);
  return {
    model,
    wins: win,
    losses: loss,
    ties: tie,
    n,
    winRate: n === 0 ? null : (100 * win) / n,
    winRateAdjusted: mean.mean,
    standardError: mean.standardError,
    interval: mean.interval,
    positionConsistency: tally.positionConsistency,
    firstPositionWinRate: tally.decidedGames === 0 ? null : (100 * tally.firstWins) / tally.decidedGames,
    errors: columns.invalid,
    invalid: columns.invalid,
    missing: columns.missing,
    questions: columns.questionCount,
    bounds: { low: columns.boundWith(VALUE.loss), high: columns.boundWith(VALUE.win) },
    turns: columns.byTurn(),
    categories: columns.byCategory(frame),
    ...(mean.reason === null ? {} : { reasons: { interval: mean.reason, standardError: mean.reason } }),
  };
}
