import { expect, test } from "vitest";
import type { Board } from "../../../harness/core/board.js";
import { boardWithVotes } from "../../../harness/pipeline/people/board-with-votes.js";
import { buildBoard } from "../../../harness/pipeline/scores/build-board.js";
import { renderConsole } from "../../../reports/console/console.js";
import { renderSummary } from "../../../reports/markdown/markdown.js";
import { reportView } from "../../../reports/view/view.js";
import { ratedInput } from "../../pipeline/rated-board.js";
import { peoplesVotes, votedInput } from "../../pipeline/voted-board.js";
import { valueAt } from "../json-pointer.js";

const input = votedInput(peoplesVotes(["x", "y"]));
const board: Board = boardWithVotes(buildBoard(input).board, input);
const scores = { schema: "assay.scores/1", sources: [], boards: [board], warnings: [] } as const;
const report = {
  scores,
  manifests: [],
  suites: [],
  answers: [],
  judgments: [],
  comparisons: [],
  runs: [],
  version: "0.0.0",
  generatedAt: "2026-01-01T00:00:00Z",
} as const;

/** Every figure of a view, however deep. */
function figuresIn(value: unknown): { value: number | null; from: string }[] {
  if (Array.isArray(value)) return value.flatMap(figuresIn);
  if (value === null || typeof value !== "object") return [];
  if ("from" in value && "value" in value && "text" in value)
    return [value as unknown as { value: number | null; from: string }];
  return Object.values(value).flatMap(figuresIn);
}

test("People: every figure is one of the scores, and says where it stands", () => {
  const { people } = reportView(report).boards[0] ?? {};
  const figures = figuresIn(people);
  expect(figures.length).toBeGreaterThan(30);
  for (const { value, from } of figures) expect(valueAt({ scores }, from), from).toBe(value);
});

test("People: the judge's figure and the corrected one stand side by side in text", () => {
  const corrected = /judge 80\.0% → corrected \d\d\.\d% \[\d\d\.\d% to \d\d\.\d%\]/;
  const shown = renderConsole(scores, { width: 160 });
  expect(shown).toMatch(corrected);
  expect(shown).toContain("80 votes of 2 people on 40 questions");
  const summary = renderSummary(reportView(report));
  expect(summary).toContain("### People");
  expect(summary).toMatch(/\| x against base \| 80\.0% \| \d\d\.\d% \|/);
});

test("People: ratings of single answers correct a board's points, in text and as figures of the scores", () => {
  const people = Array.from({ length: 100 }, (_, at) => [at < 80 ? 3 + ((at * 7) % 5) : undefined]);
  const judge = people.map((_, at) => [3 + ((at * 7) % 5) + (at % 5)]);
  const rated = ratedInput([{ model: "x", judge, people }]);
  const one = { ...scores, boards: [boardWithVotes(buildBoard(rated).board, rated)] };
  const view = reportView({ ...report, scores: one });
  const figures = figuresIn(view.boards[0]?.people);
  expect(figures.length).toBeGreaterThan(5);
  for (const { value, from } of figures) expect(valueAt({ scores: one }, from), from).toBe(value);
  const shown = renderConsole(one, { width: 160 });
  expect(shown).toContain("80 ratings of single answers by 1 person on 80 questions.");
  expect(shown).toMatch(/x: judge 7\.00 → corrected \d\.\d\d \[\d\.\d\d to \d\.\d\d\]/);
  expect(renderSummary(view)).toMatch(/\| x \| 7\.00 \| \d\.\d\d \| .* \| 80 of 100 \|/);
});

test("People: a board without votes says nothing of them", () => {
  const { board: judged } = buildBoard(votedInput());
  const shown = renderConsole({ ...scores, boards: [judged] }, { width: 160 });
  expect(shown).not.toContain("people");
});
