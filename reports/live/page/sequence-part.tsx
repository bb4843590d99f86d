import type { VNode } from "preact";
import { countOf } from "../../../harness/core/count-of.js";
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
  const { looks, limit, isDifference, horizon } = sequence;
  const last = looks.at(-1);
  if (last === undefined) return null;
  const values = [
    ...looks.flatMap(({ low, high }) => [low, high]),
    ...(isDifference ? [0] : []),
    ...(limit === null ? [] : [limit]),
  ];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const x = ({ questions }: SequenceLook) => (WIDTH * questions) / Math.max(1, horizon, last.questions);
  const y = (value: number) => HEIGHT - (HEIGHT * (value - least)) / Math.max(1e-9, most - least);
  const line = looks.map((look) => `${x(look).toFixed(1)},${y(look.estimate).toFixed(1)}`).join(" ");
  return (
    <svg class="drawing sequence" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={sequence.label}>
      <polygon class="band" points={band(looks, x, y)} />
      {isDifference ? <line class="even" x1="0" x2={WIDTH} y1={y(0)} y2={y(0)} /> : null}
      {limit === null ? null : <line class="margin" x1="0" x2={WIDTH} y1={y(limit)} y2={y(limit)} />}
      <polyline class="estimate" points={line} />
    </svg>
  );
}

const OUTCOMES: Readonly<Record<NonNullable<LiveSequence["outcome"]>, string>> = {
  pass: "passed",
  fail: "failed",
  futile: "inconclusive: going on would hardly decide it",
  precise: "narrow enough",
};

function lookText(
  { estimate, low, high, questions }: SequenceLook,
  { level, horizon }: LiveSequence,
): string {
  return `${formatFixed(estimate, 2)} (${formatFixed(low, 2)} to ${formatFixed(high, 2)}, ${level}% at all looks at once) after ${questions} of ${countOf(horizon, "question")}`;
}

/** Confidence sequences as they move, where the run decides by them. */
export function SequencePart({ sequences }: { readonly sequences: readonly LiveSequence[] }): VNode | null {
  if (sequences.length === 0) return null;
  return (
    <div class="card">
      <h2>What is decided by now</h2>
      {sequences.map((sequence, index) => {
        const last = sequence.looks.at(-1);
        return (
          <div key={index} class="part">
            <p>
              <strong>
                <Name name={sequence.models.join(" against ")} />
              </strong>
              {", "}
              <Name name={sequence.label} />
              {last === undefined ? ": no interval yet" : `: ${lookText(last, sequence)}`}
              {sequence.outcome === null ? "" : " · "}
              {sequence.outcome === null ? null : <strong>{OUTCOMES[sequence.outcome]}</strong>}
            </p>
            <Drawing sequence={sequence} />
          </div>
        );
      })}
    </div>
  );
}
