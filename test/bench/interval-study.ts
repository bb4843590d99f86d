/**
 * Coverage, false decisions and widths of the intervals of means: `npx tsx test/bench/interval-study.ts [SAMPLES]`
 * (default 5,000, some minutes). Prints the table of docs/statistics.md, and beside it what the alternatives would give:
 * t always, the bounded-mean interval always, and a betting interval (hedged capital, Waudby-Smith & Ramdas 2024).
 */
import { seededRandom } from "../../harness/core/random.js";
import { boundedMean, type ValueScale } from "../../harness/stats/bounded-mean.js";
import { studentTQuantile } from "../../harness/stats/distributions.js";
import { decideByTails } from "../../harness/stats/gate.js";
import { pairedDifference, pairedTails } from "../../harness/stats/paired-difference.js";
import { draw, families, type Population } from "../stats/interval-populations.js";

const SAMPLES = Number(process.argv[2] ?? 5000);
const QUESTIONS = [6, 10, 20, 40, 80];
/** Widths take a search each, so that fewer samples are measured. */
const MEASURED = 40;

type Decision = "pass" | "fail" | "inconclusive";

function tDecision(values: Float64Array, limit: number): Decision {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const half =
    studentTQuantile(0.975, values.length - 1) * Math.sqrt(squares / (values.length - 1) / values.length);
  return mean - half > limit ? "pass" : mean + half < limit ? "fail" : "inconclusive";
}

function boundedDecision(values: Float64Array, scale: ValueScale, limit: number): Decision {
  const sizes = new Float64Array(values.length).fill(1);
  return decideByTails(boundedMean({ values, sizes }, scale).tailsAt(limit));
}

/** Capital of a bet that the mean is not `limit`, half on either side, by the predictable plug-in bets of the paper. */
function bettingDecision(values: Float64Array, { low, high }: ValueScale, limit: number): Decision {
  const m = (limit - low) / (high - low);
  let [sum, squares, above, below] = [0, 0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const x = ((values[i] as number) - low) / (high - low);
    const mean = (0.5 + sum) / (i + 1);
    const variance = (0.25 + squares) / (i + 1);
    const bet = Math.sqrt((2 * Math.log(2 / 0.05)) / (variance * values.length));
    above += Math.log1p(Math.min(bet, 0.5 / Math.max(m, 1e-9)) * (x - m));
    below += Math.log1p(-Math.min(bet, 0.5 / Math.max(1 - m, 1e-9)) * (x - m));
    sum += x;
    squares += (x - mean) ** 2;
  }
  const threshold = Math.log(2 / 0.05);
  return above >= threshold ? "pass" : below >= threshold ? "fail" : "inconclusive";
}

interface Rates {
  pass: number;
  fail: number;
}

function ratesOf(population: Population, count: number, decide: (values: Float64Array) => Decision): Rates {
  const random = seededRandom(`study/${population.name}/${count}`);
  const rates: Rates = { pass: 0, fail: 0 };
  for (let sample = 0; sample < SAMPLES; sample++) {
    const decision = decide(draw(population, count, random));
    if (decision !== "inconclusive") rates[decision] += 100 / SAMPLES;
  }
  return rates;
}

/** Mean width of the interval, and of the bounded one, over some samples. */
function widths(population: Population, count: number, scale: ValueScale): [number, number] {
  const random = seededRandom(`width/${population.name}/${count}`);
  let [given, bounded] = [0, 0];
  for (let sample = 0; sample < MEASURED; sample++) {
    const values = draw(population, count, random);
    const { interval } = pairedDifference(values, { scale });
    given += (interval?.high ?? 0) - (interval?.low ?? 0);
    const ends = boundedMean({ values, sizes: new Float64Array(count).fill(1) }, scale).endsAt(0.025);
    bounded += ends.high - ends.low;
  }
  return [given / MEASURED, bounded / MEASURED];
}

const percent = (value: number) => value.toFixed(1);
const kinds = ["constant", "two-valued", "few-valued", "skewed", "normal", "rare losses"] as const;

for (const { name, scale, populations } of families) {
  console.log(`\n${name}, ${SAMPLES} samples: least coverage · largest false decision, percent`);
  for (const kind of kinds) {
    const cells = QUESTIONS.map((count) => {
      const rates = populations
        .filter((population) => population.kind === kind)
        .map((population) =>
          ratesOf(population, count, (values) =>
            decideByTails(pairedTails(values, { scale }, population.mean)),
          ),
        );
      const coverage = Math.min(...rates.map(({ pass, fail }) => 100 - pass - fail));
      const decision = Math.max(...rates.map(({ pass, fail }) => Math.max(pass, fail)));
      return `${percent(coverage)} · ${percent(decision)}`;
    });
    console.log(`| ${name}, ${kind} | ${cells.join(" | ")} |`);
  }
  console.log(
    `\n${name}: largest false decision of t always / bounded always / betting; mean width given, bounded`,
  );
  for (const population of populations) {
    const cells = QUESTIONS.map((count) => {
      const largest = (decide: (values: Float64Array) => Decision) => {
        const { pass, fail } = ratesOf(population, count, decide);
        return percent(Math.max(pass, fail));
      };
      const limit = population.mean;
      const [given, bounded] = widths(population, count, scale);
      return `${largest((values) => tDecision(values, limit))}/${largest((values) => boundedDecision(values, scale, limit))}/${largest((values) => bettingDecision(values, scale, limit))} ${given.toFixed(2)} ${bounded.toFixed(2)}`;
    });
    console.log(`| ${population.name} | ${cells.join(" | ")} |`);
  }
}
