/** How far back a pace looks: what was long ago says little about what is left. */
const WINDOW_MS = 30_000;
/** Moments that are remembered; at a quicker pace the window is shorter. */
const MOMENTS = 512;
/** Fewer moments than this make no pace. */
const LEAST_MOMENTS = 3;
/** Nor does a shorter time: what was asked together also comes back together. */
const LEAST_MS = 2_000;

/** How many things happen in a second, by the last half minute; time is passed in. */
export class Pace {
  private readonly moments = new Float64Array(MOMENTS);
  private next = 0;
  private count = 0;
  private startedMs: number | undefined;

  /** One thing happened. @param nowMs By a clock that never runs backwards. */
  add(nowMs: number): void {
    this.startedMs ??= nowMs;
    this.moments[this.next] = nowMs;
    this.next = (this.next + 1) % MOMENTS;
    this.count = Math.min(MOMENTS, this.count + 1);
  }

  /** Things in a second; undefined while there is too little to go by. A silence lowers it. */
  perSecond(nowMs: number): number | undefined {
    const from = nowMs - WINDOW_MS;
    let seen = 0;
    let oldestMs = nowMs;
    while (seen < this.count) {
      const moment = this.moments[(this.next - 1 - seen + MOMENTS) % MOMENTS] ?? 0;
      if (moment <= from) break;
      oldestMs = moment;
      seen++;
    }
    if (this.startedMs === undefined || nowMs - this.startedMs < LEAST_MS) return undefined;
    // With all that happened in the window known, it is the window that counts, silence at its start included.
    const isWhole = seen < MOMENTS;
    const beganMs = isWhole ? Math.max(from, this.startedMs) : oldestMs;
    if (seen < LEAST_MOMENTS) return seen === 0 && nowMs - this.startedMs > WINDOW_MS ? 0 : undefined;
    return seen / ((nowMs - beganMs) / 1000);
  }
}
