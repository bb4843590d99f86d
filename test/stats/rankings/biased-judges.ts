import type { Random } from "../../../harness/core/random.js";
import type { RankedModels } from "../../../harness/stats/rankings/ranking-stages.js";

/** Models of the simulation. */
export const MODELS: readonly string[] = ["a", "b", "c", "d", "e", "f", "g"];

/** Rankings that one simulated judge gives. */
export const RANKINGS = 60;

/** A judge who likes the first slots, by up to three quarters of a logit either way. */
const SLOT_BIAS = [0.75, 0.5, 0.25, 0, -0.25, -0.5, -0.75];

function gumbel(random: Random): number {
  return -Math.log(-Math.log(1 - random.next()));
}

/** Who is simulated. */
export interface BiasedJudge {
  /** Whether slots are drawn for each ranking; otherwise model a always stands first. */
  readonly shuffles: boolean;
  /** Logits of the models beyond their slots; left out: all are equal. */
  readonly strengths?: readonly number[];
  /** Default {@link RANKINGS}. */
  readonly rankings?: number;
}

/** Rankings by one judge: utilities are strength, slot bias and Gumbel noise, so that without the bias they are Plackett–Luce's. */
export function biasedRankings(
  random: Random,
  { shuffles, strengths = [], rankings = RANKINGS }: BiasedJudge,
): RankedModels[] {
  return Array.from({ length: rankings }, () => {
    const inOrder = MODELS.map((_, at) => at);
    const slots = shuffles ? random.shuffle(inOrder) : inOrder;
    const utility = MODELS.map(
      (_, model) => (strengths[model] ?? 0) + (SLOT_BIAS[slots[model] ?? 0] ?? 0) + gumbel(random),
    );
    const ranked = MODELS.map((_, model) => model).sort((x, y) => (utility[y] ?? 0) - (utility[x] ?? 0));
    return { groups: ranked.map((model) => [MODELS[model] ?? ""]) };
  });
}

/** The same as comparisons of two, each for itself or all of one ranking together. */
export function asPairs(rankings: readonly RankedModels[], clustered: boolean): RankedModels[] {
  return rankings.flatMap(({ groups }, cluster) =>
    groups.flatMap((winner, at) =>
      groups.slice(at + 1).map((loser) => ({ groups: [winner, loser], ...(clustered ? { cluster } : {}) })),
    ),
  );
}

/** Points out of 100 of a model in each of its comparisons, with the ranking that each comes from. */
export function pointsOf(
  model: string,
  rankings: readonly RankedModels[],
): { readonly points: readonly number[]; readonly rankings: readonly number[] } {
  const points: number[] = [];
  const from: number[] = [];
  for (const [ranking, { groups }] of rankings.entries()) {
    const place = groups.findIndex(([one]) => one === model);
    for (let other = 0; other < groups.length; other++) {
      if (other === place) continue;
      points.push(other > place ? 100 : 0);
      from.push(ranking);
    }
  }
  return { points, rankings: from };
}
