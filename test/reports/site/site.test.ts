import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DataError, ReportError } from "../../../harness/core/errors.js";
import { addToSite } from "../../../reports/site/add-to-site.js";
import { followBoards } from "../../../reports/site/follow-boards.js";
import { readSiteRuns } from "../../../reports/site/site-folder.js";
import { siteSchema } from "../../../reports/site/site-records.js";
import { formatMoment } from "../../../reports/view/format.js";
import type { ReportInput } from "../../../reports/view/view.js";
import { hostileInput } from "../hostile-input.js";
import { CHROMIUM, closePages, launch } from "../html/html-browser.js";
import { sampleInput } from "../sample-input.js";

const AXE = readFileSync("node_modules/axe-core/axe.min.js", "utf8");
const page = "<!doctype html><title>run</title><p>A run's own report.";

/** The sample's three runs as three inputs, as three nightly jobs would have them. */
function nights(): readonly ReportInput[] {
  const { runs = [], ...input } = sampleInput({ runs: true });
  return runs.map(({ scores, at }) => ({
    ...input,
    scores,
    manifests: input.manifests.map((manifest) => ({ ...manifest, startedAt: at })),
  }));
}

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "assay-site-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (name: string) => readFileSync(join(folder, name), "utf8");
const site = () => siteSchema.parse(JSON.parse(read("site.json")));

async function addNights(): Promise<void> {
  for (const [index, input] of nights().entries())
    await addToSite(folder, input, { page, label: `night ${index + 1}` });
}

