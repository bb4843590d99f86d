import type { Verdict } from "../../core/records.js";

/** Kinds of what stands at a place, as one byte. */
const ABSENT = 0;
const WITHOUT_VERDICT = 1;
const RATING = 2;
const PREFERENCE_A = 3;
const PREFERENCE_B = 4;
const TIE = 5;
const RANKING = 6;
const UNREADABLE = 7;
const STRONG = 8;

/** No record stands at the place. */
export const absentCode = ABSENT;

/** A verdict as one byte and a number; undefined (the judge could not be asked) has a code too. */
export function codeOf(verdict: Verdict | undefined): number {
  switch (verdict?.kind) {
    case undefined:
      return WITHOUT_VERDICT;
    case "rating":
      return RATING;
    case "ranking":
      return RANKING;
    case "unreadable":
      return UNREADABLE;
    case "preference": {
      const { winner, strong } = verdict;
      const code = winner === "a" ? PREFERENCE_A : winner === "b" ? PREFERENCE_B : TIE;
      return strong === true ? code | STRONG : code;
    }
  }
}

/** The number that belongs to the code: the rating, or the weight on the second answer. */
export function numberOf(verdict: Verdict | undefined): number {
  if (verdict?.kind === "rating") return verdict.rating;
  return verdict?.kind === "preference" ? verdict.weightB : 0;
}

const ranking: Verdict = { kind: "ranking", ranking: [] };
const unreadable: Verdict = { kind: "unreadable", reason: "the reply holds no verdict that can be used" };

/**
 * The verdict of a code and its number. Why one is unreadable, and the labels of a ranking, are not kept: no figure
 * depends on them, and the record has them.
 */
export function verdictOf(code: number, value: number): Verdict | undefined {
  const strong = (code & STRONG) === 0 ? {} : ({ strong: true } as const);
  switch (code & ~STRONG) {
    case RATING:
      return { kind: "rating", rating: value };
    case PREFERENCE_A:
      return { kind: "preference", winner: "a", weightB: value, ...strong };
    case PREFERENCE_B:
      return { kind: "preference", winner: "b", weightB: value, ...strong };
    case TIE:
      return { kind: "preference", winner: "tie", weightB: value, ...strong };
    case RANKING:
      return ranking;
    case UNREADABLE:
      return unreadable;
    default:
      return undefined;
  }
}
