import type { Verdict } from "../../core/records.js";
import { grownTo } from "../../store/growing-array.js";
import type { SlotIndex } from "./slot-index.js";
import { absentCode, codeOf, numberOf, verdictOf } from "./verdict-code.js";

/** Marks a verdict that was given on an answer that has been replaced since. */
const STALE = 16;
/** Places of the first block of a file whose size is not known yet. */
const FEWEST_SLOTS = 16;

/** Further verdicts of places that hold one already, as circular lists: each place knows its latest, whose next is its first. */
export class RepeatedVerdicts {
  private codes = new Uint8Array(0);
  private values = new Float64Array(0);
  private nexts = new Int32Array(0);
  private size = 0;

  /** Adds a verdict after the `latest` one of its place (−1: there is none) and returns its number. */
  add(verdict: Verdict | undefined, latest: number): number {
    const number = this.size++;
    this.codes = grownTo(this.codes, this.size);
    this.values = grownTo(this.values, this.size);
    this.nexts = grownTo(this.nexts, this.size);
    this.codes[number] = codeOf(verdict);
    this.values[number] = numberOf(verdict);
    this.nexts[number] = latest === -1 ? number : (this.nexts[latest] ?? number);
    if (latest !== -1) this.nexts[latest] = number;
    return number;
  }

  /** Verdicts of a place after its first, in the order added. */
  after(latest: number): (Verdict | undefined)[] {
    const found: (Verdict | undefined)[] = [];
    let number = latest;
    do {
      number = this.nexts[number] ?? latest;
      found.push(verdictOf(this.codes[number] ?? 0, this.values[number] ?? 0));
    } while (number !== latest);
    return found;
  }
}

/** What stands at the slots of one trial. */
interface TrialBlock {
  codes: Uint8Array;
  values: Float64Array;
  /** Of what the first verdict of a place was given on; empty where that is not told. */
  fingerprints: Float64Array;
  /** Latest repeat of a place; −1 for none. Empty while there are no repeats. */
  latest: Int32Array;
}

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
    private readonly slots: SlotIndex,
    private readonly repeats: RepeatedVerdicts,
  ) {}

  /** Puts a verdict in the place of whatever stood there. */
  put(trial: number, slot: number, verdict: Verdict | undefined, isStale: boolean): void {
    const block = this.blockOf(trial, slot);
    if (((block.codes[slot] ?? absentCode) & STALE) !== 0) this.stale--;
    if (isStale) this.stale++;
    block.codes[slot] = codeOf(verdict) | (isStale ? STALE : 0);
    block.values[slot] = numberOf(verdict);
  }

  /** Takes away whatever stands at a place. */
  clear(trial: number, slot: number): void {
    const { codes } = this.blocks.get(trial) ?? {};
    if (codes === undefined || slot >= codes.length) return;
    if (((codes[slot] ?? absentCode) & STALE) !== 0) this.stale--;
    codes[slot] = absentCode;
  }

  /**
   * Adds a verdict beside those that stand there; all count.
   * @param fingerprint Of what was judged, to tell a repeat from a verdict on something else.
   */
  add(trial: number, slot: number, verdict: Verdict | undefined, fingerprint?: number): Arrival {
    const block = this.blockOf(trial, slot);
    if (block.codes[slot] === absentCode) {
      block.codes[slot] = codeOf(verdict);
      block.values[slot] = numberOf(verdict);
      if (fingerprint !== undefined) {
        block.fingerprints = grownTo(block.fingerprints, block.codes.length);
        block.fingerprints[slot] = fingerprint;
      }
      return "first";
    }
    block.latest = grownTo(block.latest, block.codes.length, -1);
    block.latest[slot] = this.repeats.add(verdict, block.latest[slot] ?? -1);
    return fingerprint === undefined || block.fingerprints[slot] === fingerprint ? "repeat" : "conflict";
  }

  /** The verdicts of a place in the order added; undefined for a record without one, no entry without a record. */
  at(trial: number, slot: number): readonly (Verdict | undefined)[] {
    const block = this.blocks.get(trial);
    const code = block?.codes[slot] ?? absentCode;
    if (block === undefined || code === absentCode || (code & STALE) !== 0) return nothing;
    const first = verdictOf(code, block.values[slot] ?? 0);
    const latest = block.latest[slot] ?? -1;
    return latest === -1 ? [first] : [first, ...this.repeats.after(latest)];
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
      block = { codes: noCodes, values: noNumbers, fingerprints: noNumbers, latest: noRepeats };
      this.blocks.set(trial, block);
    }
    if (slot >= block.codes.length) {
      const length = Math.max(FEWEST_SLOTS, this.slots.slots.length);
      block.codes = grownTo(block.codes, length);
      block.values = grownTo(block.values, length);
    }
    return block;
  }
}

const nothing: readonly never[] = [];
const noCodes = new Uint8Array(0);
const noNumbers = new Float64Array(0);
const noRepeats = new Int32Array(0);
