import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BlindEntry, parseBlindRow } from "../../../harness/core/ballot.js";
import { readJsonLines } from "../../../harness/core/jsonl.js";
import { screensOf, textsInSlots } from "../../../reports/vote/page/session.js";
import { renderVotePage } from "../../../reports/vote/render.js";
import { ALARM, HOSTILE_TEXTS } from "../hostile-texts.js";
import { axeViolations, CHROMIUM, closePages, launch, openReport } from "../html/html-browser.js";
import { sampleBallot } from "./sample-ballot.js";

/** Waits until the page takes a vote on what it shows, and gives one by key. */
async function press(page: Page, key: string): Promise<void> {
  const isSaying = /^[1-5]$/.test(key);
  if (isSaying) await page.locator('main[data-open="true"]').waitFor();
  const before = isSaying
    ? await page.locator("progress, .vote-bar .which, .pair:not([hidden])").allInnerTexts()
    : [];
  await page.keyboard.press(key);
  if (!isSaying) return;
  await expect
    .poll(() => page.locator("progress, .vote-bar .which, .pair:not([hidden])").allInnerTexts())
    .not.toEqual(before);
}

async function begin(page: Page, name: string): Promise<void> {
  await page.locator("#voter").focus();
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
  await page.locator(".pair:not([hidden])").waitFor();
}

/** Rows of the file that a button saves, and its name. */
async function download(page: Page): Promise<{ readonly name: string; readonly entries: BlindEntry[] }> {
  const [file] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  const path = await file.path();
  const entries = Array.from(readJsonLines(path), ({ line, value }) => parseBlindRow(path, line, value));
  return { name: file.suggestedFilename(), entries };
}

