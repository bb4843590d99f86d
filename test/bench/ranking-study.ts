/**
 * Coverage of 95% intervals from rankings of seven by judges who favour the first slots: `npx tsx
 * test/bench/ranking-study.ts [JUDGES]` (default 2,000, some minutes). Prints the table of docs/statistics.md.
 */

import type { Interval } from "../../harness/core/interval.js";
import { type Random, seededRandom } from "../../harness/core/random.js";
import { percentScale } from "../../harness/pipeline/scores/scale.js";
import { clusteredMean } from "../../harness/stats/clustered-mean.js";
import { plackettLuce } from "../../harness/stats/rankings/plackett-luce.js";
import type { RankedModels } from "../../harness/stats/rankings/ranking-stages.js";
import { asPairs, type BiasedJudge, biasedRankings, pointsOf } from "../stats/rankings/biased-judges.js";

const JUDGES = Number(process.argv[2] ?? 2000);
/** Rankings that tell the true win rate of unequal models, to a tenth of a point. */
const TRUTH = 200_000;
const MODEL = "a";

type View = (rankings: readonly RankedModels[]) => Interval | null;

const winRate =
  (clustered: boolean): View =>
  (rankings) => {
    const { points, rankings: from } = pointsOf(MODEL, rankings);
    const clusters = clustered ? from : from.map((_, at) => at);
    return clusteredMean(points, clusters, { scale: percentScale }).interval;
  };

const rating =
  (view: (rankings: readonly RankedModels[]) => readonly RankedModels[]): View =>
  (rankings) =>
    plackettLuce(view(rankings)).ratings.find(({ model }) => model === MODEL)?.interval ?? null;

const VIEWS: Readonly<Record<string, { readonly view: View; readonly of: "win rate" | "rating" }>> = {
  "win rate, one ranking one cluster": { view: winRate(true), of: "win rate" },
  "win rate, 6 comparisons of a ranking as independent": { view: winRate(false), of: "win rate" },
  "Plackett–Luce, one ranking one cluster": { view: rating((rankings) => rankings), of: "rating" },
  "Bradley–Terry, one ranking one cluster": {
    view: rating((rankings) => asPairs(rankings, true)),
    of: "rating",
  },
  "Bradley–Terry, 21 comparisons of a ranking as independent": {
    view: rating((rankings) => asPairs(rankings, false)),
    of: "rating",
  },
};

function meanPoints(random: Random, judge: BiasedJudge): number {
  const { points } = pointsOf(MODEL, biasedRankings(random, { ...judge, rankings: TRUTH }));
  return points.reduce((sum, one) => sum + one, 0) / points.length;
}

function study(name: string, judge: BiasedJudge, truth: { "win rate": number; rating: number | null }): void {
  const held = new Map(Object.keys(VIEWS).map((view) => [view, { covered: 0, width: 0 }]));
  const random = seededRandom(`ranking-study/${name}`);
  for (let one = 0; one < JUDGES; one++) {
    const rankings = biasedRankings(random, judge);
    for (const [view, { view: intervalOf, of }] of Object.entries(VIEWS)) {
      const target = truth[of];
      const interval = target === null ? null : intervalOf(rankings);
      const sum = held.get(view);
      if (interval === null || sum === undefined || target === null) continue;
      sum.width += interval.high - interval.low;
      if (interval.low <= target && target <= interval.high) sum.covered++;
    }
  }
  console.log(`\n${name}, ${JUDGES} judges`);
  for (const [view, { covered, width }] of held)
    if (width > 0)
      console.log(
        `  ${view.padEnd(60)} ${((100 * covered) / JUDGES).toFixed(1).padStart(5)}%  mean width ${(width / JUDGES).toFixed(1)}`,
      );
}

const equal = { "win rate": 50, rating: 1000 };
study("seven equal models, slots drawn", { shuffles: true }, equal);
study("seven equal models, model a always first", { shuffles: false }, equal);
const spread: BiasedJudge = { shuffles: true, strengths: [0.9, 0.6, 0.3, 0, -0.3, -0.6, -0.9] };
const truth = meanPoints(seededRandom("ranking-study/truth"), spread);
console.log(`\ntrue win rate of the best of seven unequal models: ${truth.toFixed(2)}%`);
// The judge's own ratings are those of a mixture over slots, which no rating of the models alone equals exactly.
study("seven unequal models, slots drawn", spread, { "win rate": truth, rating: null });
