import type { VNode } from "preact";
import type { BoardRow, BoardScale, ShownFigure, ShownInterval } from "../view/records.js";

/** Ends of an axis and the ticks between them. */
export interface DrawnAxis {
  readonly axisLow: number;
  readonly axisHigh: number;
  readonly ticks: readonly number[];
}

/** Room at both ends of a drawing, in percent, so that end labels and points are not cut. */
const MARGIN_PERCENT = 4;

/** Where a value stands on an axis, as a percentage of the drawing's width. */
function placeOn(axis: DrawnAxis, value: number): string {
  const share = (value - axis.axisLow) / Math.max(axis.axisHigh - axis.axisLow, 1e-9);
  const clipped = Math.min(1, Math.max(0, share));
  return `${(MARGIN_PERCENT + clipped * (100 - 2 * MARGIN_PERCENT)).toFixed(2)}%`;
}

function tickLabel(value: number, percent: boolean): string {
  return `${String(value).replace("-", "−")}${percent ? "%" : ""}`;
}

/** Labels of an axis. */
export function AxisDrawing({
  axis,
  percent,
}: {
  readonly axis: DrawnAxis;
  readonly percent: boolean;
}): VNode {
  return (
    <svg class="axis" width="100%" height="18" aria-hidden="true" focusable="false">
      {axis.ticks.map((tick) => (
        <text key={tick} x={placeOn(axis, tick)} y="13" text-anchor="middle">
          {tickLabel(tick, percent)}
        </text>
      ))}
    </svg>
  );
}

function Grid({ axis, strong }: { readonly axis: DrawnAxis; readonly strong: readonly number[] }): VNode {
  return (
    <>
      {axis.ticks.map((tick) => (
        <line key={tick} class="grid" x1={placeOn(axis, tick)} x2={placeOn(axis, tick)} y1="0" y2="100%" />
      ))}
      {strong.map((value) => (
        <line
          key={`strong-${value}`}
          class="even"
          x1={placeOn(axis, value)}
          x2={placeOn(axis, value)}
          y1="0"
          y2="100%"
        />
      ))}
    </>
  );
}

function Whisker({
  axis,
  interval,
  y,
}: {
  readonly axis: DrawnAxis;
  readonly interval: ShownInterval | null;
  readonly y: string;
}): VNode | null {
  if (interval?.low.value == null || interval.high.value === null) return null;
  return (
    <line
      class="whisker"
      x1={placeOn(axis, interval.low.value)}
      x2={placeOn(axis, interval.high.value)}
      y1={y}
      y2={y}
    />
  );
}

function Bounds({ axis, row }: { readonly axis: DrawnAxis; readonly row: BoardRow }): VNode | null {
  const { low, high } = row.bounds;
  if (row.second !== undefined || low.value === null || high.value === null || low.value === high.value)
    return null;
  return (
    <line class="bounds" x1={placeOn(axis, low.value)} x2={placeOn(axis, high.value)} y1="80%" y2="80%" />
  );
}

/** One row of a board: point, interval, and what bounds it where verdicts are missing. */
export function RowDrawing({ row, scale }: { readonly row: BoardRow; readonly scale: BoardScale }): VNode {
  const { second } = row;
  const y = second === undefined ? "50%" : "36%";
  return (
    <svg class="drawing" width="100%" height="34" aria-hidden="true" focusable="false">
      <Grid axis={scale} strong={scale.even === undefined ? [] : [scale.even]} />
      <Bounds axis={scale} row={row} />
      <Whisker axis={scale} interval={row.interval} y={y} />
      {row.headline.value === null ? null : (
        <circle class="dot" cx={placeOn(scale, row.headline.value)} cy={y} r="5.5" />
      )}
      {second === undefined ? null : (
        <g class="second">
          <Whisker axis={scale} interval={second.interval} y="72%" />
          {second.figure.value === null ? null : (
            <circle class="ring" cx={placeOn(scale, second.figure.value)} cy="72%" r="4" />
          )}
        </g>
      )}
    </svg>
  );
}

/** A difference with its interval; zero and the margin are marked. */
export function DifferenceDrawing({
  delta,
  interval,
  axis,
  marks,
}: {
  readonly delta: ShownFigure;
  readonly interval: ShownInterval | null;
  readonly axis: DrawnAxis;
  readonly marks: readonly number[];
}): VNode {
  return (
    <svg class="drawing" width="100%" height="30" aria-hidden="true" focusable="false">
      <Grid axis={axis} strong={[0]} />
      {marks.map((mark) => (
        <line key={mark} class="margin" x1={placeOn(axis, mark)} x2={placeOn(axis, mark)} y1="0" y2="100%" />
      ))}
      <Whisker axis={axis} interval={interval} y="50%" />
      {delta.value === null ? null : <circle class="dot" cx={placeOn(axis, delta.value)} cy="50%" r="5" />}
    </svg>
  );
}

/** Values as dots, at heights that let equal ones be told apart; the mean is a strong line. */
export function DotsDrawing({
  values,
  mean,
  axis,
}: {
  readonly values: readonly number[];
  readonly mean: ShownFigure;
  readonly axis: DrawnAxis;
}): VNode {
  return (
    <svg class="drawing dots" width="100%" height="34" aria-hidden="true" focusable="false">
      <Grid axis={axis} strong={mean.value === null ? [] : [mean.value]} />
      {values.map((value, index) => (
        <circle
          key={index}
          class="reward"
          cx={placeOn(axis, value)}
          cy={`${(25 + 50 * ((index * 0.618034) % 1)).toFixed(0)}%`}
          r="2.5"
        />
      ))}
    </svg>
  );
}

/** Parts of a whole as a stacked bar; classes name the parts. */
export function StackDrawing({
  parts,
}: {
  readonly parts: readonly { readonly className: string; readonly value: number }[];
}): VNode {
  const whole = parts.reduce((sum, part) => sum + part.value, 0);
  let start = 0;
  return (
    <svg class="stack" width="100%" height="22" aria-hidden="true" focusable="false">
      {parts.map(({ className, value }) => {
        const x = whole === 0 ? 0 : (100 * start) / whole;
        const width = whole === 0 ? 0 : (100 * value) / whole;
        start += value;
        return <rect key={className} class={className} x={`${x}%`} y="0" width={`${width}%`} height="22" />;
      })}
    </svg>
  );
}
