import { describe, expect, test } from "vitest";
import { ConfigError } from "../../../harness/core/errors.js";
import type { CallTotals } from "../../../harness/core/manifest.js";
import { decideAllGates } from "../../../harness/pipeline/gates/evaluate-gates.js";
import { boardLabels } from "../../../harness/pipeline/gates/gate-board.js";
import type { GateRequest } from "../../../harness/pipeline/gates/gate-request.js";
import { boardOf, pairInput, ratingInput, situationOf } from "./gate-boards.js";

// Mean 6; Gaffke's bound in exact rational arithmetic: 3.29017 to 8.21740, at 90% 3.63072 to 7.95233.
const steady = [4, 5, 6, 7, 8];

function decide(gates: readonly GateRequest[], situation = situationOf([ratingInput({ m: steady })])) {
  return decideAllGates(gates, situation);
}

describe("a gate on a score", () => {
  test.each([
    [3.29, "pass"],
    [3.3, "inconclusive"],
    [6.5, "inconclusive"],
    [8.21, "inconclusive"],
    [8.22, "fail"],
  ] as const)("of 3.29 to 8.22 with minimum %f: %s", (min, outcome) => {
    const [gate] = decide([{ metric: "score", min }]);
    expect(gate).toMatchObject({ outcome, model: "m", metric: "score", value: 6, limit: min });
    expect(gate?.interval?.low).toBeCloseTo(3.290172049, 6);
  });

  test("is decided at its own level: 90% makes the interval 3.63 to 7.95", () => {
    const [gate] = decide([{ metric: "score", min: 3.5, confidence: 0.9 }]);
    expect(gate?.interval?.low).toBeCloseTo(3.630716865, 6);
    expect(gate?.outcome).toBe("pass");
    expect(decide([{ metric: "score", min: 3.5 }])[0]?.outcome).toBe("inconclusive");
  });

  test("by category looks at its questions alone", () => {
    // writing: q1, q3, q5 = 4, 6, 8; math: q2, q4 = 5, 7.
    const [gate] = decide([{ metric: "score", min: 1, category: "math" }]);
    expect(gate).toMatchObject({ value: 6, category: "math", name: "score ≥ 1, math" });
    expect(gate?.interval?.method).toContain("2 clusters");
  });

  test("says so in a sentence, lost verdicts included", () => {
    const situation = situationOf([ratingInput({ m: [4, 5, 6, 7, 8, null, undefined] })]);
    const [gate] = decide([{ metric: "score", min: 8.5 }], situation);
    expect(gate?.message).toBe(
      "m has a score of 6.00 points (95% interval 3.29 to 8.22, 5 questions); the whole 95% interval lies below 8.5; 2 verdicts are missing or unreadable.",
    );
  });

  test("is decided for every model, on every board that has the metric", () => {
    const situation = situationOf([
      ratingInput({ m: steady, n: steady }),
      ratingInput({ m: steady, n: steady }, { suite: "other" }),
      pairInput(["m", "n"], ["WW", "WW"]),
    ]);
    const gates = decide([{ metric: "score", min: 1 }], situation);
    expect(gates.map((gate) => [gate.model, gate.name])).toEqual([
      ["m", "score ≥ 1 (sample)"],
      ["n", "score ≥ 1 (sample)"],
      ["m", "score ≥ 1 (other)"],
      ["n", "score ≥ 1 (other)"],
    ]);
    expect(decide([{ metric: "score", min: 1, model: "n", suite: "other" }], situation)).toHaveLength(1);
  });

  test("fails where there is no such figure: a check that was not made must not pass", () => {
    const [gate] = decide([{ metric: "winRate", min: 1 }]);
    expect(gate).toMatchObject({ outcome: "fail", value: null });
    expect(gate?.message).toMatch(/no board with winRate/);
  });

  test("of a model without a usable verdict is inconclusive", () => {
    const situation = situationOf([ratingInput({ m: steady, silent: [null, null] })]);
    const [gate] = decide([{ metric: "score", min: 1, model: "silent" }], situation);
    expect(gate).toMatchObject({ outcome: "inconclusive", value: null, interval: null });
    expect(gate?.message).toMatch(/^silent has no score: no usable verdict; 5 verdicts are missing/);
  });
});

