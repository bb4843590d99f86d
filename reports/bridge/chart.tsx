import type { VNode } from "preact";
import type { Bridge, RestatedModel } from "../../harness/core/judge-bridge.js";
import { axisTicks } from "../view/format.js";
import { shortName } from "../view/text.js";

const WIDTH = 640;
const HEIGHT = 520;
const LEFT = 64;
const RIGHT = 20;
const TOP = 16;
const BOTTOM = 56;
const TICKS = 5;

interface Axes {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly ticks: readonly number[];
  readonly low: number;
  readonly high: number;
}

/** Both axes reach over the same scores, so that the dashed diagonal is "carried over unchanged". */
function axesOf(bridge: Bridge, asked: readonly RestatedModel[]): Axes {
  const { scale, fit } = bridge;
  const values = [
    ...(fit?.predictions ?? []).flatMap(({ from, to }) => [from, to]),
    ...(fit?.curve ?? []).flatMap(({ low, high }) => [low, high]),
    ...asked.flatMap((one) => [one.old.value, one.new.value, one.old.interval?.low, one.old.interval?.high]),
  ].flatMap((value) => value ?? []);
  const ticks = axisTicks(Math.min(...values), Math.max(...values), TICKS);
  const low = Math.max(scale.low, ticks[0] ?? scale.low);
  const high = Math.min(scale.high, ticks.at(-1) ?? scale.high);
  const share = (value: number) => (Math.min(high, Math.max(low, value)) - low) / (high - low);
  return {
    x: (value) => LEFT + share(value) * (WIDTH - LEFT - RIGHT),
    y: (value) => HEIGHT - BOTTOM - share(value) * (HEIGHT - TOP - BOTTOM),
    ticks: ticks.filter((tick) => tick >= low && tick <= high),
    low,
    high,
  };
}

function pathThrough(points: readonly (readonly [x: number, y: number])[]): string {
  return points.map(([x, y], index) => `${index === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
}

function Grid({ axes, unit }: { readonly axes: Axes; readonly unit: string }): VNode {
  const { x, y, ticks, low, high } = axes;
  return (
    <>
      {ticks.map((tick) => (
        <g key={tick}>
          <line class="grid" x1={x(tick)} x2={x(tick)} y1={y(low)} y2={y(high)} />
          <line class="grid" x1={x(low)} x2={x(high)} y1={y(tick)} y2={y(tick)} />
          <text x={x(tick)} y={y(low) + 18} text-anchor="middle">
            {`${tick}${unit}`}
          </text>
          <text x={x(low) - 8} y={y(tick) + 4} text-anchor="end">
            {`${tick}${unit}`}
          </text>
        </g>
      ))}
    </>
  );
}

/** Old judge across, new judge upwards: anchors, line, prediction band, and what was carried over with its interval. */
export function BridgeChart({ bridge }: { readonly bridge: Bridge }): VNode | null {
  const { fit } = bridge;
  if (fit === null) return null;
  const asked = bridge.restated.filter(
    ({ role, old, new: fresh }) => role === "predict" && old.value !== null && fresh.value !== null,
  );
  const axes = axesOf(bridge, asked);
  const { x, y } = axes;
  const upper = fit.curve.map(({ from, high }) => [x(from), y(high)] as const);
  const lower = fit.curve.map(({ from, low }) => [x(from), y(low)] as const).reverse();
  const label = `${shortName(bridge.new.judge, 60)} against ${shortName(bridge.old.judge, 60)}: ${bridge.n} anchors, the line between them and its 95% prediction band`;
  return (
    <figure>
      <svg class="bridge-chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
        <Grid axes={axes} unit={bridge.metric === "winRate" ? "%" : ""} />
        <line class="unchanged" x1={x(axes.low)} y1={y(axes.low)} x2={x(axes.high)} y2={y(axes.high)} />
        <path class="band" d={`${pathThrough([...upper, ...lower])}Z`} />
        <path class="line" d={pathThrough(fit.curve.map((one) => [x(one.from), y(one.predicted)]))} />
        {fit.predictions.map(({ model, from, to }) => (
          <circle key={model} class="anchor" cx={x(from)} cy={y(to)} r="3.5">
            <title>{`${shortName(model, 80)}: old ${from.toFixed(2)}, new ${to.toFixed(2)}`}</title>
          </circle>
        ))}
        {asked.map(({ model, old, new: fresh }) => (
          <g key={model}>
            <line
              class="reach"
              x1={x(old.interval?.low ?? (old.value as number))}
              x2={x(old.interval?.high ?? (old.value as number))}
              y1={y(fresh.value as number)}
              y2={y(fresh.value as number)}
            />
            <circle class="asked" cx={x(old.value as number)} cy={y(fresh.value as number)} r="5">
              <title>{`${shortName(model, 80)}: new ${(fresh.value as number).toFixed(2)}, old about ${(old.value as number).toFixed(2)}`}</title>
            </circle>
          </g>
        ))}
        <text x={(LEFT + WIDTH - RIGHT) / 2} y={HEIGHT - 12} text-anchor="middle">
          {`old judge: ${shortName(bridge.old.judge, 50)}`}
        </text>
        <text x={16} y={HEIGHT / 2} text-anchor="middle" transform={`rotate(-90 16 ${HEIGHT / 2})`}>
          {`new judge: ${shortName(bridge.new.judge, 50)}`}
        </text>
      </svg>
      <figcaption class="quiet">
        Dots are models that both judges graded. The line and its band say where a new model is to be expected
        (95%); on the dashed line both judges give the same score.
        {asked.length === 0 ? "" : " Rings are carried over, with the interval in the old judge's units."}
      </figcaption>
    </figure>
  );
}
