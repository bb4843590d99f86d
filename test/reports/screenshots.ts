/**
 * Takes screenshots of the sample report and, where ASSAY_MIRROR is set, of reports over published data:
 * `npx tsx test/reports/screenshots.ts FOLDER [FILE.html…]` after `npm run build`. Each HTML file named is photographed as well.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pageAssets } from "../../reports/html/page-assets.js";
import { renderHtml } from "../../reports/html/render.js";
import { reportView } from "../../reports/view/view.js";
import { launch, openReport, showEverything } from "./html/html-browser.js";
import { alpacaEvalInput, mtBenchInput } from "./published-input.js";
import { sampleInput } from "./sample-input.js";

const [folder, ...files] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: screenshots.ts FOLDER [FILE.html…]");
mkdirSync(folder, { recursive: true });

const assets = pageAssets();
const mirror = process.env.ASSAY_MIRROR;
const reports: [string, string][] = [
  [
    "sample",
    await renderHtml(
      reportView(sampleInput({ runs: true, notice: "Answers and verdicts are recorded samples." })),
      assets,
    ),
  ],
  ...(mirror === undefined
    ? []
    : ([
        ["mt-bench", await renderHtml(reportView(mtBenchInput(mirror)), assets)],
        ["alpaca-eval", await renderHtml(reportView(alpacaEvalInput(mirror)), assets)],
      ] satisfies [string, string][])),
  ...files.map((file): [string, string] => [basename(file, ".html"), readFileSync(file, "utf8")]),
];

const browser = await launch();
for (const [name, html] of reports) {
  writeFileSync(join(folder, `${name}.html`), html);
  for (const width of [1440, 768, 390]) {
    for (const colorScheme of ["light", "dark"] as const) {
      const { page, close, complaints } = await openReport(browser, html, {
        viewport: { width, height: width === 390 ? 844 : 900 },
        colorScheme,
      });
      await showEverything(page);
      const stem = join(folder, `${name}-${width}-${colorScheme}`);
      await page.screenshot({ path: `${stem}.png` });
      await page.screenshot({ path: `${stem}-full.png`, fullPage: true });
      for (const complaint of complaints) process.stderr.write(`${stem}: ${complaint}\n`);
      await close();
    }
  }
}
await browser.close();
