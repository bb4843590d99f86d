import { createCanvas } from "canvas";
import { Chart, type ChartConfiguration, registerables } from "chart.js";
import { LineWithErrorBarsController, PointWithErrorBar } from "chartjs-chart-error-bars";
import { describe, expect, it } from "vitest";
import type { Board, RankedFigures } from "../../harness/core/board.js";
import { lineStyle } from "../../reports/charts/chart-options.js";
import { imageTheme } from "../../reports/charts/image-frame.js";
import { planImages } from "../../reports/charts/plan-images.js";
import { renderConsole } from "../../reports/console/console.js";
import { renderCsv } from "../../reports/csv.js";
import { renderSummary } from "../../reports/markdown/markdown.js";
import { type ReportInput, reportView } from "../../reports/view/view.js";
import { HOSTILE_NAMES } from "./hostile-input.js";
import { sampleInput } from "./sample-input.js";

const interval = (low: number, high: number) => ({ low, high, level: 95, method: "t" });

function ranked(place: number, categories: readonly string[]): RankedFigures {
  return {
    rankings: 24,
    meanRank: place + 0.25,
    meanRankInterval: interval(place, place + 0.5),
    categories: Object.fromEntries(categories.map((name, at) => [name, { meanRank: place + at / 16, n: 3 }])),
    plackettLuce: {
      value: 1200 - 100 * place,
      interval: interval(1100 - 100 * place, 1300 - 100 * place),
      rank: place,
    },
    pairLines: { winRate: 80 - 10 * place, interval: null, n: 72 },
  };
}

/** The sample's pairwise board as one of rankings. */
function rankedInput(names?: readonly string[]): ReportInput {
  const input = sampleInput({ questions: 8 });
  const [, pair] = input.scores.boards;
  if (pair?.metric !== "win-rate") throw new Error("no board of pairs");
  const models = pair.models.map((row, at) => ({
    ...row,
    model: names?.[at] ?? row.model,
    ranked: ranked(at + 1, Object.keys(row.categories)),
  }));
  const board: Board = {
    ...pair,
    mode: "ranking",
    models,
    pairs: names === undefined ? pair.pairs : [],
    rankings: {
      planned: 26,
      readable: 24,
      unreadable: 2,
      missing: 0,
      answers: { least: 4, most: 4 },
      pairLines: { pairs: 144, differ: 9, rate: 6.25, interval: interval(3, 9) },
      slots: [1, 2, 3, 4].map((slot) => ({
        slot,
        meanRank: slot / 2 + 1.25,
        expected: 2.5,
        z: slot - 4,
        n: 24,
      })),
      positionAlarm: { slot: 1, z: -3, threshold: 2.5 },
    },
  };
  return { ...input, scores: { ...input.scores, boards: [board] }, judgments: [] };
}

describe("a report of rankings", () => {
  const input = rankedInput();
  const names = input.scores.boards[0]?.models.map((row) => row.model) ?? [];

  it("says on the terminal and in markdown what ranks, pair lines and slots come to", () => {
    const text = renderConsole(input.scores, { width: 120 });
    for (const shown of [text, renderSummary(reportView(input))]) {
      expect(shown).toContain("24 rankings of 4 answers; 2 unreadable, 0 missing.");
      expect(shown.replace(/\s+/g, " ")).toContain("pair by pair before it ranked (9 of 144)");
      expect(shown.replace(/\s+/g, " ")).toContain(
        "slot 1 rank better than chance allows (mean rank 1.75, z −3.00)",
      );
      expect(shown).toMatch(/1\.25.*1\.00 to 1\.50.*1,100.*1,000 to 1,200/);
    }
    expect(text).toContain("1: 1.75 (z −3.00); 2: 2.25 (z −2.00)");
  });

  it("has mean ranks and ratings as columns of the table", async () => {
    const [board] = await renderCsv(reportView(input));
    expect(String(board?.content).split("\n")[0]).toContain("Mean rank,Plackett–Luce");
  });

  it("draws mean ranks as slopes, best at the top, and says them in words", () => {
    const plan = planImages(reportView(input)).find(({ name }) => name === "ranks");
    const { data, options } = plan?.configure({ theme: imageTheme, devicePixelRatio: 1 }) ?? {};
    expect(data?.datasets.map((set) => set.label)).toEqual(names);
    expect(data?.datasets[1]?.data.slice(0, 2)).toEqual([
      { y: 2.25, yMin: 2, yMax: 2.5 },
      { y: 2, yMin: Number.NaN, yMax: Number.NaN },
    ]);
    expect(data?.labels?.[0]).toBe("all");
    expect(options?.scales?.y).toMatchObject({ reverse: true, min: 1, max: 4 });
    expect(plan?.description).toContain(`${names[0]}: all 1.25, writing 1.00`);
  });

  it("makes nothing of what names of models hold", () => {
    const hostile = rankedInput(HOSTILE_NAMES.slice(0, 4));
    expect(renderConsole(hostile.scores)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/);
    expect(renderSummary(reportView(hostile))).not.toContain("\n::");
  });
});

it("points with whiskers look as those without, so that no series hides another that has the same values", () => {
  Chart.register(...registerables, LineWithErrorBarsController, PointWithErrorBar);
  const plan = planImages(reportView(rankedInput())).find(({ name }) => name === "ranks");
  if (plan === undefined) throw new Error("no slope chart");
  const canvas = createCanvas(400, 300) as unknown as HTMLCanvasElement;
  const configured = plan.configure({ theme: imageTheme, devicePixelRatio: 1 });
  const options = { ...configured.options, responsive: false, animation: false };
  const chart = new Chart(canvas, { ...configured, options } as ChartConfiguration);
  const drawn = [0, 1].map((series) => chart.getDatasetMeta(series).data[0]?.options);
  const asked = [0, 1].map((series) => lineStyle(imageTheme, series));
  expect(drawn).toMatchObject(
    asked.map(({ pointRadius, pointBackgroundColor, pointBorderWidth }) => ({
      radius: pointRadius,
      backgroundColor: pointBackgroundColor,
      borderWidth: pointBorderWidth,
    })),
  );
  chart.destroy();
});
