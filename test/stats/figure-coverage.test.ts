import { expect, it } from "vitest";
import { seededRandom } from "../../harness/core/random.js";
import { figurePopulations } from "./figure-populations.js";

const SAMPLES = 50;
/** Three binomial errors below 95%; larger numbers of samples: `npx tsx test/bench/figure-study.ts`. */
const least = (samples: number) => 0.95 - 3 * Math.sqrt((0.95 * 0.05) / samples);

it.each(figurePopulations)("$figure, $population: intervals that are given hold the truth", (one) => {
  for (const questions of [8, 80]) {
    const random = seededRandom(`${one.figure}/${one.population}/${questions}`);
    const intervals = Array.from({ length: SAMPLES }, () => one.sample(random, questions));
    const given = intervals.filter((interval) => interval !== null);
    const covered = given.filter(({ low, high }) => low <= one.truth && one.truth <= high);
    if (questions === 80) expect(given.length).toBeGreaterThan(SAMPLES / 2);
    if (given.length > 0) expect(covered.length / given.length).toBeGreaterThan(least(given.length));
    // No certainty out of nothing.
    expect(given.every(({ low, high }) => high > low)).toBe(true);
  }
});
