import { expect, test } from "vitest";
import type { StyleReference } from "../../../harness/core/style-reference.js";
import { buildBoard } from "../../../harness/pipeline/scores/build-board.js";
import { boardWithStyle } from "../../../harness/pipeline/scores/style-board.js";
import { renderConsole } from "../../../reports/console/console.js";
import { renderHtml } from "../../../reports/html/render.js";
import { renderSummary } from "../../../reports/markdown/markdown.js";
import { reportView } from "../../../reports/view/view.js";
import { pairInput } from "../../pipeline/gates/gate-boards.js";
import { valueAt } from "../json-pointer.js";

/** `x` wins two of three against `y`, and writes longer where it does, with exceptions. */
const outcomes = Array.from({ length: 60 }, (_, index) => (index % 3 === 2 ? "LL" : "WW"));
const input = {
  ...pairInput(["x", "y"], outcomes, "y"),
  styles: {
    tokens: "words",
    of: (model: string, questionId: string) => {
      const question = Number(questionId.slice(1));
      const longer = model === "x" && question % 5 > 1 && (question % 3 !== 0 || question % 4 === 0) ? 90 : 0;
      return {
        tokens: 100 + longer,
        headers: 0,
        lists: model === "x" ? question % 7 : question % 4,
        bold: 0,
      };
    },
  },
};
const reportOf = (styleReference?: StyleReference) => {
  const given = styleReference === undefined ? input : { ...input, styleReference };
  const board = boardWithStyle(buildBoard(given).board, given);
  return {
    scores: { schema: "assay.scores/1", sources: [], boards: [board], warnings: [] },
    manifests: [],
    suites: [],
    answers: [],
    judgments: [],
    comparisons: [],
    runs: [],
    version: "0.0.0",
    generatedAt: "2026-01-01T00:00:00Z",
  } as const;
};

/** Every figure of a view, however deep. */
function figuresIn(value: unknown): { value: number | null; from: string }[] {
  if (Array.isArray(value)) return value.flatMap(figuresIn);
  if (value === null || typeof value !== "object") return [];
  if ("from" in value && "value" in value && "text" in value)
    return [value as unknown as { value: number | null; from: string }];
  return Object.values(value).flatMap(figuresIn);
}

test("style: every figure is one of the scores, and says where it stands", () => {
  const report = reportOf();
  const { style } = reportView(report).boards[0] ?? {};
  const figures = figuresIn(style);
  expect(figures.length).toBeGreaterThan(12);
  for (const { value, from } of figures) expect(valueAt(report, from), from).toBe(value);
  expect(style?.features.map(({ reading }) => reading)[0]).toBe("the judge paid for it");
  expect(style?.features.map(({ reading }) => reading)[1]).toBe("does not vary");
});

test("style: too few questions for intervals are said once, in the summary", () => {
  const given = { ...input, ...pairInput(["x", "y"], outcomes.slice(0, 24), "y") };
  const board = boardWithStyle(buildBoard(given).board, given);
  const report = reportOf();
  const { style } = reportView({ ...report, scores: { ...report.scores, boards: [board] } }).boards[0] ?? {};
  expect(style?.rows.map(({ interval }) => interval)).toEqual([null]);
  expect(style?.summary.at(-1)).toMatch(/^ No interval: 24 questions are too few: below 40 /);
});

test("style: the console and the summary show raw and controlled side by side, and what was paid for", () => {
  const report = reportOf();
  const [row] = reportView(report).boards[0]?.style?.rows ?? [];
  const shown = renderConsole(report.scores, { width: 100 });
  expect(shown).toContain("at equal style");
  const figures = [row?.raw, row?.controlled, row?.interval, row?.moved].map((one) => one?.text);
  expect(shown.replace(/ +/g, " ")).toContain(`x ${figures.join(" ")}`);
  expect(row?.moved.value).toBeLessThan(0);
  expect(shown.replace(/\s+/g, " ")).toContain("The judge paid for length");
  const summary = renderSummary(reportView(report));
  expect(summary).toContain(`| x | ${row?.raw.text} | ${row?.controlled.text} |`);
});

test("style: names out of a reference are shown as foreign text", () => {
  const { suite, protocol } = input.head;
  const reference: StyleReference = {
    schema: "assay.style-reference/1",
    boards: [
      {
        suite,
        protocol,
        ...(input.head.baseline === undefined ? {} : { baseline: input.head.baseline }),
        form: "densities",
        tokens: "words",
        features: [{ feature: "length", mean: 0, deviation: 0.3, coefficient: 0.5 }],
        source: { models: ["**bold**<b>"], questions: 1, n: 1 },
      },
    ],
  };
  const report = reportOf(reference);
  expect(report.scores.boards[0]?.style?.reference).not.toBeNull();
  const summary = renderSummary(reportView(report));
  expect(summary).toContain("held fixed as on");
  expect(summary).toContain("| Length | +0.50 | – | held fixed |");
  expect(summary).not.toContain("**bold**");
  expect(summary).not.toContain("<b>");
});

test("style: the page draws each coefficient with its interval", async () => {
  const html = await renderHtml(reportView(reportOf()), { script: "", style: "" });
  const part = /<details class="full style-control">.*?<\/details>/s.exec(html)?.[0] ?? "";
  expect(part).toContain("At equal style");
  expect(part.match(/<svg class="drawing"/g)).toHaveLength(4);
  // Length and lists have an interval, what does not vary has none.
  expect(part.match(/class="whisker"/g)).toHaveLength(2);
  expect(part).toContain("the judge paid for it");
});
