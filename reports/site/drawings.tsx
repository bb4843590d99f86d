import type { VNode } from "preact";
import { shortName } from "../view/text.js";
import type { BoardAxis, FollowedBoard, FollowedLine } from "./follow-boards.js";
import { figureIn, isInPoints } from "./follow-boards.js";
import type { SiteFigure } from "./site-records.js";

/** Most lines that one drawing shows; they are told apart by colour, dash and mark. */
export const MOST_LINES = 6;

/** Room at both ends of an interval's axis, and to the left of a trend's first point for the scale. */
const MARGIN_PERCENT = 4;
const SCALE_PERCENT = 13;
const MOST_LABELS = 5;

function share(axis: BoardAxis, value: number): number {
  return Math.min(1, Math.max(0, (value - axis.low) / Math.max(axis.high - axis.low, 1e-9)));
}

function across(fraction: number): string {
  return `${(MARGIN_PERCENT + fraction * (100 - 2 * MARGIN_PERCENT)).toFixed(2)}%`;
}

function alongTime(fraction: number): string {
  return `${(SCALE_PERCENT + fraction * (100 - SCALE_PERCENT - MARGIN_PERCENT)).toFixed(2)}%`;
}

/** A value as a scale has it. */
function scaleLabel(value: number, percent: boolean): string {
  return `${value}${percent ? "%" : ""}`;
}

/** Ends of the axis that {@link IntervalDrawing} uses. */
export function AxisEnds({ axis, percent }: { readonly axis: BoardAxis; readonly percent: boolean }): VNode {
  return (
    <svg class="interval" width="100%" height="16" aria-hidden="true" focusable="false">
      <text x={across(0)} y="12">
        {scaleLabel(axis.low, percent)}
      </text>
      <text x={across(1)} y="12" text-anchor="end">
        {scaleLabel(axis.high, percent)}
      </text>
    </svg>
  );
}

/** A figure and its interval on a board's axis; the same figures stand beside it as text. */
export function IntervalDrawing({
  figure,
  axis,
}: {
  readonly figure: SiteFigure;
  readonly axis: BoardAxis;
}): VNode {
  return (
    <svg class="interval" width="100%" height="22" aria-hidden="true" focusable="false">
      <line class="grid" x1={across(0)} x2={across(1)} y1="11" y2="11" />
      {axis.even === null ? null : (
        <line
          class="even"
          x1={across(share(axis, axis.even))}
          x2={across(share(axis, axis.even))}
          y1="1"
          y2="21"
        />
      )}
      {figure.low === null || figure.high === null ? null : (
        <line
          class="whisker"
          x1={across(share(axis, figure.low))}
          x2={across(share(axis, figure.high))}
          y1="11"
          y2="11"
        />
      )}
      {figure.value === null ? null : (
        <circle class="dot" cx={across(share(axis, figure.value))} cy="11" r="4.5" />
      )}
    </svg>
  );
}

/** The mark of a line's points, drawn around the origin. */
function Mark({ index }: { readonly index: number }): VNode {
  const shapes = [
    <circle r="4.2" />,
    <rect x="-4" y="-4" width="8" height="8" />,
    <path d="M0 -5 5 4H-5Z" />,
    <path d="M0 -5.4 5.4 0 0 5.4-5.4 0Z" />,
    <path d="M-4.5 0H4.5M0 -4.5V4.5M-3.2 -3.2 3.2 3.2M-3.2 3.2 3.2 -3.2" />,
    <path d="M-4 -4 4 4M-4 4 4 -4" />,
  ];
  return shapes[index % shapes.length] ?? <circle r="4.2" />;
}

/** A line's look beside its name. */
export function LineKey({ index }: { readonly index: number }): VNode {
  return (
    <svg class={`key line-${index}`} width="38" height="14" aria-hidden="true" focusable="false">
      <line class="stroke" x1="1" x2="37" y1="7" y2="7" />
      <svg x="19" y="7" overflow="visible" class="mark" aria-hidden="true">
        <Mark index={index} />
      </svg>
    </svg>
  );
}

