import { grownTo } from "../../../store/growing-array.js";
import { VerdictCells } from "./cells.js";

/** Cells with what tells repeats from conflicts, handed out range by range. */
export class CellStore {
  readonly cells = new VerdictCells();
  /** Of what the first verdict of a place was given on; NaN, or beyond the end, where that is not told. */
  private fingerprints = new Float64Array(0);
  /** Latest repeat of a place; −1, or beyond the end, for none. Empty while there are no repeats. */
  private latest = new Int32Array(0);
  private size = 0;

  /** Hands out so many empty cells; where they begin. */
  take(length: number): number {
    const offset = this.size;
    this.size += length;
    this.cells.reserve(this.size);
    return offset;
  }

  /** Takes over what another store has of some cells. */
  copy(other: CellStore, from: number, to: number, count: number): void {
    this.cells.copy(other.cells, from, to, count);
    for (let at = 0; at < count; at++) {
      const fingerprint = other.fingerprintAt(from + at);
      if (!Number.isNaN(fingerprint)) this.setFingerprint(to + at, fingerprint);
      const latest = other.latestAt(from + at);
      if (latest !== -1) this.setLatest(to + at, latest);
    }
  }

  fingerprintAt(cell: number): number {
    return this.fingerprints[cell] ?? Number.NaN;
  }

  setFingerprint(cell: number, fingerprint: number): void {
    this.fingerprints = grownTo(this.fingerprints, this.cells.length, Number.NaN);
    this.fingerprints[cell] = fingerprint;
  }

  /** Drops all fingerprints. */
  forgetFingerprints(): void {
    if (this.fingerprints.length > 0) this.fingerprints = new Float64Array(0);
  }

  latestAt(cell: number): number {
    return this.latest[cell] ?? -1;
  }

  setLatest(cell: number, latest: number): void {
    this.latest = grownTo(this.latest, this.cells.length, -1);
    this.latest[cell] = latest;
  }
}
