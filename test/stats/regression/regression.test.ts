import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../harness/core/random.js";
import { solvePositiveDefinite } from "../../../harness/stats/regression/cholesky.js";
import { assignGroupFolds } from "../../../harness/stats/regression/group-folds.js";
import { fitL1Logistic, fitL1LogisticPath } from "../../../harness/stats/regression/l1-logistic.js";
import { minimiseL1Quadratic } from "../../../harness/stats/regression/l1-quadratic.js";
import {
  fitLiblinear,
  fitLiblinearPath,
  liblinearSeeds,
} from "../../../harness/stats/regression/liblinear.js";
import { choosePenalty, DEFAULT_CS } from "../../../harness/stats/regression/penalty-path.js";
import type { RegressionProblem } from "../../../harness/stats/regression/regression-problem.js";

const ROWS = 60;

/** Sixty rows by formula, so that Python can make the same ones. */
function sample(): RegressionProblem {
  const column = (value: (row: number) => number) =>
    Float64Array.from({ length: ROWS }, (_, row) => value(row));
  const targets = column((row) => (((row * 37) % 101) / 100) * 0.6 + (Math.sin(row) > 0 ? 0.4 : 0));
  targets[5] = 1;
  targets[6] = 0;
  return {
    featureNames: ["sine", "cosine", "third", "faint"],
    columns: [
      column(Math.sin),
      column((row) => 2 * Math.cos(1.7 * row)),
      column((row) => (row % 3 === 0 ? 0 : 1)),
      column((row) => 0.01 * Math.cos(0.3 * row)),
    ],
    targets,
    weights: column((row) => (row % 4 === 0 ? 0.1 : 1)),
  };
}

/** scikit-learn 1.4.2 with tol=1e-14 on {@link sample}. */
const CONVERGED = new Map([
  [0.05, [0, 0, 0, 0]],
  [0.5, [0.5873438469851044, -0.054575848597672574, 0, 0]],
  [5, [0.9366295197955443, -0.14021419030037247, 0.01061755412801363, 0]],
  [500, [0.9794805358950806, -0.15070518585421908, 0.04047211279662004, 0]],
]);

/** scikit-learn 1.4.2 with its default tol=1e-4, one after the other from RandomState(123). */
const STOPPED = new Map([
  [0.05, [0, 0, 0, 0]],
  [0.5, [0.5873438436622941, -0.05457594664641265, 0, 0]],
  [5, [0.9366294965204729, -0.14021402346110298, 0.01061730285726557, 0]],
  [500, [0.9794781061231188, -0.15070513073467645, 0.04047203153598489, 0]],
]);

const CS = [0.05, 0.5, 5, 500];

function largestDifference(left: ArrayLike<number>, right: ArrayLike<number>): number {
  return Math.max(...Array.from(left, (value, index) => Math.abs(value - (right[index] ?? Number.NaN))));
}

/** A problem drawn from a seed: `features` columns of which the last repeats the first when `collinear`. */
function randomProblem(seed: string, rows: number, features: number, collinear = false): RegressionProblem {
  const random = seededRandom(seed);
  const columns = Array.from({ length: features }, () =>
    Float64Array.from({ length: rows }, () => random.normal()),
  );
  if (collinear) columns[features - 1] = (columns[0] ?? new Float64Array(rows)).slice();
  const targets = Float64Array.from({ length: rows }, (_, row) => {
    const score = (columns[0]?.[row] ?? 0) - 0.5 * (columns[1]?.[row] ?? 0) + random.normal();
    return 1 / (1 + Math.exp(-score));
  });
  const weights = Float64Array.from({ length: rows }, () => random.next());
  return { featureNames: columns.map((_, index) => `x${index}`), columns, targets, weights };
}

