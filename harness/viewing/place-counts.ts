/** Nothing is there; what is there and as it should be; what was skipped. What failed has a number from 3 on. */
const NONE = 0;
const FINE = 1;
const SKIPPED = 2;
const FIRST_FAILURE = 3;
/** Kinds of failures that are told apart in one byte; further ones count as the last. */
const MOST_KINDS = 256;
/** Places of one table at most: a manifest from somewhere else may say anything. */
const MOST_PLACES = 1 << 24;

/** What became of a record: fine, skipped, or a kind of failure by its number in {@link FailureKinds}. */
export type Outcome = "fine" | "skipped" | { readonly failure: number };

/** Kinds of failures with how many places stand at each; the kinds themselves are the caller's. */
export class FailureKinds<Kind> {
  private readonly numbers = new Map<string, number>();
  private readonly kinds: { readonly kind: Kind; count: number }[] = [];

  numberOf(key: string, kind: () => Kind): number {
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    const number = this.kinds.length;
    if (number >= MOST_KINDS - FIRST_FAILURE) return number - 1;
    this.numbers.set(key, number);
    this.kinds.push({ kind: kind(), count: 0 });
    return number;
  }

  /** Counts a place more or less. */
  count(number: number, by: 1 | -1): void {
    const entry = this.kinds[number];
    if (entry !== undefined) entry.count += by;
  }

  kindOf(number: number): Kind | undefined {
    return this.kinds[number]?.kind;
  }

  /** All kinds that are there, most frequent first. */
  all(): { readonly kind: Kind; readonly count: number }[] {
    return this.kinds.filter(({ count }) => count > 0).sort((x, y) => y.count - x.count);
  }
}

/** How many places hold what. */
export interface PlaceTotals {
  done: number;
  failed: number;
  skipped: number;
}

/** Empty {@link PlaceTotals}. */
export function noPlaces(): PlaceTotals {
  return { done: 0, failed: 0, skipped: 0 };
}

/**
 * What the last record of each place is, one byte each, so that a record which takes the place of another is counted once.
 * Places are numbers below `size`; totals may be shared by several tables.
 */
export class PlaceTable<Kind> {
  private places: Uint8Array | undefined;

  /** @param onFailure Told of a place that begins (1) or ceases (−1) to stand at a kind of failure. */
  constructor(
    private readonly size: number,
    readonly totals: PlaceTotals,
    private readonly kinds: FailureKinds<Kind>,
    private readonly onFailure: (kind: number, by: 1 | -1) => void,
  ) {}

  /** Takes in the next record of a place; undefined takes what is there away. */
  put(place: number, outcome: Outcome | undefined): void {
    if (!(place >= 0 && place < Math.min(this.size, MOST_PLACES))) return;
    this.places ??= new Uint8Array(Math.min(this.size, MOST_PLACES));
    const before = this.places[place] ?? NONE;
    const after = stateOf(outcome);
    if (before === after) return;
    this.places[place] = after;
    this.count(before, -1);
    this.count(after, 1);
  }

  private count(state: number, by: 1 | -1): void {
    if (state === NONE) return;
    this.totals.done += by;
    if (state === SKIPPED) this.totals.skipped += by;
    if (state < FIRST_FAILURE) return;
    this.totals.failed += by;
    this.kinds.count(state - FIRST_FAILURE, by);
    this.onFailure(state - FIRST_FAILURE, by);
  }
}

function stateOf(outcome: Outcome | undefined): number {
  if (outcome === undefined) return NONE;
  if (outcome === "fine") return FINE;
  return outcome === "skipped" ? SKIPPED : FIRST_FAILURE + outcome.failure;
}