async function sideways(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

describe.skipIf(CHROMIUM === undefined)(
  "the voting page in Chromium (needs Chromium; set ASSAY_CHROMIUM)",
  () => {
    const ballot = sampleBallot(5);
    let browser: Browser;
    let html: string;

    beforeAll(async () => {
      browser = await launch();
      html = await renderVotePage(ballot);
    });

    afterAll(async () => {
      await closePages(browser);
    });

    it("takes a whole session by keyboard alone, with a reload in the middle", async () => {
      const opened = await openReport(browser, html, { acceptDownloads: true });
      const { page } = opened;
      await begin(page, "Anna K.");
      const screens = screensOf(ballot, "Anna K.");
      const shown = await page
        .locator(".pair:not([hidden]) .turn:not([hidden]) .answer-body")
        .allInnerTexts();
      const expected = textsInSlots(screens[0] as (typeof screens)[number]).map(([first = ""]) =>
        first.slice(0, 30),
      );
      expect(shown.map((text) => text.slice(0, 30))).toEqual(expected);

      for (const key of ["1", "2", "3", "4", "1"]) await press(page, key);
      await press(page, "u");
      await press(page, "p");
      await page.getByText("2 of 6 pairs, 4 votes so far").waitFor();
      await page.reload();
      await page.getByRole("button", { name: "Anna K. 2 of 6 done" }).focus();
      await page.keyboard.press("Enter");
      await page.locator(".pair:not([hidden])").waitFor();

      for (const key of ["2", "5", "1", "1", "1", "1", "2", "2"]) await press(page, key);
      await page.locator(".end").waitFor();
      await page.keyboard.press("Tab");
      const { name, entries } = await download(page);
      expect(name).toBe("votes-Anna_K_-012345.jsonl");
      expect(entries.map((entry) => (entry.kind === "vote" ? entry.winner : entry.kind))).toEqual([
        ...["a", "b", "tie", "both-bad", "b", "skip"],
        ...["a", "a", "a", "a", "b", "b"],
      ]);
      expect(new Set(entries.map(({ voter, ballot: id }) => `${voter} ${id}`))).toEqual(
        new Set(["Anna K. 0123456789abcdef"]),
      );
      // What was saved is what the order of the voter asks for, step by step.
      const steps = screens.flatMap(({ item, slotSeed }) =>
        item.turns.map((turn) => [item.item, turn, slotSeed]),
      );
      expect(
        entries.map((entry) => (entry.kind === "withdrawal" ? [] : [entry.item, entry.turn, entry.slotSeed])),
      ).toEqual(steps);
      expect(entries.every((entry) => entry.kind !== "vote" || entry.ms >= 300)).toBe(true);
      expect([opened.complaints, opened.requests, opened.dialogs]).toEqual([[], [], []]);
      await opened.close();
    });

    it("goes on in another browser from the file that was downloaded", async () => {
      const first = await openReport(browser, html, { acceptDownloads: true });
      await begin(first.page, "Anna K.");
      for (const key of ["1", "2", "3"]) await press(first.page, key);
      await press(first.page, "p");
      const [saved] = await Promise.all([
        first.page.waitForEvent("download"),
        first.page.getByRole("button", { name: "Download votes" }).click(),
      ]);
      const file = await saved.path();
      const second = await openReport(browser, html);
      const load = second.page.locator("#earlier");
      await load.setInputFiles({ name: "x.jsonl", mimeType: "text/plain", buffer: Buffer.from("{}\n") });
      await second.page.getByText("This file holds no votes on these pairs.").waitFor();
      await load.setInputFiles(file);
      await second.page.getByText("3 votes loaded.").waitFor();
      await second.page.getByRole("button", { name: "Anna K. 1 of 6 done" }).click();
      await second.page.locator(".pair:not([hidden])").waitFor();
      expect(await second.page.locator("progress").getAttribute("value")).toBe("1");
      expect([second.complaints, second.requests]).toEqual([[], []]);
      await first.close();
      await second.close();
    });

    it("ignores a key that comes before anybody can have read, and keys held down", async () => {
      const opened = await openReport(browser, html);
      const { page } = opened;
      const which = () => page.locator(".which").innerText();
      await page.clock.install();
      await page.reload();
      await page.locator("#voter").waitFor();
      await page.clock.pauseAt(Date.now() + 60_000);
      await begin(page, "anna");
      await page.clock.runFor(200);
      await page.keyboard.press("1");
      expect(await which()).toContain("Turn 1");
      await page.clock.runFor(200);
      await page.keyboard.down("1");
      await expect.poll(which).toContain("Turn 2");
      await page.clock.runFor(2000);
      await page.keyboard.down("1");
      expect(await which()).toContain("Turn 2");
      await page.keyboard.up("1");
      await page.keyboard.down("1");
      await expect.poll(() => page.locator("h1").innerText()).toBe("Pair 2 of 6");
      await opened.close();
    });

    it("says when the browser keeps nothing, asks before it is closed, and lets votes be saved", async () => {
      const opened = await openReport(browser, html, { acceptDownloads: true });
      const { page } = opened;
      await page.addInitScript(() => {
        Storage.prototype.setItem = () => {
          throw new DOMException("full", "QuotaExceededError");
        };
        Object.defineProperty(window, "indexedDB", { value: undefined });
      });
      await page.reload();
      await begin(page, "anna");
      await press(page, "1");
      await page.getByText("This browser does not keep your votes").waitFor();
      await page.getByRole("button", { name: "Download now" }).focus();
      const { entries } = await download(page);
      expect(entries.map(({ kind }) => kind)).toEqual(["vote"]);
      const asked = page.waitForEvent("dialog");
      await page.close({ runBeforeUnload: true });
      expect((await asked).type()).toBe("beforeunload");
      await opened.close();
    });

    it("keeps votes in the one place that a browser leaves it", async () => {
      for (const broken of ["localStorage", "indexedDB"]) {
        const opened = await openReport(browser, html);
        const { page } = opened;
        await page.addInitScript((name) => {
          Object.defineProperty(window, name, {
            get: () => {
              throw new DOMException("no", "SecurityError");
            },
          });
        }, broken);
        await page.reload();
        await begin(page, "anna");
        await press(page, "1");
        await page.getByText("Saved").waitFor();
        await page.reload();
        await page.getByRole("button", { name: "anna 0 of 6 done" }).click();
        expect(await page.locator(".which").innerText()).toContain("Turn 2");
        expect(opened.complaints).toEqual([]);
        await opened.close();
      }
    });

    it("joins the votes of two windows of one voter", async () => {
      const opened = await openReport(browser, html);
      const other = await opened.page.context().newPage();
      await other.goto(opened.address);
      await begin(opened.page, "anna");
      await begin(other, "anna");
      await press(opened.page, "1");
      await expect.poll(() => other.locator(".which").innerText()).toContain("Turn 2");
      await press(other, "2");
      await expect.poll(() => opened.page.locator("progress").getAttribute("value")).toBe("1");
      await opened.close();
    });

    it.each(["light", "dark"] as const)(
      "has no accessibility violation that axe-core finds, %s",
      async (colorScheme) => {
        const opened = await openReport(browser, html, { colorScheme, bypassCSP: true });
        const { page } = opened;
        expect(await axeViolations(page)).toEqual([]);
        await begin(page, "anna");
        await press(page, "1");
        // The next pair is made ready behind this one.
        await page.locator(".pair[hidden]").waitFor({ state: "attached" });
        expect(await axeViolations(page)).toEqual([]);
        await page.keyboard.press("?");
        expect(await axeViolations(page)).toEqual([]);
        await page.keyboard.press("Escape");
        await press(page, "p");
        expect(await axeViolations(page)).toEqual([]);
        await opened.close();
      },
    );

    it.each([390, 320, 768])(
      "never scrolls sideways, and keeps its buttons in reach, at %i px",
      async (width) => {
        const opened = await openReport(browser, html, { viewport: { width, height: 800 } });
        const { page } = opened;
        expect(await sideways(page)).toBeLessThanOrEqual(0);
        await begin(page, "anna");
        expect(await sideways(page)).toBeLessThanOrEqual(0);
        for (const button of await page.locator(".choices button").all()) {
          const box = await button.boundingBox();
          expect(box?.height).toBeGreaterThanOrEqual(44);
          expect((box?.y ?? 801) + (box?.height ?? 0)).toBeLessThanOrEqual(800);
        }
        await opened.close();
      },
    );

    it("shows hostile answers, questions and categories as text, without its policy too", async () => {
      const texts = HOSTILE_TEXTS.map(({ text }) => text);
      // Twelve turns a pair, of which the last is voted on and all are shown.
      const items = Array.from({ length: Math.ceil(texts.length / 12) }, (_, place) => {
        const turns = texts.slice(12 * place, 12 * place + 12);
        return {
          item: place + 1,
          category: turns[0] ?? "",
          turns: [turns.length],
          asked: turns,
          system: turns.join("\n\n"),
          reference: turns,
          texts: [turns, turns.map((text) => `${text} `)] as const,
        };
      });
      const hostile = sampleBallot(0, { title: texts.join(" "), items, repeats: 0 });
      const opened = await openReport(browser, await renderVotePage(hostile), { bypassCSP: true });
      const { page } = opened;
      await page.evaluate((alarm) => {
        const alarms: string[] = [];
        Object.assign(window, { alarms, [alarm]: () => alarms.push("ran") });
      }, ALARM);
      await begin(page, "<img src=x onerror=assayAlarm()>");
      let shown = 0;
      while ((await page.locator(".end").count()) === 0) {
        shown += await page.locator(".pair:not([hidden]) .turn:not([hidden])").count();
        await press(page, "1");
      }
      expect(shown).toBe(texts.length);
      const state = await page.evaluate(() => ({
        alarms: Reflect.get(window, "alarms"),
        foreign: document.querySelectorAll("#vote :is(script, iframe, object, img, form, style, input)")
          .length,
      }));
      expect(state).toEqual({ alarms: [], foreign: 0 });
      expect([opened.complaints, opened.requests, opened.dialogs]).toEqual([[], [], []]);
      await opened.close();
    });

    it("has the next pair on the screen within 100 ms of a vote, with answers of 20,000 characters", async () => {
      const long = sampleBallot(8, { characters: 20_000, repeats: 0 });
      const opened = await openReport(browser, await renderVotePage(long));
      const { page } = opened;
      await begin(page, "anna");
      const inspector = await page.context().newCDPSession(page);
      await inspector.send("Performance.enable", { timeDomain: "threadTicks" });
      const busyMs = async () => {
        const { metrics } = await inspector.send("Performance.getMetrics");
        return 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN);
      };
      const work: number[] = [];
      const waited: number[] = [];
      for (let step = 0; step < 14; step++) {
        await page.locator('main[data-open="true"]').waitFor();
        await page.locator(".pair[hidden]").waitFor({ state: "attached" });
        const before = await busyMs();
        waited.push(
          await page.evaluate(async () => {
            const seen = () =>
              [...document.querySelectorAll(".pair:not([hidden]) .turn:not([hidden]) h2")]
                .at(-1)
                ?.closest(".turn");
            const last = seen();
            const pressed = performance.now();
            document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "1", bubbles: true }));
            while (seen() === last) await new Promise(requestAnimationFrame);
            // The frame after the one that draws the change: by then it is painted.
            await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
            return performance.now() - pressed;
          }),
        );
        work.push((await busyMs()) - before);
      }
      const longest = await page.evaluate(
        () => document.querySelector(".answer-body")?.textContent?.length ?? 0,
      );
      expect(longest).toBeGreaterThan(15_000);
      const middle = (values: number[]) => [...values].sort((x, y) => x - y)[7] ?? Number.NaN;
      console.info(
        `next pair painted after ${middle(waited).toFixed(0)} ms, ${middle(work).toFixed(0)} ms of them at work`,
      );
      // The processor's time, and the middle one: what else the machine does at the moment is not the page's.
      expect(middle(work)).toBeLessThan(100);
      await opened.close();
    });
  },
);
