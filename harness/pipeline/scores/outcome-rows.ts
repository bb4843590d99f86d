import type { Figure, Interval, OutcomeRow } from "../../core/board.js";
import type { OutcomeRule } from "../../core/judge.js";
import type { Verdict, Warning } from "../../core/records.js";
import type { ClusteredMean } from "../../stats/clustered-mean.js";
import type { StyleControlOptions } from "../../stats/contextual/style-options.js";
import { pointsPerLogOdds } from "../../stats/rating-scale.js";
import { type OutcomeGames, originalGames, originalIntervals, originalWarnings } from "./outcome-compat.js";
import {
  type GameResult,
  gameResult,
  gamesAt,
  isDecided,
  PairwiseTally,
  type PlacedBattle,
  preferring,
} from "./pairwise-rows.js";
import { percentScale } from "./scale.js";
import { abstainedField, reasonsOf, ScoreColumns } from "./score-columns.js";
import { VerdictGrid } from "./verdict-grid/grid.js";
import type { BoardFrame, ExpectedSlot, VerdictRow } from "./verdict-grid/row.js";

/** How games are scored. */
export interface OutcomeScoring {
  readonly rule: OutcomeRule;
  /** As the original counts and resamples, defects included. */
  readonly compat: boolean;
  /** Of the original's bootstrap. */
  readonly seed: number;
  /** Games expected of a question: 1 where nothing was judged the other way round. Default 2. */
  readonly games?: 1 | 2;
  /** How style is controlled for; left out: as Arena-Hard v2 does. */
  readonly style?: Omit<StyleControlOptions, "baseline" | "frozen" | "features">;
}

/** What a board of outcomes is scored with. @throws RangeError for a board without a rule. */
export function outcomeScoringOf({ outcomes }: { readonly outcomes?: OutcomeScoring }): OutcomeScoring {
  if (outcomes === undefined) throw new RangeError("a board of outcomes needs the rule that counts them");
  return outcomes;
}

/** How many outcomes a verdict stands for. */
export function outcomeWeight(verdict: Verdict | undefined, rule: OutcomeRule): number {
  const isStrong = verdict?.kind === "preference" && verdict.strong === true && verdict.winner !== "tie";
  return isStrong ? rule.strongWeight : 1;
}

/** Outcomes of one model over all its opponents. */
class OutcomeTally extends PairwiseTally {
  readonly columns: ScoreColumns;

  constructor(private readonly rule: OutcomeRule) {
    super();
    this.columns = new ScoreColumns(percentScale, rule.strongWeight);
  }

  /** Counts a game as its verdict weighs. */
  addGame(slot: ExpectedSlot, result: GameResult, weight: number): void {
    if (!isDecided(result)) {
      const kind = result ?? "missing";
      this.counts[kind]++;
      this.columns.addLost(slot, kind === "error" ? "unreadable" : kind);
      return;
    }
    for (let copy = 0; copy < weight; copy++) {
      this.counts[result]++;
      this.columns.add(slot, 100 * this.rule[result]);
    }
  }
}

/** The games of one place, with the model that is shown first in each; at least as many as are expected. */
function gamesOf(
  forward: readonly (Verdict | undefined)[],
  backward: readonly (Verdict | undefined)[],
  expected: 1 | 2,
): OutcomeGames {
  if (expected === 1 && forward.length + backward.length > 0)
    return [
      ...forward.map((verdict) => ({ verdict, shownFirst: true })),
      ...backward.map((verdict) => ({ verdict, shownFirst: false })),
    ];
  const rounds = Math.max(forward.length, backward.length, 1);
  const games = Array.from({ length: rounds }, (_, round) => [
    { verdict: forward[round], shownFirst: true },
    { verdict: backward[round], shownFirst: false },
  ]).flat();
  return expected === 1 ? games.slice(0, 1) : games;
}

const REVERSED = { win: "loss", loss: "win", tie: "tie" } as const;

function reversed(result: GameResult): GameResult {
  return isDecided(result) ? REVERSED[result] : result;
}

