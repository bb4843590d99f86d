import { describe, expect, test } from "vitest";
import type { Verdict } from "../../../harness/core/records.js";
import { mergeOrders, pairwiseRows } from "../../../harness/pipeline/scores/pairwise-rows.js";
import { expectRelative } from "../../stats/relative.js";
import { preferred, slotsOf, UNREADABLE, verdictAt } from "./verdict-rows.js";

/** The two games of a comparison: x shown first, then y shown first. */
function games(questionId: string, forward: Verdict | undefined, backward?: Verdict) {
  const first = verdictAt(questionId, forward, { a: "x", b: "y", order: 1 });
  const second = verdictAt(questionId, backward, { a: "y", b: "x", order: 2 });
  return backward === undefined ? [first] : [first, second];
}

test("two orders agree on a winner, or it is a tie; an unreadable one is an error, an absent one missing", () => {
  expect(mergeOrders("win", "win")).toBe("win");
  expect(mergeOrders("loss", "loss")).toBe("loss");
  expect(mergeOrders("win", "loss")).toBe("tie");
  expect(mergeOrders("win", "tie")).toBe("tie");
  expect(mergeOrders("tie", "tie")).toBe("tie");
  expect(mergeOrders("error", "win")).toBe("error");
  expect(mergeOrders("error", undefined)).toBe("missing");
});

describe("a pair over seven questions", () => {
  const ids = ["q1", "q2", "q3", "q4", "q5", "q6", "q7"];
  const rows = [
    ...games("q1", preferred("a"), preferred("b")), // win
    ...games("q2", preferred("a"), preferred("a")), // each order its first answer: tie
    ...games("q3", preferred("tie"), preferred("b")), // tie
    ...games("q4", preferred("b"), preferred("a")), // loss
    ...games("q5", UNREADABLE, preferred("a")), // error
    ...games("q6", preferred("a")), // missing
    ...games("q7", preferred("a"), preferred("b")), // win
  ];
  const frame = { slots: slotsOf("writing", ids), trials: 1, categories: ["writing"] };
  const { models, pairs } = pairwiseRows([["x", "y"]], rows, frame);
  const [x, y] = models;

  test("counts comparisons, errors and missing ones apart", () => {
    const counts = { ties: 2, n: 5, errors: 1, missing: 1, questions: 5 };
    expect(x).toMatchObject({ model: "x", wins: 2, losses: 1, ...counts, winRate: 40, winRateAdjusted: 60 });
    expect(y).toMatchObject({ model: "y", wins: 1, losses: 2, ...counts, winRate: 20, winRateAdjusted: 40 });
  });

  test("has the error of the adjusted rate, the same for both models", () => {
    // Values 100, 50, 50, 0, 100 about 60: squares 1600 + 100 + 100 + 3600 + 1600 = 7000; SE = √(5/4 · 7000)/5.
    for (const row of [x, y]) expectRelative(row?.standardError ?? null, Math.sqrt(8750) / 5);
  });

  test("bounds the rate by what the error and the missing comparison can have been", () => {
    expectRelative(x?.bounds.low ?? null, 300 / 7);
    expectRelative(x?.bounds.high ?? null, 500 / 7);
    expectRelative(y?.bounds.low ?? null, 200 / 7);
    expectRelative(y?.bounds.high ?? null, 400 / 7);
  });

  test("tells how far the judge follows the order", () => {
    // q1, q4 and q7 of the five with two readable games agree; of eleven decided games the first answer won seven.
    for (const row of [x, y]) {
      expect(row?.positionConsistency).toBe(60);
      expectRelative(row?.firstPositionWinRate ?? null, 700 / 11);
    }
  });

  test("fills one cell of the win matrix, and rates no models where only two meet", () => {
    expect(pairs).toEqual([
      {
        model: "x",
        opponent: "y",
        wins: 2,
        losses: 1,
        ties: 2,
        errors: 1,
        missing: 1,
        winRateAdjusted: 60,
        positionConsistency: 60,
      },
    ]);
    expect(models.map(({ rating }) => rating)).toEqual([undefined, undefined]);
  });
});

test("three models that beat each other in a circle are rated alike", () => {
  const beats = (winner: string, loser: string) => [
    verdictAt("q1", preferred("a"), { a: winner, b: loser, order: 1 }),
    verdictAt("q1", preferred("b"), { a: loser, b: winner, order: 2 }),
  ];
  const subjects = [
    ["x", "y"],
    ["y", "z"],
    ["z", "x"],
  ] as const;
  const { models } = pairwiseRows(
    subjects,
    subjects.flatMap(([winner, loser]) => beats(winner, loser)),
    { slots: slotsOf("writing", ["q1"]), trials: 1, categories: ["writing"] },
  );
  expect(models.map(({ model, wins, losses }) => [model, wins, losses])).toEqual([
    ["x", 1, 1],
    ["y", 1, 1],
    ["z", 1, 1],
  ]);
  for (const { rating, winRateAdjusted } of models) {
    expect(winRateAdjusted).toBe(50);
    expectRelative(rating?.value ?? null, 1000);
  }
});
