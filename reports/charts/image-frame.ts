import type { ChartType, Plugin } from "chart.js";
import { bySeries } from "./chart-options.js";
import type { ChartTheme } from "./chart-theme.js";
import { lightTheme } from "./chart-theme.js";
import { BUNDLED_FAMILIES, familyList } from "./fonts.js";

/** Colours and type of images: on white, with the bundled fonts. */
export const imageTheme: ChartTheme = {
  ...lightTheme,
  fontFamily: familyList(BUNDLED_FAMILIES),
  fontSize: 14,
};

/** How one image is drawn: colours, fonts, and pixels per CSS pixel. */
export interface ImageLook {
  readonly theme: ChartTheme;
  readonly devicePixelRatio: number;
}

/** What stands around a chart in an image. */
export interface ImageFrame {
  readonly title: string;
  readonly subtitle: string;
  /** Lines at the foot, such as the notice that samples are recorded; each is wrapped to the width. */
  readonly footer: readonly string[];
}

const MARGIN = 24;
const FOOTER_FONT_SIZE = 11.5;
const FOOTER_LINE_HEIGHT = 16;
const MOST_FOOTER_LINES = 5;

/** Width of a letter in the footer's font, on average and rounded up; exact widths are not known before drawing. */
const FOOTER_LETTER_WIDTH = 6.1;

/** Text in lines of at most `limit` characters, broken at spaces where there are any. */
export function wrapText(text: string, limit: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text
    .split(" ")
    .flatMap((part) => part.match(new RegExp(`.{1,${limit}}`, "gsu")) ?? [""])) {
    if (line !== "" && line.length + 1 + word.length > limit) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return line === "" ? lines : [...lines, line];
}

function footerLines(frame: ImageFrame, width: number): readonly string[] {
  const limit = Math.floor((width - 2 * MARGIN) / FOOTER_LETTER_WIDTH);
  const lines = frame.footer.flatMap((text) => wrapText(text, limit));
  return lines.length <= MOST_FOOTER_LINES
    ? lines
    : [...lines.slice(0, MOST_FOOTER_LINES - 1), `${lines[MOST_FOOTER_LINES - 1]}…`];
}

/** Paints the paper behind the chart and the footer below it. */
function framePlugin<Kind extends ChartType>(lines: readonly string[], theme: ChartTheme): Plugin<Kind> {
  return {
    id: "image-frame",
    beforeDraw({ ctx, width, height }) {
      ctx.save();
      ctx.fillStyle = theme.surface;
      ctx.fillRect(0, 0, width, height);
      ctx.font = `400 ${FOOTER_FONT_SIZE}px ${theme.fontFamily}`;
      ctx.fillStyle = theme.muted;
      ctx.textAlign = "left";
      ctx.textBaseline = "alphabetic";
      lines.forEach((line, index) => {
        const y = height - MARGIN + 6 - (lines.length - 1 - index) * FOOTER_LINE_HEIGHT;
        ctx.fillText(line, MARGIN, y, width - 2 * MARGIN);
      });
      ctx.restore();
    },
  };
}

function frameTitles(frame: ImageFrame, legendMark: LegendMark, theme: ChartTheme) {
  const { ink, muted, fontSize } = theme;
  const font = (size: number, weight: "normal" | "bold" = "normal") => ({
    family: theme.fontFamily,
    size,
    weight,
  });
  return {
    title: {
      display: true,
      text: frame.title,
      color: ink,
      font: font(Math.round(fontSize * 1.4), "bold"),
      padding: { top: 0, bottom: 5 },
    },
    subtitle: {
      display: true,
      text: frame.subtitle,
      color: muted,
      font: font(fontSize),
      padding: { top: 0, bottom: 18 },
    },
    legend: {
      display: legendMark !== "none",
      position: "bottom" as const,
      labels: {
        color: ink,
        font: font(fontSize),
        usePointStyle: true,
        boxHeight: 8,
        padding: 16,
        filter: (item: { readonly text: string }) => item.text !== "",
        sort: bySeries,
        ...(legendMark === "bar" ? { pointStyle: "rectRounded" as const } : {}),
      },
    },
  };
}

type LegendMark = "point" | "bar" | "none";

/** A frame as chart.js takes it: room around the chart, titles and legend, and the plugin that paints the rest. */
export interface ChartFrame<Kind extends ChartType> {
  readonly layout: { padding: { top: number; left: number; right: number; bottom: number } };
  readonly plugins: ReturnType<typeof frameTitles>;
  readonly framePlugin: Plugin<Kind>;
}

/** Options and plugin that put a chart into an image's frame: paper, margins, title, subtitle, legend, footer. */
export function frameChart<Kind extends ChartType>(
  frame: ImageFrame,
  size: { readonly width: number },
  legendMark: LegendMark,
  theme: ChartTheme,
): ChartFrame<Kind> {
  const lines = footerLines(frame, size.width);
  const bottom = MARGIN + 6 + lines.length * FOOTER_LINE_HEIGHT;
  return {
    layout: { padding: { top: MARGIN - 6, left: MARGIN, right: MARGIN, bottom } },
    plugins: frameTitles(frame, legendMark, theme),
    framePlugin: framePlugin<Kind>(lines, theme),
  };
}
