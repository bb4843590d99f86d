import {
  BarElement,
  CategoryScale,
  Chart,
  Filler,
  LinearScale,
  LineElement,
  PointElement,
  RadarController,
  RadialLinearScale,
  ScatterController,
  Tooltip,
} from "chart.js";
import {
  BarWithErrorBar,
  BarWithErrorBarsController,
  LineWithErrorBarsController,
  PointWithErrorBar,
} from "chartjs-chart-error-bars";

// Only what the page draws, so that the bundle stays small.
Chart.register(
  BarElement,
  BarWithErrorBar,
  BarWithErrorBarsController,
  CategoryScale,
  Filler,
  LineElement,
  LineWithErrorBarsController,
  LinearScale,
  PointElement,
  PointWithErrorBar,
  RadarController,
  RadialLinearScale,
  ScatterController,
  Tooltip,
);

export { Chart };
