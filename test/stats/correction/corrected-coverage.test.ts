import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../harness/core/random.js";
import { clusteredMean } from "../../../harness/stats/clustered-mean.js";
import {
  correctedDifference,
  type KeyedThing,
} from "../../../harness/stats/correction/corrected-difference.js";
import { type CorrectedMean, correctedMean } from "../../../harness/stats/correction/corrected-mean.js";
import { efficientMean } from "../../../harness/stats/correction/efficient-mean.js";
import { type Asking, askPeople, drawComparisons, populations } from "./judged-questions.js";

const SAMPLES = 200;
const scale = { low: 0, high: 1 };

/** Three binomial errors below the level. */
const LEAST = 0.95 - 3 * Math.sqrt((0.95 * 0.05) / SAMPLES);

const ways = ["any", "whole questions", "active"] as const satisfies readonly Asking[];

const contains = (interval: { low: number; high: number } | null, value: number) =>
  interval !== null && interval.low <= value && value <= interval.high;

describe.each(ways)("a biased judge, people asked about %s", (asking) => {
  it.each([30, 60, 200])("of %i votes: corrected intervals hold the truth as often as they say", (votes) => {
    for (const population of populations) {
      const random = seededRandom(`${asking}/${population.name}/${votes}`);
      let [held, heldByJudge, sum, squares] = [0, 0, 0, 0];
      for (let sample = 0; sample < SAMPLES; sample++) {
        const comparisons = drawComparisons(population, votes === 200 ? 160 : 80, random);
        const things = askPeople(comparisons, votes, asking, random);
        const { estimate, interval } = correctedMean(things, { scale });
        if (contains(interval, population.people)) held++;
        sum += estimate ?? Number.NaN;
        squares += (estimate ?? Number.NaN) ** 2;
        if (sample % 4 > 0) continue;
        const judged = things.map((one) => one.judged);
        const questions = things.map((one) => one.cluster);
        const byJudge = clusteredMean(judged, questions, { scale }).interval;
        if (contains(byJudge, population.people)) heldByJudge += 4;
      }
      const told = `${population.name}: ${held} of ${SAMPLES}, by the judge alone ${heldByJudge}`;
      expect(held / SAMPLES, told).toBeGreaterThanOrEqual(LEAST);
      const mean = sum / SAMPLES;
      const error = Math.sqrt((squares / SAMPLES - mean ** 2) / SAMPLES);
      expect(Math.abs(mean - population.people), `${told}, mean ${mean} ± ${error}`).toBeLessThan(4 * error);
      if (population.favour > population.people + 0.25) expect(heldByJudge / SAMPLES, told).toBeLessThan(0.5);
    }
  });
});

describe.each([
  ["plain PPI", (things) => correctedMean(things, { scale, lambda: 1 })],
  ["the efficient estimator", (things) => efficientMean(things, { scale })],
] as const satisfies readonly (readonly [string, (things: readonly KeyedThing[]) => CorrectedMean])[])(
  "%s, clustered by question",
  (_, estimate) => {
    it.each([60, 200])(
      "of %i votes holds the truth as often as it says, where it has an interval",
      (votes) => {
        for (const population of populations.slice(0, 3)) {
          const random = seededRandom(`others/${population.name}/${votes}`);
          let [held, given] = [0, 0];
          for (let sample = 0; sample < SAMPLES; sample++) {
            const comparisons = drawComparisons(population, votes === 200 ? 160 : 80, random);
            const { interval } = estimate(askPeople(comparisons, votes, "any", random));
            if (interval === null) continue;
            given++;
            if (contains(interval, population.people)) held++;
          }
          const told = `${population.name}: ${held} of ${given}`;
          expect(given, told).toBeGreaterThan(votes === 200 ? 100 : 10);
          expect(held / given, told).toBeGreaterThanOrEqual(0.95 - 3 * Math.sqrt((0.95 * 0.05) / given));
        }
      },
    );
  },
);

describe("the difference of two checkpoints", () => {
  const [even, , clear] = populations;
  if (even === undefined || clear === undefined) throw new Error("no populations");

  it.each([60, 200])("of %i votes on each holds the truth, with a judge that prefers one", (votes) => {
    const random = seededRandom(`difference/${votes}`);
    let held = 0;
    for (let sample = 0; sample < SAMPLES; sample++) {
      const [base = [], candidate = []] = [even, clear].map((population) =>
        askPeople(drawComparisons(population, 160, random), votes, "any", random),
      );
      const { interval } = correctedDifference(base, candidate, { scale });
      // Without votes on both at one place there may be none.
      if (interval === null || contains(interval, clear.people - even.people)) held++;
    }
    expect(held / SAMPLES).toBeGreaterThanOrEqual(LEAST);
  });

  it("gains from what both share: votes that differ on few questions leave little doubt", () => {
    const random = seededRandom("shared");
    const things = askPeople(drawComparisons(even, 160, random), 200, "any", random);
    const better = things.map((one, at) => (one.voted === 0 && at % 3 === 0 ? { ...one, voted: 0.5 } : one));
    const { estimate, standardError } = correctedDifference(things, better, { scale });
    expect(estimate).toBeGreaterThan(0.03);
    expect(standardError).toBeLessThan((correctedMean(things, { scale }).standardError ?? 0) / 2);
  });
});