// Differences −3, −2, −1, 0, 1, sixteen times each: SE √(160/79)/√80 = 0.159111, t(0.975, 79) = 1.990450: −1 ± 0.316703.
const minusOne = situationOf([
  ratingInput({
    base: new Array(80).fill(6),
    m: Array.from({ length: 80 }, (_, index) => 3 + (index % 5)),
  }),
]);

describe("a gate against a base", () => {
  const boards = minusOne;

  test.each([
    [1.4, "pass"],
    [1.2, "inconclusive"],
    [0.1, "fail"],
  ] as const)("with −1 ± 0.317 and a margin of %f: %s", (maxRegression, outcome) => {
    const [gate, none] = decide([{ metric: "score", against: "base", maxRegression }], boards);
    expect(none).toBeUndefined();
    expect(gate).toMatchObject({ outcome, model: "m", value: -1, limit: -maxRegression });
    expect(gate?.interval?.low).toBeCloseTo(-1.316703433, 8);
  });

  test("names both, the margin and what so few questions can tell", () => {
    const [gate] = decide([{ metric: "score", against: "base", maxRegression: 1.2 }], boards);
    expect(gate?.name).toBe("score against base (at most 1.2 lower)");
    // (1.959964 + 0.841621)·0.159111 = 0.445762
    expect(gate?.message).toBe(
      "m against base is −1.00 points over 80 questions (95% interval −1.32 to −0.68); the 95% interval contains −1.2; 80 questions tell only differences from about 0.45 on.",
    );
  });

  test("by category pairs its questions alone", () => {
    const few = situationOf([ratingInput({ base: [5, 6, 7, 7, 10], m: [4, 5, 6, 7, 8] })]);
    // math: q2 6 → 5, q4 7 → 7.
    const [gate] = decide([{ metric: "score", against: "base", maxRegression: 0, category: "math" }], few);
    expect(gate).toMatchObject({ value: -0.5, outcome: "inconclusive", limit: 0 });
  });

  test("never fails a model against itself", () => {
    const twin = situationOf([ratingInput({ a: steady, b: steady })]);
    // Five ties exclude a loss of 9·(1 − 0.025^(1/5)) = 4.7 points.
    const outcomes = [0, 0.2, 5].map(
      (maxRegression) => decide([{ metric: "score", against: "a", maxRegression }], twin)[0]?.outcome,
    );
    expect(outcomes).toEqual(["inconclusive", "inconclusive", "pass"]);
  });

  test("that cannot be had fails with the reason", () => {
    const situation = situationOf([ratingInput({ m: steady })], {
      baseFor: () => {
        throw new ConfigError("runs/main has no figures of protocol x", { code: "c", remedy: "Judge both." });
      },
    });
    const [gate] = decide([{ metric: "score", against: "runs/main", maxRegression: 0.2 }], situation);
    expect(gate).toMatchObject({ outcome: "fail", value: null, limit: -0.2 });
    expect(gate?.message).toBe(
      "The gate cannot be applied: runs/main has no figures of protocol x. Judge both.",
    );
  });

  test("on win rates counts a tie as half and takes direct games where there are any", () => {
    const direct = boardOf(pairInput(["m", "base"], ["WW", "WL", "TT", "LL"]));
    const situation = situationOf([pairInput(["m", "base"], ["WW", "WL", "TT", "LL"])], {
      baseFor: (against, candidate) => {
        const pair = direct.direct(against, candidate);
        if (pair === undefined) throw new Error("no direct games");
        return { ...pair, lengthControlled: null };
      },
    });
    // 100, 50, 50, 0 for m: 50%; against base 100 − 0, 0, 0, 0 − 100.
    const gates = decide(
      [
        { metric: "winRate", min: 10, model: "m" },
        { metric: "winRate", against: "base", maxRegression: 5 },
      ],
      situation,
    );
    expect(gates.map((gate) => gate.value)).toEqual([50, 0]);
    expect(gates[1]?.message).toContain("is 0.00 percentage points over 4 questions");
  });
});

