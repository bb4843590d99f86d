import type { VNode } from "preact";
import type { RadarSpoke, Trajectory } from "../../harness/core/card.js";
import { shortName } from "../view/text.js";
import { axisAround, type CardAxis, type ChangeView, tickText } from "./card-view.js";

/** Room at both ends of an axis, percent. */
const MARGIN = 3;

function across(axis: CardAxis, value: number): string {
  const share = Math.min(1, Math.max(0, (value - axis.low) / (axis.high - axis.low)));
  return `${(MARGIN + share * (100 - 2 * MARGIN)).toFixed(2)}%`;
}

/** The axis above the drawings of changes. */
export function ChangeAxis({ axis }: { readonly axis: CardAxis }): VNode {
  return (
    <svg class="change-axis" width="100%" height="18" aria-hidden="true" focusable="false">
      {axis.ticks.map((tick) => (
        <text key={tick} x={across(axis, tick)} y="13" text-anchor="middle">
          {tickText(tick)}
        </text>
      ))}
    </svg>
  );
}

/** A change with its own interval (thick) and the one that holds together with all others (thin); figures stand beside it. */
export function ChangeDrawing({ view, axis }: { readonly view: ChangeView; readonly axis: CardAxis }): VNode {
  const { drawn, change } = view;
  return (
    <svg
      class={`change change-${change.finding}`}
      width="100%"
      height="26"
      aria-hidden="true"
      focusable="false"
    >
      {axis.ticks.map((tick) => (
        <line
          key={tick}
          class={tick === 0 ? "even" : "grid"}
          x1={across(axis, tick)}
          x2={across(axis, tick)}
          y1="0"
          y2="26"
        />
      ))}
      {drawn?.joint ? (
        <line
          class="joint"
          x1={across(axis, drawn.joint[0])}
          x2={across(axis, drawn.joint[1])}
          y1="13"
          y2="13"
        />
      ) : null}
      {drawn?.own ? (
        <line class="own" x1={across(axis, drawn.own[0])} x2={across(axis, drawn.own[1])} y1="13" y2="13" />
      ) : null}
      {drawn === null ? null : (
        <circle
          class={drawn.own === null ? "dot hollow" : "dot"}
          cx={across(axis, drawn.value)}
          cy="13"
          r="5"
        />
      )}
    </svg>
  );
}

const RADAR = { width: 440, radius: 118 } as const;
const CENTRE = { x: RADAR.width / 2, y: 150 } as const;
/** Room for a label's two lines above the rim, and below it. */
const LABEL_ROOM = { above: 42, below: 40 } as const;
const RINGS = [25, 50, 75, 100];

function pointAt(index: number, count: number, percent: number): readonly [number, number] {
  const angle = (2 * Math.PI * index) / count - Math.PI / 2;
  const reach = (RADAR.radius * percent) / 100;
  return [CENTRE.x + reach * Math.cos(angle), CENTRE.y + reach * Math.sin(angle)];
}

function outline(spokes: readonly RadarSpoke[], percent: (spoke: RadarSpoke) => number): string {
  return spokes
    .map((spoke, index) =>
      pointAt(index, spokes.length, percent(spoke))
        .map((one) => one.toFixed(1))
        .join(","),
    )
    .join(" ");
}

function SpokeLabel({
  spoke,
  index,
  count,
}: {
  readonly spoke: RadarSpoke;
  readonly index: number;
  readonly count: number;
}): VNode {
  const [x, y] = pointAt(index, count, 112);
  const side = x - CENTRE.x;
  const anchor = Math.abs(side) < 12 ? "middle" : side > 0 ? "start" : "end";
  const room = anchor === "middle" ? 28 : 15;
  const lift = Math.abs(side) >= 12 ? 0 : y < CENTRE.y ? -16 : 12;
  return (
    <text x={x.toFixed(1)} y={(y + lift).toFixed(1)} text-anchor={anchor}>
      <tspan class="spoke">{shortName(spoke.name, room)}</tspan>
      <tspan x={x.toFixed(1)} dy="14">
        {spoke.shownBase} → {spoke.shownCandidate}
      </tspan>
    </text>
  );
}

