import { describe, expect, it } from "vitest";
import { seededRandom } from "../../harness/core/random.js";
import { clusteredMean } from "../../harness/stats/clustered-mean.js";
import { decideAgainstLimit, decideByTails } from "../../harness/stats/gate.js";
import { pairedDifference, pairedTails } from "../../harness/stats/paired-difference.js";
import { draw, families, ratingPopulations } from "./interval-populations.js";

const QUESTIONS = [6, 10, 20, 40, 80];
const SAMPLES = 1000;
const SAMPLES_OF_TURNS = 250;

/** Three binomial errors above a rate: of some hundred rates, each with its own seed, none is expected beyond. */
const most = (rate: number, samples: number) => rate + 3 * Math.sqrt((rate * (1 - rate)) / samples);

/**
 * A gate whose limit is the truth may neither pass nor fail: either is false with a chance of 2.5% at most, and the
 * interval misses the truth exactly then.
 */
describe.each(families)("$name figures, simulated", ({ name, populations, scale }) => {
  it.each(QUESTIONS)(
    "of %i questions cover the truth and decide falsely no more often than they say",
    (count) => {
      for (const population of populations) {
        const random = seededRandom(`${name}/${population.name}/${count}`);
        const decided = { pass: 0, fail: 0, inconclusive: 0 };
        for (let sample = 0; sample < SAMPLES; sample++) {
          const values = draw(population, count, random);
          decided[decideByTails(pairedTails(values, { scale }, population.mean))]++;
        }
        const told = `${population.name}, ${count} questions: ${JSON.stringify(decided)}`;
        expect(decided.pass / SAMPLES, told).toBeLessThan(most(0.025, SAMPLES));
        expect(decided.fail / SAMPLES, told).toBeLessThan(most(0.025, SAMPLES));
        expect((decided.pass + decided.fail) / SAMPLES, told).toBeLessThan(most(0.05, SAMPLES));
      }
    },
  );

  it("always have an interval, and it decides as its p-values do", () => {
    const random = seededRandom(`${name}/ends`);
    for (const population of populations) {
      for (const count of [1, 2, 3, 6, 20, 80]) {
        const { delta, interval, tailsAt } = pairedDifference(draw(population, count, random), { scale });
        const { low, high } = interval ?? { low: Number.NaN, high: Number.NaN };
        expect(low).toBeLessThanOrEqual(delta ?? Number.NaN);
        expect(high).toBeGreaterThanOrEqual(delta ?? Number.NaN);
        for (const limit of [low - 0.01, low + 0.01, high - 0.01, high + 0.01]) {
          if (limit <= scale.low || limit >= scale.high) continue;
          expect(decideByTails(tailsAt(limit))).toBe(decideAgainstLimit(interval, limit).outcome);
        }
      }
    }
  });
});

/** Two turns that share the question's difficulty; one in seven verdicts is lost, so that questions differ in size. */
describe("pooled turns with lost verdicts, simulated", () => {
  it.each([6, 20, 80])("of %i questions cover the truth", (count) => {
    for (const population of ratingPopulations) {
      const random = seededRandom(`turns/${population.name}/${count}`);
      let missed = 0;
      for (let sample = 0; sample < SAMPLES_OF_TURNS; sample++) {
        const first = draw(population, count, random);
        const second = draw(population, count, random);
        const [values, ids]: [number[], number[]] = [[], []];
        for (let question = 0; question < count; question++) {
          const shared = random.next() < 0.6;
          for (const turn of [first, shared ? first : second]) {
            if (random.next() < 1 / 7) continue;
            values.push(turn[question] as number);
            ids.push(question);
          }
        }
        const { tailsAt } = clusteredMean(values, ids, { scale: { low: 1, high: 10 } });
        if (decideByTails(tailsAt(population.mean)) !== "inconclusive") missed++;
      }
      expect(missed / SAMPLES_OF_TURNS, `${population.name}, ${count}`).toBeLessThan(
        most(0.05, SAMPLES_OF_TURNS),
      );
    }
  });
});

describe("six equal ratings of 7", () => {
  const sevens = clusteredMean(new Array(6).fill(7), [1, 2, 3, 4, 5, 6], { scale: { low: 1, high: 10 } });

  it("neither pass at 6.99 nor fail at 7.1: a model with a true mean of 7.2 shows them in half of all runs", () => {
    expect(decideAgainstLimit(sevens.interval, 6.99).outcome).toBe("inconclusive");
    expect(decideAgainstLimit(sevens.interval, 7.1).outcome).toBe("inconclusive");
    expect(decideAgainstLimit(sevens.interval, 4.2).outcome).toBe("pass");
    expect(decideAgainstLimit(sevens.interval, 8.4).outcome).toBe("fail");
  });
});
