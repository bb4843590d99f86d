import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../harness/core/random.js";
import { correctedMean } from "../../../harness/stats/correction/corrected-mean.js";
import {
  expectedHalfWidth,
  splitBudget,
  varianceSources,
  votesForHalfWidth,
  votesWithoutPilot,
} from "../../../harness/stats/correction/votes-needed.js";
import { askPeople, drawComparisons, populations } from "./judged-questions.js";

const scale = { low: 0, high: 1 };

describe("votes that are still needed", () => {
  const [population] = populations;
  if (population === undefined) throw new Error("no population");

  it("are foretold from sixty to within a seventh of the half-width that they give", () => {
    const [now, then] = [60, 240];
    const random = seededRandom("plan");
    let [foretold, found] = [0, 0];
    for (let sample = 0; sample < 60; sample++) {
      const comparisons = drawComparisons(population, 160, random);
      const sources = varianceSources(askPeople(comparisons, now, "any", random));
      if (sources === null) throw new Error("no plan");
      foretold += expectedHalfWidth(sources, then, 160);
      const { interval } = correctedMean(askPeople(comparisons, then, "any", random), { scale });
      found += ((interval?.high ?? 1) - (interval?.low ?? 0)) / 2;
    }
    expect(Math.abs(foretold / found - 1)).toBeLessThan(1 / 7);
  });

  it("are none where the interval is narrow enough, and without end where the questions leave it wider", () => {
    const random = seededRandom("wishes");
    const things = askPeople(drawComparisons(population, 80, random), 60, "any", random);
    const sources = varianceSources(things);
    if (sources === null) throw new Error("no plan");
    const plan = { sources, voted: 60, questions: 80, level: 95 };
    expect(votesForHalfWidth(plan, 0.5).value).toBe(0);
    expect(votesForHalfWidth(plan, 0.001)).toMatchObject({ value: null });
    const more = votesForHalfWidth(plan, 0.09).value ?? 0;
    expect(expectedHalfWidth(sources, 60 + more, 80)).toBeLessThanOrEqual(0.09);
    expect(expectedHalfWidth(sources, 59 + more, 80)).toBeGreaterThan(0.09);
    expect(varianceSources(things.map(({ voted, ...one }) => one))).toBeNull();
  });

  it("are at most 385 for ±5 points and 97 for ±10 before anybody voted, and a few more by t", () => {
    // z²·0.25/h² gives 384.1 and 96.04.
    expect(votesWithoutPilot(0.05)).toBe(387);
    expect(votesWithoutPilot(0.1)).toBe(99);
  });

  it("share a budget with questions as the square roots of variance over price", () => {
    const sources = { perVote: 0.16, perQuestion: 0.04, lambda: 0.5 };
    const options = { thingsPerQuestion: 4 };
    // √(0.16·1) : √(0.04·1) = 2 : 1.
    expect(splitBudget(sources, { vote: 1, question: 1 }, 300, options)).toMatchObject({
      votes: 200,
      questions: 100,
    });
    const best = splitBudget(sources, { vote: 1, question: 4 }, 300, options);
    for (const votes of [100, 120, 180, 200]) {
      const questions = Math.floor((300 - votes) / 4);
      expect(best?.halfWidth).toBeLessThanOrEqual(expectedHalfWidth(sources, votes, questions) + 1e-3);
    }
    // A judge that says nothing still needs questions for the votes to stand on.
    const blind = splitBudget({ ...sources, perQuestion: 0 }, { vote: 1, question: 1 }, 100, options);
    expect((blind?.questions ?? 0) * 4).toBeGreaterThanOrEqual(blind?.votes ?? 0);
    expect(() => splitBudget(sources, { vote: 0, question: 1 }, 300, options)).toThrow(RangeError);
  });
});
