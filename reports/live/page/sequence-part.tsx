import type { VNode } from "preact";
import type { LiveSequence, SequenceLook } from "../../../harness/core/live-run.js";
import { formatFixed } from "../../../harness/core/shown-number.js";
import { Name } from "../../html/parts.js";

const WIDTH = 640;
const HEIGHT = 180;

/** Points of the band between low and high, along the top and back along the bottom. */
function band(
  looks: readonly SequenceLook[],
  x: (look: SequenceLook) => number,
  y: (value: number) => number,
): string {
  const point = (look: SequenceLook, value: number) => `${x(look).toFixed(1)},${y(value).toFixed(1)}`;
  const top = looks.map((look) => point(look, look.high));
  const bottom = [...looks].reverse().map((look) => point(look, look.low));
  return [...top, ...bottom].join(" ");
}

function Drawing({ sequence }: { readonly sequence: LiveSequence }): VNode | null {
  const { looks, margin } = sequence;
  const last = looks.at(-1);
  if (last === undefined) return null;
  const values = [...looks.flatMap(({ low, high }) => [low, high]), 0, ...(margin === null ? [] : [-margin])];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const x = ({ questions }: SequenceLook) => (WIDTH * questions) / Math.max(1, last.questions);
  const y = (value: number) => HEIGHT - (HEIGHT * (value - least)) / Math.max(1e-9, most - least);
  const line = looks.map((look) => `${x(look).toFixed(1)},${y(look.estimate).toFixed(1)}`).join(" ");
  return (
    <svg class="drawing sequence" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={sequence.label}>
      <polygon class="band" points={band(looks, x, y)} />
      <line class="even" x1="0" x2={WIDTH} y1={y(0)} y2={y(0)} />
      {margin === null ? null : <line class="margin" x1="0" x2={WIDTH} y1={y(-margin)} y2={y(-margin)} />}
      <polyline class="estimate" points={line} />
    </svg>
  );
}

/** Confidence sequences as they move, where the run decides by them. */
export function SequencePart({ sequences }: { readonly sequences: readonly LiveSequence[] }): VNode | null {
  if (sequences.length === 0) return null;
  return (
    <div class="card">
      <h2>Decided by now</h2>
      {sequences.map((sequence, index) => {
        const last = sequence.looks.at(-1);
        return (
          <div key={index} class="part">
            <p>
              <Name name={sequence.label} />
              {last === undefined
                ? ""
                : `: ${formatFixed(last.estimate, 3)} (${formatFixed(last.low, 3)} to ${formatFixed(last.high, 3)}) after ${last.questions}`}
              {sequence.decision === null ? "" : ` · ${sequence.decision}`}
            </p>
            <Drawing sequence={sequence} />
          </div>
        );
      })}
    </div>
  );
}
