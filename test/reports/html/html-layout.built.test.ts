import { inflateSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Board } from "../../../harness/core/board.js";
import { renderHtml } from "../../../reports/html/render.js";
import type { ReportInput } from "../../../reports/view/view.js";
import { reportView } from "../../../reports/view/view.js";
import { sampleInput } from "../sample-input.js";
import {
  CHROMIUM,
  closePages,
  launch,
  type OpenedReport,
  openReport,
  showEverything,
} from "./html-browser.js";

/** A board of the sample under other names, so that every column is narrow. */
function renamed(board: Board, names: readonly string[], judge = board.judge): Board {
  const name = (model: string, index: number) => names[index] ?? model;
  if (board.metric !== "rating") return { ...board, judge };
  return {
    ...board,
    judge,
    protocol: board.protocol.replace(board.judge, judge),
    models: board.models
      .slice(0, names.length)
      .map((row, index) => ({ ...row, model: name(row.model, index) })),
  };
}

const LONG = ["ultrachat_sai_dpo_v2", "FuseChat-Gemma-2-9B-Instruct", "mistral.7b/ckpt_12000"];

/** One suite under two judges, models with long names. */
function twoJudges(models: readonly string[]): ReportInput {
  const input = sampleInput({ runs: true });
  const rating = input.scores.boards.find((board) => board.metric === "rating");
  if (rating === undefined) throw new Error("the sample has a rating board");
  const boards = [renamed(rating, models), renamed(rating, models, "another-judge")];
  return { ...input, scores: { ...input.scores, boards }, runs: [], comparisons: input.comparisons };
}

/** Words of tables, headings and legends whose letters stand on two lines. */
function brokenWords(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const broken: string[] = [];
    const places = document.querySelectorAll("th, td, h1, h2, h3, h4, dt, summary, button, .name, .key");
    for (const place of places) {
      const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        const parent = node.parentElement;
        if (parent === null || parent.closest(".unseen, code, .answer") !== null) continue;
        for (const match of (node.textContent ?? "").matchAll(/[\p{L}\p{N}]{2,20}/gu)) {
          const range = document.createRange();
          range.setStart(node, match.index);
          range.setEnd(node, match.index + match[0].length);
          const tops = new Set([...range.getClientRects()].map((rect) => Math.round(rect.top)));
          if (tops.size > 1) broken.push(match[0]);
        }
      }
    }
    return [...new Set(broken)];
  });
}

/** Which of the marks that {@link markCharts} paints are in a PDF, as strokes of a page or as pixels of a picture. */
function marksIn(pdf: Buffer): readonly number[] {
  const found = new Set<number>();
  const text = pdf.toString("latin1");
  for (const match of text.matchAll(/\/FlateDecode[^>]*\/Length (\d+)[^>]*>>\s*stream\r?\n/g)) {
    const start = match.index + match[0].length;
    const bytes = inflateSync(pdf.subarray(start, start + Number(match[1])));
    for (const fill of bytes.toString("latin1").matchAll(/([\d.]+) \.980\d* \.01[12]\d* rg/g))
      found.add(Math.round(Number(fill[1]) * 255));
    for (let at = 0; at + 5 < bytes.length; at += 1) {
      const isTwice = bytes[at] === bytes[at + 3];
      if (
        isTwice &&
        bytes[at + 1] === 250 &&
        bytes[at + 2] === 3 &&
        bytes[at + 4] === 250 &&
        bytes[at + 5] === 3
      )
        found.add(bytes[at] ?? 0);
    }
  }
  return [...found].sort((one, other) => one - other);
}

/** Has every chart that is drawn from now on paint a colour of its own over itself. */
async function markCharts(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { restore } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.restore = function () {
      restore.call(this);
      const index = [...document.querySelectorAll("canvas")].indexOf(this.canvas);
      if (index < 0) return;
      const { fillStyle } = this;
      this.fillStyle = `rgb(${index + 1}, 250, 3)`;
      this.fillRect(this.canvas.clientWidth / 2, this.canvas.clientHeight / 2, 24, 24);
      this.fillStyle = fillStyle;
    };
  });
}

