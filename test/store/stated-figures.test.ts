import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import { expect, test } from "vitest";
import { systemClock as clock } from "../../harness/core/clock.js";
import type { StatedFigure } from "../../harness/core/stated-figure.js";
import { mergeRuns } from "../../harness/pipeline/merge/merge-runs.js";
import { readScoredRun } from "../../harness/pipeline/scores/read-scored-run.js";
import { scoreRun } from "../../harness/pipeline/scores/score-run.js";
import { writeImportedRun } from "../../harness/store/imported-run.js";
import { figuresPath, readStatedFigures } from "../../harness/store/stated-figures.js";
import { renderConsole } from "../../reports/console/console.js";
import { StatedSection } from "../../reports/html/stated.js";
import { statedSection } from "../../reports/markdown/markdown-stated.js";
import { statedViews } from "../../reports/view/stated.js";
import { reportTables, tableCsv } from "../../reports/view/tables.js";
import { temporaryFolder } from "../pipeline/sample-plan.js";

function figure(fields: Partial<StatedFigure> = {}): StatedFigure {
  return {
    suite: "gsm8k",
    variant: "strict-match",
    metric: "exact_match",
    model: "org/tuned",
    value: 0.5875,
    unit: "share",
    lowerIsBetter: false,
    standardError: 0.0136,
    n: 1319,
    source: { tool: "lm-evaluation-harness", version: "0.4.9", file: "results.json", sha256: "ab" },
    ...fields,
  };
}

async function runWith(figures: readonly StatedFigure[]): Promise<string> {
  const run = join(temporaryFolder(), "run");
  await writeImportedRun(run, { format: "figures", parts: [], figures, clock });
  return run;
}

test("figures of others are kept with a run, and the last one of a place counts", async () => {
  const run = await runWith([figure({ value: 0.1 }), figure({ model: "org/base" }), figure()]);
  appendFileSync(figuresPath(run), '{"suite":"torn');
  expect(readStatedFigures(run)).toEqual([figure(), figure({ model: "org/base" })]);
  expect(scoreRun(run).figures).toEqual(readStatedFigures(run));
  expect(scoreRun(await runWith([]))).not.toHaveProperty("figures");
});

test("a line that is no figure is refused by file, line and key", async () => {
  const run = await runWith([figure()]);
  appendFileSync(figuresPath(run), `${JSON.stringify({ ...figure(), value: "high" })}\n`);
  expect(() => readStatedFigures(run)).toThrow(/figures\.jsonl:2: value: .*number/);
});

test("every report shows them as they were stated", async () => {
  const run = await runWith([
    figure(),
    figure({
      suite: "wiki",
      metric: "perplexity | <b>",
      value: 12.3,
      unit: "other",
      lowerIsBetter: true,
      partial: "limit 10",
    }),
    figure({
      suite: "mmlu",
      value: 63.9,
      unit: "percent",
      interval: { low: 61, high: 66.5, level: 95, method: "stated" },
    }),
  ]);
  const { scores } = readScoredRun(run);
  const text = renderConsole(scores, { width: 160 });
  expect(text).toMatch(
    /gsm8k \(strict-match\) +exact_match +org\/tuned +0\.588 ± 0\.014 SE +1319 +lm-evaluation-harness 0\.4\.9/,
  );
  expect(text).toMatch(/wiki .* 12\.300 .*lower is better; partial: limit 10/);
  expect(text).toMatch(/mmlu .* 63\.9% 61\.0% to 66\.5% \(95%\)/);
  const stated = statedViews(scores, "/scores");
  const page = renderToString(h(StatedSection, { view: { stated } }));
  expect(page).toContain("Figures stated elsewhere");
  expect(page).toContain("lower is better; partial: limit 10");
  expect(page).not.toContain("<b>");
  const markdown = statedSection({ stated }).join("\n");
  expect(markdown).toContain(
    "| mmlu (strict-match) | exact_match | org/tuned | 63.9% | 61.0% to 66.5% (95%) |",
  );
  expect(markdown).not.toMatch(/perplexity \| <b>/);
  expect(
    reportTables({ boards: [], comparisons: [], trends: [], stated }).map(tableCsv)[0]?.split("\r\n")[1],
  ).toBe("gsm8k (strict-match),exact_match,org/tuned,0.5875,,,0.0136,1319,lm-evaluation-harness 0.4.9,");
});

test("merged runs keep the figures of all", async () => {
  const runs = [await runWith([figure()]), await runWith([figure({ model: "org/base" })])];
  const out = join(temporaryFolder(), "merged");
  await mergeRuns(runs, { out, clock, version: "0" });
  expect(readStatedFigures(out).map(({ model }) => model)).toEqual(["org/tuned", "org/base"]);
});
