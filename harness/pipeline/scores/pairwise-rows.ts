import type { PairCell, PairwiseRow } from "../../core/board.js";
import { presentFields } from "../../core/present-fields.js";
import type { Verdict } from "../../core/records.js";
import type { Battle } from "../../stats/battles.js";
import { bootstrapBradleyTerry } from "../../stats/bradley-terry.js";
import { meanOf } from "../../stats/estimate.js";
import { percentScale } from "./scale.js";
import { abstainedField, reasonsOf, ScoreColumns } from "./score-columns.js";
import type { VerdictColumn } from "./verdict-grid/column.js";
import { VerdictGrid } from "./verdict-grid/grid.js";
import type { BoardFrame, ExpectedSlot, VerdictRow } from "./verdict-grid/row.js";

/** Result of a comparison for the first model of a pair, after both orders. */
export type PairOutcome = "win" | "loss" | "tie" | "error" | "abstained" | "missing";

/** How one game ended for the first model of the pair; undefined when there is no readable verdict. */
export type GameResult = "win" | "loss" | "tie" | "error" | "abstained" | undefined;

/**
 * How a game ended for the first model of the pair.
 * @param shownFirst Whether that model is the one shown first.
 */
export function gameResult(verdict: Verdict | undefined, shownFirst: boolean): GameResult {
  if (verdict === undefined) return undefined;
  if (verdict.kind === "abstained") return "abstained";
  if (verdict.kind !== "preference") return "error";
  if (verdict.winner === "tie") return "tie";
  return (verdict.winner === "a") === shownFirst ? "win" : "loss";
}

/**
 * One comparison from its two games (MT-Bench, FastChat `gen_judgment.py`): both orders agree → that winner; they
 * disagree, or either says tie → tie; either unreadable → error, counted apart; so is one in which the judge abstains.
 */
export function mergeOrders(game1: GameResult, game2: GameResult): PairOutcome {
  if (game1 === undefined || game2 === undefined) return "missing";
  if (game1 === "error" || game2 === "error") return "error";
  if (game1 === "abstained" || game2 === "abstained") return "abstained";
  return game1 === game2 ? game1 : "tie";
}

/** Whether a game, or a comparison, has a winner, or is a tie. */
export function isDecided(game: GameResult | PairOutcome): game is "win" | "loss" | "tie" {
  return game === "win" || game === "loss" || game === "tie";
}

const VALUE = { win: 100, tie: 50, loss: 0 } as const;

/** Counts of comparisons: of one pair seen from its first model, or of one model over all its opponents. */
export class PairwiseTally {
  readonly counts = { win: 0, loss: 0, tie: 0, error: 0, abstained: 0, missing: 0 };
  bothOrders = 0;
  consistent = 0;
  decidedGames = 0;
  firstWins = 0;
  /** Weight of the comparisons that were won, tied, and decided at all; the repeats of a place weigh 1 together. */
  readonly weights = { win: 0, tie: 0, all: 0 };

  /** Counts the verdicts of the two games of a comparison. */
  addGames(verdicts: readonly (Verdict | undefined)[]): void {
    for (const verdict of verdicts) {
      if (verdict?.kind !== "preference" || verdict.winner === "tie") continue;
      this.decidedGames++;
      if (verdict.winner === "a") this.firstWins++;
    }
  }

  /** Counts whether both orders agree. */
  addConsistency(game1: GameResult, game2: GameResult): void {
    if (!isDecided(game1) || !isDecided(game2)) return;
    this.bothOrders++;
    if (game1 === game2) this.consistent++;
  }

  /** Counts the outcome of a comparison. */
  add(outcome: PairOutcome, weight = 1): void {
    this.counts[outcome]++;
    if (!isDecided(outcome)) return;
    this.weights.all += weight;
    if (outcome !== "loss") this.weights[outcome] += weight;
  }

