import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bridgeJudges } from "../../../harness/pipeline/bridge/bridge-judges.js";
import type { BridgeSide, SideScore } from "../../../harness/pipeline/bridge/bridge-side.js";
import { renderBridgePage } from "../../../reports/bridge/render.js";
import { CHROMIUM, closePages, launch } from "../html/html-browser.js";

const AXE = readFileSync("node_modules/axe-core/axe.min.js", "utf8");
const HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>\u202eevil';

function side(judge: string, rates: Readonly<Record<string, number>>): BridgeSide {
  const scoreOf = (value: number): SideScore => ({ value, standardError: 2 });
  return {
    end: { name: judge, judge, protocol: judge, mode: "pairwise-baseline", baseline: HOSTILE },
    metric: "winRate",
    scale: { low: 0, high: 100 },
    scores: new Map(Object.entries(rates).map(([model, rate]) => [model, scoreOf(rate)])),
    verdictsPerModel: 805,
  };
}

/** Six anchors, a model on either side alone, and one to predict; names that would like to be markup. */
function page(): string {
  const old = side(`old ${HOSTILE}`, { a: 10, b: 30, [HOSTILE]: 45, d: 60, e: 75, f: 90, only: 85 });
  const fresh = side("new", { a: 20, b: 36, [HOSTILE]: 44, d: 58, e: 66, f: 78, z: 50 });
  return renderBridgePage(bridgeJudges(old, fresh, side("new", { [`ckpt ${HOSTILE}`]: 70 })));
}

describe.skipIf(CHROMIUM === undefined)(
  "the page of a bridge in Chromium (needs Chromium; set ASSAY_CHROMIUM)",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "assay-bridge-"));
    let browser: Browser;
    beforeAll(async () => {
      writeFileSync(join(folder, "index.html"), page());
      browser = await launch();
    });
    afterAll(async () => {
      await closePages(browser);
      rmSync(folder, { recursive: true, force: true });
    });

    it.each([
      [1440, "light"],
      [390, "dark"],
    ] as const)(
      "shows both scales, is accessible and quiet at %i pixels in %s",
      async (width, colorScheme) => {
        const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
        const opened = await context.newPage();
        const seen: string[] = [];
        opened.on("console", (message) => seen.push(message.text()));
        opened.on("dialog", (dialog) => {
          seen.push(`dialog ${dialog.message()}`);
          void dialog.dismiss();
        });
        await opened.goto(`file://${join(folder, "index.html")}`);
        expect(await opened.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        expect(await opened.locator("script, img, iframe").count()).toBe(0);
        expect(await opened.locator("circle.anchor").count()).toBe(6);
        expect(await opened.locator("circle.asked").count()).toBe(1);
        // 1 asked for, 1 of the new judge alone, 1 of the old one alone.
        expect(await opened.locator("td.carried").count()).toBe(3);
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
      },
    );
  },
);
