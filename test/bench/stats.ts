/**
 * Timings of the statistics room: `npx tsx test/bench/stats.ts`. Best of five runs after one to warm up.
 */
import { seededRandom } from "../../harness/core/random.js";
import type { Battle } from "../../harness/stats/battles.js";
import { bootstrapBradleyTerry, bradleyTerry } from "../../harness/stats/bradley-terry.js";
import { signFlipTest } from "../../harness/stats/permutation.js";
import { raterAgreement } from "../../harness/stats/rater-agreement.js";
import { bootstrapClusteredMean } from "../stats/clustered-bootstrap.js";

const QUESTIONS = 805;
const random = seededRandom("bench");
const differences = Float64Array.from({ length: QUESTIONS }, () => random.normal());
const models = Array.from({ length: 100 }, () =>
  Float64Array.from({ length: QUESTIONS }, () => random.normal()),
);
const turns = Float64Array.from({ length: 160 }, () => random.integer(10) + 1);
const questions = Array.from({ length: 160 }, (_, row) => Math.floor(row / 2));
const verdicts = Array.from({ length: 1600 }, (_, item) => {
  const first = random.integer(3);
  return { first, second: random.next() < 0.7 ? first : random.integer(3), cluster: Math.floor(item / 20) };
});
const battles: Battle[] = [];
for (let question = 0; question < 80; question++) {
  for (let i = 0; i < 20; i++) {
    for (let j = 0; j < i; j++) {
      const shareA = random.next() < 1 / (1 + Math.exp((j - i) * 0.2)) ? 1 : 0;
      battles.push({ a: `m${i}`, b: `m${j}`, shareA, cluster: question });
    }
  }
}

/** Prints the best of five runs, beside the bound that the project promises where there is one. */
function measure(name: string, work: () => unknown, boundMs?: number): void {
  work();
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 5; run++) {
    const start = performance.now();
    work();
    best = Math.min(best, performance.now() - start);
  }
  const promise = boundMs === undefined ? "" : `  (promised: under ${boundMs} ms)`;
  console.log(`${best.toFixed(1).padStart(9)} ms  ${name}${promise}`);
  if (boundMs !== undefined && best > boundMs) process.exitCode = 1;
}

const seed = 1;
measure(
  "BCa bootstrap, 10,000 × 805 paired questions",
  () => bootstrapClusteredMean(differences, [...differences.keys()], { seed }),
  100,
);
measure(
  "BCa bootstrap, 10,000 × 805 questions, 100 models",
  () => models.map((column) => bootstrapClusteredMean(column, [...column.keys()], { seed })),
  5000,
);
measure("BCa bootstrap, 10,000 × 80 questions of two turns", () =>
  bootstrapClusteredMean(turns, questions, { seed }),
);
measure("sign flips, 100,000 sampled patterns of 805", () => signFlipTest(differences, { seed }));
measure("sign flips, all 2^20 patterns of 20", () => signFlipTest(differences.subarray(0, 20), { seed }));
measure("κ, AC1, α, raw with intervals, 1,600 items", () => raterAgreement(verdicts, {}));
measure("Bradley–Terry, 20 models, 15,200 battles", () => bradleyTerry(battles));
measure("Bradley–Terry, the same with 1,000 resamples of 80 questions", () =>
  bootstrapBradleyTerry(battles, { seed }),
);
