#!/usr/bin/env bash
# Finding: chartjs-chart-error-bars draws lineWithErrorBars with none of chart.js's point options.
#
# Guess: a lineWithErrorBars series is a line series with whiskers, so pointRadius, pointBackgroundColor and pointBorderWidth of its
#        dataset hold as in chart.js's own line chart (its types, which extend those of line datasets, take them).
# Seen:  chartjs-chart-error-bars 4.4.5 with chart.js 4.5.0 draws every point with radius 3 and the line's fill; pointRadius: 0 hides
#        none. Only `radius`, or a prefix that is written nowhere (pointWithErrorBarRadius), is read.
# Hurts: series that were given points of different sizes, or hollow ones, so that equal values do not hide each other, hide each
#        other all the same, and a chart of many points that were to be hidden is full of them. Nothing is said.
#
# Exits with 1 when the options are read.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund chart.js@4.5.0 chartjs-chart-error-bars@4.4.5 @napi-rs/canvas@1.0.11
cat > points.mjs <<'JS'
import { createCanvas } from "@napi-rs/canvas";
import { Chart, registerables } from "chart.js";
import { LineWithErrorBarsController, PointWithErrorBar } from "chartjs-chart-error-bars";
Chart.register(...registerables, LineWithErrorBarsController, PointWithErrorBar);
const asked = { pointRadius: 9, pointBackgroundColor: "#ff0000", pointBorderWidth: 4 };
const drawn = (type) => {
  const canvas = Object.assign(createCanvas(300, 200), { style: {} });
  const data = { labels: ["a"], datasets: [{ ...asked, data: [{ x: "a", y: 1, yMin: 0, yMax: 2 }] }] };
  const chart = new Chart(canvas, { type, data, options: { animation: false, responsive: false } });
  const { radius, backgroundColor, borderWidth } = chart.getDatasetMeta(0).data[0].options;
  return `radius ${radius}, ${backgroundColor}, border ${borderWidth}`;
};
const [line, barred] = [drawn("line"), drawn("lineWithErrorBars")];
console.log(`line: ${line}\nlineWithErrorBars: ${barred}`);
if (!line.startsWith("radius 9, #ff0000") || !barred.startsWith("radius 3,")) process.exit(1);
JS
node points.mjs || { echo "the options are read: the finding is out of date"; exit 1; }
