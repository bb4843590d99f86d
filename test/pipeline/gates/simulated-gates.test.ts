import { describe, expect, test } from "vitest";
import { type Random, seededRandom } from "../../../harness/core/random.js";
import type { ComparedModel } from "../../../harness/pipeline/compare/question-values.js";
import { decideAllGates } from "../../../harness/pipeline/gates/evaluate-gates.js";
import type { GateBoard } from "../../../harness/pipeline/gates/gate-board.js";
import type { GateRequest } from "../../../harness/pipeline/gates/gate-request.js";
import { powerOfTest } from "../../stats/power-of-test.js";
import { boardOf, ratingInput, situationOf } from "./gate-boards.js";

const QUESTIONS = 80;
const RUNS = 1000;
/** Spread of a model's question means, as on MT-Bench. */
const SPREAD = 1.39;
const binomialError = (share: number) => Math.sqrt(share * (1 - share) * RUNS);

/** Draws boards with values of each model on the same questions, around their true means. */
function drawing(random: Random, means: Readonly<Record<string, number>>): () => GateBoard {
  const template = boardOf(ratingInput(Object.fromEntries(Object.keys(means).map((id) => [id, [5]]))));
  return () => {
    const models = template.models.map((model): ComparedModel => {
      const mean = means[model.model] ?? 0;
      const slots = Array.from({ length: QUESTIONS }, (_, index) => ({
        slot: { questionId: `q${index}`, category: "writing", turn: 1 },
        value: mean + SPREAD * random.normal(),
      }));
      return { ...model, slots };
    });
    return { ...template, models };
  };
}

/** In how many of 1,000 runs some gate fails, and in how many the first one does. */
function countFailures(
  seed: string,
  means: Readonly<Record<string, number>>,
  gates: readonly GateRequest[],
): { any: number; first: number } {
  const draw = drawing(seededRandom(seed), means);
  const failed = { any: 0, first: 0 };
  for (let run = 0; run < RUNS; run++) {
    const results = decideAllGates(gates, { ...situationOf([]), boards: [draw()] });
    if (results.some((gate) => gate.outcome === "fail")) failed.any++;
    if (results[0]?.outcome === "fail") failed.first++;
  }
  return failed;
}

describe("1,000 simulated runs over 80 questions", () => {
  test("with the truth at the limit fail at the nominal 2.5%, however many gates are tried", () => {
    const one = countFailures("one gate", { a: 6 }, [{ metric: "score", min: 6 }]);
    expect(Math.abs(one.any - 25)).toBeLessThan(3 * binomialError(0.025));
    const four = countFailures("four gates", { a: 6, b: 6, c: 6, d: 6 }, [{ metric: "score", min: 6 }]);
    expect(Math.abs(four.any - 25)).toBeLessThan(3 * binomialError(0.025));
  });

  test("at 90% confidence they fail at 5%", () => {
    const failed = countFailures("ninety", { a: 6 }, [{ metric: "score", min: 6, confidence: 0.9 }]);
    expect(Math.abs(failed.any - 50)).toBeLessThan(3 * binomialError(0.05));
  });

  test("find a model half a point below its minimum with the power that the spread predicts", () => {
    const expected = powerOfTest(0.5, SPREAD / Math.sqrt(QUESTIONS));
    const failed = countFailures("half a point", { a: 5.5 }, [{ metric: "score", min: 6 }]);
    // The t quantile instead of the normal one costs a little under 1% of power.
    expect(Math.abs(failed.first - RUNS * expected)).toBeLessThan(3 * binomialError(expected) + 10);
  });

  test("a second gate on the same run costs some of that power, and no more than Holm's half error does", () => {
    const gates: readonly GateRequest[] = [
      { metric: "score", min: 6, model: "a" },
      { metric: "score", min: 4, model: "b" },
    ];
    const failed = countFailures("two gates", { a: 5.5, b: 6 }, gates);
    const least = powerOfTest(0.5, SPREAD / Math.sqrt(QUESTIONS), 0.025);
    expect(failed.first).toBeGreaterThan(RUNS * least - 3 * binomialError(least) - 10);
  });
});

describe("simulated comparisons over 80 questions", () => {
  // A comparison makes its permutation tests as well, so there are fewer of them.
  const runs = 200;
  const difference = Math.SQRT2 * SPREAD;

  function failuresAgainst(seed: string, effect: number): number {
    const draw = drawing(seededRandom(seed), { base: 6, m: 6 + effect });
    let failed = 0;
    for (let run = 0; run < runs; run++) {
      const board = draw();
      const [base, candidate] = board.models;
      if (base === undefined || candidate === undefined) throw new Error("two models");
      const [gate] = decideAllGates([{ metric: "score", against: "base", maxRegression: 0, model: "m" }], {
        ...situationOf([]),
        boards: [board],
        baseFor: () => ({ base, candidate, lengthControlled: null }),
      });
      if (gate?.outcome === "fail") failed++;
    }
    return failed;
  }

  test("with no true difference fail at 2.5%; a true loss of half a point is found as the error predicts", () => {
    const nominal = 0.025 * runs;
    const error = (share: number) => Math.sqrt(share * (1 - share) * runs);
    expect(Math.abs(failuresAgainst("nothing", 0) - nominal)).toBeLessThan(3 * error(0.025));
    const power = powerOfTest(0.5, difference / Math.sqrt(QUESTIONS));
    expect(Math.abs(failuresAgainst("a loss", -0.5) - power * runs)).toBeLessThan(3 * error(power) + 2);
  }, 180_000);
});