/** What the games of a board come to, by model, and what the original's way of counting did to them. */
interface CountedOutcomes {
  readonly tallies: ReadonlyMap<string, OutcomeTally>;
  /** Under `compat`: judgments whose only game counted twice, and those that were dropped whole. */
  readonly doubled: number;
  readonly dropped: number;
  /** One per game with an outcome, seen from the first model of its pair. */
  readonly battles: readonly PlacedBattle[];
}

function countOutcomes(
  subjects: readonly (readonly [string, string])[],
  rows: Iterable<VerdictRow>,
  frame: BoardFrame,
  { rule, compat, games: expected = 2 }: OutcomeScoring,
): CountedOutcomes {
  const grid = VerdictGrid.of(rows);
  const tallies = new Map<string, OutcomeTally>();
  const tallyOf = (model: string) => {
    const tally = tallies.get(model) ?? new OutcomeTally(rule);
    tallies.set(model, tally);
    return tally;
  };
  const battles: PlacedBattle[] = [];
  let [doubled, dropped] = [0, 0];
  for (const [first, second] of subjects) {
    const [firstTally, secondTally] = [tallyOf(first), tallyOf(second)];
    const forward = preferring(1, grid.columnsOf(first, second));
    const backward = preferring(2, grid.columnsOf(second, first));
    grid.forEachPlace(frame, (slot, trial, gridSlot) => {
      const given = gamesOf(gamesAt(forward, trial, gridSlot), gamesAt(backward, trial, gridSlot), expected);
      const original = compat ? originalGames(given, rule) : { games: given, doubled: 0, dropped: 0 };
      doubled += original.doubled;
      dropped += original.dropped;
      const results = original.games.map(({ verdict, shownFirst }) => ({
        verdict,
        result: gameResult(verdict, shownFirst),
      }));
      for (const tally of [firstTally, secondTally]) {
        tally.addGames(results.map(({ verdict }) => verdict));
        for (let at = 0; at + 1 < results.length; at += 2)
          tally.addConsistency(results[at]?.result, results[at + 1]?.result);
      }
      for (const { verdict, result } of results) {
        const weight = outcomeWeight(verdict, rule);
        firstTally.addGame(slot, result, weight);
        secondTally.addGame(slot, reversed(result), weight);
        if (!isDecided(result)) continue;
        const place = { cluster: slot.questionId, turn: slot.turn, trial };
        battles.push({ a: first, b: second, shareA: rule[result], weight, ...place });
      }
    });
  }
  return { tallies, doubled, dropped, battles };
}

/**
 * Counts the outcomes of every model; each game counts for itself.
 * @param subjects Pairs, candidate (or earlier model) first.
 */
export function outcomeTallies(
  subjects: readonly (readonly [string, string])[],
  rows: Iterable<VerdictRow>,
  frame: BoardFrame,
  scoring: OutcomeScoring,
): ReadonlyMap<string, OutcomeTally> {
  return countOutcomes(subjects, rows, frame, scoring).tallies;
}

/** The games of a board that have an outcome, as battles. */
export function outcomeBattles(...board: Parameters<typeof outcomeTallies>): readonly PlacedBattle[] {
  return countOutcomes(...board).battles;
}

/** Rows of a board and what its reader must know. */
export interface OutcomeBoardPart {
  readonly models: readonly OutcomeRow[];
  readonly warnings: readonly Warning[];
}

/**
 * Rows of a board on which every game counts for itself (Arena-Hard, `show_result.py`): the score is the mean over the
 * weighted outcomes; its standard error is clustered by question,
 * √(P/(P − 1) · Σ_prompts (Σ_rows w(y − p))²)/Σw. All battles being against one baseline, Arena-Hard v0.1's Bradley–Terry
 * fit has this closed form: score = 100·(W + T/2)/N, rating = 1000 + 400·log₁₀(p/(1 − p)).
 * @param reference The baseline of all pairs: 50 and 1000 by definition.
 */
