import type { Verdict } from "../../../core/records.js";
import { grownTo } from "../../../store/growing-array.js";

/** Kinds of what stands in a cell, as one byte. */
const ABSENT = 0;
const WITHOUT_VERDICT = 1;
const RATING = 2;
const PREFERENCE_A = 3;
const PREFERENCE_B = 4;
const TIE = 5;
const RANKING = 6;
const UNREADABLE = 7;
const STRONG = 8;
/** Marks a verdict that was given on an answer that has been replaced since. */
const STALE = 16;
/** Marks the rating of an answer that could not be read, where answers are compared with the right ones. */
const UNREAD = 32;
const ABSTAINED = 64;
const MARKS = STRONG | STALE | UNREAD;

function codeOf(verdict: Verdict | undefined): number {
  switch (verdict?.kind) {
    case undefined:
      return WITHOUT_VERDICT;
    case "rating":
      return verdict.compared?.outcome === "unreadable" ? RATING | UNREAD : RATING;
    case "ranking":
      return RANKING;
    case "unreadable":
      return UNREADABLE;
    case "abstained":
      return ABSTAINED;
    case "preference": {
      const { winner, strong } = verdict;
      const code = winner === "a" ? PREFERENCE_A : winner === "b" ? PREFERENCE_B : TIE;
      return strong === true ? code | STRONG : code;
    }
  }
}

/** The number that belongs to the code: the rating, or the weight on the second answer. */
function numberOf(verdict: Verdict | undefined): number {
  if (verdict?.kind === "rating") return verdict.rating;
  return verdict?.kind === "preference" ? verdict.weightB : 0;
}

const ranking: Verdict = { kind: "ranking", ranking: [] };
const unread = { outcome: "unreadable", reason: "the answer names no choice" } as const;
const unreadable: Verdict = { kind: "unreadable", reason: "the reply holds no verdict that can be used" };

const abstained: Verdict = { kind: "abstained", reason: "the judge says that it cannot decide" };

/** The verdicts of nearly every game, made once: where many models meet there is one or two of them for each pair. */
const firstWins: Verdict = { kind: "preference", winner: "a", weightB: 0 };
const secondWins: Verdict = { kind: "preference", winner: "b", weightB: 1 };
const tie: Verdict = { kind: "preference", winner: "tie", weightB: 0.5 };

function verdictOf(code: number, value: number): Verdict | undefined {
  if (code === PREFERENCE_A && value === 0) return firstWins;
  if (code === PREFERENCE_B && value === 1) return secondWins;
  if (code === TIE && value === 0.5) return tie;
  const strong = (code & STRONG) === 0 ? {} : ({ strong: true } as const);
  switch (code & ~MARKS) {
    case RATING:
      return { kind: "rating", rating: value, ...((code & UNREAD) === 0 ? {} : { compared: unread }) };
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
    case ABSTAINED:
      return abstained;
    default:
      return undefined;
  }
}

/** What a verdict is, without the verdict. */
export type VerdictKind = Verdict["kind"];

/** By code, marks left out. */
const KINDS: readonly (VerdictKind | undefined)[] = Array.from(
  { length: ABSTAINED + 1 },
  (_, code) => verdictOf(code, 0)?.kind,
);
/**
 * Verdicts by number, nine bytes each. Why one is unreadable, and the labels of a ranking, are not kept: no figure depends
 * on them, and the record has them.
 */
export class VerdictCells {
  private codes = new Uint8Array(0);
  private values = new Float64Array(0);

  /** Cells there are room for. */
  get length(): number {
    return this.codes.length;
  }

  /** Makes room for so many cells; new ones are empty. */
  reserve(length: number): void {
    this.codes = grownTo(this.codes, length);
    this.values = grownTo(this.values, length);
  }

  /** Puts a verdict (undefined: a record without one) into a cell there is room for. */
  set(cell: number, verdict: Verdict | undefined, isStale = false): void {
    this.codes[cell] = codeOf(verdict) | (isStale ? STALE : 0);
    this.values[cell] = numberOf(verdict);
  }

  /** Takes over so many of another's cells; there must be room. */
  copy(other: VerdictCells, from: number, to: number, count: number): void {
    this.codes.set(other.codes.subarray(from, from + count), to);
    this.values.set(other.values.subarray(from, from + count), to);
  }

  /** Empties a cell. */
  clear(cell: number): void {
    if (cell < this.codes.length) this.codes[cell] = ABSENT;
  }

  /** Whether a record stands in a cell. */
  has(cell: number): boolean {
    return (this.codes[cell] ?? ABSENT) !== ABSENT;
  }

  /** Whether what stands in a cell was given on an answer that has been replaced since. */
  isStale(cell: number): boolean {
    return ((this.codes[cell] ?? ABSENT) & STALE) !== 0;
  }

  /** Whether a record stands in a cell that was given on an answer which stands. */
  counts(cell: number): boolean {
    const code = this.codes[cell] ?? ABSENT;
    return code !== ABSENT && (code & STALE) === 0;
  }

  /** Kind of the verdict of a cell; undefined for a record without one, and for an empty cell. */
  kindAt(cell: number): VerdictKind | undefined {
    return KINDS[(this.codes[cell] ?? ABSENT) & ~MARKS];
  }

  /** Whether the verdict of a cell is the rating of an answer that could not be read. */
  isUnreadAt(cell: number): boolean {
    return ((this.codes[cell] ?? ABSENT) & UNREAD) !== 0;
  }

  /** The number that belongs to the verdict of a cell: the rating, or the weight on the second answer. */
  numberAt(cell: number): number {
    return this.values[cell] ?? 0;
  }

  /** The verdict of a cell; undefined for a record without one, and for an empty cell. */
  at(cell: number): Verdict | undefined {
    return verdictOf(this.codes[cell] ?? ABSENT, this.values[cell] ?? 0);
  }
}
