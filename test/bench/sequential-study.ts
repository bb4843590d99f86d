/**
 * What deciding early takes, on real paired differences: `ASSAY_MIRROR=DIR npx tsx test/bench/sequential-study.ts
 * [REPETITIONS]` (default 2,000, some minutes). Prints the table of docs/statistics.md.
 *
 * The values are the differences of two models' published preferences, question by question, drawn with replacement; the
 * limit lies as far from their mean as the row says. MDE is the fixed design's at 80% power.
 */
import { minimumDetectableEffect } from "../../harness/stats/power.js";
import type { SequentialPlan } from "../../harness/stats/sequential/sequential-plan.js";
import { simulateDesign } from "../../harness/stats/sequential/simulate-design.js";
import {
  alpacaDifferences,
  mtBenchDifferences,
  type StudyPair,
  spreadOf,
} from "../stats/sequential/published-differences.js";

const REPETITIONS = Number(process.argv[2] ?? 2000);

const DESIGNS: readonly (readonly [string, Partial<SequentialPlan>])[] = [
  ["fixed", { design: "obrien-fleming", looks: 1 }],
  ["anytime", { design: "anytime" }],
  ["anytime, futility", { design: "anytime", futility: 0.05 }],
  ["anytime, this suite", { design: "anytime", population: "suite" }],
  ["O'Brien–Fleming, 5 looks", { design: "obrien-fleming" }],
  ["O'Brien–Fleming, futility", { design: "obrien-fleming", futility: 0.05 }],
  ["Pocock, 5 looks", { design: "pocock" }],
];
const EFFECTS = [2, 1, 0, -2];

function studyPair({ name, differences, scale }: StudyPair, horizon: number): void {
  const { mean, deviation } = spreadOf(differences);
  const effect = minimumDetectableEffect(deviation, horizon).value ?? 0;
  console.log(`\n${name}: ${horizon} questions, sd ${deviation.toFixed(2)}, MDE ${effect.toFixed(2)}`);
  for (const [design, options] of DESIGNS) {
    const cells = EFFECTS.map((times) => {
      const plan: SequentialPlan = {
        design: "anytime",
        horizon,
        scale,
        level: 95,
        limit: mean - times * effect,
        population: "questions",
        steps: 0,
        ...options,
      };
      const rates = simulateDesign(differences, plan, REPETITIONS, `${name}/${times}`);
      const futile = rates.futile > 0 ? ` futile ${rates.futile.toFixed(1)}` : "";
      return `${times}×: ${rates.used.toFixed(1)}% used, pass ${rates.pass.toFixed(2)} fail ${rates.fail.toFixed(2)}${futile}`;
    });
    console.log(`  ${design.padEnd(26)} ${cells.join(" | ")}`);
  }
}

const only = process.argv[3];
for (const pair of [...alpacaDifferences(), ...mtBenchDifferences()]) {
  if (only === undefined || pair.name.includes(only)) studyPair(pair, pair.differences.length);
}
