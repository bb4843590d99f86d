import { MersenneTwister } from "../../core/python-random.js";
import { type LiblinearOptions, NewGlmnetRun } from "./new-glmnet.js";
import { checkProblem, type RegressionFit, type RegressionProblem } from "./regression-problem.js";

/**
 * scikit-learn's `random_state` as its liblinear sees it: `RandomState(seed)` hands every fit of a path a fresh seed,
 * `randint(2³¹ − 1)`, for a `std::mt19937` of its own.
 */
export function liblinearSeeds(randomState: number): () => number {
  const generator = MersenneTwister.fromSeed(randomState);
  return () => {
    for (;;) {
      const word = generator.nextUint32() & 0x7fffffff;
      if (word < 0x7fffffff) return word;
    }
  };
}

/**
 * The L1-regularised logistic regression of liblinear as scikit-learn runs it (`LogisticRegression(penalty="l1",
 * solver="liblinear", fit_intercept=False)`): the newGLMNET method of Yuan, Ho and Lin, "An improved GLMNET for
 * L1-regularized logistic regression" (JMLR 13, 2012), with liblinear's stopping rule, shrinking and shuffle. It stops
 * early, at a tolerance, and so lands a little off the optimum; this reproduces where it lands, to about 1e-13.
 *
 * Soft targets are fitted as its users do: each row once negative, weighted 1 − t, and once positive, weighted t; copies
 * of no weight do not count. Both copies share one score, so they are carried as one row here; and as there are few
 * features, the inner coordinate descent works on the whole Hessian instead of passing over the rows for each move.
 *
 * @param seed the generator's seed, see {@link liblinearSeeds}
 * @throws RangeError for a problem that cannot be fitted, see `checkProblem`
 */
export function fitLiblinear(
  problem: RegressionProblem,
  c: number,
  seed: number,
  options: LiblinearOptions = {},
): RegressionFit {
  checkProblem(problem);
  return fitChecked(problem, c, seed, options);
}

function fitChecked(
  problem: RegressionProblem,
  c: number,
  seed: number,
  options: LiblinearOptions = {},
): RegressionFit {
  const run = new NewGlmnetRun(problem, c, MersenneTwister.fromSeed(seed));
  return { coefficients: run.solve(options), c };
}

/**
 * Fits along a path of C as scikit-learn's `_logistic_regression_path` does: each from zero, the seeds drawn one after
 * the other from one `RandomState`.
 *
 * @param randomState scikit-learn's `random_state`; alpaca_eval uses 123
 */
export function fitLiblinearPath(
  problem: RegressionProblem,
  cs: readonly number[],
  randomState = 123,
): readonly RegressionFit[] {
  checkProblem(problem);
  const seeds = liblinearSeeds(randomState);
  return cs.map((c) => fitChecked(problem, c, seeds()));
}
