import { describe, expect, it } from "vitest";
import { type JudgeRepeats, roundsOn } from "../../harness/core/judge-repeats.js";
import { type Random, seededRandom } from "../../harness/core/random.js";
import { comparedDifference } from "../../harness/pipeline/compare/paired-values.js";
import { comparedModels } from "../../harness/pipeline/compare/question-values.js";
import { type PairSpread, pairSpread } from "../../harness/pipeline/planning/pair-spread.js";
import type { BoardInput } from "../../harness/pipeline/scores/build-board.js";
import { ratingRows } from "../../harness/pipeline/scores/rating-rows.js";
import { VerdictGrid } from "../../harness/pipeline/scores/verdict-grid/grid.js";
import type { BoardFrame } from "../../harness/pipeline/scores/verdict-grid/row.js";

const SAMPLES = 200;
/** Three binomial errors below a nominal 95%. */
const LEAST = 0.95 - 3 * Math.sqrt((0.95 * 0.05) / SAMPLES);
/** So many that t is trusted with the differences of repeated verdicts, too. */
const QUESTIONS = 240;

const frame: BoardFrame = {
  slots: Array.from({ length: QUESTIONS }, (_, index) => ({
    questionId: `q${index}`,
    category: index % 4 === 0 ? "math" : "writing",
    turn: 1,
  })),
  trials: 1,
  categories: ["writing", "math"],
  isRepeated: true,
};

const within = (value: number) => Math.min(10, Math.max(1, value));

/** Mathematics is rated 4, writing 6, with a scatter of the questions and one of the judge. */
function sample(random: Random, rule: JudgeRepeats): VerdictGrid {
  const grid = new VerdictGrid();
  for (const slot of frame.slots) {
    const { questionId: id, category } = slot;
    const shared = (category === "math" ? 4 : 6) + random.normal();
    for (const [a, better] of [
      ["base", 0],
      ["candidate", 0.3],
    ] as const) {
      const answer = shared + better + 0.5 * random.normal();
      for (let repeat = 1; repeat <= roundsOn(rule, "suite", { id, category }); repeat++) {
        const rating = within(answer + 1.2 * random.normal());
        grid.put({ ...slot, trial: 1, a, verdict: { kind: "rating", rating } }, false, repeat);
      }
    }
  }
  return grid;
}

function inputOf(rows: VerdictGrid): BoardInput {
  return {
    head: { suite: "suite", mode: "single", judge: "judge", protocol: "p" },
    metric: "rating",
    subjects: [["base"], ["candidate"]],
    frame,
    rows,
  };
}

const TRUTH = 0.25 * 4 + 0.75 * 6;
const holds = (interval: { low: number; high: number } | null | undefined, truth: number) =>
  interval != null && interval.low <= truth && truth <= interval.high;

interface Coverage {
  score: number;
  difference: number;
  /** With every verdict as a value of its own. */
  pooled: number;
  width: number;
}

function coverageOf(rule: JudgeRepeats, name: string): Coverage {
  const sums = { score: 0, difference: 0, pooled: 0, width: 0 };
  for (let at = 0; at < SAMPLES; at++) {
    const rows = sample(seededRandom(`repeats/${name}/${at}`), { seed: at, ...rule });
    const [base] = ratingRows(["base"], rows, frame);
    const { isRepeated: _, ...unruled } = frame;
    const [pooled] = ratingRows(["base"], rows, unruled);
    const [one, other] = comparedModels(inputOf(rows));
    if (base === undefined || one === undefined || other === undefined) throw new Error("no board");
    const { difference } = comparedDifference({ base: one, candidate: other }, () => true, 95);
    if (holds(base.interval, TRUTH)) sums.score++;
    if (holds(pooled?.interval, TRUTH)) sums.pooled++;
    if (holds(difference.interval, 0.3)) sums.difference++;
    sums.width += (difference.interval?.high ?? 0) - (difference.interval?.low ?? 0);
  }
  return {
    score: sums.score / SAMPLES,
    pooled: sums.pooled / SAMPLES,
    difference: sums.difference / SAMPLES,
    width: sums.width / SAMPLES,
  };
}

describe("intervals of figures whose judge was asked several times", () => {
  const once = coverageOf({ rounds: 1 }, "once");
  const all = coverageOf({ rounds: 4 }, "all");
  const uneven = coverageOf({ rounds: 1, categories: { math: 6 } }, "uneven");
  const rules: readonly (readonly [string, Coverage])[] = [
    ["the same number for all", all],
    ["a random share", coverageOf({ rounds: 4, share: 0.25 }, "share")],
    ["numbers by category", uneven],
  ];

  it.each(rules)("hold the truth with %s", (_, found) => {
    expect(found.score).toBeGreaterThanOrEqual(LEAST);
    expect(found.difference).toBeGreaterThanOrEqual(LEAST);
    // Repeats narrow what the judge's own scatter makes of an interval.
    expect(found.width).toBeLessThan(once.width);
  });

  it("narrow the difference as the judge's part of its variance says", () => {
    const variance = (rounds: number) => 2 * (0.5 ** 2 + 1.2 ** 2 / rounds);
    expect(all.width / once.width).toBeCloseTo(Math.sqrt(variance(4) / variance(1)), 1);
  });

  it("tell the plan from a share of the questions what the judge adds, and what the questions do", () => {
    const found = Array.from({ length: 20 }, (_, at) => {
      const rows = sample(seededRandom(`repeats/plan/${at}`), { rounds: 2, share: 0.3, seed: at });
      const [base, candidate] = comparedModels(inputOf(rows));
      if (base === undefined || candidate === undefined) throw new Error("no board");
      const deviation = comparedDifference({ base, candidate }, () => true, 95).difference.standardDeviation;
      const prices = { answers: 1, verdicts: 0.1 };
      return pairSpread(base, candidate, deviation, { amount: 100, prices });
    });
    const meanOver = (of: (spread: PairSpread) => number | null) =>
      found.reduce((sum, one) => sum + (of(one) ?? Number.NaN), 0) / found.length;
    expect(found.every(({ of }) => of === "repeats")).toBe(true);
    expect(meanOver(({ perRound }) => perRound)).toBeCloseTo(2 * 1.2 ** 2, 0);
    expect(meanOver(({ betweenQuestions }) => betweenQuestions)).toBeCloseTo(2 * 0.5 ** 2, 0);
    // √(answers · judge's variance / (verdicts · questions' variance)) = 7.6 verdicts of each.
    expect(Math.abs(meanOver(({ split }) => split?.rounds ?? null) - 7.6)).toBeLessThan(2);
  });

  it("would not hold it if every verdict were a value of its own", () => {
    expect(uneven.pooled).toBeLessThan(0.5);
  });
});