describe("several gates", () => {
  // −1 ± 0.317 against −0.65: t = −0.35/0.159111 = −2.19972, P(T ≤ t) with 79 df = 0.0154 (one-sided).
  const boards = minusOne;
  const failing = { metric: "score", against: "base", maxRegression: 0.65 } as const;

  test("share the error: what fails alone is withdrawn among three (Holm)", () => {
    const [alone] = decide([failing], boards);
    expect(alone?.outcome).toBe("fail");
    expect(alone?.pValue).toBeCloseTo(0.0154, 4);
    const [first] = decide([failing, { metric: "score", min: 1 }], boards);
    expect(first?.outcome).toBe("inconclusive");
    // Three gates: the one on both models counts twice.
    expect(first?.pValue).toBeCloseTo(3 * 0.0154, 3);
    expect(first?.message).toContain("3 gates are tried (Holm)");
  });

  test("are not disturbed by plain limits", () => {
    const [first] = decide([failing, { metric: "missing", max: 0 }, { metric: "cost", max: 1 }], boards);
    expect(first?.outcome).toBe("fail");
  });
});

describe("gates on counts", () => {
  const situation = situationOf([ratingInput({ m: [4, 5, null, 7, undefined] })]);

  test("coverage counts questions with a usable verdict, missing what was lost", () => {
    const gates = decide(
      [
        { metric: "coverage", min: 60 },
        { metric: "coverage", min: 61 },
        { metric: "missing", max: 40 },
        { metric: "missing", max: 39 },
        { metric: "coverage", min: 100, category: "math" },
      ],
      situation,
    );
    expect(gates.map((gate) => [gate.value, gate.outcome])).toEqual([
      [60, "pass"],
      [60, "fail"],
      [40, "pass"],
      [40, "fail"],
      [100, "pass"],
    ]);
    expect(gates[1]?.message).toBe("m has a coverage of 60.0%: 3 of 5 questions have a usable verdict.");
  });

  test("position consistency is the board's", () => {
    const board = situationOf([pairInput(["m", "n"], ["WW", "WL", "TT", "LL"])]);
    const gates = decide([{ metric: "positionConsistency", min: 75, model: "m" }], board);
    // WW, TT and LL agree; WL does not.
    expect(gates[0]).toMatchObject({ value: 75, outcome: "pass", interval: null });
    const unread = situationOf([pairInput(["m", "n"], ["W?", "?L"])]);
    expect(decide([{ metric: "positionConsistency", min: 75, model: "m" }], unread)[0]).toMatchObject({
      value: null,
      outcome: "inconclusive",
    });
  });

  test("cost is the sum; what has no price can break a limit but not keep it", () => {
    const total = (model: string, costUsd: number | null): CallTotals => ({
      stage: "answers",
      model,
      calls: 2,
      retries: 0,
      cached: 0,
      recorded: 0,
      usage: { inputTokens: 0, outputTokens: 0 },
      costUsd,
    });
    const priced = situationOf([], { totals: [total("m", 1.5), total("j", 0.25)] });
    const unpriced = situationOf([], { totals: [total("m", 1.5), total("own", null)] });
    const outcome = (max: number, of = priced, model?: string) => {
      const [gate] = decide([{ metric: "cost", max, model }], of);
      return [gate?.outcome, gate?.value];
    };
    expect(outcome(1.75)).toEqual(["pass", 1.75]);
    expect(outcome(1.74)).toEqual(["fail", 1.75]);
    expect(outcome(0.3, priced, "j")).toEqual(["pass", 0.25]);
    expect(outcome(1, unpriced)).toEqual(["fail", 1.5]);
    expect(outcome(2, unpriced)).toEqual(["inconclusive", null]);
    expect(decide([{ metric: "cost", max: 2 }], unpriced)[0]?.message).toMatch(/no price for own/);
  });
});

test("labels tell boards apart in the fewest words", () => {
  const board = (suite: string, judge: string) => boardOf(ratingInput({ m: [5, 6] }, { suite, judge })).board;
  expect(boardLabels([board("a", "j")])).toEqual([""]);
  expect(boardLabels([board("a", "j"), board("b", "j")])).toEqual(["a", "b"]);
  expect(boardLabels([board("a", "j"), board("a", "k")])).toEqual(["j", "k"]);
  expect(boardLabels([board("a", "j"), board("a", "k"), board("b", "j")])).toEqual(["a, j", "a, k", "b, j"]);
});
