/**
 * What two-stage judging comes to: `npx tsx test/bench/second-judge-study.ts [REPETITIONS]` (default 2,000, some minutes).
 * Prints the table of docs/deciding-early.md.
 */
import { repeatSecondJudging } from "../stats/correction/second-judge-world.js";

const REPETITIONS = Number(process.argv[2] ?? 2000);

for (const [questions, turns, share] of [
  [80, 2, 0.1],
  [80, 2, 0.25],
  [805, 1, 0.05],
  [805, 1, 0.1],
  [805, 1, 0.2],
] as const) {
  const rates = repeatSecondJudging({ questions, turns, share }, REPETITIONS);
  const text = Object.entries(rates).map(([name, value]) => `${name} ${value.toFixed(1)}`);
  console.log(`${questions} questions × ${turns}, share ${100 * share}%: ${text.join(", ")}`);
}