describe("fitL1Logistic", () => {
  it.each(CS)("agrees with a tight scikit-learn fit at C = %d", (c) => {
    const fit = fitL1Logistic(sample(), c);
    expect(largestDifference(fit.coefficients, CONVERGED.get(c) ?? [])).toBeLessThan(1e-8);
    expect(fit.dualityGap / fit.objective).toBeLessThan(1e-12);
    expect(fit.kktResidual / c).toBeLessThan(1e-9);
  });

  it("solves the one-parameter case that can be solved by hand", () => {
    // A column of ones, total weight 10, mean target 0.8, C 1: σ(w) = 0.8 − 1/10, so w = ln(7/3).
    const problem = {
      featureNames: ["one"],
      columns: [new Float64Array(4).fill(1)],
      targets: Float64Array.of(1, 1, 0.2, 0.75),
      weights: Float64Array.of(4, 2, 2, 2),
    };
    // Σ s·t = 4 + 2 + 0.4 + 1.5 = 7.9; to make it 8 the last target is 0.8.
    problem.targets[3] = 0.8;
    expect(fitL1Logistic(problem, 1).coefficients[0]).toBeCloseTo(Math.log(7 / 3), 12);
    // |Σ s·(½ − t)| = 3, so the coefficient stays 0 up to C = 1/3.
    expect(fitL1Logistic(problem, 1 / 3).coefficients[0]).toBe(0);
    expect(fitL1Logistic(problem, 0.334).coefficients[0]).toBeGreaterThan(0);
  });

  it("certifies its optimum on problems of any shape", () => {
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.string(),
          rows: fc.integer({ min: 1, max: 60 }),
          features: fc.integer({ min: 2, max: 12 }),
          collinear: fc.boolean(),
          exponent: fc.double({ min: -4, max: 4, noNaN: true }),
        }),
        ({ seed, rows, features, collinear, exponent }) => {
          const fit = fitL1Logistic(randomProblem(seed, rows, features, collinear), 10 ** exponent);
          expect(fit.dualityGap).toBeLessThanOrEqual(1e-8 * Math.max(1, fit.objective));
        },
      ),
      { numRuns: 200, seed: 20240404 },
    );
  });

  it("stays finite for separable targets, thirty features and a column of zeros", () => {
    const problem = randomProblem("thirty", 200, 30);
    const separable = {
      ...problem,
      columns: [...problem.columns.slice(0, 29), new Float64Array(200)],
      targets: problem.targets.map((_, row) => ((problem.columns[0]?.[row] ?? 0) > 0 ? 1 : 0)),
    };
    const fit = fitL1Logistic(separable, 100);
    expect(fit.coefficients.every(Number.isFinite)).toBe(true);
    expect(fit.coefficients[29]).toBe(0);
    expect(fit.dualityGap / fit.objective).toBeLessThan(1e-8);
  });

  it("gives the same fit whether a path leads there or not", () => {
    for (const fit of fitL1LogisticPath(sample(), DEFAULT_CS)) {
      expect(largestDifference(fit.coefficients, fitL1Logistic(sample(), fit.c).coefficients)).toBeLessThan(
        1e-6,
      );
    }
  });

  it("finds the optimum from a start far off, where full Newton steps overshoot", () => {
    const far = fitL1Logistic(sample(), 5, { start: Float64Array.of(9, -8, 7, 90) });
    expect(largestDifference(far.coefficients, CONVERGED.get(5) ?? [])).toBeLessThan(1e-8);
  });

  it.each([
    ["no rows", { targets: new Float64Array(0) }, /no rows/],
    ["a target above 1", { targets: new Float64Array(ROWS).fill(1.5) }, /target lies outside/],
    ["a negative weight", { weights: new Float64Array(ROWS).fill(-1) }, /weight is negative/],
    [
      "a feature that is not finite",
      { columns: sample().columns.map(() => new Float64Array(ROWS).fill(NaN)) },
      /sine/,
    ],
    ["a short column", { columns: sample().columns.map(() => new Float64Array(3)) }, /sine/],
    ["a nameless feature", { featureNames: ["sine"] }, /4 columns and 1 feature names/],
  ])("refuses %s", (_, change, message) => {
    expect(() => fitL1Logistic({ ...sample(), ...change }, 1)).toThrow(message);
  });
});

describe("minimiseL1Quadratic", () => {
  it("solves a case by hand: ½v² − 3v + |v| at 2, and its coupled pair", () => {
    const alone = minimiseL1Quadratic(Float64Array.of(0), Float64Array.of(-3), Float64Array.of(1), 1);
    expect([...alone]).toEqual([2]);
    // H = [[2, 1], [1, 2]], g = (−4, −4), λ = 1: by symmetry 3v − 4 + 1 = 0.
    const pair = minimiseL1Quadratic(
      new Float64Array(2),
      Float64Array.of(-4, -4),
      Float64Array.of(2, 1, 1, 2),
      1,
    );
    expect([...pair]).toEqual([expect.closeTo(1, 12), expect.closeTo(1, 12)]);
  });

  it("brings a coefficient back to exactly zero when the penalty outweighs it", () => {
    const point = minimiseL1Quadratic(Float64Array.of(1), Float64Array.of(0.5), Float64Array.of(1), 2);
    expect([...point]).toEqual([0]);
  });
});

