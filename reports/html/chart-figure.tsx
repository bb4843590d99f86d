import type { VNode } from "preact";

/** A chart that the page's script draws, with a legend whose entries switch series on and off. */
export function ChartFigure({
  kind,
  board,
  label,
  describedBy,
}: {
  readonly kind: string;
  readonly board: string;
  readonly label: string;
  readonly describedBy?: string;
}): VNode {
  return (
    <figure class={`chart chart-${kind} js-only`} data-chart={kind} data-of={board}>
      <figcaption class="chart-title">{label}</figcaption>
      <div class="chart-controls" />
      <div class="chart-box">
        <canvas role="img" aria-label={label} aria-describedby={describedBy} />
      </div>
      {describedBy === undefined ? null : (
        <p class="chart-note">
          The same figures as a table: <a href={`#${describedBy}`}>{label.toLowerCase()}</a>
        </p>
      )}
    </figure>
  );
}
