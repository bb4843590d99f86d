import { compositeKey } from "./composite-key.js";
import { contentId } from "./hash.js";
import { seededRandom } from "./random.js";
import { RANKED_TOGETHER } from "./ranks.js";

const LETTERS = "ABCDEFGHI";

/** Which answers a ranking shows, and in which order. */
export interface RankedAnswers {
  /** Models in the order in which their answers are shown. */
  readonly models: readonly string[];
  readonly labels: readonly string[];
  /** What the order, and that of the comparisons that come first, was drawn from; left out where the order is not known. */
  readonly seed?: string;
}

/** Sets of models that a protocol ranks together. */
export interface RankedPools {
  /** Most answers of one ranking. */
  readonly together: number;
  /** Each model of a pool meets the others of it. */
  readonly pools: readonly (readonly string[])[];
  /** Set where rankings were imported: those that are there are all that were planned, and how answers stood is not known. */
  readonly isImported?: true;
}

/** Where a ranking stands, as far as its groups depend on it. */
export interface RankedPlace {
  readonly suite: string;
  readonly questionId: string;
  readonly trial: number;
}

/**
 * The models of a pool as they are ranked together at one place. As many as fit are one group. More are dealt into as few
 * groups as will hold them, whose sizes differ by one at most: every model is ranked once, and who meets whom is drawn again
 * for each place, from place and models alone, so that every pair meets equally often on average, and neither the order in
 * which models are named nor `--limit` or `--shard` changes a group. A model that would stand alone (groups of two, an odd
 * number of models) sits out.
 */
export function rankedGroups(
  pool: readonly string[],
  together: number,
  { suite, questionId, trial }: RankedPlace,
): readonly (readonly string[])[] {
  const models = [...pool].sort();
  if (models.length <= together) return models.length < RANKED_TOGETHER.least ? [] : [models];
  const count = Math.ceil(models.length / together);
  const seed = contentId({ kind: "ranked-groups", suite, questionId, trial, models, together });
  const drawn = seededRandom(seed).shuffle(models);
  return Array.from({ length: count }, (_, group) =>
    drawn.filter((_model, at) => at % count === group).sort(),
  ).filter((group) => group.length >= RANKED_TOGETHER.least);
}

/** Rankings of one turn and trial of a question. */
export function rankingsPerTurn({ pools, together }: RankedPools): number {
  const place = { suite: "", questionId: "", trial: 1 };
  return pools.reduce((sum, pool) => sum + rankedGroups(pool, together, place).length, 0);
}

/** Groups of all pools at one place. */
export function groupsOf(
  { pools, together }: RankedPools,
  place: RankedPlace,
): readonly (readonly string[])[] {
  return pools.flatMap((pool) => rankedGroups(pool, together, place));
}

/** Every pair of the models of some pools, each once, the earlier one first. */
export function pairsOfPools(pools: RankedPools["pools"]): readonly (readonly [string, string])[] {
  const pairs = new Map<string, readonly [string, string]>();
  for (const pool of pools)
    pool.forEach((first, at) => {
      for (const second of pool.slice(at + 1)) {
        const key = compositeKey(...[first, second].sort());
        if (!pairs.has(key)) pairs.set(key, [first, second]);
      }
    });
  return [...pairs.values()];
}

/**
 * The order in which answers are ranked: drawn from what is given, whatever the order of the models.
 * @throws RangeError unless 2 to 9 models are given.
 */
export function rankedAnswers(
  models: readonly string[],
  place: {
    readonly protocol: string;
    readonly questionId: string;
    readonly turn: number;
    readonly trial: number;
  },
): Required<RankedAnswers> {
  const { least, most } = RANKED_TOGETHER;
  if (models.length < least || models.length > most)
    throw new RangeError(`the answers of a ranking are ${least} to ${most}, not ${models.length}`);
  const { protocol, questionId, turn, trial } = place;
  const sorted = [...models].sort();
  const seed = contentId({ kind: "ranking", protocol, questionId, turn, trial, models: sorted });
  return { models: seededRandom(seed).shuffle(sorted), labels: rankingLabels(models.length), seed };
}

/** Labels of so many answers, in the order shown. */
export function rankingLabels(answers: number): readonly string[] {
  return [...LETTERS.slice(0, answers)];
}
