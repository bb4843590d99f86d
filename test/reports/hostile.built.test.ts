import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Answer, Judgment, Suite } from "../../harness/core/records.js";
import { type PageAssets, pageAssets } from "../../reports/html/page-assets.js";
import { renderHtml } from "../../reports/html/render.js";
import type { ReportInput } from "../../reports/view/view.js";
import { reportView } from "../../reports/view/view.js";
import { ALARM, HOSTILE_TEXTS } from "./hostile-texts.js";
import type { OpenedReport } from "./html/html-browser.js";
import { CHROMIUM, closePages, launch, openReport, showEverything } from "./html/html-browser.js";
import { sampleInput } from "./sample-input.js";

/** A question for every hostile text, which is its question, answer, judge's reply, reference and error at once. */
function hostileInput(): ReportInput {
  const sample = sampleInput({ questions: 8 });
  const questions = HOSTILE_TEXTS.map(({ text }, place) => ({
    id: `h${place}`,
    category: text.slice(0, 2_000) || "none",
    turns: [text],
    reference: [text],
    system: text,
  }));
  const suite: Suite = {
    ...(sample.suites[0] as Suite),
    id: "hostile",
    title: "<script>alert(1)</script>",
    questions,
    categories: [],
  };
  const key = (question: (typeof questions)[number]) => ({
    suite: suite.id,
    questionId: question.id,
    category: question.category,
    trial: 1,
    at: "2025-03-01T09:30:00.000Z",
  });
  const answers = questions.map(
    (question): Answer => ({
      ...key(question),
      taskId: question.id,
      model: "aurora-7b-ckpt-1200",
      status: "completed",
      turns: [
        {
          text: question.turns[0] ?? "",
          reasoning: question.turns[0] ?? "",
          parameters: {},
          finishReason: "stop",
          latencyMs: 1,
        },
      ],
    }),
  );
  const judgments = questions.map((question): Judgment => {
    const verdict = { kind: "unreadable" as const, reason: (question.turns[0] ?? "").slice(0, 3_000) };
    const reply = { text: question.turns[0] ?? "", verdict, finishReason: "stop" as const, latencyMs: 1 };
    return {
      ...key(question),
      taskId: question.id,
      protocol: "p",
      turn: 1,
      a: "aurora-7b-ckpt-1200",
      answers: [],
      status: "judged",
      request: { messages: [], parameters: {} },
      replies: [reply],
      verdict,
    };
  });
  return {
    ...sample,
    suites: [...sample.suites, suite],
    answers: [...sample.answers, ...answers],
    judgments: [...sample.judgments, ...judgments],
  };
}

/** The sample with every model, category and warning called something hostile. */
function hostileNames(names: readonly string[]): ReportInput {
  const sample = sampleInput({ questions: 8, notice: names[0] ?? "" });
  const models = [
    "aurora-7b-ckpt-1200",
    "aurora-7b-ckpt-800",
    "brook-3b-chat",
    "cedar-mini",
    "harbor-base",
    "sample-judge",
  ];
  const categories = sample.suites[0]?.categories ?? [];
  const replaced = new Map(
    [...models, ...categories].map((name, place) => [
      name,
      (names[place % names.length] ?? "").slice(0, 400),
    ]),
  );
  const walk = (value: unknown): unknown => {
    if (typeof value === "string") return replaced.get(value) ?? value;
    if (Array.isArray(value)) return value.map(walk);
    if (value === null || typeof value !== "object") return value;
    // fromEntries keeps a key "__proto__" as a plain property.
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [replaced.get(key) ?? key, walk(inner)]),
    );
  };
  const changed = walk(sample) as ReportInput;
  return {
    ...changed,
    title: names[0] ?? "",
    scores: {
      ...changed.scores,
      warnings: names.map((message) => ({ code: "x", message: message.slice(0, 2_000) })),
    },
  };
}

async function ran(page: Page): Promise<unknown> {
  return page.evaluate(() => (window as unknown as { alarms?: string[] }).alarms);
}

