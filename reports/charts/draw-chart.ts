import { setImmediate } from "node:timers/promises";
import type { ChartConfiguration, ChartType } from "chart.js";
// Not imported on demand like the others: bundled, this CommonJS package has its names only in a static import.
import { ChartJSNodeCanvas } from "chartjs-node-canvas";
import { keepAsText, recordTexts } from "./drawn-text.js";
import { registerFontFiles } from "./font-files.js";
import { BUNDLED_FAMILIES, familyList, OWN_PREFIX, registerFonts } from "./fonts.js";
import { GlyphFinder, visibleCharacters } from "./glyphs.js";
import { type ImageLook, imageTheme } from "./image-frame.js";

/** Size of an image in CSS pixels; PNGs have {@link PIXEL_RATIO} times as many pixels each way. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** Pixels of a PNG per CSS pixel, so that images are sharp on slides. */
const PIXEL_RATIO = 2;

/** A chart's configuration, whatever kind of chart it is. */
export type AnyChartConfiguration = { [Kind in ChartType]: ChartConfiguration<Kind> }[ChartType];

/** Makes a chart's configuration; each drawing needs a new one, because chart.js changes what it is given. */
export type ConfigureChart = (look: ImageLook) => AnyChartConfiguration;

/** A picture, with the characters that no font at hand could draw into it. */
export interface DrawnChart {
  /** Bytes of a PNG or text of an SVG. */
  readonly content: Uint8Array | string;
  readonly format: "png" | "svg";
  readonly undrawn: readonly string[];
}

/** Draws charts without a browser. */
export interface ChartDrawer {
  /**
   * Draws with the bundled fonts and, where they lack a character, with those of the user and of the machine. A PNG that
   * would hold boxes becomes an SVG, where such texts stay text; other letters of an SVG are outlines, so that it looks
   * the same everywhere.
   */
  draw(configure: ConfigureChart, size: ImageSize, format: "png" | "svg"): Promise<DrawnChart>;
}

/** Puts elements at the end of an SVG, over all that is drawn. */
function withElements(svg: string, elements: readonly string[]): string {
  return svg.replace(/<\/svg>\s*$/, (end) => [...elements, end].join("\n"));
}

async function openCanvas() {
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
  return { Chart, ...canvasModule };
}

let opened: ReturnType<typeof openCanvas> | undefined;

/**
 * A drawer, with font files of the user. chart.js and the canvas are loaded on first use: they take a tenth of a second.
 * @throws ReportError `font-missing`; ConfigError `invalid-font`
 */
export async function chartDrawer(
  fontFiles: readonly string[] = [],
  machineFonts?: readonly string[],
): Promise<ChartDrawer> {
  opened ??= openCanvas();
  const { Chart, GlobalFonts, SvgExportFlag, createCanvas } = await opened;
  const own = registerFontFiles(GlobalFonts, fontFiles);
  const installed = machineFonts ?? GlobalFonts.families.map(({ family }) => family);
  const others = installed.filter((family) => !family.startsWith(OWN_PREFIX));
  const glyphs = new GlyphFinder(createCanvas(64, 64).getContext("2d"));
  type Context = Parameters<typeof recordTexts>[0];

  function paint(
    kind: "png" | "svg",
    size: ImageSize,
    configuration: AnyChartConfiguration,
    prepare: (context: Context) => void,
  ): Uint8Array | string {
    /** Its own way to chart.js loads a second copy, which refuses chart kinds that extend the first one's classes. */
    class Renderer extends ChartJSNodeCanvas {
      protected override initialize(): typeof Chart {
        return Chart;
      }
      /** It knows the SVG canvas of another package only; this gives it one that hands out its content as a buffer. */
      withCanvas(): this {
        Object.defineProperty(this, "_createCanvas", {
          value: (width: number, height: number) => {
            if (kind === "png") {
              const canvas = createCanvas(width, height);
              prepare(canvas.getContext("2d"));
              return canvas;
            }
            const canvas = createCanvas(width, height, SvgExportFlag.ConvertTextToPaths);
            prepare(canvas.getContext("2d"));
            return Object.assign(canvas, { toBuffer: () => canvas.getContent() });
          },
        });
        return this;
      }
    }
    const renderer = new Renderer(size).withCanvas();
    return kind === "png"
      ? renderer.renderToBufferSync(configuration)
      : renderer.renderToBufferSync(configuration, "image/svg+xml").toString("utf8");
  }

  return {
    async draw(configure, size, format) {
      // Gives the canvas's memory a chance to be freed between images.
      await setImmediate();
      const look = (families: readonly string[]): ImageLook => ({
        devicePixelRatio: format === "png" ? PIXEL_RATIO : 1,
        theme: { ...imageTheme, fontFamily: familyList(families) },
      });
      const texts = new Set<string>();
      const first = paint(format, size, configure(look(BUNDLED_FAMILIES)), (context) =>
        recordTexts(context, texts),
      );
      const lacking = glyphs.missing(visibleCharacters(texts), BUNDLED_FAMILIES);
      if (lacking.length === 0) return { content: first, format, undrawn: [] };
      // A font that was named is meant: it goes before those that happen to be there.
      const base = [...BUNDLED_FAMILIES, ...own];
      const families = [...base, ...glyphs.familiesFor(lacking, base, others)];
      const undrawn = glyphs.missing(lacking, families);
      if (undrawn.length === 0) {
        return { content: paint(format, size, configure(look(families)), () => undefined), format, undrawn };
      }
      const lacks = (text: string) => undrawn.some((character) => text.includes(character));
      let elements: readonly string[] = [];
      const svg = paint("svg", size, configure({ ...look(families), devicePixelRatio: 1 }), (context) => {
        elements = keepAsText(context, lacks);
      });
      return { content: withElements(String(svg), elements), format: "svg", undrawn };
    },
  };
}
