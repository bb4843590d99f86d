import { createCanvas, GlobalFonts, loadImage } from "canvas";
import { beforeAll, describe, expect, it } from "vitest";
import type { Board, Scores } from "../../../harness/core/board.js";
import { BUNDLED_FAMILIES, familyList, registerFonts } from "../../../reports/charts/fonts.js";
import { imageTheme, wrapText } from "../../../reports/charts/image-frame.js";
import { imageName } from "../../../reports/charts/image-names.js";
import type { ImagePlan } from "../../../reports/charts/plan-images.js";
import { planImages } from "../../../reports/charts/plan-images.js";
import { renderImages } from "../../../reports/charts/render-images.js";
import type { ReportInput } from "../../../reports/view/view.js";
import { reportView } from "../../../reports/view/view.js";
import { hostileInput } from "../hostile-input.js";
import { sampleInput } from "../sample-input.js";

const NOTICE = "Answers and verdicts are recorded samples.";

function plansOf(input: ReportInput): ReadonlyMap<string, ImagePlan> {
  return new Map(planImages(reportView(input)).map((plan) => [plan.name, plan]));
}

/** Only the rating board, its models' categories replaced. */
function withCategories(input: ReportInput, keep: (name: string) => boolean): ReportInput {
  const boards = input.scores.boards.flatMap((board): Board[] => {
    if (board.metric !== "rating") return [];
    const models = board.models.map((row) => ({
      ...row,
      categories: Object.fromEntries(Object.entries(row.categories).filter(([name]) => keep(name))),
    }));
    return [{ ...board, models }];
  });
  const scores: Scores = { ...input.scores, boards };
  return { ...input, scores };
}

/** The values that a chart draws, one list per series. */
function drawnValues(plan: ImagePlan | undefined): readonly (readonly unknown[])[] {
  return (
    plan
      ?.configure({ theme: imageTheme, devicePixelRatio: 1 })
      .data.datasets.map((dataset) => [...dataset.data]) ?? []
  );
}

describe("planImages", () => {
  const input = sampleInput({ runs: true, notice: NOTICE });
  const plans = plansOf(input);
  const board = input.scores.boards[0];
  const rated = board?.metric === "rating" ? board.models : [];

  it("makes radar, bars, win matrix and trend, plain names for the first board", () => {
    expect([...plans.keys()]).toEqual([
      "radar",
      "categories",
      "radar-board-2",
      "categories-board-2",
      "win-matrix-board-2",
      "categories-board-3",
      "trend",
      "trend-2",
      "trend-3",
    ]);
  });

  it("draws the figures of the scores", () => {
    expect(drawnValues(plans.get("radar"))).toEqual(
      rated.map((row) => Object.values(row.categories).map((part) => part.score)),
    );
    expect(drawnValues(plans.get("categories"))).toEqual(
      rated.map((row) =>
        Object.values(row.categories).map((part) => ({
          y: part.score,
          yMin: part.interval?.low,
          yMax: part.interval?.high,
        })),
      ),
    );
    const [line] = drawnValues(plans.get("trend"));
    expect(line?.at(-1)).toEqual({
      y: rated[0]?.score,
      yMin: rated[0]?.interval?.low,
      yMax: rated[0]?.interval?.high,
    });
    const pairs = input.scores.boards[1];
    const cells = pairs?.metric === "win-rate" ? pairs.pairs : [];
    const [drawn] = drawnValues(plans.get("win-matrix-board-2"));
    expect(drawn).toHaveLength(cells.length);
    expect(drawn?.map((cell) => (cell as { v: number }).v)).toEqual(
      cells.map((cell) => cell.winRateAdjusted),
    );
  });

  it("has no radar below three categories, and bars of models without any", () => {
    expect([
      ...plansOf(withCategories(input, (name) => name === "math" || name === "coding")).keys(),
    ]).not.toContain("radar");
    const { categories } = Object.fromEntries(plansOf(withCategories(sampleInput(), () => false)));
    expect(categories?.title).toMatch(/models with intervals$/);
    expect(drawnValues(categories)).toEqual(
      rated.map((row) => [{ y: row.score, yMin: row.interval?.low, yMax: row.interval?.high }]),
    );
  });

  it("puts the notice and what is left out below the chart, and the figures into words", () => {
    expect(plans.get("radar")?.footer[0]).toBe(NOTICE);
    expect(plans.get("radar")?.description).toContain(
      `writing ${rated[0]?.categories.writing?.score?.toFixed(2)}`,
    );
    const many = [...rated, ...rated.map((row) => ({ ...row, model: `${row.model}-b` }))];
    const crowded: Board[] = board?.metric === "rating" ? [{ ...board, models: many }] : [];
    const crowdedPlans = plansOf({ ...sampleInput(), scores: { ...input.scores, boards: crowded } });
    expect(crowdedPlans.get("radar")?.footer.join()).toContain("6 of 8 models shown");
    expect(drawnValues(crowdedPlans.get("radar"))).toHaveLength(6);
  });

  it("draws nothing of a board without figures", () => {
    const empty: Scores = {
      ...input.scores,
      boards: [{ ...(board as Board & { metric: "rating" }), models: [] }],
    };
    expect(planImages(reportView({ ...sampleInput(), scores: empty }))).toEqual([]);
  });
});

