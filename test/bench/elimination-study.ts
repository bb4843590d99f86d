import { eliminationRates } from "../pipeline/planning/made-up-checkpoints.js";

/**
 * How often successive elimination drops a checkpoint that is as good as the best, and what it finds of the worse ones:
 * `npx tsx test/bench/elimination-study.ts [REPETITIONS]`.
 */
const repetitions = Number(process.argv[2] ?? 500);
const worlds: readonly (readonly [string, readonly number[]])[] = [
  ["3 alike", [0, 0, 0]],
  ["6 alike", Array<number>(6).fill(0)],
  ["12 alike", Array<number>(12).fill(0)],
  ["6, two best, four worse by 0.5 to 2", [0, 0, 0.5, 1, 1.5, 2]],
];
for (const questions of [80, 400])
  for (const [name, lags] of worlds) {
    // 66 pairs of 400 questions would take as long as all the rest.
    if (questions === 400 && lags.length > 6) continue;
    const { wrong, found, after } = eliminationRates(lags, questions, repetitions, "elimination");
    console.log(
      `| ${questions} | ${name} | ${wrong.toFixed(1)}% | ${found.toFixed(0)}% | ${after.toFixed(0)} |`,
    );
  }