describe.skipIf(CHROMIUM === undefined)("layout in a browser", () => {
  let browser: Browser;
  let sample: string;
  let twice: string;

  beforeAll(async () => {
    browser = await launch();
    sample = await renderHtml(reportView(sampleInput({ runs: true })));
    twice = await renderHtml(reportView(twoJudges(LONG)));
  });
  afterAll(() => closePages(browser));

  async function open(html: string, width: number): Promise<OpenedReport> {
    const opened = await openReport(browser, html, { viewport: { width, height: 900 } });
    await showEverything(opened.page);
    await opened.page.evaluate(() => {
      for (const details of document.querySelectorAll("details")) details.open = true;
    });
    return opened;
  }

  it.each([390, 768, 1280])("breaks no word and scrolls nowhere sideways at %i pixels", async (width) => {
    for (const html of [sample, twice]) {
      const { page, close } = await open(html, width);
      expect(await brokenWords(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      await close();
    }
  });

  it("gives every card a title of its own and one set of export buttons", async () => {
    for (const html of [sample, twice]) {
      const { page, close } = await open(html, 1280);
      const cards = await page.locator("article.card").evaluateAll((all) =>
        all.map((card) => ({
          title: card.querySelector(".card-head h2, .card-head h3")?.textContent ?? "",
          sets: card.querySelectorAll(".tools").length,
        })),
      );
      const titles = cards.map((card) => card.title).filter((title) => title !== "");
      expect(titles.length).toBeGreaterThan(4);
      expect(new Set(titles).size).toBe(titles.length);
      expect(Math.max(...cards.map((card) => card.sets))).toBe(1);
      await close();
    }
  });

  it("hands out the table that a card's menu names", async () => {
    const { page, close } = await open(sample, 1280);
    const tools = page.locator("#board-2-pairs .tools");
    await tools.locator("select").selectOption({ label: "Bradley–Terry ratings" });
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      tools.getByRole("button", { name: "CSV" }).click(),
    ]);
    expect(file.suggestedFilename()).toBe("board-2-ratings.csv");
    await close();
  });

  it.each([2, 3, 4])("leaves no half of the first card blank beside a board of %i models", async (models) => {
    const input = sampleInput();
    const names = ["one", "two", "three", "four"].slice(0, models);
    const boards = input.scores.boards.slice(0, 1).map((board) => renamed(board, names));
    const html = await renderHtml(reportView({ ...input, scores: { ...input.scores, boards } }));
    const { page, close } = await openReport(browser, html, { viewport: { width: 1280, height: 900 } });
    await showEverything(page);
    const blank = await page.evaluate(() => {
      const bottom = (selector: string) =>
        Math.max(
          ...[...document.querySelectorAll(`#board-1 ${selector}`)].map(
            (one) => one.getBoundingClientRect().bottom,
          ),
        );
      const [left, right] = [bottom(".board-main > *"), bottom(".chart > *")];
      const top = document.querySelector("#board-1 .board-main")?.getBoundingClientRect().top ?? 0;
      return Math.abs(left - right) / (Math.max(left, right) - top);
    });
    expect(blank).toBeLessThan(0.3);
    await close();
  });

  it("prints every chart, also those that were never scrolled to", async () => {
    const { page, close } = await openReport(browser, sample, {
      viewport: { width: 1280, height: 500 },
      colorScheme: "dark",
    });
    const charts = await page.locator("[data-chart]").count();
    expect(charts).toBeGreaterThan(5);
    await page.waitForFunction(() => document.querySelector("canvas[data-drawn]") !== null);
    // As it is when somebody prints: nothing is waited for between the event and the paper.
    const drawn = await page.evaluate(() => {
      window.dispatchEvent(new Event("beforeprint"));
      return document.querySelectorAll(":not(.chart-lengths) > .chart-box > canvas[data-drawn]").length;
    });
    expect(drawn).toBe(charts - (await page.locator(".chart-lengths").count()));
    await page.waitForFunction(
      (all) => document.querySelectorAll("canvas[data-drawn]").length === all,
      charts,
    );
    await markCharts(page);
    const pdf = await page.pdf({ format: "A4", printBackground: true });
    expect(marksIn(pdf)).toEqual(Array.from({ length: charts }, (_, index) => index + 1));
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize({ width: 700, height: 900 });
    const outside = await page.locator("canvas").evaluateAll((all) =>
      all.filter((one) => {
        const { width, height, right } = one.getBoundingClientRect();
        return width < 500 || height < 200 || right > 700;
      }),
    );
    expect(outside.length).toBe(0);
    await close();
  });
});
