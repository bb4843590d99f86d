import type { Verdict } from "../../../core/records.js";
import { CellStore } from "./cell-store.js";
import type { VerdictKind } from "./cells.js";
import type { RepeatedVerdicts } from "./repeats.js";
import type { SlotIndex } from "./slot-index.js";

/** What the columns of a grid have in common. */
export interface GridRoom {
  readonly slots: SlotIndex;
  readonly repeats: RepeatedVerdicts;
  /** Cells of all columns that hold few: where many models meet, there is a column for each pair. */
  readonly shared: CellStore;
}

/** Slots from which a block has a store of its own, which then has room for every slot. */
const MOST_SHARED = 16;

/** What stands at the slots of one trial: a range of a store's cells. */
interface TrialBlock {
  readonly trial: number;
  store: CellStore;
  /** Where the range begins in the store. */
  offset: number;
  /** Slot of its first cell. */
  first: number;
  length: number;
}

/**
 * What is told of a verdict in place of the verdict.
 * @param kind Undefined for a record without one.
 * @param value The rating, or the weight on the second answer.
 * @param isUnread Whether it is the rating of an answer that could not be read, where answers are compared with the right ones.
 */
export type VisitVerdict = (
  slot: number,
  trial: number,
  kind: VerdictKind | undefined,
  value: number,
  isUnread: boolean,
) => void;

/** What a further verdict is to those of its place. */
export type Arrival = "first" | "repeat" | "conflict";

/**
 * The verdicts of one model, or of one pair shown in one order: a byte and a number for every place, so that memory
 * grows with the places and not with the records that were written for them.
 */
export class VerdictColumn {
  /** In the order in which their trials were met. */
  private blocks: TrialBlock[] = none;
  /** Blocks by trial, where there are several. */
  private byTrial: Map<number, TrialBlock> | undefined;
  /** Places whose verdict was given on answers that have been replaced since. */
  stale = 0;

  constructor(
    readonly a: string,
    readonly b: string | undefined,
    readonly order: 1 | 2 | undefined,
    /** Which of the verdicts that a rule asks for of each place; 1 without a rule. */
    readonly repeat: number,
    private readonly room: GridRoom,
  ) {}

  /** Puts a verdict in the place of whatever stood there. */
  put(trial: number, slot: number, verdict: Verdict | undefined, isStale: boolean): void {
    const block = this.roomFor(trial, slot);
    const { cells } = block.store;
    const cell = cellOf(block, slot);
    if (cells.isStale(cell)) this.stale--;
    if (isStale) this.stale++;
    cells.set(cell, verdict, isStale);
  }

  /** Takes away whatever stands at a place. */
  clear(trial: number, slot: number): void {
    const block = this.blockOf(trial);
    if (block === undefined || !holds(block, slot)) return;
    const { cells } = block.store;
    const cell = cellOf(block, slot);
    if (cells.isStale(cell)) this.stale--;
    cells.clear(cell);
  }

  /**
   * Adds a verdict beside those that stand there; all count.
   * @param fingerprint Of what was judged, to tell a repeat from a verdict on something else.
   */
  add(trial: number, slot: number, verdict: Verdict | undefined, fingerprint?: number): Arrival {
    const block = this.roomFor(trial, slot);
    const { store } = block;
    const cell = cellOf(block, slot);
    if (!store.cells.has(cell)) {
      store.cells.set(cell, verdict);
      if (fingerprint !== undefined) store.setFingerprint(cell, fingerprint);
      return "first";
    }
    store.setLatest(cell, this.room.repeats.add(verdict, store.latestAt(cell)));
    return fingerprint === undefined || store.fingerprintAt(cell) === fingerprint ? "repeat" : "conflict";
  }

  /** The verdicts of a place in the order added; undefined for a record without one, no entry without a record. */
  at(trial: number, slot: number): readonly (Verdict | undefined)[] {
    const block = this.blockOf(trial);
    if (block === undefined || !holds(block, slot)) return nothing;
    const { store } = block;
    const cell = cellOf(block, slot);
    if (!store.cells.counts(cell)) return nothing;
    const first = store.cells.at(cell);
    const latest = store.latestAt(cell);
    return latest === -1 ? [first] : [first, ...this.room.repeats.after(latest)];
  }