export function outcomeRows(
  subjects: readonly (readonly [string, string])[],
  rows: Iterable<VerdictRow>,
  frame: BoardFrame,
  scoring: OutcomeScoring,
  reference?: string,
): OutcomeBoardPart {
  const { tallies, doubled, dropped } = countOutcomes(subjects, rows, frame, scoring);
  const candidates = [...tallies].filter(([model]) => model !== reference);
  const intervals = scoring.compat
    ? originalIntervals(
        candidates.map(([, { columns }]) => columns),
        scoring,
      )
    : undefined;
  const models = candidates.map(([model, tally], index) =>
    outcomeRow(model, tally, frame, reference !== undefined, intervals?.[index]),
  );
  return {
    models: reference === undefined ? models : [...models, referenceRow(reference)],
    warnings: scoring.compat ? originalWarnings(scoring, { doubled, dropped }) : [],
  };
}

/** Rating of a win rate (percent) against a baseline of 1000; null for one that has none. */
function ratingOf(rate: Figure): Figure {
  if (rate === null || rate <= 0 || rate >= 100) return null;
  return 1000 + pointsPerLogOdds() * Math.log(rate / (100 - rate));
}

function ratingInterval(interval: Interval | null): Interval | null {
  if (interval === null) return null;
  const [low, high] = [ratingOf(interval.low), ratingOf(interval.high)];
  return low === null || high === null ? null : { ...interval, low, high };
}

const NO_BASELINE = "models of this board meet each other, so that no closed form gives a rating";

function ratingReason(mean: ClusteredMean, hasBaseline: boolean): string | null {
  if (!hasBaseline) return NO_BASELINE;
  if (mean.mean === null) return mean.reason;
  if (mean.mean <= 0 || mean.mean >= 100) return "a model that lost or won everything has no finite rating";
  return mean.interval === null ? mean.reason : "an end of the interval has no finite rating";
}

function outcomeRow(
  model: string,
  tally: OutcomeTally,
  frame: BoardFrame,
  hasBaseline: boolean,
  original: Interval | null | undefined,
): OutcomeRow {
  const { columns, counts } = tally;
  const mean = columns.mean();
  const interval = original === undefined ? mean.interval : original;
  const figures = {
    score: mean.mean,
    standardError: mean.standardError,
    interval,
  };
  const ratings = {
    rating: hasBaseline ? ratingOf(mean.mean) : null,
    ratingInterval: hasBaseline ? ratingInterval(interval) : null,
  };
  const { reasons } = reasonsOf(figures, mean.reason);
  const { reasons: others } = reasonsOf(ratings, ratingReason(mean, hasBaseline));
  return {
    model,
    ...figures,
    wins: counts.win,
    ties: counts.tie,
    losses: counts.loss,
    n: mean.n,
    ...ratings,
    invalid: columns.unreadable,
    missing: columns.missing,
    ...abstainedField(columns.abstained),
    questions: columns.questionCount,
    bounds: { low: columns.boundWith(0), high: columns.boundWith(100) },
    positionConsistency: tally.positionConsistency,
    firstPositionWinRate: tally.decidedGames === 0 ? null : (100 * tally.firstWins) / tally.decidedGames,
    turns: columns.byTurn(),
    categories: columns.byCategory(frame),
    ...(reasons === undefined && others === undefined ? {} : { reasons: { ...reasons, ...others } }),
  };
}

const BY_DEFINITION = "the baseline is 50 and 1000 by definition";

function referenceRow(model: string): OutcomeRow {
  const unknown = { standardError: null, interval: null, ratingInterval: null };
  return {
    model,
    reference: true,
    score: 50,
    rating: 1000,
    ...unknown,
    wins: 0,
    ties: 0,
    losses: 0,
    n: 0,
    invalid: 0,
    missing: 0,
    questions: 0,
    bounds: { low: 50, high: 50 },
    positionConsistency: null,
    firstPositionWinRate: null,
    turns: {},
    categories: {},
    ...reasonsOf(unknown, BY_DEFINITION),
  };
}
