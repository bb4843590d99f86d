import type { Scores } from "../../harness/core/board.js";
import { formatFixed } from "../../harness/core/shown-number.js";
import { type StatedFigure, statedSuite, statedTool } from "../../harness/core/stated-figure.js";
import type { ShownFigure } from "./shown-figure.js";
import type { StatedView } from "./stated-records.js";

/** As the source counts it: shares with three decimals, percents with one, small figures to three digits. */
function statedText(value: number, unit: StatedFigure["unit"]): string {
  if (unit === "percent") return `${formatFixed(value, 1)}%`;
  if (unit === "share") return formatFixed(value, 3);
  if (unit === "rating") return formatFixed(value, 2);
  const size = Math.abs(value);
  return size !== 0 && (size < 0.1 || size >= 1e9)
    ? value.toPrecision(3).replace("-", "−")
    : formatFixed(value, size >= 100 ? 1 : 3);
}

function shown(value: number, unit: StatedFigure["unit"], from: string): ShownFigure {
  return { value, text: statedText(value, unit), from };
}

function statedView(figure: StatedFigure, from: string): StatedView {
  const { unit, interval, standardError, n } = figure;
  const [low, high] = [interval?.low, interval?.high].map((end, index) =>
    end === undefined ? null : shown(end, unit, `${from}/interval/${index === 0 ? "low" : "high"}`),
  );
  return {
    suite: statedSuite(figure),
    metric: figure.metric,
    model: figure.model,
    figure: shown(figure.value, unit, `${from}/value`),
    interval:
      interval === undefined || !low || !high
        ? null
        : { low, high, level: interval.level, method: interval.method, text: `${low.text} to ${high.text}` },
    standardError: standardError === undefined ? null : shown(standardError, unit, `${from}/standardError`),
    n: n === undefined ? null : { value: n, text: formatFixed(n, 0), from: `${from}/n` },
    tool: statedTool(figure),
    file: figure.source.file,
    partial: figure.partial ?? null,
    lowerIsBetter: figure.lowerIsBetter,
  };
}

/** Figures that others state, in the order of the scores; `from` is where the scores stand. */
export function statedViews({ figures = [] }: Pick<Scores, "figures">, from: string): readonly StatedView[] {
  return figures.map((figure, index) => statedView(figure, `${from}/figures/${index}`));
}

/** What is stated of the uncertainty: `0.61 to 0.65`, `± 0.012 SE`, or that nothing is. */
export function uncertaintyText({ interval, standardError }: StatedView): string {
  if (interval !== null) return `${interval.text} (${interval.level}%)`;
  return standardError === null ? "not stated" : `± ${standardError.text} SE`;
}

/** Metric with what a reader must know to read it: which way is better, and of what part. */
export function metricNote({ lowerIsBetter, partial }: StatedView): string {
  return [lowerIsBetter ? "lower is better" : "", partial === null ? "" : `partial: ${partial}`]
    .filter((one) => one !== "")
    .join("; ");
}
