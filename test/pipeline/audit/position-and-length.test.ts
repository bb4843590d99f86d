import { describe, expect, test } from "vitest";
import { seededRandom } from "../../../harness/core/random.js";
import { lengthEffect } from "../../../harness/pipeline/audit/length-effect.js";
import { positionEffect } from "../../../harness/pipeline/audit/position-effect.js";
import { withinSlope } from "../../../harness/pipeline/audit/within-slope.js";
import type { BoardInput } from "../../../harness/pipeline/scores/build-board.js";
import { pairInput, ratingInput } from "../gates/gate-boards.js";
import { answerOf, auditInput } from "./audit-fixtures.js";

function games(counts: Readonly<Record<string, number>>): string[] {
  return Object.entries(counts).flatMap(([outcome, count]) => Array.from({ length: count }, () => outcome));
}

describe("the position effect", () => {
  test("is the first slot's share of decided games where both orders were judged", () => {
    // WL: the first shown wins in both orders. 40·2 + 20 + 20 of 160 decided games went to the first slot.
    const [finding] = positionEffect(pairInput(["m", "n"], games({ WL: 40, WW: 20, LL: 20, TT: 20 })));
    expect(finding).toMatchObject({ outcome: "flagged", unit: "percent", n: 160 });
    expect(finding?.value).toBeCloseTo(75, 10);
    expect(finding?.interval?.low).toBeGreaterThan(55);
    expect(finding?.sentence).toContain("took 75.0% of 160 decided games");
  });

  test("is nothing for a judge that cares for the answers alone, and unclear for few games", () => {
    const fair = positionEffect(pairInput(["m", "n"], games({ WW: 60, LL: 40 })));
    expect(fair).toMatchObject([{ value: 50, outcome: "ok" }]);
    expect(positionEffect(pairInput(["m", "n"], games({ WL: 2, WW: 4, LW: 1 })))).toMatchObject([
      { outcome: "unclear" },
    ]);
    expect(positionEffect(pairInput(["m", "n"], ["TT", "TT"]))).toMatchObject([
      { outcome: "unknown", value: null },
    ]);
    expect(positionEffect(ratingInput({ m: [5] }))).toEqual([]);
  });

  test("is the difference between the slots where each pair was judged once", () => {
    const seeded = pairInput(["m", "base"], games({ W: 100 }), "base");
    const rows = [...seeded.rows].map((row, index) => {
      const isSecond = index % 2 === 1;
      // Shown second the model wins 8 of 10, shown first 5 of 10.
      const wins = index % 20 < (isSecond ? 16 : 10);
      const weightB = isSecond === wins ? 1 : 0;
      const [a, b] = isSecond ? ["base", "m"] : ["m", "base"];
      return { ...row, a, b, verdict: { kind: "preference", winner: "tie", weightB } as const };
    });
    const [finding] = positionEffect({ ...seeded, metric: "preference", rows });
    expect(finding?.value).toBeCloseTo(30, 10);
    // Clopper–Pearson of 40 and of 25 wins of 50: 66.28 to 89.97 and 35.53 to 64.47; reaches 13.72 and 14.47.
    expect(finding?.interval?.low).toBeCloseTo(30 - Math.hypot(13.72, 14.47), 1);
    expect(finding).toMatchObject({ outcome: "flagged", n: 100 });
    expect(finding?.sentence).toContain("better when shown second");
  });
});

