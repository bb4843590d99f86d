import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Card } from "../../../harness/core/card.js";
import type { StatedFigure } from "../../../harness/core/stated-figure.js";
import { cardOf } from "../../../harness/pipeline/changes/card-of.js";
import { measuredAsStated } from "../../../harness/pipeline/changes/measured.js";
import { decidePolicy } from "../../../harness/pipeline/policy/decide-policy.js";
import { renderCardPage } from "../../../reports/card/render.js";
import { renderCard } from "../../../reports/console/console-card.js";
import { CHROMIUM, closePages, launch } from "../html/html-browser.js";

const AXE = readFileSync("node_modules/axe-core/axe.min.js", "utf8");
const HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>\u202eevil';

function stated(suite: string, model: string, value: number): StatedFigure {
  const source = { tool: "table", file: `${HOSTILE}.csv`, sha256: "0" };
  return {
    suite,
    metric: suite,
    model,
    value,
    unit: "percent",
    lowerIsBetter: false,
    standardError: 1,
    source,
  };
}

const SUITES: readonly (readonly [string, number, number])[] = [
  ["mmlu", 64, 60],
  ["gsm8k", 30, 41],
  ["humaneval", 40, 41],
  [HOSTILE, 50, 51],
];

function hostileCard(): Card {
  const pairs = (share: number) =>
    SUITES.map(([suite, before, after]) => ({
      base: measuredAsStated(stated(suite, `base ${HOSTILE}`, before)),
      candidate: measuredAsStated(stated(suite, `ckpt ${HOSTILE}`, before + share * (after - before))),
    }));
  const names = { base: `base ${HOSTILE}`, candidate: `ckpt ${HOSTILE}` };
  const steps = [
    { checkpoint: "half", pairs: pairs(0.5) },
    { checkpoint: names.candidate, pairs: pairs(1) },
  ];
  const entries = [{ name: "mmlu", tier: "critical", maxDrop: 1 } as const];
  const policy = decidePolicy({ file: "p.yaml", units: "own", level: 95, entries }, pairs(1), names);
  return {
    schema: "assay.card/1",
    version: "0.0.0",
    generatedAt: "2026-11-28T12:00:00Z",
    ...cardOf(names.base, steps, {}),
    policies: [policy],
    sources: [{ path: HOSTILE, kind: "table", models: [names.base], report: null }],
    notices: [HOSTILE],
  };
}

describe("the terminal", () => {
  it("shows a card within its width, findings in words, hostile names harmless", () => {
    const text = renderCard(hostileCard(), { width: 100 });
    expect(text.split("\n").every((line) => line.length <= 100)).toBe(true);
    expect(text).toMatch(/mmlu .*−4\.00 pp .*Loss/);
    expect(text).toMatch(/gsm8k .*\+11\.00 pp .*Gain/);
    expect(text).not.toContain("\u202e");
  });
});

describe.skipIf(CHROMIUM === undefined)(
  "the page of a card in Chromium (needs Chromium; set ASSAY_CHROMIUM)",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "assay-card-"));
    let browser: Browser;
    beforeAll(async () => {
      writeFileSync(join(folder, "card.html"), renderCardPage(hostileCard()));
      browser = await launch();
    });
    afterAll(async () => {
      await closePages(browser);
      rmSync(folder, { recursive: true, force: true });
    });

    it.each([
      [1280, "light"],
      [390, "dark"],
    ] as const)("fits, is accessible and quiet at %i pixels in %s", async (width, colorScheme) => {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
      const opened = await context.newPage();
      const seen: string[] = [];
      opened.on("console", (message) => seen.push(message.text()));
      opened.on("dialog", (dialog) => {
        seen.push(`dialog ${dialog.message()}`);
        void dialog.dismiss();
      });
      await opened.goto(`file://${join(folder, "card.html")}`);
      expect(await opened.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      expect(await opened.locator("script, img, iframe").count()).toBe(0);
      expect(await opened.locator("svg.change").count()).toBe(SUITES.length);
      expect(await opened.locator("svg.radar circle.tip").count()).toBe(SUITES.length);
      expect(await opened.locator("svg.trajectory").count()).toBe(4);
      expect(await opened.locator(".finding-gain").count()).toBe(1);
      expect(await opened.locator(".finding-loss").count()).toBe(1);
      expect(await opened.locator(".policy .outcome-fail").count()).toBe(2);
      await opened.evaluate(AXE);
      const violations = await opened.evaluate(async () => {
        const { axe } = globalThis as unknown as {
          axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        };
        return (await axe.run()).violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`);
      });
      expect(violations).toEqual([]);
      expect(seen).toEqual([]);
      await context.close();
    });
  },
);