/** The candidate over the base, a spoke for each quantity, each on its own scale from the centre to the rim. */
export function Radar({ spokes }: { readonly spokes: readonly RadarSpoke[] }): VNode {
  const count = spokes.length;
  const rim = spokes.map((_, index) => pointAt(index, count, 100)[1]);
  const top = Math.min(...rim) - LABEL_ROOM.above;
  const height = Math.max(...rim) + LABEL_ROOM.below - top;
  return (
    <svg
      class="radar"
      viewBox={`0 ${top.toFixed(0)} ${RADAR.width} ${height.toFixed(0)}`}
      aria-hidden="true"
      focusable="false"
    >
      {RINGS.map((ring) => (
        <polygon key={ring} class="ring" points={outline(spokes, () => ring)} />
      ))}
      {spokes.map((spoke, index) => {
        const [x, y] = pointAt(index, count, 100);
        return (
          <line
            key={spoke.name}
            class="ring"
            x1={CENTRE.x}
            y1={CENTRE.y}
            x2={x.toFixed(1)}
            y2={y.toFixed(1)}
          />
        );
      })}
      <polygon class="of-base" points={outline(spokes, ({ base }) => base)} />
      <polygon class="of-candidate" points={outline(spokes, ({ candidate }) => candidate)} />
      {spokes.map((spoke, index) => {
        const [x, y] = pointAt(index, count, spoke.candidate);
        return <circle key={spoke.name} class="tip" cx={x.toFixed(1)} cy={y.toFixed(1)} r="3.5" />;
      })}
      {spokes.map((spoke, index) => (
        <SpokeLabel key={spoke.name} spoke={spoke} index={index} count={count} />
      ))}
    </svg>
  );
}

const LINE = { height: 190, top: 12, bottom: 30, left: 13 } as const;

/** One area over checkpoints, with intervals, around the base's 0. */
export function TrajectoryDrawing({ trajectory }: { readonly trajectory: Trajectory }): VNode {
  const { points } = trajectory;
  const axis = axisAround(
    points.flatMap(({ change, interval }) =>
      change === null ? [] : [change, interval?.low ?? change, interval?.high ?? change],
    ),
  );
  const last = Math.max(1, points.length - 1);
  const x = (index: number) => `${(LINE.left + (index / last) * (100 - LINE.left - 5)).toFixed(2)}%`;
  const y = (value: number) => {
    const share = (value - axis.low) / (axis.high - axis.low);
    return (LINE.top + (1 - share) * (LINE.height - LINE.top - LINE.bottom)).toFixed(1);
  };
  const places = points.flatMap((point, index) =>
    point.change === null ? [] : [{ ...point, change: point.change, index }],
  );
  return (
    <svg class="trajectory" width="100%" height={LINE.height} aria-hidden="true" focusable="false">
      {axis.ticks.map((tick) => (
        <g key={tick}>
          <line class={tick === 0 ? "even" : "grid"} x1="0" x2="100%" y1={y(tick)} y2={y(tick)} />
          <text x="0" y={Number(y(tick)) - 3}>
            {tickText(tick)}
          </text>
        </g>
      ))}
      {places.slice(1).map((to, at) => {
        const from = places[at] ?? to;
        return (
          <line
            key={to.index}
            class="path"
            x1={x(from.index)}
            y1={y(from.change)}
            x2={x(to.index)}
            y2={y(to.change)}
          />
        );
      })}
      {places.map(({ index, change, interval }) => (
        <g key={index}>
          {interval === null ? null : (
            <line class="own" x1={x(index)} x2={x(index)} y1={y(interval.low)} y2={y(interval.high)} />
          )}
          <circle class="dot" cx={x(index)} cy={y(change)} r="4.5" />
        </g>
      ))}
      {points.map(({ checkpoint }, index) =>
        index === 0 || index === last ? (
          <text key={index} x={x(index)} y={LINE.height - 8} text-anchor={index === 0 ? "start" : "end"}>
            {shortName(checkpoint, 18)}
          </text>
        ) : null,
      )}
    </svg>
  );
}