  /**
   * Calls back for every verdict, trial by trial in the order of the slots and, in each place, of {@link at}, without making
   * anything of it.
   */
  forEach(visit: VisitVerdict): void {
    for (const block of this.blocks) {
      const end = block.first + block.length;
      for (let slot = block.first; slot < end; slot++) this.visitPlace(block, slot, visit);
    }
  }

  /** As {@link forEach}, for one slot. */
  forEachAt(slot: number, visit: VisitVerdict): void {
    for (const block of this.blocks) this.visitPlace(block, slot, visit);
  }

  /** As {@link forEach}, for one place. */
  forEachIn(trial: number, slot: number, visit: VisitVerdict): void {
    const block = this.blockOf(trial);
    if (block !== undefined) this.visitPlace(block, slot, visit);
  }

  private visitPlace(block: TrialBlock, slot: number, visit: VisitVerdict): void {
    if (!holds(block, slot)) return;
    const { cells } = block.store;
    const cell = cellOf(block, slot);
    if (!cells.counts(cell)) return;
    visit(slot, block.trial, cells.kindAt(cell), cells.numberAt(cell), cells.isUnreadAt(cell));
    const latest = block.store.latestAt(cell);
    if (latest !== -1)
      this.room.repeats.forEachAfter(latest, (further, one) =>
        visit(slot, block.trial, further.kindAt(one), further.numberAt(one), further.isUnreadAt(one)),
      );
  }

  /** Forgets what verdicts were given on: no more will be added. */
  seal(): void {
    for (const { store } of this.blocks) store.forgetFingerprints();
  }

  /** Trials that hold a verdict, in the order in which they were met. */
  get trials(): readonly number[] {
    return this.blocks.map(({ trial }) => trial);
  }

  /** The slots of a trial among which those with a verdict are: from the first to before the end. */
  rangeOf(trial: number): { readonly first: number; readonly end: number } {
    const block = this.blockOf(trial);
    return block === undefined
      ? { first: 0, end: 0 }
      : { first: block.first, end: block.first + block.length };
  }

  private blockOf(trial: number): TrialBlock | undefined {
    if (this.byTrial !== undefined) return this.byTrial.get(trial);
    const [only] = this.blocks;
    return only?.trial === trial ? only : undefined;
  }

  private roomFor(trial: number, slot: number): TrialBlock {
    let block = this.blockOf(trial);
    if (block === undefined) {
      const { shared } = this.room;
      block = { trial, store: shared, offset: shared.take(1), first: slot, length: 1 };
      this.addBlock(block);
    } else if (!holds(block, slot)) this.widen(block, slot);
    return block;
  }

  private addBlock(block: TrialBlock): void {
    // A list that grows keeps room for a dozen more, and nearly all columns of pairs hold one trial.
    if (this.blocks.length < 2) this.blocks = [...this.blocks, block];
    else this.blocks.push(block);
    if (this.blocks.length === 2) this.byTrial = new Map(this.blocks.map((one) => [one.trial, one]));
    else this.byTrial?.set(block.trial, block);
  }

  /** Moves a block to where there is room for the slot, too. */
  private widen(block: TrialBlock, slot: number): void {
    const { store, offset, length } = block;
    const first = Math.min(block.first, slot);
    const needed = Math.max(block.first + length, slot + 1) - first;
    const isLarge = needed > MOST_SHARED || store !== this.room.shared;
    const larger = isLarge ? new CellStore() : store;
    const begin = isLarge ? 0 : first;
    const all = isLarge ? Math.max(first + needed, this.room.slots.slots.length) : needed;
    const size = Math.max(all, 2 * length);
    block.offset = larger.take(size);
    larger.copy(store, offset, block.offset + block.first - begin, length);
    block.store = larger;
    block.first = begin;
    block.length = size;
  }
}

function holds({ first, length }: TrialBlock, slot: number): boolean {
  return slot >= first && slot < first + length;
}

function cellOf({ offset, first }: TrialBlock, slot: number): number {
  return offset + slot - first;
}

const nothing: readonly never[] = [];
/** Never appended to. */
const none: TrialBlock[] = [];
