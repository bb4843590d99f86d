import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RatingRow } from "../../../harness/core/board.js";
import type { Answer, Judgment, Question } from "../../../harness/core/records.js";
import { type PageAssets, pageAssets } from "../../../reports/html/page-assets.js";
import { renderHtml } from "../../../reports/html/render.js";
import type { ReportInput } from "../../../reports/view/view.js";
import { reportView } from "../../../reports/view/view.js";
import { alpacaEvalInput, hasPublished } from "../published-input.js";
import { CHROMIUM, closePages, launch, openReport } from "./html-browser.js";

const AT = "2025-03-01T09:30:00.000Z";
const WORDS =
  "the light turns and every ship that passes is counted by a keeper who writes names into a large book before night falls over quiet water while far bells ring".split(
    " ",
  );

/** Text that compresses about as well as prose: words drawn by a fixed stream. */
function prose(seed: number, words: number): string {
  let state = seed + 1;
  const parts: string[] = [];
  for (let index = 0; index < words; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const word = WORDS[state % WORDS.length] ?? "";
    parts.push(state % 7 === 0 ? `${word}${(state >>> 8) % 977}` : word);
  }
  return parts.join(" ");
}

/** A run of `models` × `questions`, one turn, every answer rated. */
function largeInput(models: number, questions: number, words: number): ReportInput {
  const names = Array.from({ length: models }, (_, index) => `model-${index + 1}`);
  const asked = Array.from(
    { length: questions },
    (_, index): Question => ({
      id: String(index + 1),
      category: `category ${(index % 8) + 1}`,
      turns: [`${prose(index, 40)} Needle ${index + 1}.`],
    }),
  );
  const head = { suite: "large", trial: 1, at: AT };
  const answers = asked.flatMap((question, place) =>
    names.map(
      (model, column): Answer => ({
        ...head,
        taskId: `${model} ${question.id}`,
        questionId: question.id,
        category: question.category,
        model,
        status: "completed",
        turns: [
          {
            text: prose(place * models + column, words),
            parameters: {},
            finishReason: "stop",
            latencyMs: 900,
          },
        ],
      }),
    ),
  );
  const judgments = answers.map((answer, place): Judgment => {
    const verdict = { kind: "rating" as const, rating: 1 + (place % 10) };
    const { questionId, category, model, suite, trial, at, taskId } = answer;
    return {
      suite,
      trial,
      at,
      taskId: `j ${taskId}`,
      questionId,
      category,
      protocol: "large@judge",
      turn: 1,
      a: model,
      answers: [taskId],
      status: "judged",
      request: { messages: [], parameters: {} },
      replies: [{ text: prose(place + 7, 60), verdict, finishReason: "stop", latencyMs: 300 }],
      verdict,
    };
  });
  const part = {
    score: 5.5,
    standardError: 0.2,
    interval: { low: 5.1, high: 5.9, level: 95, method: "t" },
    n: questions,
  };
  const rows = names.map(
    (model): RatingRow => ({
      model,
      ...part,
      invalid: 0,
      missing: 0,
      questions,
      bounds: { low: 5.5, high: 5.5 },
      turns: {},
      categories: Object.fromEntries(
        Array.from({ length: 8 }, (_, index) => [`category ${index + 1}`, part]),
      ),
    }),
  );
  return {
    scores: {
      schema: "assay.scores/1",
      sources: [],
      boards: [
        {
          suite: "large",
          mode: "single",
          judge: "judge",
          protocol: "large@judge",
          metric: "rating",
          models: rows,
        },
      ],
      warnings: [],
    },
    manifests: [],
    suites: [
      {
        id: "large",
        title: "Large",
        questions: asked,
        categories: [],
        hash: "",
        sampling: { maxTokens: 1024, temperature: 0 },
        defaultJudge: "assay",
        defaultMode: "single",
        assets: [],
      },
    ],
    answers,
    judgments,
    comparisons: [],
    generatedAt: AT,
    version: "0.1.0",
  };
}

const MEGABYTE = 1_000_000;

describe.skipIf(CHROMIUM === undefined)(
  "size and speed of a report (needs Chromium; set ASSAY_CHROMIUM)",
  () => {
    let assets: PageAssets;
    let browser: Browser;

    beforeAll(async () => {
      assets = pageAssets();
      browser = await launch();
    });

    afterAll(async () => {
      await closePages(browser);
    });

    /** Milliseconds until the first screen with its charts is there, and until a question that is asked for is. */
    async function open(
      html: string,
      question: string,
    ): Promise<{ readonly first: number; readonly reading: number }> {
      const { page, close, complaints } = await openReport(browser, html);
      await page.waitForFunction(() =>
        [...document.querySelectorAll("canvas")]
          .slice(0, 1)
          .every((canvas) => canvas.hasAttribute("data-drawn")),
      );
      const first = await page.evaluate(() => performance.now());
      await page.evaluate((hash) => {
        window.location.hash = hash;
      }, `#q=${question}`);
      await page.locator(".answer").first().waitFor();
      const reading = (await page.evaluate(() => performance.now())) - first;
      expect(complaints).toEqual([]);
      await close();
      return { first, reading };
    }

    it.each([
      ["3 models × 805 instructions", 3, 805, 330, 4],
      ["20 models × 80 questions", 20, 80, 330, 4],
    ] as const)(
      "opens %s in about a second and weighs little",
      async (_, models, questions, words, limit) => {
        const html = await renderHtml(reportView(largeInput(models, questions, words)), assets);
        expect(html.length).toBeLessThan(limit * MEGABYTE);
        const { first, reading } = await open(html, "77");
        // The promise is a second; a loaded test machine is given three.
        expect(first).toBeLessThan(3_000);
        expect(reading).toBeLessThan(3_000);
      },
    );

    it("opens 20,000 answers, filters them and finds a text in all of them", {
      timeout: 180_000,
    }, async () => {
      const html = await renderHtml(reportView(largeInput(5, 4_000, 150)), assets);
      const { page, close, complaints } = await openReport(browser, html, { hash: "#q=3999" });
      await page.locator(".answer").first().waitFor();
      expect(await page.locator("#question-title").textContent()).toContain("3999");
      expect(await page.locator(".question-list li").count()).toBeLessThan(60);
      await page.locator(".filters").getByLabel("Category").selectOption("category 3");
      const shown = page.locator(".filters .shown");
      await expect.poll(() => shown.textContent()).toContain("500 of 4,000");
      await page.getByRole("button", { name: "Clear" }).click();
      await page.getByRole("searchbox").fill("needle 1234.");
      await expect.poll(() => shown.textContent(), { timeout: 60_000 }).toMatch(/^1 of 4,000/);
      expect(complaints).toEqual([]);
      await close();
    });

    const mirror = process.env.ASSAY_MIRROR;
    describe.skipIf(!hasPublished(mirror))("published answers (needs ASSAY_MIRROR)", () => {
      it("weighs under 4 MB with three models and the baseline on AlpacaEval's 805 instructions", {
        timeout: 60_000,
      }, async () => {
        const html = await renderHtml(reportView(alpacaEvalInput(mirror ?? "")), assets);
        expect(html.length).toBeLessThan(4 * MEGABYTE);
        const { first } = await open(html, "400");
        expect(first).toBeLessThan(3_000);
      });
    });
  },
);