  /** Counts the outcomes of the repeats of one comparison: those that are decided weigh 1 together. */
  addAll(outcomes: readonly PairOutcome[]): void {
    const decided = outcomes.filter(isDecided);
    if (decided.length === 0) this.add(outcomes[0] ?? "missing");
    for (const outcome of decided) this.add(outcome, 1 / decided.length);
  }

  /** Wins among the comparisons that were decided or tied, in percent; null without any. */
  get winRate(): number | null {
    const { win, all } = this.weights;
    return all === 0 ? null : (100 * win) / all;
  }

  /** The same with half a win for a tie. */
  get winRateAdjusted(): number | null {
    const { win, tie, all } = this.weights;
    return all === 0 ? null : (100 * (win + tie / 2)) / all;
  }

  /** Share of comparisons with the same winner in both orders, in percent; null without any. */
  get positionConsistency(): number | null {
    return this.bothOrders === 0 ? null : (100 * this.consistent) / this.bothOrders;
  }
}

/** Comparisons of one model over all its opponents; values 100, 50 and 0. */
class ModelTally extends PairwiseTally {
  readonly columns = new ScoreColumns(percentScale);

  /** Counts the outcome of a comparison at a slot. */
  addAt(slot: ExpectedSlot, outcome: PairOutcome): void {
    this.add(outcome);
    this.place(slot, outcome);
  }

  /** Counts the outcomes of the repeats of one comparison; as a value of the place stands their mean. */
  addRepeats(slot: ExpectedSlot, outcomes: readonly PairOutcome[]): void {
    this.addAll(outcomes);
    const decided = outcomes.filter(isDecided);
    if (decided.length > 0) this.columns.add(slot, meanOf(decided.map((outcome) => VALUE[outcome])));
    else this.place(slot, outcomes[0] ?? "missing");
  }

  private place(slot: ExpectedSlot, outcome: PairOutcome): void {
    if (outcome === "missing" || outcome === "abstained") this.columns.addLost(slot, outcome);
    else if (outcome === "error") this.columns.addLost(slot, "unreadable");
    else this.columns.add(slot, VALUE[outcome]);
  }
}

const REVERSED = {
  win: "loss",
  loss: "win",
  tie: "tie",
  error: "error",
  abstained: "abstained",
  missing: "missing",
} as const;

/** Rows and pair cells of a board under pairwise judging in both orders. Rates in percent. */
export interface PairwiseBoardPart {
  readonly models: readonly PairwiseRow[];
  readonly pairs: readonly PairCell[];
}

/** A battle with the turn and trial that were judged; its cluster is the question. */
export interface PlacedBattle extends Battle {
  readonly cluster: string;
  readonly turn: number;
  readonly trial: number;
}

/** Counts of pairwise judgments: over all opponents of each model, and pair by pair. */
export interface PairwiseTallies {
  readonly models: ReadonlyMap<string, ModelTally>;
  readonly pairs: readonly {
    readonly first: string;
    readonly second: string;
    readonly tally: PairwiseTally;
  }[];
  /** One battle per comparison that was decided or tied, with its question as cluster. */
  readonly battles: readonly PlacedBattle[];
}

/** The two games of one comparison; undefined where there is no verdict. */
export type Games = readonly [Verdict | undefined, Verdict | undefined];

/**
 * The comparisons of one place: its games in the one order and in the other, in the order in which they were recorded.
 * Repeats all count. A game that failed is not missed where another comparison of the place is whole; where none is,
 * games of different attempts make one. At least one comparison, be it without a verdict.
 */
function comparisonsOf(
  forward: readonly (Verdict | undefined)[],
  backward: readonly (Verdict | undefined)[],
): readonly Games[] {
  if (forward.length <= 1 && backward.length <= 1) return [[forward[0], backward[0]]];
  const all = Array.from(
    { length: Math.max(forward.length, backward.length) },
    (_, index) => [forward[index], backward[index]] as const,
  );
  const whole = all.filter(([one, other]) => one !== undefined && other !== undefined);
  const isVerdict = (verdict: Verdict | undefined) => verdict !== undefined;
  return whole.length > 0 ? whole : [[forward.find(isVerdict), backward.find(isVerdict)]];
}

