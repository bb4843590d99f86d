import type { Interval } from "../../core/board.js";

/** Ends of a scale of values. */
export interface Scale {
  readonly worst: number;
  readonly best: number;
}

/** A t interval of few questions can reach beyond the scale, where the true figure cannot be; its ends are cut off there. */
export function cutOff(interval: Interval, { worst, best }: Scale): Interval {
  if (interval.low >= worst && interval.high <= best) return interval;
  const [low, high] = [Math.max(worst, interval.low), Math.min(best, interval.high)];
  return { ...interval, low, high, method: `${interval.method}, cut off at the end of the scale` };
}

/** Scale of the differences between two values of a scale. */
export function differenceScale({ worst, best }: Scale): Scale {
  return { worst: worst - best, best: best - worst };
}