const TOP = 10;
const BOTTOM = 26;

function LinePath({
  line,
  index,
  axis,
  height,
  category,
}: {
  readonly line: FollowedLine;
  readonly index: number;
  readonly axis: BoardAxis;
  readonly height: number;
  readonly category: string | null;
}): VNode {
  const last = Math.max(1, line.points.length - 1);
  const y = (value: number) => TOP + (1 - share(axis, value)) * (height - TOP - BOTTOM);
  const places = line.points.flatMap((row, place) => {
    const figure = row === null ? null : figureIn(row, category);
    return figure === null || figure.value === null
      ? []
      : [{ x: alongTime(place / last), figure, value: figure.value }];
  });
  return (
    <g class={`line-${index}`}>
      {places.slice(1).map((to, place) => {
        const from = places[place] ?? to;
        return <line key={to.x} class="stroke" x1={from.x} y1={y(from.value)} x2={to.x} y2={y(to.value)} />;
      })}
      {places.map(({ x, figure, value }) => (
        <svg key={x} x={x} y={y(value)} overflow="visible" class="mark" aria-hidden="true">
          {figure.low === null || figure.high === null ? null : (
            <line
              class="whisker"
              x1="0"
              x2="0"
              y1={y(figure.low) - y(value)}
              y2={y(figure.high) - y(value)}
            />
          )}
          <Mark index={index} />
        </svg>
      ))}
    </g>
  );
}

/** Which runs are named below a drawing: all of a few, else the first, the last and some between. */
function labelledPlaces(count: number): ReadonlySet<number> {
  const most = Math.min(count, MOST_LABELS);
  return new Set(
    Array.from({ length: most }, (_, index) => Math.round((index * (count - 1)) / Math.max(1, most - 1))),
  );
}

/** The day of a run, or its time where the run before it was on the same day. */
function dateLabel(at: string, before: string | undefined): string {
  return before !== undefined && before.slice(0, 10) === at.slice(0, 10) && at.length >= 16
    ? at.slice(11, 16)
    : at.slice(0, 10);
}

/** Lines over runs with their intervals; the table beside it holds the same figures. */
export function TrendDrawing({
  followed,
  lines,
  category,
  height,
}: {
  readonly followed: FollowedBoard;
  readonly lines: readonly FollowedLine[];
  readonly category: string | null;
  readonly height: number;
}): VNode {
  const { runs, format } = followed;
  const axis = category === null ? followed.axis : wholeAxis(followed);
  const labelled = labelledPlaces(runs.length);
  const last = Math.max(1, runs.length - 1);
  const y = (value: number) => TOP + (1 - share(axis, value)) * (height - TOP - BOTTOM);
  const anchor = (place: number) => (place === 0 ? "start" : place === last ? "end" : "middle");
  return (
    <svg class="trend" width="100%" height={height} aria-hidden="true" focusable="false">
      {axis.ticks.map((tick) => (
        <g key={tick}>
          <line class={tick === axis.even ? "even" : "grid"} x1="0" x2="100%" y1={y(tick)} y2={y(tick)} />
          <text x="0" y={y(tick) - 3}>
            {scaleLabel(tick, format === "percent")}
          </text>
        </g>
      ))}
      {runs.map((run, place) =>
        labelled.has(place) ? (
          <text key={run.id} x={alongTime(place / last)} y={height - 8} text-anchor={anchor(place)}>
            {shortName(dateLabel(run.at, runs[place - 1]?.at), 16)}
          </text>
        ) : null,
      )}
      {lines.map((line, index) => (
        <LinePath key={line.name} line={line} index={index} axis={axis} height={height} category={category} />
      ))}
    </svg>
  );
}

function wholeAxis(followed: FollowedBoard): BoardAxis {
  if (isInPoints(followed.board)) return { low: 1, high: 10, ticks: [1, 4, 7, 10], even: null };
  const even = followed.board.metric === "rating" ? null : 50;
  return { low: 0, high: 100, ticks: [0, 25, 50, 75, 100], even };
}