describe("withinSlope", () => {
  const point = (x: number, y: number, question: string, model: string) => ({
    x,
    y,
    groups: [question, model],
    cluster: question,
  });

  test("with two models is the slope of the differences: by hand", () => {
    // Differences in x 1, 2, 3 and in y 1, 1, 4: slope Σ(dx − 2)(dy − 2)/Σ(dx − 2)² = 3/2.
    const points = [1, 2, 3].flatMap((dx, index) => {
      const dy = [1, 1, 4][index] ?? 0;
      return [
        point(10 * index, index, `q${index}`, "m"),
        point(10 * index + dx, index + dy, `q${index}`, "n"),
      ];
    });
    const { slope, standardError } = withinSlope(points);
    expect(slope).toBeCloseTo(1.5, 8);
    // Residuals of dy: 1 − 0.5, 1 − 2, 4 − 3.5 around (2, 2): 0.5, −1, 0.5; half of each difference on either side.
    // Scores per question x̃·e summed: −0.25, 0, 0.25; Σ x̃² = 1, of which the first and last question have half each, so
    // that leaving one out changes the slope by 0.25/(1·(1 − 1/3) − 1/2) = 1.5: from 1.5 to 3, and to 0.
    expect(standardError).toBeCloseTo(Math.sqrt((2 / 3) * 2 * 1.5 ** 2), 8);
  });

  test("does not mistake a model's quality or a question's difficulty for length", () => {
    const random = seededRandom("within");
    const points = Array.from({ length: 90 }, (_, question) => {
      const ease = 3 * random.normal();
      return ["short", "long"].map((model) => {
        const x = 8 + (model === "long" ? 2 : 0) + ease + 0.5 * random.normal();
        return point(
          x,
          5 + ease + (model === "long" ? 1 : 0) + 0.3 * x + 0.1 * random.normal(),
          `q${question}`,
          model,
        );
      });
    }).flat();
    const { slope, interval } = withinSlope(points);
    expect(Math.abs((slope ?? 0) - 0.3)).toBeLessThan(0.06);
    expect(interval?.low).toBeLessThan(0.3);
    expect(interval?.high).toBeGreaterThan(0.3);
  });

  test("says why there is no slope", () => {
    expect(withinSlope([])).toMatchObject({ slope: null, reason: "there are no points" });
    const alone = [1, 2, 3, 4].map((x) => point(x, x, `q${x}`, "m"));
    expect(withinSlope(alone)).toMatchObject({
      slope: null,
      reason: "within the groups nothing varies in length",
    });
    const two = [point(1, 1, "a", "m"), point(2, 3, "a", "n"), point(1, 1, "b", "m"), point(3, 2, "b", "n")];
    expect(withinSlope(two)).toMatchObject({ interval: null, reason: "fewer than three questions" });
  });
});

describe("the length effect", () => {
  const lengths = Array.from({ length: 84 }, (_, index) => 64 * 2 ** (index % 6));
  /** Of the same mean at every length. */
  const noise = (index: number) => (index < 42 ? 0.5 : -0.5);
  const answers = lengths.flatMap((length, index) => [
    answerOf("m", `q${index + 1}`, ["x".repeat(128)]),
    answerOf("n", `q${index + 1}`, ["y".repeat(length)]),
  ]);

  test("finds a judge that pays by the word, in points per doubling", () => {
    // Shuffled questions so that difficulty does not follow length; n's rating rises 0.75 per doubling.
    const board = ratingInput({
      m: lengths.map((_, index) => 4 + (index % 3)),
      n: lengths.map((length, index) => 4 + (index % 3) + noise(index) + 0.75 * Math.log2(length / 128)),
    });
    const [finding] = lengthEffect(board, auditInput([board], answers));
    expect(finding?.value).toBeCloseTo(0.75, 8);
    expect(finding).toMatchObject({ outcome: "flagged", n: 168, unit: "points per doubling of length" });
  });

  test("finds nothing where ratings ignore length", () => {
    const board = ratingInput({
      m: lengths.map((_, i) => 4 + (i % 3)),
      n: lengths.map((_, i) => 6 + (i % 3) + noise(i)),
    });
    const [finding] = lengthEffect(board, auditInput([board], answers));
    expect(finding?.value).toBeCloseTo(0, 8);
    expect(finding?.outcome).toBe("ok");
  });

  test("is not known for certain from ratings that vary with nothing, or from few questions", () => {
    const steady = ratingInput({ m: lengths.map(() => 6), n: lengths.map(() => 8) });
    expect(lengthEffect(steady, auditInput([steady], answers))).toMatchObject([
      { outcome: "unknown", interval: null },
    ]);
    const few = ratingInput({ m: [4, 5, 6, 7], n: [5, 5, 7, 7] });
    expect(lengthEffect(few, auditInput([few], answers))).toMatchObject([
      { outcome: "unknown", interval: null },
    ]);
  });

  test("of comparisons is in percentage points per doubling of the ratio", () => {
    const board = pairInput(
      ["n", "m"],
      lengths.map((length) => (length > 256 ? "WW" : length < 128 ? "LL" : "TT")),
    );
    const [finding] = lengthEffect(board, auditInput([board], answers));
    // Doublings −1, 0, 1, 2, 3, 4 (mean 1.5) and points 0, 50, 50, 100, 100, 100: slope 350/17.5.
    expect(finding?.value).toBeCloseTo(20, 8);
    expect(finding?.unit).toBe("percentage points per doubling of length");
  });

  test("leaves out answers without text, and is unknown for one model", () => {
    const board: BoardInput = ratingInput({ m: [5, 6, 7] });
    const own = [
      answerOf("m", "q1", [""]),
      answerOf("m", "q2", ["text"]),
      answerOf("m", "q3", ["longer text"]),
    ];
    const [finding] = lengthEffect(board, auditInput([board], own));
    expect(finding).toMatchObject({ outcome: "unknown", value: null, n: 2 });
    expect(finding?.sentence).toMatch(/cannot be told/);
  });
});
