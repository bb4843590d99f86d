import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../harness/core/random.js";
import {
  sourcesWithRounds,
  splitSpending,
  splitVerdicts,
} from "../../../harness/stats/correction/spending-split.js";
import { splitBudget } from "../../../harness/stats/correction/votes-needed.js";
import {
  differenceNoise,
  type PlacedValue,
  type VerdictNoise,
  verdictNoise,
} from "../../../harness/stats/verdict-noise.js";

const noise: VerdictNoise = { of: "repeats", perRound: 4, rounds: 1, places: 1 };

describe("the noise of verdicts", () => {
  it("is what the same place varies by, and unknown where nothing was done again", () => {
    const at = (questionId: string, turn: number, value: number) => ({ questionId, turn, value });
    const rows = [
      at("q1", 1, 1),
      at("q1", 1, 3),
      at("q1", 2, 5),
      at("q1", 2, 5),
      at("q2", 1, 2),
      at("q2", 1, 2),
    ];
    // Squares 2, 0 and 0 within three places, on a degree of freedom each.
    expect(verdictNoise(rows, "repeats")).toEqual({
      of: "repeats",
      perRound: 2 / 3,
      rounds: 2,
      places: 1.5,
    });
    expect(verdictNoise([at("q1", 1, 1), at("q1", 2, 3), at("q2", 1, 2)], "trials")).toBeNull();
    expect(differenceNoise(noise, null)).toBeNull();
    expect(differenceNoise({ ...noise, rounds: 2 }, { ...noise, rounds: 4 })).toMatchObject({
      perRound: 8,
      // 4/2 + 4/4 = 8/r.
      rounds: 8 / 3,
    });
  });

  it("comes back from made-up verdicts", () => {
    const random = seededRandom("noise");
    const normal = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    const values: PlacedValue[] = [];
    for (let question = 0; question < 500; question++) {
      const mean = 3 * normal();
      for (let round = 0; round < 2; round++)
        values.push({ questionId: String(question), turn: 1, value: mean + 2 * normal() });
    }
    // Its standard error is 4·√(2/500) = 0.25.
    expect(verdictNoise(values, "repeats")?.perRound).toBeGreaterThan(3.4);
    expect(verdictNoise(values, "repeats")?.perRound).toBeLessThan(4.6);
  });
});

describe("a budget between questions, verdicts and votes", () => {
  const prices = { answers: 9, verdicts: 1, vote: 1 };

  it("takes √(noise/between · answers/verdicts) rounds of verdicts", () => {
    // 8 = 4 between questions + 4 of one round; √(4/4 · 9/1) = 3.
    expect(splitVerdicts(8, noise, prices, 12_000)).toMatchObject({ rounds: 3, questions: 1000 });
    // Trials are answered again, so that another round costs as much as another question.
    expect(splitVerdicts(8, { ...noise, of: "trials" }, prices, 12_000)).toMatchObject({ rounds: 1 });
    // What was measured with two rounds holds half of their noise.
    expect(splitVerdicts(6, { ...noise, rounds: 2 }, prices, 12_000)).toMatchObject({ rounds: 3 });
    expect(splitVerdicts(8, null, prices, 12_000)).toMatchObject({ rounds: 1, questions: 1200 });
    expect(splitVerdicts(8, noise, prices, 10)).toBeNull();
  });

  it("is as it was without a known noise, and narrower with rounds where they are cheap", () => {
    const sources = { perVote: 900, perQuestion: 800, lambda: 1 };
    const options = { thingsPerQuestion: 2 };
    const plain = splitSpending(sources, null, prices, 2000, options);
    expect(plain).toEqual({ ...splitBudget(sources, { vote: 1, question: 10 }, 2000, options), rounds: 1 });
    const loud = { ...noise, perRound: 400 };
    const best = splitSpending(sources, loud, prices, 2000, options);
    expect(best?.rounds).toBeGreaterThan(1);
    expect(best?.halfWidth).toBeLessThan(plain?.halfWidth ?? 0);
    const { votes = 0, questions = 0, rounds = 0 } = best ?? {};
    expect(votes + questions * (9 + rounds)).toBeLessThanOrEqual(2000);
  });

  it("lets repeats, but not trials, make the verdict beside a vote more certain", () => {
    const sources = { perVote: 900, perQuestion: 800, lambda: 0.5 };
    const loud = { ...noise, perRound: 400, places: 2 };
    // λ²·400 = 100 of one round at a place, 50 of a question's mean.
    expect(sourcesWithRounds(sources, loud, 4)).toEqual({
      perVote: 825,
      perQuestion: 762.5,
      lambda: 0.5,
    });
    expect(sourcesWithRounds(sources, { ...loud, of: "trials" }, 4).perVote).toBe(900);
  });
});
