import type { BlindRow } from "../../../harness/core/ballot.js";
import { type Random, Sfc32 } from "../../../harness/core/random-stream.js";
import type { WinningWord } from "../../../harness/core/vote.js";
import type { PageBallot, PageItem } from "../ballot-data.js";

/** A pair on the screen, for the first time or once more. */
export interface Screen {
  readonly key: string;
  readonly item: PageItem;
  /** Odd: the ballot's second answer stands first. A repeat has the other parity than the first showing. */
  readonly slotSeed: number;
  readonly isRepeat: boolean;
}

/** What a voter says of the turn that is asked about. */
export type Said = WinningWord | "skipped";

/** A row that says something of a pair. */
export type SaidRow = Extract<BlindRow, { readonly item: number }>;

/** Other pairs, at least, between a pair and its repeat, in a ballot that is long enough. */
const REPEAT_DISTANCE = 8;

/** FNV-1a, 32 bits; only to spread voters' names over the states of a random stream. */
function hashFrom(start: number, text: string): number {
  let hash = start;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/** A stream for a text. Pages on plain HTTP have no SHA-256 at hand, and need none here. */
function streamOf(text: string): Random {
  const bytes = new DataView(new ArrayBuffer(12));
  [0x811c9dc5, 0x2b0c1f5d, 0x5f3a9c71].forEach((start, place) => {
    bytes.setUint32(4 * place, hashFrom(start, text));
  });
  return new Sfc32(new Uint8Array(bytes.buffer));
}

/**
 * What a voter is shown, in order: every pair once in an order of the voter's own, so that what is done after any time
 * is a fair part of it, with repeats in between, the other way round.
 */
export function screensOf(ballot: PageBallot, voter: string): Screen[] {
  const random = streamOf(`${ballot.id}/${voter}`);
  const seeds = new Map(ballot.items.map(({ item }) => [item, random.bits32()]));
  const seedOf = (item: PageItem) => seeds.get(item.item) ?? 0;
  const firsts = random.shuffle(ballot.items);
  const distance = Math.max(2, Math.min(REPEAT_DISTANCE, Math.floor(firsts.length / 3)));
  const room = Math.max(0, firsts.length - distance);
  const repeats = Math.min(Math.round(firsts.length * ballot.repeats), room);
  const screens: Screen[] = [];
  const repeated = new Set<PageItem>();
  firsts.forEach((item, place) => {
    screens.push({ key: `${item.item}`, item, slotSeed: seedOf(item), isRepeat: false });
    while (
      repeated.size < repeats &&
      place + 1 >= distance + Math.ceil(((repeated.size + 1) * room) / repeats)
    ) {
      const pool = firsts.slice(0, place + 1 - distance).filter((one) => !repeated.has(one));
      const again = pool[random.integer(pool.length)] as PageItem;
      repeated.add(again);
      // The lowest bit decides the slots.
      const slotSeed = (seedOf(again) ^ 1) >>> 0;
      screens.push({ key: `${again.item}+`, item: again, slotSeed, isRepeat: true });
    }
  });
  return screens;
}

/** The turn of a screen that is asked about. */
export interface Step {
  readonly screen: Screen;
  readonly turn: number;
}

/** Where a session stands. */
export interface Place {
  /** Undefined at the end. */
  readonly current: Step | undefined;
  /** The pair after the current one, to be made ready. */
  readonly next: Screen | undefined;
  /** Pairs, of which those that are done. */
  readonly pairs: number;
  readonly pairsDone: number;
  /** What counts: rows that were not taken back, in the order given. */
  readonly said: readonly SaidRow[];
}

function stepKey(item: number, turn: number, slotSeed: number): string {
  return `${item}/${turn}/${slotSeed}`;
}

/** Rows that were not taken back, in the order given; a step that two windows decided counts as first decided. */
function standing(rows: readonly BlindRow[]): SaidRow[] {
  const withdrawn = new Set(rows.flatMap((row) => ("withdrawn" in row ? [row.vote_id] : [])));
  const byStep = new Map<string, SaidRow>();
  for (const row of [...rows].sort((x, y) => x.tstamp - y.tstamp)) {
    if ("withdrawn" in row || withdrawn.has(row.vote_id)) continue;
    const key = stepKey(row.item, row.turn, row.slot_seed);
    if (!byStep.has(key)) byStep.set(key, row);
  }
  return [...byStep.values()];
}

/** Finds where a session stands from all that its voter did. */
export function placeOf(screens: readonly Screen[], rows: readonly BlindRow[]): Place {
  const said = standing(rows);
  const steps = new Set(said.map((row) => stepKey(row.item, row.turn, row.slot_seed)));
  const skipped = new Set(said.filter(({ winner }) => winner === "skipped").map(({ item }) => item));
  // Nobody is asked again about what they could not decide.
  const shown = screens.filter((screen) => !screen.isRepeat || !skipped.has(screen.item.item));
  const openTurn = ({ item, slotSeed }: Screen) =>
    item.turns.find((turn) => !steps.has(stepKey(item.item, turn, slotSeed)));
  const open = shown.filter((screen) => openTurn(screen) !== undefined);
  const [screen, next] = open;
  const turn = screen === undefined ? undefined : openTurn(screen);
  return {
    current: screen === undefined || turn === undefined ? undefined : { screen, turn },
    next,
    pairs: shown.length,
    pairsDone: shown.length - open.length,
    said,
  };
}

/** What a new row is made of besides what is said. */
export interface RowFacts {
  readonly ballot: string;
  readonly voter: string;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** Milliseconds that the voter looked at it. */
  readonly ms: number;
  /** Makes ids. */
  readonly newId: () => string;
}

/** Rows for what a voter says of a step. Who skips a turn skips the turns after it. */
export function rowsFor({ screen, turn }: Step, said: Said, facts: RowFacts): SaidRow[] {
  const { item, slotSeed } = screen;
  const turns = said === "skipped" ? item.turns.filter((one) => one >= turn) : [turn];
  return turns.map((one, place) => ({
    ballot: facts.ballot,
    vote_id: facts.newId(),
    judge: facts.voter,
    // Rows of one moment keep their order.
    tstamp: (facts.nowMs + place) / 1000,
    item: item.item,
    turn: one,
    slot_seed: slotSeed,
    ms: place === 0 ? Math.round(facts.ms) : 0,
    winner: said,
  }));
}

/** What was said last: one vote, or all the turns that were skipped at once. */
export function lastSaid(said: readonly SaidRow[]): readonly SaidRow[] {
  const last = said.at(-1);
  if (last === undefined || last.winner !== "skipped") return last === undefined ? [] : [last];
  return said.filter(
    (row) => row.winner === "skipped" && row.item === last.item && row.slot_seed === last.slot_seed,
  );
}

/** The row that takes another one back. */
export function withdrawalOf(row: SaidRow, nowMs: number): BlindRow {
  return {
    ballot: row.ballot,
    vote_id: row.vote_id,
    judge: row.judge,
    tstamp: nowMs / 1000,
    withdrawn: true,
  };
}

/** Which of the two texts stands in the first slot. */
export function textsInSlots({ item, slotSeed }: Screen): readonly [readonly string[], readonly string[]] {
  const [first, second] = item.texts;
  return slotSeed % 2 === 1 ? [second, first] : [first, second];
}

/** The file that a voter sends: what counts, a row a line. */
export function votesFile(said: readonly SaidRow[]): string {
  return said.map((row) => `${JSON.stringify(row)}\n`).join("");
}
