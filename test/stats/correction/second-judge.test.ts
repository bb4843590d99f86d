import { expect, it } from "vitest";
import { repeatSecondJudging, TRUE_RATE } from "./second-judge-world.js";

// The table of docs/deciding-early.md: test/bench/second-judge-study.ts.
it("corrects two-stage judging without bias, with intervals that hold, where a mixture of both judges is wrong", () => {
  const repetitions = 120;
  const rates = repeatSecondJudging({ questions: 300, turns: 1, share: 0.3 }, repetitions);
  // Three binomial errors of 120 repetitions.
  expect(rates.coverage).toBeGreaterThan(95 - 300 * Math.sqrt((0.95 * 0.05) / repetitions));
  const error = rates.width / (2 * 1.96 * Math.sqrt(repetitions));
  expect(Math.abs(rates.corrected - TRUE_RATE)).toBeLessThan(3 * error);
  expect(rates.mixture - TRUE_RATE).toBeGreaterThan(5);
  expect(rates.asked).toBeLessThan(50);
});