/** The comparisons of one place, with one game or two each as the board has them. */
export function comparisonsIn(
  { games }: Pick<BoardFrame, "games">,
  forward: readonly (Verdict | undefined)[],
  backward: readonly (Verdict | undefined)[],
): readonly Games[] {
  if (games === undefined) return comparisonsOf(forward, backward);
  const single = [
    ...forward.map((verdict): Games => [verdict, undefined]),
    ...backward.map((verdict): Games => [undefined, verdict]),
  ];
  return single.length > 0 ? single : [[undefined, undefined]];
}

/** The outcome of a comparison, with one game or two as the board has them. */
export function outcomeOf(
  { games }: Pick<BoardFrame, "games">,
  [game1, game2]: readonly [GameResult, GameResult],
): PairOutcome {
  return games === undefined ? mergeOrders(game1, game2) : (game1 ?? game2 ?? "missing");
}

/** Verdicts of a place over several columns; undefined for a record without one. */
export function gamesAt(
  columns: readonly VerdictColumn[],
  trial: number,
  slot: number,
): readonly (Verdict | undefined)[] {
  const [only] = columns;
  if (only !== undefined && columns.length === 1) return only.at(trial, slot);
  return columns.flatMap((column) => column.at(trial, slot));
}

/** Columns of games in one order; those that were numbered as `order` first. */
export function preferring(order: 1 | 2, columns: readonly VerdictColumn[]): readonly VerdictColumn[] {
  return columns.length < 2
    ? columns
    : [...columns].sort((x, y) => Number(y.order === order) - Number(x.order === order));
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
  const grid = VerdictGrid.of(rows);
  const models = new Map<string, ModelTally>();
  const tallyOf = (model: string) => {
    const tally = models.get(model) ?? new ModelTally();
    models.set(model, tally);
    return tally;
  };
  const battles: PlacedBattle[] = [];
  const forEachPlace = grid.placesOf(frame);
  const pairs = subjects.map(([first, second]) => {
    const [tally, firstTally, secondTally] = [new PairwiseTally(), tallyOf(first), tallyOf(second)];
    const forward = preferring(1, grid.columnsOf(first, second));
    const backward = preferring(2, grid.columnsOf(second, first));
    forEachPlace((slot, trial, gridSlot) => {
      if (frame.meets?.([first, second], slot.questionId, trial) === false) return;
      const found = comparisonsIn(
        frame,
        gamesAt(forward, trial, gridSlot),
        gamesAt(backward, trial, gridSlot),
      );
      const repeats: PairOutcome[] = [];
      for (const games of found) {
        const results = [gameResult(games[0], true), gameResult(games[1], false)] as const;
        for (const one of [tally, firstTally, secondTally]) {
          if (frame.isOrderUnknown !== true) one.addGames(games);
          one.addConsistency(...results);
        }
        const outcome = outcomeOf(frame, results);
        if (frame.isRepeated === true) {
          repeats.push(outcome);
          continue;
        }
        tally.add(outcome);
        firstTally.addAt(slot, outcome);
        secondTally.addAt(slot, REVERSED[outcome]);
        if (!isDecided(outcome)) continue;
        const shareA = VALUE[outcome] / 100;
        battles.push({ a: first, b: second, shareA, cluster: slot.questionId, turn: slot.turn, trial });
      }
      if (repeats.length === 0) return;
      tally.addAll(repeats);
      firstTally.addRepeats(slot, repeats);
      secondTally.addRepeats(
        slot,
        repeats.map((outcome) => REVERSED[outcome]),
      );
      const decided = repeats.filter(isDecided);
      if (decided.length === 0) return;
      const shareA = meanOf(decided.map((outcome) => VALUE[outcome])) / 100;
      battles.push({ a: first, b: second, shareA, cluster: slot.questionId, turn: slot.turn, trial });
    });
    return { first, second, tally };
  });
  return { models, pairs, battles };
}

