import type { KeyedThing } from "../../stats/correction/corrected-difference.js";
import { normalTwoSidedTail } from "../../stats/distributions.js";

/** A judged comparison of one model, with whom it was against. */
export interface OpposedThing {
  readonly opponent: string;
  readonly thing: KeyedThing;
}

/** Below this chance, over all opponents together, votes were not drawn evenly from the comparisons. */
const CHANCE = 0.001;

interface Opponent {
  readonly name: string;
  judged: number;
  voted: number;
}

function opponentsOf(things: readonly OpposedThing[]): Map<string, Opponent> {
  const opponents = new Map<string, Opponent>();
  for (const { opponent, thing } of things) {
    const one = opponents.get(opponent) ?? { name: opponent, judged: 0, voted: 0 };
    opponents.set(opponent, one);
    one.judged++;
    if (thing.voted !== undefined) one.voted++;
  }
  return opponents;
}

/** Opponents with far fewer or more votes than an even draw from all comparisons gives (hypergeometric, normal tail). */
function strayingOf(opponents: readonly Opponent[]): Opponent[] {
  const judged = opponents.reduce((sum, one) => sum + one.judged, 0);
  const share = opponents.reduce((sum, one) => sum + one.voted, 0) / judged;
  return opponents.filter((one) => {
    const expected = share * one.judged;
    const variance = expected * (1 - share) * (1 - one.judged / judged);
    if (variance <= 0) return false;
    return normalTwoSidedTail((one.voted - expected) / Math.sqrt(variance)) < CHANCE / opponents.length;
  });
}

/**
 * Makes votes stand for all of a model's comparisons where people were asked about some opponents more than about others:
 * a vote weighs by the share of its opponent's comparisons that have one. Votes that were drawn evenly, or that say
 * with which chance they were drawn, stay as they are.
 *
 * @returns the comparisons in the order given, or the reason why the votes say nothing of all of them.
 */
export function coveredThings(
  given: readonly OpposedThing[],
): { readonly things: readonly KeyedThing[] } | { readonly reason: string } {
  const things = given.map(({ thing }) => thing);
  const opponents = opponentsOf(given);
  const straying = strayingOf([...opponents.values()]);
  const [left] = straying.filter(({ voted }) => voted === 0);
  if (left !== undefined)
    return {
      reason: `nobody voted on its comparisons with ${left.name}, for which votes on others do not stand`,
    };
  if (straying.length === 0 || things.some(({ probability }) => probability !== undefined)) return { things };
  return {
    things: given.map(({ opponent, thing }) => {
      const { judged = 1, voted = 1 } = opponents.get(opponent) ?? {};
      return thing.voted === undefined || voted === 0 ? thing : { ...thing, probability: voted / judged };
    }),
  };
}
