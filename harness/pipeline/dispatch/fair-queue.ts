/** First in, first out, without the cost of `Array.shift` on long arrays. */
class Line<Item> {
  private items: (Item | undefined)[] = [];
  private head = 0;

  get length(): number {
    return this.items.length - this.head;
  }

  push(item: Item): void {
    this.items.push(item);
  }

  shift(): Item | undefined {
    if (this.head >= this.items.length) return undefined;
    const item = this.items[this.head];
    this.items[this.head] = undefined;
    this.head++;
    if (this.head === this.items.length) {
      this.items = [];
      this.head = 0;
    } else if (this.head > 1024 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return item;
  }
}

interface Share<Item> {
  readonly urgent: Line<Item>;
  readonly normal: Line<Item>;
}

/**
 * Calls that wait for one endpoint. Models take turns (round robin), so that a model with thousands of calls does not
 * keep another one waiting; within a model the order is first in, first out, calls that are made again first.
 */
export class FairQueue<Item> {
  private readonly shares = new Map<string, Share<Item>>();
  /** Models with something waiting, the next one first. */
  private ring = new Line<Share<Item>>();
  private count = 0;

  /** Number of calls that wait. */
  get size(): number {
    return this.count;
  }

  /** @param urgent puts the call before those of its model that were never tried */
  push(model: string, item: Item, urgent = false): void {
    let share = this.shares.get(model);
    if (share === undefined) {
      share = { urgent: new Line(), normal: new Line() };
      this.shares.set(model, share);
    }
    if (share.urgent.length + share.normal.length === 0) this.ring.push(share);
    (urgent ? share.urgent : share.normal).push(item);
    this.count++;
  }

  /** Takes the call whose turn it is; undefined when none waits. */
  shift(): Item | undefined {
    const share = this.ring.shift();
    if (share === undefined) return undefined;
    const item = share.urgent.length > 0 ? share.urgent.shift() : share.normal.shift();
    this.count--;
    if (share.urgent.length + share.normal.length > 0) this.ring.push(share);
    return item;
  }
}
