import type { Board } from "../../core/board.js";
import type { BoardRankings, RankedFigures, RankedSlot } from "../../core/board-rankings.js";
import { presentFields } from "../../core/present-fields.js";
import { pairDisagreement, ranksOf } from "../../core/ranks.js";
import { clusteredMean } from "../../stats/clustered-mean.js";
import { normalQuantile } from "../../stats/distributions.js";
import { plackettLuce, type RankedRating } from "../../stats/rankings/plackett-luce.js";
import { slotRanks } from "../../stats/rankings/slot-ranks.js";
import type { BoardRankingRecords, PlacedRanking } from "./ranking-tracer.js";
import { percentScale } from "./scale.js";
import { abstainedField } from "./score-columns.js";

/** Chance of an alarm over all slots together where the judge pays no heed to them. */
const FALSE_ALARM = 0.05;

/** A ranking that was read. */
interface ReadRanking extends PlacedRanking {
  readonly groups: readonly (readonly string[])[];
  readonly ranks: ReadonlyMap<string, number>;
}

function readable(rankings: readonly PlacedRanking[]): readonly ReadRanking[] {
  return rankings.flatMap((ranking) => {
    const { groups } = ranking;
    return groups === undefined ? [] : [{ ...ranking, groups, ranks: ranksOf(groups) }];
  });
}

/** Values of rankings, each with its question as cluster. */
class Clustered {
  private readonly values: number[] = [];
  private readonly questions: string[] = [];

  add(value: number, questionId: string): void {
    this.values.push(value);
    this.questions.push(questionId);
  }

  mean(scale: { readonly low: number; readonly high: number }) {
    return clusteredMean(this.values, this.questions, { scale });
  }
}

function ratingOf(found: RankedRating | undefined): RankedFigures["plackettLuce"] {
  if (found === undefined) return { value: null, interval: null, rank: null, reason: "no ranking holds it" };
  const { rating: value, interval, rank, reason } = found;
  return { value, interval, rank, ...presentFields({ reason: reason ?? undefined }) };
}

function figuresOf(
  model: string,
  rankings: readonly ReadRanking[],
  rating: RankedRating | undefined,
  categories: readonly string[],
): RankedFigures {
  const [ranks, lines] = [new Clustered(), new Clustered()];
  const byCategory = new Map(categories.map((category) => [category, { sum: 0, n: 0 }]));
  let most = 1;
  let count = 0;
  for (const ranking of rankings) {
    const rank = ranking.ranks.get(model);
    if (rank === undefined) continue;
    count++;
    const own = byCategory.get(ranking.category);
    if (own !== undefined) {
      own.sum += rank;
      own.n++;
    }
    most = Math.max(most, ranking.models.length);
    ranks.add(rank, ranking.questionId);
    for (const { pair, better } of ranking.lines)
      if (pair.includes(model))
        lines.add(better === null ? 50 : better === model ? 100 : 0, ranking.questionId);
  }
  const { mean: meanRank, interval: meanRankInterval } = ranks.mean({ low: 1, high: most });
  const { mean: winRate, interval, n } = lines.mean(percentScale);
  return {
    rankings: count,
    meanRank,
    meanRankInterval,
    categories: Object.fromEntries(
      [...byCategory].map(([category, { sum, n }]) => [category, { meanRank: n === 0 ? null : sum / n, n }]),
    ),
    plackettLuce: ratingOf(rating),
    pairLines: { winRate, interval, n },
  };
}

function pairLinesOf(rankings: readonly ReadRanking[]): BoardRankings["pairLines"] {
  const contradicted = new Clustered();
  let [pairs, differ] = [0, 0];
  for (const { groups, lines, questionId } of rankings) {
    const found = pairDisagreement(groups, lines);
    pairs += found.pairs;
    differ += found.differ;
    for (let at = 0; at < found.pairs; at++) contradicted.add(at < found.differ ? 100 : 0, questionId);
  }
  const { mean: rate, interval } = contradicted.mean(percentScale);
  return { pairs, differ, rate, interval };
}

function alarmOf(slots: readonly RankedSlot[]): BoardRankings["positionAlarm"] {
  const threshold = normalQuantile(1 - FALSE_ALARM / (2 * Math.max(1, slots.length)));
  const [worst] = slots
    .flatMap(({ slot, z }) => (z === null ? [] : [{ slot, z, threshold }]))
    .sort((x, y) => Math.abs(y.z) - Math.abs(x.z));
  return worst !== undefined && Math.abs(worst.z) > threshold ? worst : null;
}

/** What the rankings of a board say of its judge. */
export function boardRankings({ planned, rankings }: BoardRankingRecords): BoardRankings {
  const read = readable(rankings);
  const unreadable = rankings.filter((ranking) => ranking.isUnreadable).length;
  const abstained = rankings.filter((ranking) => ranking.isAbstained === true).length;
  const sizes = read.map(({ models }) => models.length);
  const shown = read.filter((ranking) => ranking.isOrderKnown);
  const slots = slotRanks(shown.map(({ models, ranks }) => models.map((model) => ranks.get(model) ?? 0)));
  return {
    planned,
    readable: read.length,
    unreadable,
    missing: Math.max(0, planned - read.length - unreadable - abstained),
    ...abstainedField(abstained),
    answers:
      sizes.length === 0
        ? null
        : {
            least: sizes.reduce((least, size) => Math.min(least, size)),
            most: sizes.reduce((most, size) => Math.max(most, size)),
          },
    pairLines: pairLinesOf(read),
    slots,
    positionAlarm: alarmOf(slots),
  };
}

/** A board with what its rankings say besides the comparisons that they imply. */
export function boardWithRankings(
  board: Board,
  records: BoardRankingRecords | undefined,
  categories: readonly string[],
): Board {
  if (records === undefined || board.metric !== "win-rate") return board;
  const read = readable(records.rankings);
  const { ratings } = plackettLuce(read.map(({ groups, questionId }) => ({ groups, cluster: questionId })));
  const byModel = new Map(ratings.map((rating) => [rating.model, rating]));
  const models = board.models.map((row) => ({
    ...row,
    ranked: figuresOf(row.model, read, byModel.get(row.model), categories),
  }));
  return { ...board, models, rankings: boardRankings(records) };
}
