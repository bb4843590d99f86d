import type { ShownFigure, ShownInterval } from "../view/records.js";

/** Axis that a track is drawn on; `even` is marked where given. */
export interface TrackScale {
  readonly axisLow: number;
  readonly axisHigh: number;
  readonly even?: number;
}

/**
 * A figure and its interval on an axis of `width` characters, such as `··├──●──┤·┊··`; an interval beyond the axis is
 * cut at its end, a figure that is missing leaves the axis empty.
 */
export function intervalTrack(
  scale: TrackScale,
  figure: ShownFigure,
  interval: ShownInterval | null,
  width: number,
): string {
  const span = scale.axisHigh - scale.axisLow;
  const place = (value: number) => {
    const share = span === 0 ? 0.5 : (value - scale.axisLow) / span;
    return Math.min(width - 1, Math.max(0, Math.round(share * (width - 1))));
  };
  const track = Array.from({ length: width }, () => "·");
  if (scale.even !== undefined) track[place(scale.even)] = "┊";
  if (interval?.low.value != null && interval.high.value != null) {
    const low = place(interval.low.value);
    const high = place(interval.high.value);
    for (let index = low; index <= high; index++) track[index] = "─";
    if (low < high) {
      track[low] = "├";
      track[high] = "┤";
    }
  }
  if (figure.value !== null) track[place(figure.value)] = "●";
  return track.join("");
}
