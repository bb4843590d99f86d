import { setImmediate } from "node:timers/promises";
import type { ChartConfiguration, ChartType } from "chart.js";
// Not imported on demand like the others: bundled, this CommonJS package has its names only in a static import.
import { ChartJSNodeCanvas } from "chartjs-node-canvas";
import { registerFonts } from "./fonts.js";

/** Size of an image in CSS pixels; PNGs have {@link PIXEL_RATIO} times as many pixels each way. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** Pixels of a PNG per CSS pixel, so that images are sharp on slides. */
export const PIXEL_RATIO = 2;

/** A chart's configuration, whatever kind of chart it is. */
export type AnyChartConfiguration = { [Kind in ChartType]: ChartConfiguration<Kind> }[ChartType];

/** Draws charts without a browser. */
export interface ChartDrawer {
  /** PNG bytes. */
  png(configuration: AnyChartConfiguration, size: ImageSize): Promise<Uint8Array>;
  /** SVG text with letters as outlines, so that it looks the same everywhere. */
  svg(configuration: AnyChartConfiguration, size: ImageSize): Promise<string>;
}

async function openDrawer(): Promise<ChartDrawer> {
  const [chartModule, errorBars, matrix, canvasModule] = await Promise.all([
    import("chart.js"),
    import("chartjs-chart-error-bars"),
    import("chartjs-chart-matrix"),
    import("canvas"),
  ]);
  const { Chart, registerables } = chartModule;
  Chart.register(
    ...registerables,
    errorBars.BarWithErrorBarsController,
    errorBars.BarWithErrorBar,
    errorBars.LineWithErrorBarsController,
    errorBars.PointWithErrorBar,
    matrix.MatrixController,
    matrix.MatrixElement,
  );
  registerFonts(canvasModule.GlobalFonts);

  /** Its own way to chart.js loads a second copy, which refuses chart kinds that extend the first one's classes. */
  class Renderer extends ChartJSNodeCanvas {
    protected override initialize(): typeof Chart {
      return Chart;
    }
  }

  /** It knows the SVG canvas of another package only; this gives it one that hands out its content as a buffer. */
  class VectorRenderer extends Renderer {
    constructor(size: ImageSize) {
      super(size);
      const flag = canvasModule.SvgExportFlag.ConvertTextToPaths;
      const createVectorCanvas = (width: number, height: number) => {
        const canvas = canvasModule.createCanvas(width, height, flag);
        return Object.assign(canvas, { toBuffer: () => canvas.getContent() });
      };
      Object.defineProperty(this, "_createCanvas", { value: createVectorCanvas });
    }
  }

  return {
    async png(configuration, size) {
      // Gives the canvas's memory a chance to be freed between images.
      await setImmediate();
      return new Renderer(size).renderToBufferSync(configuration);
    },
    async svg(configuration, size) {
      await setImmediate();
      return new VectorRenderer(size).renderToBufferSync(configuration, "image/svg+xml").toString("utf8");
    },
  };
}

let drawer: Promise<ChartDrawer> | undefined;

/** The drawer, loaded on first use: chart.js and the canvas take a tenth of a second. */
export function chartDrawer(): Promise<ChartDrawer> {
  drawer ??= openDrawer();
  return drawer;
}