/**
 * Rows and win matrix of pairwise judgments.
 * winRate = wins/n and winRateAdjusted = (wins + ties/2)/n with n the comparisons without error (FastChat
 * `show_result.py`); the standard error of the adjusted rate is clustered by question.
 * @param reference Baseline of all pairs: its row is marked, and neither has a rank nor counts in those of others.
 */
export function pairwiseRows(
  subjects: readonly (readonly [string, string])[],
  rows: Iterable<VerdictRow>,
  frame: BoardFrame,
  reference?: string,
): PairwiseBoardPart {
  const { models, pairs, battles } = pairwiseTallies(subjects, rows, frame);
  const ratings = ratingsOf(battles, models.size, reference);
  return {
    models: [...models].map(([model, tally]) => {
      const rating = ratings.get(model);
      const isReference = model === reference ? ({ reference: true } as const) : {};
      return { ...pairwiseRow(model, tally, frame), ...isReference, ...presentFields({ rating }) };
    }),
    pairs: pairs.map(({ first, second, tally }) => pairCell(first, second, tally)),
  };
}

const RATING_SEED = "bradley-terry";
const NOT_RANKED = "the baseline is what the others are compared with, so it has no rank among them";

/** Bradley–Terry ratings about a mean of 1000 with ranks by bootstrap over questions; where more than two models meet. */
function ratingsOf(
  battles: readonly Battle[],
  models: number,
  reference: string | undefined,
): Map<string, NonNullable<PairwiseRow["rating"]>> {
  if (models <= 2 || battles.length === 0) return new Map();
  const rated = bootstrapBradleyTerry(battles, { mean: 1000, seed: RATING_SEED });
  const referenceLow = rated.find(({ model }) => model === reference)?.interval?.low;
  return new Map(
    rated.map(({ model, rating, interval, rank, reason }) => {
      const value = { value: rating, interval, ...presentFields({ reason: reason ?? undefined }) };
      if (model === reference) return [model, { reason: NOT_RANKED, ...value, rank: null }];
      // A rank counts the models above; the reference is none of them.
      const isBelow = referenceLow !== undefined && interval !== null && referenceLow > interval.high;
      return [model, { ...value, rank: rank === null ? null : rank - Number(isBelow) }];
    }),
  );
}

function pairCell(model: string, opponent: string, tally: PairwiseTally): PairCell {
  const { win, loss, tie, error, abstained, missing } = tally.counts;
  return {
    model,
    opponent,
    wins: win,
    losses: loss,
    ties: tie,
    errors: error,
    missing,
    ...abstainedField(abstained),
    winRateAdjusted: tally.winRateAdjusted,
    positionConsistency: tally.positionConsistency,
  };
}

function pairwiseRow(model: string, tally: ModelTally, frame: BoardFrame): PairwiseRow {
  const { columns } = tally;
  const { win, loss, tie } = tally.counts;
  const n = win + loss + tie;
  const mean = columns.mean();
  return {
    model,
    wins: win,
    losses: loss,
    ties: tie,
    n,
    winRate: tally.winRate,
    winRateAdjusted: mean.mean,
    standardError: mean.standardError,
    interval: mean.interval,
    positionConsistency: tally.positionConsistency,
    firstPositionWinRate: tally.decidedGames === 0 ? null : (100 * tally.firstWins) / tally.decidedGames,
    errors: columns.unreadable,
    invalid: columns.unreadable,
    missing: columns.missing,
    ...abstainedField(columns.abstained),
    questions: columns.questionCount,
    bounds: { low: columns.boundWith(VALUE.loss), high: columns.boundWith(VALUE.win) },
    turns: columns.byTurn(),
    categories: columns.byCategory(frame),
    ...reasonsOf({ standardError: mean.standardError, interval: mean.interval }, mean.reason),
  };
}
