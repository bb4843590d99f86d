import type { NewestRecord } from "../core/live-run.js";

/** Records that are kept. */
const KEPT = 200;

/** The newest records of a run, each with a number by which listeners know what they have. */
export class NewestRing {
  private kept: NewestRecord[] = [];
  /** How many there have been. */
  count = 0;

  /** Adds records in the order in which they were made. */
  add(records: readonly NewestRecord[]): void {
    const inOrder = [...records].sort((x, y) => (x.at < y.at ? -1 : x.at > y.at ? 1 : 0));
    this.count += inOrder.length;
    this.kept = [...this.kept, ...inOrder].slice(-KEPT);
  }

  /** Records behind the first `count`, oldest first; of more than are kept, the newest. */
  since(count: number): readonly NewestRecord[] {
    const missed = this.count - count;
    return missed <= 0 ? [] : this.kept.slice(-missed);
  }

  /** The newest record's time. */
  get newestAt(): string | null {
    return this.kept.at(-1)?.at ?? null;
  }
}
