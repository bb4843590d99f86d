import type { VNode } from "preact";
import type { CorrectionView } from "../view/people-records.js";

const WIDTH = 200;
const HEIGHT = 22;
const MIDDLE = HEIGHT / 2;
const HEAD = 5;

/** An arrow from the judge's figure to the corrected one, over its interval and the middle of the scale. */
export function CorrectionDrawing({ correction }: { readonly correction: CorrectionView }): VNode | null {
  const { judge, corrected, interval, scale } = correction;
  const at = (value: number) => 4 + ((value - scale.low) / (scale.high - scale.low)) * (WIDTH - 8);
  const middle = at((scale.low + scale.high) / 2);
  if (judge.value === null || corrected.value === null) return null;
  const [from, to] = [at(judge.value), at(corrected.value)];
  const side = to < from ? 1 : -1;
  const isArrow = Math.abs(to - from) > HEAD;
  return (
    <svg
      class="correction"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={`from the judge's ${judge.text} to ${corrected.text}`}
    >
      <line x1={at(scale.low)} x2={at(scale.high)} y1={MIDDLE} y2={MIDDLE} stroke="var(--grid)" />
      <line x1={middle} x2={middle} y1={2} y2={HEIGHT - 2} stroke="var(--line)" stroke-dasharray="2 2" />
      {interval === null || interval.low.value === null || interval.high.value === null ? null : (
        <rect
          x={at(interval.low.value)}
          width={Math.max(1, at(interval.high.value) - at(interval.low.value))}
          y={MIDDLE - 6}
          height={12}
          rx={3}
          fill="var(--accent-soft)"
        />
      )}
      <circle cx={from} cy={MIDDLE} r={3} fill="none" stroke="var(--muted)" stroke-width={1.5} />
      <line x1={from - 3 * side} x2={to} y1={MIDDLE} y2={MIDDLE} stroke="var(--accent)" stroke-width={2} />
      {isArrow ? (
        <path d={`M${to} ${MIDDLE} l${side * HEAD} ${-HEAD + 1} v${2 * (HEAD - 1)} z`} fill="var(--accent)" />
      ) : (
        <circle cx={to} cy={MIDDLE} r={2.5} fill="var(--accent)" />
      )}
    </svg>
  );
}
