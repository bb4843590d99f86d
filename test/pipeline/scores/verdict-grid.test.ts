import { describe, expect, test } from "vitest";
import type { Verdict } from "../../../harness/core/records.js";
import { pairwiseTallies } from "../../../harness/pipeline/scores/pairwise-rows.js";
import { ratingRows } from "../../../harness/pipeline/scores/rating-rows.js";
import { VerdictGrid } from "../../../harness/pipeline/scores/verdict-grid/grid.js";
import { fingerprintOf } from "../../../harness/store/fingerprint.js";
import { preferred, rated, verdictAt as row } from "./verdict-rows.js";

describe("a grid of verdicts", () => {
  test("gives every verdict back as it was, repeats in the order added", () => {
    const strong: Verdict = { kind: "preference", winner: "b", weightB: 0.875, strong: true };
    const rows = [
      row("q1", rated(7.3)),
      row("q1", rated(1)),
      row("q1", undefined),
      row("q1", rated(10), { turn: 2 }),
      row("q2", rated(4), { trial: 3 }),
      row("q1", strong, { a: "y", b: "x", order: 2 }),
      row("q2", preferred("tie"), { a: "y", b: "x", order: 2 }),
      row("q2", preferred("a"), { a: "x", b: "y", order: 1 }),
    ];
    expect([...VerdictGrid.of(rows)]).toEqual(rows);
  });

  test("keeps what cannot be used apart from what is not there", () => {
    const grid = VerdictGrid.of([
      row("q1", { kind: "unreadable", reason: "no rating in it" }),
      row("q2", { kind: "ranking", ranking: ["x", "y"] }),
      row("q3", undefined),
    ]);
    expect([...grid].map(({ verdict }) => verdict?.kind)).toEqual(["unreadable", "ranking", undefined]);
    expect(grid.columnsOf("x")[0]?.at(1, grid.slots.find("q4", 1))).toEqual([]);
  });

  test("holds one verdict per place when later records replace earlier ones", () => {
    const grid = new VerdictGrid();
    for (const rating of [1, 2, 3]) grid.put(row("q1", rated(rating)), false);
    expect([...grid].map(({ verdict }) => verdict)).toEqual([rated(3)]);
  });

  test("counts a place as stale only while its last record is", () => {
    const grid = new VerdictGrid();
    grid.put(row("q1", rated(1)), true);
    grid.put(row("q2", rated(2)), true);
    expect(grid.stale).toBe(2);
    expect([...grid]).toEqual([]);
    grid.put(row("q1", rated(5)), false);
    expect(grid.stale).toBe(1);
    expect([...grid]).toEqual([row("q1", rated(5))]);
    grid.put(row("q1", rated(5)), true);
    expect(grid.stale).toBe(2);
  });

  test.each([3, 15, 16, 17, 40])(
    "keeps verdicts, repeats and what they were given on while a column grows to %i slots, last slot first",
    (count) => {
      const ids = Array.from({ length: count }, (_, index) => `q${index}`);
      const [one, other] = [fingerprintOf("one"), fingerprintOf("other")];
      const grid = VerdictGrid.of(ids.map((id) => row(id, rated(1))));
      const expected = ids.flatMap((id, index) =>
        [2, 1].flatMap((trial) => [
          row(id, rated(index % 10), { a: "y", trial }),
          row(id, rated(9), { a: "y", trial }),
        ]),
      );
      for (const verdict of [...expected].reverse()) grid.add(verdict, one);
      for (const id of ids) expect(grid.add(row(id, undefined, { a: "z" }), one)).toBe("first");
      for (const id of ids) expect(grid.add(row(id, rated(3), { a: "y" }), one)).toBe("repeat");
      for (const id of ids) expect(grid.add(row(id, rated(4), { a: "y" }), other)).toBe("conflict");
      const [column] = grid.columnsOf("y");
      ids.forEach((id, index) => {
        const slot = grid.slots.find(id, 1);
        expect(column?.at(1, slot)).toEqual([9, index % 10, 3, 4].map((rating) => rated(rating)));
        expect(column?.at(2, slot)).toEqual([9, index % 10].map((rating) => rated(rating)));
      });
      expect([...grid].filter(({ a }) => a === "z").map(({ questionId }) => questionId)).toEqual(ids);
      expect(column?.at(3, 0)).toEqual([]);
    },
  );

  test("tells a repeat of the first prompt of a place from another prompt", () => {
    const grid = new VerdictGrid();
    const [first, other] = [fingerprintOf("rate this"), fingerprintOf("rate that")];
    expect(grid.add(row("q1", rated(1)), first)).toBe("first");
    expect(grid.add(row("q1", rated(2)), first)).toBe("repeat");
    expect(grid.add(row("q1", rated(3)), other)).toBe("conflict");
    expect(grid.add(row("q1", rated(4), { trial: 2 }), other)).toBe("first");
    expect(grid.add(row("q1", rated(4), { a: "y" }), other)).toBe("first");
  });
});

describe("boards from a grid", () => {
  const slots = ["q1", "q2", "q3"].map((questionId) => ({ questionId, category: "writing", turn: 1 }));

  test("all repeats of a place count, and places without a record are missing", () => {
    // (2 + 4 + 9)/3 = 5; one unreadable, q3 missing: bounds (15 + 2·1)/5 and (15 + 2·10)/5.
    const rows = [
      row("q1", rated(2)),
      row("q1", rated(4)),
      row("q2", rated(9)),
      row("q2", { kind: "unreadable", reason: "" }),
      row("q9", rated(1)),
    ];
    const [model] = ratingRows(["x"], rows, { slots, trials: 1, categories: ["writing"] });
    expect(model).toMatchObject({
      score: 5,
      n: 3,
      invalid: 1,
      missing: 1,
      questions: 2,
      bounds: { low: 3.4, high: 7 },
    });
  });

  test("a pair written down in both directions is seen from each side with its own records", () => {
    // FastChat may hold a pair as x–y and as y–x; each has its own two games.
    const game = (a: string, b: string, order: 1 | 2, winner: "a" | "b") =>
      row("q1", preferred(winner), { a, b, order });
    const rows = [
      game("x", "y", 1, "a"),
      game("y", "x", 2, "b"),
      game("y", "x", 1, "a"),
      game("x", "y", 2, "b"),
    ];
    const frame = { slots: slots.slice(0, 1), trials: 1, categories: ["writing"] };
    const { pairs } = pairwiseTallies(
      [
        ["x", "y"],
        ["y", "x"],
      ],
      rows,
      frame,
    );
    expect(pairs.map(({ first, tally }) => [first, tally.counts.win])).toEqual([
      ["x", 1],
      ["y", 1],
    ]);
  });
});

describe("a fingerprint", () => {
  test("is a whole number that JavaScript holds exactly, and the same for the same text alone", () => {
    const texts = ["", "a", "b", "ab", "ba", "é", "e\u0301", "x".repeat(5000), `${"x".repeat(4999)}y`];
    const prints = texts.map(fingerprintOf);
    expect(prints.every(Number.isSafeInteger)).toBe(true);
    expect(new Set(prints).size).toBe(texts.length);
    expect(fingerprintOf("ab")).toBe(prints[3]);
  });

  test("stays exact for texts beyond its range of lengths", () => {
    expect(Number.isSafeInteger(fingerprintOf("z".repeat(2 ** 21 + 5)))).toBe(true);
  });
});