describe.skipIf(CHROMIUM === undefined)(
  "hostile texts in a report (needs Chromium; set ASSAY_CHROMIUM)",
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

    /** The policy of the page is switched off, so that escaping has to hold by itself. */
    async function open(html: string, bypassCSP: boolean, hash = ""): Promise<OpenedReport> {
      const opened = await openReport(browser, html, { bypassCSP, hash });
      await opened.page.evaluate((alarm) => {
        const alarms: string[] = [];
        Object.assign(window, { alarms, [alarm]: () => alarms.push("ran") });
      }, ALARM);
      return opened;
    }

    it("holds 60 texts or more", () => {
      expect(HOSTILE_TEXTS.length).toBeGreaterThanOrEqual(60);
      expect(new Set(HOSTILE_TEXTS.map(({ text }) => text)).size).toBe(HOSTILE_TEXTS.length);
    });

    it.each([true, false])(
      "runs nothing of theirs and keeps its layout, policy off: %s",
      { timeout: 180_000 },
      async (bypassCSP) => {
        const opened = await open(await renderHtml(reportView(hostileInput()), assets), bypassCSP, "#q=h0");
        const { page } = opened;
        await page.locator(".answer").first().waitFor();
        const problems: string[] = [];
        for (const [place, { name, text }] of HOSTILE_TEXTS.entries()) {
          await page.evaluate((hash) => {
            window.location.hash = hash;
          }, `#q=h${place}&models=aurora-7b-ckpt-1200`);
          await page.waitForFunction(
            (title) => document.getElementById("question-title")?.textContent?.includes(title),
            `h${place} `,
          );
          await page
            .locator(".answer")
            .first()
            .waitFor({ timeout: 5_000 })
            .catch(() => problems.push(`${name}: no answer; ${opened.complaints.join("; ")}`));
          const found = await page.evaluate(() => {
            for (const details of document.querySelectorAll<HTMLDetailsElement>(".question details"))
              details.open = true;
            const body = document.querySelector<HTMLElement>(".answer-body");
            const question = document.querySelector(".question");
            const strange = [
              ...(question?.querySelectorAll(
                "script, img, iframe, object, embed, style, form, input, base, meta, link, video, svg, math, marquee",
              ) ?? []),
            ];
            const links = [...(question?.querySelectorAll("a[href]") ?? [])].map(
              (link) => link.getAttribute("href") ?? "",
            );
            const handlers = [...(question?.querySelectorAll("*") ?? [])].filter((element) =>
              element.getAttributeNames().some((attribute) => attribute.startsWith("on")),
            );
            return {
              strange: strange.map((element) => element.outerHTML.slice(0, 100)),
              links: links.filter((link) => !/^https?:\/\//.test(link)),
              handlers: handlers.length,
              scroll: document.documentElement.scrollWidth - window.innerWidth,
              text: body?.innerText ?? "",
            };
          });
          if (found.strange.length + found.links.length + found.handlers > 0 || found.scroll > 0) {
            problems.push(`${name}: ${JSON.stringify({ ...found, text: "" })}`);
          }
          const words = text.slice(0, 300).match(/[A-Za-z]{4,}/g) ?? [];
          const lost = words.filter((word) => !found.text.includes(word));
          // Markdown swallows its own signs, reference definitions and title texts, not what was said.
          if (
            !name.includes("reference link") &&
            !name.includes("honest") &&
            lost.length > words.length / 2
          ) {
            problems.push(`${name}: lost ${lost.slice(0, 5).join(" ")}`);
          }
        }
        expect(problems).toEqual([]);
        expect(await ran(page)).toEqual([]);
        expect(opened.dialogs).toEqual([]);
        expect(opened.requests).toEqual([]);
        expect(opened.complaints).toEqual([]);
        expect(await page.locator("#reader").count()).toBe(1);
        await opened.close();
      },
    );

    it("shows a line of a megabyte cut, and whole on request", { timeout: 60_000 }, async () => {
      const place = HOSTILE_TEXTS.findIndex(({ name }) => name === "long line");
      const opened = await open(
        await renderHtml(reportView(hostileInput()), assets),
        false,
        `#q=h${place}&models=aurora-7b-ckpt-1200`,
      );
      const { page } = opened;
      const body = page.locator(".answer-body");
      await body.waitFor();
      const more = body.locator(":scope > .more");
      expect(await more.textContent()).toBe("Show all (1,048,579 characters)");
      await more.click();
      await page.waitForFunction(() =>
        (document.querySelector(".answer-body > .plain")?.textContent ?? "").endsWith("end"),
      );
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
      ).toBeLessThanOrEqual(0);
      await opened.close();
    });

    it.each([
      [390, 1],
      [1280, 3],
    ])(
      "survives hostile names of models, categories and warnings at %i px",
      { timeout: 120_000 },
      async (width, step) => {
        const texts = HOSTILE_TEXTS.map(({ text }) => text).filter((text) => text.trim() !== "");
        // As many as a page has models and categories to be called by them.
        const most = 6 + (sampleInput({ questions: 8 }).suites[0]?.categories.length ?? 0);
        for (let start = 0; start < texts.length; start += step * most) {
          const names = texts.slice(start, start + most);
          const opened = await openReport(
            browser,
            await renderHtml(reportView(hostileNames(names)), assets),
            {
              bypassCSP: true,
              viewport: { width, height: 800 },
            },
          );
          await showEverything(opened.page);
          const state = await opened.page.evaluate((alarm) => {
            Object.assign(window, { [alarm]: () => undefined });
            const foreign = document.querySelectorAll(
              "main script, main iframe, main object, main img, main form:not(.filters), main style",
            );
            return {
              foreign: foreign.length,
              scroll: document.documentElement.scrollWidth - window.innerWidth,
            };
          }, ALARM);
          expect(state, `names from ${start}`).toEqual({ foreign: 0, scroll: 0 });
          expect(opened.complaints, `names from ${start}`).toEqual([]);
          expect(opened.requests).toEqual([]);
          await opened.close();
        }
      },
    );
  },
);