describe("names and lines of an image", () => {
  it("cuts names in the middle and shows what cannot be seen", () => {
    expect(imageName("organisation/model-ckpt-1200", 15)).toBe("organis…pt-1200");
    expect(imageName("a\u202eb", 20)).toBe("a[U+202E]b");
    expect(imageName("x".repeat(1_000_000), 10)).toHaveLength(10);
  });

  it("wraps the footer", () => {
    expect(wrapText("one two three", 7)).toEqual(["one two", "three"]);
    expect(wrapText("abcdefghij", 4)).toEqual(["abcd", "efgh", "ij"]);
  });
});

describe("renderImages", () => {
  const view = reportView(sampleInput({ runs: true, notice: NOTICE }));
  let pngs: ReadonlyMap<string, Uint8Array>;
  let svgs: ReadonlyMap<string, string>;
  let turns = 0;

  beforeAll(async () => {
    let drawing = true;
    const count = () => {
      turns++;
      if (drawing) setImmediate(count);
    };
    setImmediate(count);
    pngs = new Map(
      (await renderImages(view, "png")).map(({ name, content }) => [name, Buffer.from(content)]),
    );
    drawing = false;
    svgs = new Map((await renderImages(view, "svg")).map(({ name, content }) => [name, String(content)]));
  });

  it("makes PNGs of twice the size, on white", async () => {
    const image = await loadImage(Buffer.from(pngs.get("categories.png") ?? []));
    expect([image.width, image.height]).toEqual([1920, 1080]);
    const canvas = createCanvas(image.width, image.height);
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    expect([...context.getImageData(2, 2, 1, 1).data]).toEqual([255, 255, 255, 255]);
    const inked = context
      .getImageData(0, 0, 1920, 1080)
      .data.filter((value, index) => index % 4 === 0 && value < 128);
    expect(inked.length).toBeGreaterThan(10_000);
  });

  it("lets other work go on between images", () => {
    expect(turns).toBeGreaterThanOrEqual(pngs.size);
  });

  it("draws the same bytes again", async () => {
    const again = await renderImages(view, "png");
    for (const { name, content } of again)
      expect(Buffer.compare(Buffer.from(content), Buffer.from(pngs.get(name) ?? []))).toBe(0);
  });

  it("makes SVGs that need no font and say in words what they show", () => {
    expect([...svgs.keys()].map((name) => name.replace(/svg$/, "png"))).toEqual([...pngs.keys()]);
    const radar = svgs.get("radar.svg") ?? "";
    expect(radar).toMatch(/<svg [^>]*width="800" height="680" viewBox="0 0 800 680" role="img"/);
    expect(radar).not.toMatch(/<text|font-family/);
    expect(radar).toContain('<title id="title">MT-Bench, single grading: radar of categories</title>');
    expect(radar).toContain(NOTICE);
  });

  it("keeps hostile names as text", async () => {
    const files = await renderImages(reportView(hostileInput()), "svg");
    for (const { content } of files) {
      const text = String(content);
      const elements = new Set([...text.matchAll(/<([a-z]+)/gi)].map((match) => match[1]));
      for (const name of elements)
        expect(["svg", "title", "desc", "g", "path", "rect", "clipPath", "ellipse", "text"]).toContain(name);
      expect(text.match(/<desc /g)).toHaveLength(1);
    }
    expect(files.length).toBeGreaterThan(0);
  });
});

describe("bundled fonts", () => {
  it("have the letters of Latin, Vietnamese, Greek and Cyrillic", () => {
    registerFonts(GlobalFonts);
    const draw = (text: string) => {
      const canvas = createCanvas(40, 40);
      const context = canvas.getContext("2d");
      context.font = `400 24px ${familyList(BUNDLED_FAMILIES)}`;
      context.fillText(text, 4, 30);
      return Buffer.from(context.getImageData(0, 0, 40, 40).data).toString("base64");
    };
    // Missing letters all look the same: a box.
    const letters = ["A", "g", "−", "Ω", "λ", "Ж", "ы", "ą", "ő", "ợ"];
    expect(new Set(letters.map(draw)).size).toBe(letters.length);
    expect(letters.map(draw)).not.toContain(draw("\u{10fffd}"));
  });
});
