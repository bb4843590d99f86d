import type { VNode } from "preact";

/** A chart that the page's script draws, with a legend whose entries switch series on and off. */
export function ChartFigure({
  kind,
  board,
  title,
  label,
  describedBy,
  note,
}: {
  readonly kind: string;
  readonly board: string;
  readonly title: string;
  /** What a screen reader says of the picture. */
  readonly label: string;
  readonly describedBy?: string;
  readonly note?: string | undefined;
}): VNode {
  return (
    <figure class={`chart chart-${kind} js-only`} data-chart={kind} data-of={board}>
      <figcaption class="chart-title">{title}</figcaption>
      <div class="chart-controls" />
      <div class="chart-box">
        <canvas role="img" aria-label={label} aria-describedby={describedBy} />
      </div>
      {note === undefined ? null : <p class="chart-note">{note}</p>}
      {describedBy === undefined ? null : (
        <p class="chart-note">
          <a href={`#${describedBy}`}>The same figures as a table</a>
        </p>
      )}
    </figure>
  );
}
