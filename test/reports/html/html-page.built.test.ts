import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PageAssets, pageAssets } from "../../../reports/html/page-assets.js";
import { renderHtml } from "../../../reports/html/render.js";
import { formatFigure } from "../../../reports/view/format.js";
import { reportView } from "../../../reports/view/view.js";
import { valueAt } from "../json-pointer.js";
import { sampleInput } from "../sample-input.js";
import type { OpenedReport } from "./html-browser.js";
import { axeViolations, CHROMIUM, closePages, launch, openReport, showEverything } from "./html-browser.js";

describe.skipIf(CHROMIUM === undefined)(
  "HTML report in Chromium (needs Chromium; set ASSAY_CHROMIUM)",
  () => {
    const input = sampleInput({ runs: true, notice: "Answers and verdicts are recorded samples." });
    let assets: PageAssets;
    let browser: Browser;
    let html: string;
    let opened: OpenedReport;

    beforeAll(async () => {
      assets = pageAssets();
      browser = await launch();
      html = await renderHtml(reportView(input), assets);
      opened = await openReport(browser, html);
      await showEverything(opened.page);
    });

    afterAll(async () => {
      await opened?.close();
      await closePages(browser);
    });

    it("draws every chart and asks the network for nothing", async () => {
      const { page } = opened;
      const blank = await page.evaluate(() =>
        [...document.querySelectorAll("canvas")]
          .filter((canvas) => {
            const pixels =
              canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
            return !pixels.some((value) => value !== 0);
          })
          .map((canvas) => canvas.getAttribute("aria-label")),
      );
      expect(blank).toEqual([]);
      expect(await page.locator("canvas").count()).toBe(8);
      expect(opened.complaints).toEqual([]);
      expect(opened.requests).toEqual([]);
    });

    it("shows every number as the scores have it", async () => {
      const shown = await opened.page.evaluate(() =>
        [...document.querySelectorAll<HTMLDataElement>("main data.figure")].map((element) => ({
          value: Number(element.value),
          from: element.dataset.from ?? "",
          text: element.textContent ?? "",
        })),
      );
      expect(shown.length).toBeGreaterThan(500);
      for (const figure of shown) {
        const values = figure.from.split(" + ").map((pointer) => valueAt(input, pointer));
        expect(
          values.every((value) => typeof value === "number"),
          figure.from,
        ).toBe(true);
        const sum = values.reduce<number>((total, value) => total + Number(value), 0);
        expect(figure.value, figure.from).toBeCloseTo(sum, 10);
      }
    });

    it("shows each value with the precision of its kind", async () => {
      const texts = await opened.page.evaluate(() =>
        [...document.querySelectorAll<HTMLDataElement>("main data.figure")].map((element) => [
          element.dataset.from ?? "",
          element.value,
          element.textContent ?? "",
        ]),
      );
      const find = (pointer: string) => texts.find(([from]) => from === pointer);
      const [board] = input.scores.boards;
      const score =
        board?.models[0] !== undefined && "score" in board.models[0] ? board.models[0].score : null;
      expect(find("/scores/boards/0/models/0/score")?.[2]).toBe(formatFigure(score ?? 0, "points"));
      expect(find("/scores/boards/1/models/0/winRateAdjusted")?.[2]).toMatch(/^\d+\.\d%$/);
      expect(find("/comparisons/0/delta")?.[2]).toMatch(/^[+−]\d\.\d\d$/);
    });

    it("leaves no number outside of figures, names, axes and prose that the report did not compute", async () => {
      const stray = await opened.page.evaluate(() => {
        const found: string[] = [];
        const cells = document.querySelectorAll("#summary td, #categories td, #pairs td, #trends td");
        for (const cell of cells) {
          const copy = cell.cloneNode(true);
          if (!(copy instanceof Element)) continue;
          for (const known of copy.querySelectorAll("data, bdi, svg, .none")) known.remove();
          if (/\d/.test(copy.textContent ?? "")) found.push(cell.outerHTML);
        }
        return found;
      });
      expect(stray).toEqual([]);
    });

    it("switches models and intervals in the legend", async () => {
      const figure = opened.page.locator('[data-chart="radar"]').first();
      const canvas = figure.locator("canvas");
      const picture = () =>
        canvas.evaluate((element) => (element instanceof HTMLCanvasElement ? element.toDataURL() : ""));
      const before = await picture();
      const chip = figure.locator(".chip").first();
      await chip.click();
      expect(await chip.getAttribute("aria-pressed")).toBe("false");
      await expect.poll(picture).not.toBe(before);
      await chip.click();
      await figure.getByLabel("Intervals").check();
      await expect.poll(picture).not.toBe(before);
      await figure.getByLabel("Intervals").uncheck();
      await expect.poll(picture).toBe(before);
    });

    it("shows categories as differences against a chosen base", async () => {
      const figure = opened.page.locator('[data-chart="bars"]').first();
      const picture = () =>
        figure
          .locator("canvas")
          .evaluate((element) => (element instanceof HTMLCanvasElement ? element.toDataURL() : ""));
      const before = await picture();
      await figure.getByLabel("Show").selectOption({ label: "Difference to aurora-7b-ckpt-800" });
      await expect.poll(picture).not.toBe(before);
    });

    it("filters by category, by trouble and by score, and searches all texts", async () => {
      const { page } = opened;
      const filters = page.locator(".filters");
      const shown = filters.locator(".shown");
      await expect.poll(() => shown.textContent()).toContain("48 of 48");
      await filters.getByLabel("Category").selectOption("math");
      await expect.poll(() => shown.textContent()).toContain("3 of 48");
      await filters.getByLabel("Category").selectOption("");
      await filters.getByLabel("Show").selectOption("unreadable");
      await expect.poll(() => shown.textContent()).toContain("1 of 48");
      await page.getByRole("button", { name: "Clear" }).click();
      await page.getByRole("searchbox").fill("two different ratings and nothing else");
      await expect.poll(() => shown.textContent()).toContain("0 of 48");
      await page.getByRole("searchbox").fill("[[7]] or [[8]]");
      await expect.poll(() => shown.textContent()).toContain("1 of 48");
      await page.getByRole("button", { name: "Clear" }).click();
      await filters.getByLabel("Model").selectOption("cedar-mini");
      await filters.getByLabel("to", { exact: true }).fill("2");
      const low = Number((await shown.textContent())?.split(" ")[0]);
      const judged = input.judgments.filter(
        (judgment) => judgment.a === "cedar-mini" && judgment.b === undefined,
      );
      const means = new Map<string, number[]>();
      for (const judgment of judged) {
        if (judgment.status !== "judged" || judgment.verdict.kind !== "rating") continue;
        means.set(judgment.questionId, [...(means.get(judgment.questionId) ?? []), judgment.verdict.rating]);
      }
      const expected = [...means.values()].filter(
        (ratings) => ratings.reduce((sum, rating) => sum + rating, 0) / ratings.length <= 2,
      ).length;
      expect(low).toBe(expected);
      await page.getByRole("button", { name: "Clear" }).click();
    });

    it("moves with j and k, searches with /, explains with ?, and stops when told to", async () => {
      const { page } = opened;
      await page.locator("#question-title").focus();
      const title = page.locator("#question-title");
      await page.keyboard.press("j");
      await expect.poll(() => title.textContent()).toContain("102");
      await page.keyboard.press("j");
      await page.keyboard.press("k");
      await expect.poll(() => title.textContent()).toContain("102");
      expect(page.url()).toContain("#q=102");
      await page.keyboard.press("/");
      await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("reader-search");
      await page.keyboard.type("j");
      await expect.poll(() => title.textContent()).toContain("102");
      await page.getByRole("searchbox").fill("");
      await title.focus();
      await page.keyboard.press("?");
      await expect.poll(() => page.locator("dialog.help").isVisible()).toBe(true);
      await page.getByLabel("Listen to single keys").uncheck();
      await page.keyboard.press("Escape");
      await title.focus();
      await page.keyboard.press("j");
      expect(await title.textContent()).toContain("102");
      await page.getByRole("button", { name: "Keyboard shortcuts" }).click();
      await page.getByLabel("Listen to single keys").check();
      await page.getByRole("button", { name: "Close" }).click();
    });

    it("opens at a deep link, with the models that it names, and follows further ones", async () => {
      const linked = await openReport(browser, html, {
        hash: "#q=107&suite=mt-bench&models=brook-3b-chat,cedar-mini",
      });
      const { page } = linked;
      await page.locator(".answer").first().waitFor();
      expect(await page.locator("#question-title").textContent()).toContain("107");
      const models = await page
        .locator(".turn")
        .first()
        .locator(".answer")
        .evaluateAll((cards) => cards.map((card) => card.getAttribute("data-model")));
      expect(models).toEqual(["brook-3b-chat", "cedar-mini"]);
      expect(await page.locator(".turn").first().textContent()).toContain("unreadable");
      await page.evaluate(() => {
        window.location.hash = "#q=a3&models=harbor-base&suite=alpaca-eval";
      });
      await expect.poll(() => page.locator("#question-title").textContent()).toContain("a3");
      expect(linked.complaints).toEqual([]);
      await linked.close();
    });

    it("shows reference answers, every verdict in both orders, and a word difference", async () => {
      const linked = await openReport(browser, html, {
        hash: "#q=104&suite=mt-bench&models=aurora-7b-ckpt-1200,brook-3b-chat",
      });
      const { page } = linked;
      await page.locator(".answer").first().waitFor();
      await page.locator(".reference summary").first().click();
      expect(await page.locator(".reference").first().textContent()).toContain("42");
      const pair = page.locator(".pair-verdict").first();
      expect(await pair.locator(".verdict").count()).toBe(2);
      await pair.locator(".verdict summary").nth(1).click();
      expect(await pair.textContent()).toContain("Seen the other way round.");
      await page.getByRole("button", { name: "Word difference" }).click();
      expect(await page.locator(".word-difference del").first().textContent()).toBeTruthy();
      const texts = await page
        .locator(".word-difference .plain")
        .first()
        .evaluate((box) => {
          const without = (selector: string) => {
            const copy = box.cloneNode(true);
            if (copy instanceof Element)
              for (const element of copy.querySelectorAll(selector)) element.remove();
            return copy.textContent ?? "";
          };
          return [without("ins"), without("del")];
        });
      const textOf = (model: string) =>
        input.answers.find((answer) => answer.model === model && answer.questionId === "104")?.turns[0]?.text;
      expect(texts).toEqual([textOf("aurora-7b-ckpt-1200"), textOf("brook-3b-chat")]);
      await linked.close();
    });

    it("renders code in colours without parsing any markup", async () => {
      const linked = await openReport(browser, html, {
        hash: "#q=105&suite=mt-bench&models=aurora-7b-ckpt-1200",
      });
      await linked.page.locator(".answer pre .code-keyword").first().waitFor();
      expect(await linked.page.locator(".answer pre").first().textContent()).toContain(
        "def merge(left, right):",
      );
      await linked.close();
    });

    it("hands out the data behind a table", async () => {
      const { page } = opened;
      const tools = page.locator('[data-table="board-1"]');
      const [csv] = await Promise.all([
        page.waitForEvent("download"),
        tools.getByRole("button", { name: "CSV" }).click(),
      ]);
      const text = readFileSync(await csv.path(), "utf8");
      expect(csv.suggestedFilename()).toBe("board-1.csv");
      const [board] = input.scores.boards;
      const row = board?.metric === "rating" ? board.models[0] : undefined;
      expect(text).toContain(`aurora-7b-ckpt-1200,${row?.score},`);
      const [json] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "scores.json" }).click(),
      ]);
      expect(JSON.parse(readFileSync(await json.path(), "utf8"))).toEqual(input.scores);
    });

    it.each(["light", "dark"] as const)(
      "has no accessibility violation that axe-core finds, %s",
      async (colorScheme) => {
        const { page, close } = await openReport(browser, html, {
          colorScheme,
          hash: "#q=104&suite=mt-bench",
          bypassCSP: true,
        });
        await showEverything(page);
        await page.locator(".answer").first().waitFor();
        for (const summary of await page.locator("main details:not([open]) > summary").all()) {
          if (await summary.isVisible()) await summary.click();
        }
        const violations = await axeViolations(page);
        expect(violations).toEqual([]);
        await close();
      },
    );

    it.each([
      ["phone", 390],
      ["400% zoom of a 1280 px window", 320],
      ["tablet", 768],
    ])("never scrolls sideways, %s", async (_, width) => {
      const { page, close } = await openReport(browser, html, {
        viewport: { width, height: 800 },
        hash: "#q=104&suite=mt-bench",
      });
      await showEverything(page);
      await page.locator(".answer").first().waitFor();
      const wide = await page.evaluate(() =>
        [...document.querySelectorAll("body *")]
          .filter((element) => {
            const box = element.getBoundingClientRect();
            return (
              box.width > 0 &&
              box.right > window.innerWidth + 1 &&
              element.closest(".scroll, nav, pre, svg, .unseen, .skip") === null
            );
          })
          .map((element) => `${element.tagName}.${element.className}`),
      );
      expect(wide).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      await close();
    });

    it("changes and keeps colours on request", async () => {
      const { page } = opened;
      const background = () =>
        page.evaluate(() => getComputedStyle(document.body.parentElement ?? document.body).backgroundColor);
      const light = await background();
      const button = page.locator('[data-action="theme"]');
      await button.click();
      await button.click();
      expect(await button.getAttribute("aria-label")).toBe("Colours: dark");
      expect(await background()).not.toBe(light);
      await button.click();
      expect(await background()).toBe(light);
    });

    it("reads and prints without its script", async () => {
      const { page, close } = await openReport(browser, html, { javaScriptEnabled: false });
      const text = (await page.locator("main").textContent()) ?? "";
      expect(text).toContain("aurora-7b-ckpt-1200");
      expect(text).toContain("Health of the run");
      expect(await page.locator(".js-only:visible").count()).toBe(0);
      await page.emulateMedia({ media: "print", colorScheme: "dark" });
      const background = await page.evaluate(
        () => getComputedStyle(document.documentElement).backgroundColor,
      );
      expect(background).toBe("rgb(255, 255, 255)");
      await close();
    });

    it("stands still for people who ask for less motion", async () => {
      const { page, close } = await openReport(browser, html, { reducedMotion: "reduce" });
      expect(await page.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior)).toBe(
        "auto",
      );
      await close();
    });
  },
);
