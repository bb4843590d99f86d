import type { Clock } from "../../../harness/core/clock.js";

interface Sleeper {
  readonly wakesAtMs: number;
  readonly order: number;
  wake(): void;
}

/** A clock that stands still until it is moved: tests of hours run in milliseconds and always the same way. */
export interface VirtualClock extends Clock {
  /** Sleeps under way: timers that would keep a process alive. */
  readonly sleeping: number;
  /** Moves time forward, waking sleepers in order and letting everything they set off settle in between. */
  advance(ms: number): Promise<void>;
  /** Moves time forward as far as needed for the promise to settle. Fails when nothing sleeps and it has not. */
  runUntil<Result>(promise: Promise<Result>): Promise<Result>;
  /** Lets pending promises settle without moving time. */
  settle(): Promise<void>;
}

/** Time starts at 2025-01-01T00:00:00Z; monotonic time starts at 0. */
export const virtualEpochMs = Date.UTC(2025, 0, 1);

/** One turn of Node's own loop: every promise chain that waits for nothing outside has run to its end after it. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Binary min-heap by time, then by order of arrival. */
class SleeperHeap {
  private readonly heap: Sleeper[] = [];

  get first(): Sleeper | undefined {
    return this.heap[0];
  }

  push(sleeper: Sleeper): void {
    this.heap.push(sleeper);
    let at = this.heap.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isBefore(at, parent)) break;
      this.swap(at, parent);
      at = parent;
    }
  }

  pop(): Sleeper | undefined {
    const first = this.heap[0];
    const last = this.heap.pop();
    if (last === undefined || this.heap.length === 0) return first;
    this.heap[0] = last;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      const right = left + 1;
      let least = at;
      if (left < this.heap.length && this.isBefore(left, least)) least = left;
      if (right < this.heap.length && this.isBefore(right, least)) least = right;
      if (least === at) return first;
      this.swap(at, least);
      at = least;
    }
  }

  private isBefore(one: number, other: number): boolean {
    const [a, b] = [this.heap[one], this.heap[other]];
    if (a === undefined || b === undefined) return false;
    return a.wakesAtMs < b.wakesAtMs || (a.wakesAtMs === b.wakesAtMs && a.order < b.order);
  }

  private swap(one: number, other: number): void {
    const [a, b] = [this.heap[one], this.heap[other]];
    if (a !== undefined && b !== undefined) {
      this.heap[one] = b;
      this.heap[other] = a;
    }
  }
}

/** Creates a clock that only tests move. */
export function createVirtualClock(): VirtualClock {
  const sleepers = new SleeperHeap();
  let nowMs = 0;
  let order = 0;
  let sleeping = 0;

  /** Wakes all who are due at the next moment; false when that lies beyond the limit or nobody sleeps. */
  const step = async (limitMs: number): Promise<boolean> => {
    const due = sleepers.first?.wakesAtMs;
    if (due === undefined || due > limitMs) return false;
    nowMs = Math.max(nowMs, due);
    while ((sleepers.first?.wakesAtMs ?? Number.POSITIVE_INFINITY) <= nowMs) sleepers.pop()?.wake();
    await settle();
    return true;
  };

  return {
    now: () => virtualEpochMs + nowMs,
    monotonic: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        sleeping++;
        const stop = () => {
          sleeping--;
          reject(signal?.reason);
        };
        signal?.addEventListener("abort", stop, { once: true });
        sleepers.push({
          wakesAtMs: nowMs + Math.max(0, ms),
          order: order++,
          wake: () => {
            if (signal?.aborted) return;
            sleeping--;
            signal?.removeEventListener("abort", stop);
            resolve();
          },
        });
      }),
    turn: () => Promise.resolve(),
    get sleeping() {
      return sleeping;
    },
    settle,
    async advance(ms) {
      const target = nowMs + ms;
      await settle();
      while (await step(target));
      nowMs = target;
      await settle();
    },
    async runUntil(promise) {
      let settled = false;
      const done = () => {
        settled = true;
      };
      promise.then(done, done);
      await settle();
      while (!settled) {
        if (!(await step(Number.POSITIVE_INFINITY)) && !settled) {
          throw new Error("nothing sleeps, and what was waited for has not happened");
        }
      }
      return promise;
    },
  };
}
