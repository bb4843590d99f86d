import type { Verdict } from "../../../core/records.js";
import { grownTo } from "../../../store/growing-array.js";
import { VerdictCells, type VerdictKind } from "./cells.js";
import type { RepeatedVerdicts } from "./repeats.js";
import type { SlotIndex } from "./slot-index.js";

/** Places of the first block of a file whose size is not known yet. */
const FEWEST_SLOTS = 16;

/** What stands at the slots of one trial. */
interface TrialBlock {
  readonly cells: VerdictCells;
  /** Of what the first verdict of a place was given on; empty where that is not told. */
  fingerprints: Float64Array;
  /** Latest repeat of a place; −1 for none. Empty while there are no repeats. */
  latest: Int32Array;
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
  private readonly blocks = new Map<number, TrialBlock>();
  /** Places whose verdict was given on answers that have been replaced since. */
  stale = 0;

  constructor(
    readonly a: string,
    readonly b: string | undefined,
    readonly order: 1 | 2 | undefined,
    /** Which of the verdicts that a rule asks for of each place; 1 without a rule. */
    readonly repeat: number,
    private readonly slots: SlotIndex,
    private readonly repeats: RepeatedVerdicts,
  ) {}

  /** Puts a verdict in the place of whatever stood there. */
  put(trial: number, slot: number, verdict: Verdict | undefined, isStale: boolean): void {
    const { cells } = this.blockOf(trial, slot);
    if (cells.isStale(slot)) this.stale--;
    if (isStale) this.stale++;
    cells.set(slot, verdict, isStale);
  }

  /** Takes away whatever stands at a place. */
  clear(trial: number, slot: number): void {
    const cells = this.blocks.get(trial)?.cells;
    if (cells === undefined) return;
    if (cells.isStale(slot)) this.stale--;
    cells.clear(slot);
  }

  /**
   * Adds a verdict beside those that stand there; all count.
   * @param fingerprint Of what was judged, to tell a repeat from a verdict on something else.
   */
  add(trial: number, slot: number, verdict: Verdict | undefined, fingerprint?: number): Arrival {
    const block = this.blockOf(trial, slot);
    const { cells } = block;
    if (!cells.has(slot)) {
      cells.set(slot, verdict);
      if (fingerprint !== undefined) {
        block.fingerprints = grownTo(block.fingerprints, cells.length);
        block.fingerprints[slot] = fingerprint;
      }
      return "first";
    }
    block.latest = grownTo(block.latest, cells.length, -1);
    block.latest[slot] = this.repeats.add(verdict, block.latest[slot] ?? -1);
    return fingerprint === undefined || block.fingerprints[slot] === fingerprint ? "repeat" : "conflict";
  }

  /** The verdicts of a place in the order added; undefined for a record without one, no entry without a record. */
  at(trial: number, slot: number): readonly (Verdict | undefined)[] {
    const block = this.blocks.get(trial);
    if (block === undefined || !block.cells.counts(slot)) return nothing;
    const first = block.cells.at(slot);
    const latest = block.latest[slot] ?? -1;
    return latest === -1 ? [first] : [first, ...this.repeats.after(latest)];
  }

  /**
   * Calls back for every verdict, trial by trial in the order of the slots and, in each place, of {@link at}, without making
   * anything of it.
   */
  forEach(visit: VisitVerdict): void {
    for (const [trial, block] of this.blocks) {
      const { length } = block.cells;
      for (let slot = 0; slot < length; slot++) this.visitPlace(block, trial, slot, visit);
    }
  }

  /** As {@link forEach}, for one slot. */
  forEachAt(slot: number, visit: VisitVerdict): void {
    for (const [trial, block] of this.blocks) this.visitPlace(block, trial, slot, visit);
  }

  /** As {@link forEach}, for one place. */
  forEachIn(trial: number, slot: number, visit: VisitVerdict): void {
    const block = this.blocks.get(trial);
    if (block !== undefined) this.visitPlace(block, trial, slot, visit);
  }

  private visitPlace(block: TrialBlock, trial: number, slot: number, visit: VisitVerdict): void {
    const { cells, latest } = block;
    if (!cells.counts(slot)) return;
    visit(slot, trial, cells.kindAt(slot), cells.numberAt(slot), cells.isUnreadAt(slot));
    const last = slot < latest.length ? (latest[slot] ?? -1) : -1;
    if (last !== -1)
      this.repeats.forEachAfter(last, (further, cell) =>
        visit(slot, trial, further.kindAt(cell), further.numberAt(cell), further.isUnreadAt(cell)),
      );
  }

  /** Forgets what verdicts were given on: no more will be added. */
  seal(): void {
    for (const block of this.blocks.values()) block.fingerprints = noNumbers;
  }

  /** Trials that hold a verdict, in the order in which they were met. */
  get trials(): Iterable<number> {
    return this.blocks.keys();
  }

  private blockOf(trial: number, slot: number): TrialBlock {
    let block = this.blocks.get(trial);
    if (block === undefined) {
      block = { cells: new VerdictCells(), fingerprints: noNumbers, latest: noRepeats };
      this.blocks.set(trial, block);
    }
    if (slot >= block.cells.length) block.cells.reserve(Math.max(FEWEST_SLOTS, this.slots.slots.length));
    return block;
  }
}

const nothing: readonly never[] = [];
const noNumbers = new Float64Array(0);
const noRepeats = new Int32Array(0);
