import type { KeyedThing } from "../../stats/correction/corrected-difference.js";
import { normalTwoSidedTail } from "../../stats/distributions.js";

/** A judged thing of one model, with the part of all that it belongs to: whom a comparison was against, or the turn of an answer. */
export interface PartedThing {
  readonly part: string;
  readonly thing: KeyedThing;
}

/** Below this chance, over all opponents (turns) together, votes were not drawn evenly from the comparisons. */
const CHANCE = 0.001;

interface Part {
  readonly name: string;
  judged: number;
  voted: number;
}

function partsOf(things: readonly PartedThing[]): Map<string, Part> {
  const parts = new Map<string, Part>();
  for (const { part, thing } of things) {
    const one = parts.get(part) ?? { name: part, judged: 0, voted: 0 };
    parts.set(part, one);
    one.judged++;
    if (thing.voted !== undefined) one.voted++;
  }
  return parts;
}

/** Parts with far fewer or more votes than an even draw from all comparisons gives (hypergeometric, normal tail). */
function strayingOf(parts: readonly Part[]): Part[] {
  const judged = parts.reduce((sum, one) => sum + one.judged, 0);
  const share = parts.reduce((sum, one) => sum + one.voted, 0) / judged;
  return parts.filter((one) => {
    const expected = share * one.judged;
    const variance = expected * (1 - share) * (1 - one.judged / judged);
    if (variance <= 0) return false;
    return normalTwoSidedTail((one.voted - expected) / Math.sqrt(variance)) < CHANCE / parts.length;
  });
}

/**
 * Makes votes stand for all that was judged of a model where people were asked about some opponents (turns) more than about others:
 * a vote weighs by the share of its part's things that have one. Votes that were drawn evenly, or that say
 * with which chance they were drawn, stay as they are.
 *
 * @param reasonFor why there is no figure where a part has no vote
 * @returns the things in the order given, or the reason why the votes say nothing of all of them.
 */
export function coveredThings(
  given: readonly PartedThing[],
  reasonFor: (part: string) => string,
): { readonly things: readonly KeyedThing[] } | { readonly reason: string } {
  const things = given.map(({ thing }) => thing);
  const parts = partsOf(given);
  const straying = strayingOf([...parts.values()]);
  const [left] = straying.filter(({ voted }) => voted === 0);
  if (left !== undefined) return { reason: reasonFor(left.name) };
  if (straying.length === 0 || things.some(({ probability }) => probability !== undefined)) return { things };
  return {
    things: given.map(({ part, thing }) => {
      const { judged = 1, voted = 1 } = parts.get(part) ?? {};
      return thing.voted === undefined || voted === 0 ? thing : { ...thing, probability: voted / judged };
    }),
  };
}
