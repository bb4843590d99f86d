import { describe, expect, test } from "vitest";
import { type PreferenceOptions, preferenceRows } from "../../../harness/pipeline/scores/preference-rows.js";
import type { VerdictRow } from "../../../harness/pipeline/scores/verdict-grid/row.js";
import { expectRelative } from "../../stats/relative.js";
import { slotsOf, UNREADABLE, verdictAt, weighted } from "./verdict-rows.js";

const options: PreferenceOptions = {
  lengthOf: () => undefined,
  compat: false,
  seed: 0,
  bootstrapReplicates: 0,
};

const shownSecond = (questionId: string, weightB: number): VerdictRow =>
  verdictAt(questionId, weighted(weightB), { a: "base", b: "x" });
const shownFirst = (questionId: string, weightB: number): VerdictRow =>
  verdictAt(questionId, weighted(weightB), { a: "x", b: "base" });

function rowsOf(ids: readonly string[], rows: readonly VerdictRow[], more: Partial<PreferenceOptions> = {}) {
  const frame = { slots: slotsOf("writing", ids), trials: 1, categories: ["writing"] };
  return preferenceRows([["x", "base"]], rows, frame, { ...options, ...more });
}

describe("preferences over five questions", () => {
  // For x: 0.9 shown second, 1 − 0.3 = 0.7 shown first, 0.2 shown second; q4 unreadable, q5 missing.
  const ids = ["q1", "q2", "q3", "q4", "q5"];
  const rows = [
    shownSecond("q1", 0.9),
    shownFirst("q2", 0.3),
    shownSecond("q3", 0.2),
    verdictAt("q4", UNREADABLE, { a: "base", b: "x" }),
  ];
  const lengths: Readonly<Record<string, number>> = { q1: 10, q2: 11, q3: 12, q4: 13 };
  const lengthOf = (model: string, questionId: string) => (model === "x" ? lengths[questionId] : undefined);
  const [row] = rowsOf(ids, rows, { lengthOf }).models;

  test("are averaged, weights and counts", () => {
    // Mean 1.8/3; squares about it 0.09 + 0.01 + 0.16 = 0.26, SE = 100 · √(0.26/2/3).
    expect(row).toMatchObject({ model: "x", wins: 2, losses: 1, draws: 0, n: 3, questions: 3 });
    expectRelative(row?.winRate ?? null, 60);
    expectRelative(row?.standardError ?? null, 100 * Math.sqrt(0.26 / 6));
    expectRelative(row?.discreteWinRate ?? null, 200 / 3);
  });

  test("tell an unreadable verdict from a missing one, and bound the rate by both", () => {
    expect(row).toMatchObject({ invalid: 1, missing: 1 });
    expectRelative(row?.bounds.low ?? null, 36); // 1.8/5
    expectRelative(row?.bounds.high ?? null, 76); // (1.8 + 2)/5
  });

  test("are split by the slot of the model's answer", () => {
    expect(row?.slots?.first).toMatchObject({ n: 1 });
    expect(row?.slots?.second).toMatchObject({ n: 2 });
    expectRelative(row?.slots?.first.winRate ?? null, 70);
    expectRelative(row?.slots?.second.winRate ?? null, 55);
  });

  test("stand beside the average length of all answers, judged or not, rounded down", () => {
    expect(row?.averageLength).toBe(11); // 46/4
  });
});

test("a place that was judged in both orders counts once, with their mean, and belongs to no slot", () => {
  const [row] = rowsOf(
    ["q1", "q2"],
    [shownSecond("q1", 0.9), shownFirst("q1", 0.5), shownSecond("q2", 0.5)],
  ).models;
  expect(row).toMatchObject({ n: 2, wins: 1, draws: 1 });
  expectRelative(row?.winRate ?? null, 60); // (0.7 + 0.5)/2
  expect(row?.slots).toMatchObject({ first: { n: 0 }, second: { n: 1 } });
});

test("who has no repetition of a judgment lacks nothing, and one that cannot be read is still lost", () => {
  const ids = ["q1", "q1 again", "q2", "q2 again"];
  const rows = [
    shownSecond("q1", 1),
    shownSecond("q2", 0),
    verdictAt("q2 again", UNREADABLE, { a: "base", b: "x" }),
  ];
  const repetitions = new Set(["q1 again", "q2 again"]);
  expect(rowsOf(ids, rows, { repetitions }).models[0]).toMatchObject({ n: 2, invalid: 1, missing: 0 });
  expect(rowsOf(ids, rows).models[0]).toMatchObject({ n: 2, invalid: 1, missing: 1 });
});

test("a judge that follows the order is reported with both rates", () => {
  // Shown first 0.9, 0.7, 0.9, 0.7, shown second 0.3, 0.1, 0.3, 0.1: each variance 0.04/3, z = −0.6/√(2 · 0.04/12).
  const first = [0.1, 0.3, 0.1, 0.3].map((weightB, index) => shownFirst(`first ${index}`, weightB));
  const second = [0.3, 0.1, 0.3, 0.1].map((weightB, index) => shownSecond(`second ${index}`, weightB));
  const ids = [...first, ...second].map(({ questionId }) => questionId);
  const { models, warnings } = rowsOf(ids, [...first, ...second]);
  expectRelative(models[0]?.slots?.z ?? null, -0.6 / Math.sqrt(0.08 / 12));
  expect(warnings).toContainEqual({
    code: "position-effect",
    message:
      "x: The judge's position effect is large: 80.0% when shown first, 20.0% when shown second (z −7.35); " +
      "judge both orders with --orders both.",
  });
});
