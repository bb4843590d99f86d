import { describe, expect, it } from "vitest";
import type { Board } from "../../harness/core/board.js";
import { ConfigError } from "../../harness/core/errors.js";
import { renderConsole } from "../../reports/console/console.js";
import { reportRegistry } from "../../reports/registry.js";
import { formatFigure } from "../../reports/view/format.js";
import { GATES, HOSTILE_GATES, HOSTILE_NAMES, hostileInput } from "./hostile-input.js";
import { sampleInput } from "./sample-input.js";

const input = sampleInput({ runs: true });

async function contentOf(format: string, name: string): Promise<string> {
  const files = await reportRegistry.get(format).render(input, { gates: GATES });
  const file = files.find((one) => one.name === name);
  if (file === undefined) throw new Error(`no ${name} among ${files.map((one) => one.name).join()}`);
  return String(file.content);
}

/** Headline and ends of its interval of every row of a board, as the scores have them. */
function figuresOf(board: Board): readonly { readonly model: string; readonly figures: readonly number[] }[] {
  const rows =
    board.metric === "rating"
      ? board.models.map((row) => ({ row, value: row.score, interval: row.interval }))
      : board.metric === "outcomes"
        ? board.models.map((row) => ({ row, value: row.score, interval: row.interval }))
        : board.metric === "win-rate"
          ? board.models.map((row) => ({ row, value: row.winRateAdjusted, interval: row.interval }))
          : board.models.map((row) => ({
              row,
              value: row.lengthControlledWinRate,
              interval: row.lengthControlledInterval,
            }));
  return rows.map(({ row, value, interval }) => ({
    model: row.model,
    figures: [value, interval?.low, interval?.high].flatMap((figure) => figure ?? []),
  }));
}

describe("report formats", () => {
  it("can be named and describe themselves", () => {
    expect(reportRegistry.names).toEqual([
      "html",
      "markdown",
      "png",
      "svg",
      "csv",
      "json",
      "junit",
      "metrics",
    ]);
    for (const [, format] of reportRegistry.entries()) expect(format.summary.length).toBeGreaterThan(20);
    expect(() => reportRegistry.get("makdown")).toThrow(ConfigError);
    try {
      reportRegistry.get("makdown");
    } catch (error) {
      expect(error).toMatchObject({ code: "unknown-report", remedy: expect.stringContaining("markdown") });
    }
  });

  it("make files with plain names, each once", async () => {
    const names: string[] = [];
    for (const [name, format] of reportRegistry.entries()) {
      if (name === "html") continue;
      names.push(...(await format.render(input, { gates: GATES })).map((file) => file.name));
    }
    for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9-]*\.(md|png|svg|csv|json|xml|txt)$/);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining(["summary.md", "radar.png", "radar.svg", "junit.xml", "report.json"]),
    );
  });
});

describe("figures in every format", () => {
  it("are exactly those of the scores where machines read them", async () => {
    const json = await contentOf("json", "report.json");
    expect(JSON.parse(json)).toMatchObject({
      scores: input.scores,
      comparisons: input.comparisons,
      gates: GATES,
    });
    const metrics = await contentOf("metrics", "metrics.txt");
    for (const [index, board] of input.scores.boards.entries()) {
      const csv = (await contentOf("csv", `board-${index + 1}.csv`)).split("\r\n");
      for (const { model, figures } of figuresOf(board)) {
        expect(csv.find((line) => line.startsWith(`${model},`))).toContain(`${model},${figures.join(",")},`);
        const labels = `{suite="${board.suite}",mode="${board.mode}",protocol="${board.protocol}",model="${model}"}`;
        const names = ["assay_figure", "assay_interval_low", "assay_interval_high"];
        names.forEach((name, place) => {
          expect(metrics).toContain(`\n${name}${labels} ${figures[place]}\n`);
        });
      }
    }
  });

  it("are the formatted ones of the scores where people read them", async () => {
    const documents = {
      markdown: await contentOf("markdown", "summary.md"),
      comment: await contentOf("markdown", "comment.md"),
      junit: await contentOf("junit", "junit.xml"),
      console: renderConsole(input.scores, { suites: input.suites, width: 140 }),
    };
    for (const board of input.scores.boards) {
      const format = board.metric === "rating" ? "points" : "percent";
      for (const { model, figures } of figuresOf(board)) {
        const [value = "", low = "", high = ""] = figures.map((figure) => formatFigure(figure, format));
        for (const text of [documents.markdown, documents.comment]) {
          expect(text).toContain(`| ${model} | **${value}** | ${low} to ${high} |`);
        }
        expect(documents.junit).toMatch(
          new RegExp(`- ${model}: overall: [^\\n]* ${value}, 95% interval ${low} to ${high}`),
        );
        expect(documents.console).toMatch(new RegExp(`\\n  ${model} +${value} {2}${low} to ${high} `));
      }
    }
  });
});

describe("metrics.txt", () => {
  it("is OpenMetrics: families with a type, no sample twice, an end", async () => {
    const files = await reportRegistry
      .get("metrics")
      .render(hostileInput(), { gates: [...GATES, ...HOSTILE_GATES] });
    const lines = String(files[0]?.content).split("\n");
    expect(lines.slice(-2)).toEqual(["# EOF", ""]);
    const samples = lines.filter((line) => line !== "" && !line.startsWith("#"));
    const label = '[a-z]+="(?:[^"\\\\]|\\\\["\\\\n])*"';
    const sample = new RegExp(`^assay_[a-z_]+\\{${label}(?:,${label})*\\} -?\\d+(\\.\\d+)?$`);
    for (const line of samples) expect(sample.test(line), line.slice(0, 200)).toBe(true);
    const keys = samples.map((line) => line.slice(0, line.lastIndexOf(" ")));
    expect(new Set(keys).size).toBe(keys.length);
    expect(samples.length).toBeGreaterThan(HOSTILE_NAMES.length);
    expect(lines.join("\n")).toContain(
      'assay_gate{gate="score against main",model="brook",category="math"} 0.5',
    );
  });
});
