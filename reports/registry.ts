import { presentFields } from "../harness/core/present-fields.js";
import type { Named, Registry } from "../harness/core/registry.js";
import { createRegistry } from "../harness/core/registry.js";
import type { RenderOptions } from "./render-options.js";
import type { ReportFile } from "./report-file.js";
import { readingOf } from "./view/reading.js";
import { type ReportInput, viewOf } from "./view/view.js";

/** A format of reports: pure but for files that ship with assay (page, fonts), and without writing anything. */
export interface ReportFormat extends Named {
  /**
   * Files of the report, none where there is nothing to show (charts of empty boards).
   * @throws ReportError when something that ships with assay is missing.
   */
  render(input: ReportInput, options?: RenderOptions): Promise<readonly ReportFile[]>;
}

const html: ReportFormat = {
  summary: "index.html: one self-contained page with charts, comparisons and every answer to read",
  async render(input, { policies = [] } = {}) {
    const [{ renderHtml }, { packReading }, { pageAssets }] = await Promise.all([
      import("./html/render.js"),
      import("./html/packed-data.js"),
      import("./html/page-assets.js"),
    ]);
    const assets = pageAssets();
    const reading = packReading(readingOf(input));
    return [
      { name: "index.html", content: await renderHtml({ ...viewOf(input), policies }, assets, reading) },
    ];
  },
};

const markdown: ReportFormat = {
  summary: "summary.md for job summaries, comment.md for pull requests",
  async render(input, { gates = [], policies = [] } = {}) {
    const { renderComment, renderSummary } = await import("./markdown/markdown.js");
    const view = viewOf(input);
    return [
      { name: "summary.md", content: renderSummary(view, gates, policies) },
      { name: "comment.md", content: renderComment(view, gates, policies) },
    ];
  },
};

function images(kind: "png" | "svg", summary: string): ReportFormat {
  return {
    summary,
    async render(input, { fonts, warn } = {}) {
      const { renderImages } = await import("./charts/render-images.js");
      return renderImages(viewOf(input), kind, presentFields({ fonts, warn }));
    },
  };
}

const csv: ReportFormat = {
  summary: "one CSV file per table, and lists of answers and verdicts without their texts",
  async render(input) {
    const { renderCsv } = await import("./csv.js");
    return renderCsv(viewOf(input));
  },
};

const json: ReportFormat = {
  summary: "report.json: scores, comparisons and gates for scripts",
  async render(input, { gates = [], policies = [] } = {}) {
    const { renderJson } = await import("./json.js");
    const { title, notices } = viewOf(input);
    return [{ name: "report.json", content: renderJson(input, title, notices, gates, policies) }];
  },
};

const junit: ReportFormat = {
  summary: "junit.xml: one test case per gate and per category, and one for an unfinished run",
  async render(input, options = {}) {
    const { renderJunit } = await import("./junit.js");
    return [{ name: "junit.xml", content: renderJunit(viewOf(input), options) }];
  },
};

const metrics: ReportFormat = {
  summary: "metrics.txt: the figures as OpenMetrics, for GitLab's metrics report",
  async render(input, { gates = [] } = {}) {
    const { renderMetrics } = await import("./metrics.js");
    return [{ name: "metrics.txt", content: renderMetrics(viewOf(input), gates) }];
  },
};

/** Formats that `--format` and `report.formats` may name. */
export const reportRegistry: Registry<ReportFormat> = createRegistry<ReportFormat>("report", {
  html,
  markdown,
  png: images("png", "radar, categories, win matrix and trend as images for slides and READMEs"),
  svg: images("svg", "the same charts as vector graphics"),
  csv,
  json,
  junit,
  metrics,
});