describe("addToSite", () => {
  it("keeps each run's report, a summary with the scores' own figures, and a page", async () => {
    const [input] = nights();
    if (input === undefined) throw new Error("the sample has runs");
    const files = await addToSite(folder, input, { page });
    const [run] = site().runs;
    expect(files.map((file) => file.slice(folder.length + 1).replaceAll("\\", "/"))).toEqual([
      `runs/${run?.id}/index.html`,
      `runs/${run?.id}/summary.json`,
      ".nojekyll",
      "site.json",
      "index.html",
    ]);
    expect(read(`runs/${run?.id}/index.html`)).toBe(page);
    const board = input.scores.boards[0];
    const rows = board?.metric === "rating" ? board.models : [];
    expect(
      run?.boards[0]?.rows.map((row) => [row.model, row.figure.value, row.figure.low, row.figure.high]),
    ).toEqual(rows.map((row) => [row.model, row.score, row.interval?.low, row.interval?.high]));
    expect(run?.boards[0]?.rows[0]?.categories[0]?.figure.value).toBe(rows[0]?.categories.writing?.score);
    expect(run?.costUsd).toBeCloseTo(1.8823, 10);
    expect(JSON.stringify(run).length).toBeLessThan(20_000);
  });

  it("says that a cost is unknown where a price is, and tells runs of one name apart", async () => {
    const [first, second] = nights();
    if (first === undefined || second === undefined) throw new Error("the sample has runs");
    const unpriced = {
      ...second,
      manifests: second.manifests.map((manifest) => ({
        ...manifest,
        totals: manifest.totals.map((total, index) => (index === 0 ? { ...total, costUsd: null } : total)),
      })),
    };
    await addToSite(folder, first, { page, label: "nightly" });
    await addToSite(folder, unpriced, { page, label: "nightly" });
    expect(site().runs.map((run) => run.costUsd === null)).toEqual([false, true]);
    const html = read("index.html");
    expect(html).toContain(">unknown<");
    for (const run of site().runs) expect(html).toContain(`<bdi>nightly, ${formatMoment(run.at)}</bdi>`);
  });

  it("shows what is known of a board's judge, and takes in runs that did not say", async () => {
    const [first, second] = nights();
    if (first === undefined || second === undefined) throw new Error("the sample has runs");
    const sentence = "This judge: <b>65.7%</b> on judgebench.";
    const boards = second.scores.boards.map((board) => ({
      ...board,
      judgeQuality: { known: "protocol", sentence } as const,
    }));
    await addToSite(folder, first, { page });
    expect(read("index.html")).not.toContain("This judge:");
    await addToSite(folder, { ...second, scores: { ...second.scores, boards } }, { page });
    expect(read("index.html")).toContain("This judge: &lt;b>65.7%&lt;/b> on judgebench.");
  });

  it("gives notice of recorded samples on the run that holds them, and on no other", async () => {
    const [measured, recorded] = nights();
    const [manifest, other] = [measured?.manifests[0], recorded?.manifests[0]];
    if (measured === undefined || recorded === undefined || manifest === undefined || other === undefined)
      throw new Error("the sample has runs");
    const notice = "Answers are recorded samples.";
    const suites = recorded.suites.map((suite) => ({ ...suite, id: "samples", notice }));
    const sampled = {
      ...other,
      recordedSamples: true,
      suites: other.suites.map((suite) => ({ ...suite, id: "samples" })),
    };
    const runs = [
      { label: "measured", at: manifest.startedAt, scores: measured.scores },
      { label: "recorded", at: other.startedAt, scores: recorded.scores },
    ];
    await addToSite(folder, { ...recorded, suites, manifests: [manifest, sampled], runs }, { page });
    expect(site().runs.map((run) => [run.label, run.notices])).toEqual([
      ["measured", []],
      ["recorded", [notice]],
    ]);
  });

  it("follows models over runs without the older raw data", async () => {
    await addNights();
    const { runs } = site();
    expect(runs.map((run) => run.label)).toEqual(["night 1", "night 2", "night 3"]);
    const [board] = followBoards(runs);
    const line = board?.lines.find((one) => one.name === "cedar-mini");
    const scores = nights().map((input) => {
      const rating = input.scores.boards[0];
      return rating?.metric === "rating"
        ? rating.models.find((row) => row.model === "cedar-mini")?.score
        : undefined;
    });
    expect(line?.points.map((row) => row?.figure.value)).toEqual(scores);
    expect(board?.standings.map(({ row, run }) => [row.model, run.label])).toEqual([
      ["aurora-7b-ckpt-1200", "night 3"],
      ["aurora-7b-ckpt-800", "night 3"],
      ["brook-3b-chat", "night 3"],
      ["cedar-mini", "night 3"],
    ]);
  });

  it("shows no figure that no run has", async () => {
    await addNights();
    const known = new Set(JSON.stringify(site()).match(/-?\d+(\.\d+)?(e-?\d+)?/g));
    const shown = [...read("index.html").matchAll(/<data value="([^"]+)">/g)].map((match) => match[1] ?? "");
    expect(shown.length).toBeGreaterThan(50);
    expect(shown.filter((value) => !known.has(value))).toEqual([]);
  });

  it("replaces a run that is added again, whatever the order", async () => {
    await addNights();
    const before = ["index.html", "site.json"].map(read);
    const [first] = nights();
    if (first !== undefined) await addToSite(folder, first, { page, label: "night 1" });
    expect(["index.html", "site.json"].map(read)).toEqual(before);
  });

  it("knows a resumed run again by how it was started", async () => {
    const [input] = nights();
    if (input === undefined) throw new Error("the sample has runs");
    await addToSite(folder, input, { page });
    const resumed = input.manifests.map((manifest) => ({
      ...manifest,
      finishedAt: null,
      durationMs: 9,
      models: [],
    }));
    await addToSite(
      folder,
      { ...input, manifests: resumed, generatedAt: "2025-09-09T00:00:00.000Z" },
      { page },
    );
    expect(site().runs).toHaveLength(1);
  });

  it("adds earlier runs of a report of several", async () => {
    const input = sampleInput({ runs: true });
    const [manifest] = input.manifests;
    const manifests = (input.runs ?? []).flatMap(({ at }) =>
      manifest === undefined ? [] : [{ ...manifest, startedAt: at }],
    );
    await addToSite(folder, { ...input, manifests }, { page });
    expect(site().runs.map((run) => run.label)).toEqual(["2025-02-01", "2025-02-15", "2025-03-01"]);
    expect(read("index.html").match(/href="runs\//g)?.length).toBeGreaterThan(0);
  });

  it("shows a run whose report was deleted, without a link", async () => {
    await addNights();
    const [first, second] = site().runs;
    rmSync(join(folder, "runs", first?.id ?? ""), { recursive: true });
    const again = nights()[1];
    if (again !== undefined) await addToSite(folder, again, { page, label: "night 2" });
    expect(site().runs).toHaveLength(3);
    expect(read("index.html")).toContain("night 1");
    expect(read("index.html")).not.toContain(`runs/${first?.id}/`);
    expect(read("index.html")).toContain(`runs/${second?.id}/index.html`);
  });

  it("loses no run that another process adds at the same time", async () => {
    await Promise.all(
      nights().map((input, index) => addToSite(folder, input, { page, label: `night ${index}` })),
    );
    expect(readSiteRuns(folder)).toHaveLength(3);
    expect(site().runs).toHaveLength(3);
    for (const index of [0, 1, 2]) expect(read("index.html")).toContain(`>night ${index}<`);
  });

  it("never merges boards of different protocols", async () => {
    const [first, second] = nights();
    if (first === undefined || second === undefined) throw new Error("the sample has runs");
    await addToSite(folder, first, { page });
    const boards = second.scores.boards
      .slice(0, 1)
      .map((board) => ({ ...board, protocol: "another~000000" }));
    await addToSite(folder, { ...second, scores: { ...second.scores, boards }, comparisons: [] }, { page });
    const followed = followBoards(site().runs).filter((one) => one.board.metric === "rating");
    expect(followed.map((one) => [one.board.protocol, one.runs.length, one.lines.length])).toEqual([
      ["another~000000", 1, 0],
      ["mt-bench-single@sample-judge~3f9a1c", 1, 0],
    ]);
  });

  it("joins checkpoints whose names differ in their number", async () => {
    const rename = (input: ReportInput, model: string): ReportInput => ({
      ...input,
      scores: {
        ...input.scores,
        boards: input.scores.boards.flatMap((board) =>
          board.metric === "rating"
            ? [{ ...board, models: board.models.slice(0, 1).map((row) => ({ ...row, model })) }]
            : [],
        ),
      },
    });
    for (const [index, input] of nights().entries())
      await addToSite(folder, rename(input, `mine-ckpt-${index * 400}`), { page });
    const [board] = followBoards(site().runs);
    expect(board?.lines.map((line) => [line.name, line.points.map((row) => row?.model)])).toEqual([
      ["mine-ckpt", ["mine-ckpt-0", "mine-ckpt-400", "mine-ckpt-800"]],
    ]);
    expect(board?.standings).toHaveLength(3);
  });

  it("names a damaged record and refuses ids that share a folder", async () => {
    const [input] = nights();
    if (input === undefined) throw new Error("the sample has runs");
    await addToSite(folder, input, { page, runId: "Nightly" });
    await expect(addToSite(folder, input, { page, runId: "nightly" })).rejects.toThrow(ReportError);
    writeFileSync(join(folder, "runs", "Nightly", "summary.json"), '{"schema":"assay.site-run/1"');
    await expect(addToSite(folder, input, { page })).rejects.toThrow(DataError);
    await expect(addToSite(folder, input, { page })).rejects.toThrow(/summary\.json/);
  });

  it("leaves its folder for no id", async () => {
    const [input] = nights();
    if (input === undefined) throw new Error("the sample has runs");
    const files = await addToSite(folder, input, { page, runId: "../../outside", label: "../x" });
    for (const file of files) expect(file.startsWith(folder)).toBe(true);
  });

  it("allows its own styles and nothing else", async () => {
    await addNights();
    const html = read("index.html");
    const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? "";
    const hash = createHash("sha256").update(style, "utf8").digest("base64");
    expect(html).toContain(`content="default-src 'none'; style-src 'sha256-${hash}'; img-src data:;`);
    expect(html).not.toMatch(/<script|\sstyle=|https?:\/\//);
  });
});

describe.skipIf(CHROMIUM === undefined)(
  "the site's page in Chromium (needs Chromium; set ASSAY_CHROMIUM)",
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launch();
    });
    afterAll(async () => {
      await closePages(browser);
    });

    async function open(width: number, colorScheme: "light" | "dark") {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
      const opened = await context.newPage();
      const seen: string[] = [];
      opened.on("console", (message) => seen.push(message.text()));
      opened.on("dialog", (dialog) => {
        seen.push(`dialog ${dialog.message()}`);
        void dialog.dismiss();
      });
      opened.on("request", (request) => {
        if (!request.url().endsWith("/index.html")) seen.push(request.url());
      });
      await opened.goto(`file://${join(folder, "index.html")}`);
      await opened.evaluate(() => {
        for (const details of document.querySelectorAll("details")) details.open = true;
      });
      const width390 = await opened.evaluate(() => document.documentElement.scrollWidth);
      return { opened, seen, scrollWidth: width390, close: () => context.close() };
    }

    it.each([
      [1440, "light"],
      [390, "dark"],
    ] as const)("is accessible and fits %i pixels in %s", async (width, scheme) => {
      await addNights();
      const { opened, seen, scrollWidth, close } = await open(width, scheme);
      expect(scrollWidth).toBeLessThanOrEqual(width);
      await opened.evaluate(AXE);
      const violations = await opened.evaluate(async () => {
        const { axe } = globalThis as unknown as {
          axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        };
        return (await axe.run()).violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`);
      });
      expect(violations).toEqual([]);
      expect(seen).toEqual([]);
      await close();
    });

    it("stays whole and quiet under hostile names", async () => {
      await addToSite(folder, hostileInput(), { page, label: "<script>alert(1)</script>" });
      await addToSite(
        folder,
        { ...hostileInput(), generatedAt: "2025-04-01T00:00:00.000Z" },
        { page, runId: "second" },
      );
      const { opened, seen, scrollWidth, close } = await open(390, "light");
      expect(seen).toEqual([]);
      expect(scrollWidth).toBeLessThanOrEqual(390);
      expect(await opened.locator("script, img, iframe, form, input").count()).toBe(0);
      expect(await opened.locator("main > section").count()).toBe(3);
      await close();
    });

    it("fits boards and runs on a phone without scrolling sideways", async () => {
      await addNights();
      const { opened, close } = await open(390, "light");
      const regions = opened.locator(".scroll:has(> .stacked)");
      expect(await regions.count()).toBe(4);
      expect(
        await regions.evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).length),
      ).toBe(0);
      expect(await opened.locator("td[data-label='Run'] a").first().isVisible()).toBe(true);
      await close();
    });
  },
);