describe("solvePositiveDefinite", () => {
  it("solves a system by hand and refuses one that is singular", () => {
    const solution = solvePositiveDefinite(Float64Array.of(4, 0, 2, 3), Float64Array.of(2, 5)) ?? [];
    // 4x + 2y = 2, 2x + 3y = 5
    expect([...solution]).toEqual([expect.closeTo(-0.5, 12), expect.closeTo(2, 12)]);
    expect(solvePositiveDefinite(Float64Array.of(1, 1, 1, 1), Float64Array.of(1, 1))).toBeUndefined();
  });
});

describe("fitLiblinear", () => {
  it("draws the seeds that NumPy's RandomState(123).randint(2**31 - 1) draws", () => {
    const seeds = liblinearSeeds(123);
    expect([seeds(), seeds(), seeds(), seeds()]).toEqual([843828734, 914636141, 1228959102, 1840268610]);
  });

  it("stops where scikit-learn stops, to 1e-12, all along a path", () => {
    for (const fit of fitLiblinearPath(sample(), CS, 123)) {
      expect(largestDifference(fit.coefficients, STOPPED.get(fit.c) ?? [])).toBeLessThan(1e-12);
    }
  });

  it("reaches the optimum when its tolerance is tightened", () => {
    const fit = fitLiblinear(sample(), 5, 1, { tolerance: 1e-10, maxSteps: 1000 });
    expect(largestDifference(fit.coefficients, CONVERGED.get(5) ?? [])).toBeLessThan(1e-8);
  });

  it("leaves a column of zeros at zero", () => {
    const problem = sample();
    const columns = [...problem.columns.slice(0, 3), new Float64Array(ROWS)];
    expect(fitLiblinear({ ...problem, columns }, 1e4, 1).coefficients[3]).toBe(0);
  });
});

describe("assignGroupFolds", () => {
  it("deals as scikit-learn's GroupKFold after NumPy's scalar argsort", () => {
    // GroupKFold(5) over 60 groups of two rows each, vector sorting disabled.
    expect([...assignGroupFolds(60, 5)].join("")).toBe(
      "432104321043210432104321043240113210432104320243210432104310",
    );
    const folds = assignGroupFolds(2415, 5);
    expect([...folds.slice(0, 40)].join("")).toBe("4432104321043210041332104321043210422411");
    expect(folds.reduce((sum, fold, group) => sum + fold * group, 0)).toBe(5829573);
  });

  it("deals from the end where equal keys keep their order", () => {
    expect([...assignGroupFolds(7, 3, "in-order")]).toEqual([0, 2, 1, 0, 2, 1, 0]);
  });

  it("deals every group, the folds' sizes at most one apart", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 12, max: 3000 }), (folds, groups) => {
        const sizes = new Array<number>(folds).fill(0);
        for (const fold of assignGroupFolds(groups, folds)) sizes[fold] = (sizes[fold] ?? 0) + 1;
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(groups);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
      { seed: 7 },
    );
  });

  it("refuses fewer groups than folds", () => {
    expect(() => assignGroupFolds(4, 5)).toThrow("4 groups cannot be dealt into 5 folds");
    expect(() => assignGroupFolds(4, 1)).toThrow(RangeError);
  });
});

describe("choosePenalty", () => {
  // LogisticRegressionCV of scikit-learn 1.4.2 with alpaca_eval's scorer on the sample, GroupKFold(5).
  const scores = [
    -0.5371890649339576, -0.5371890649339576, -0.5371890649339576, -0.5371890649339576, -0.5193792553175887,
    -0.5059132961700521, -0.5068916142795837, -0.5098580584519115, -0.5152937246622669, -0.5162483057062197,
  ];

  it("gives scikit-learn's scores and choice with liblinear's fits", () => {
    const choice = choosePenalty(sample(), DEFAULT_CS, assignGroupFolds(ROWS, 5), fitLiblinearPath);
    expect(largestDifference(choice.scores, scores)).toBeLessThan(1e-12);
    expect(choice.c).toBeCloseTo(2.782559402207126, 12);
  });

  it("gives nearly the same scores with converged fits", () => {
    const choice = choosePenalty(sample(), DEFAULT_CS, assignGroupFolds(ROWS, 5), fitL1LogisticPath);
    expect(largestDifference(choice.scores, scores)).toBeLessThan(1e-3);
    expect(choice.c).toBeCloseTo(2.782559402207126, 12);
  });

  it("prefers the smallest C among equals, as argmax does", () => {
    const half = { ...sample(), targets: new Float64Array(ROWS).fill(0.5) };
    expect(choosePenalty(half, DEFAULT_CS, assignGroupFolds(ROWS, 5), fitL1LogisticPath).c).toBe(1e-4);
  });
});
