import { suiteRegistry } from "../../suites/registry.js";
import type { Evaluation } from "../assemble/evaluation.js";
import type { RunConfig } from "../config/resolve.js";
import { ConfigError } from "../core/errors.js";

const NAME_ONE = "Name a judge model with --judge, such as --judge gpt-6-luna";

/**
 * Refuses a configuration without a judge whose suites all need one, before a suite is loaded or fetched.
 * @throws ConfigError `judge-missing`.
 */
export function refuseNoJudge(config: RunConfig, message: string, otherwise?: string): void {
  if (config.judges.length > 0) return;
  const needsOne = (name: string) => suiteRegistry.has(name) && suiteRegistry.get(name).hasKey !== true;
  if (!config.suites.every(needsOne)) return;
  throw judgeMissing(message, otherwise);
}

/** The suites of a plan that nobody judges: without right answers in them, and without a judge. */
export function unjudgedSuites({ plan }: Pick<Evaluation, "plan">): readonly string[] {
  return plan.suites.flatMap(({ id }) =>
    plan.protocols.some(({ protocol }) => protocol.suite === id) ? [] : [id],
  );
}

/** @throws ConfigError `judge-missing` for a plan in which a suite is judged by nobody. */
export function refuseUnjudged(evaluation: Pick<Evaluation, "plan">, otherwise?: string): void {
  const [suite] = unjudgedSuites(evaluation);
  if (suite !== undefined)
    throw judgeMissing(`no judge is named, and suite ${suite} holds no right answers`, otherwise);
}

function judgeMissing(message: string, otherwise: string | undefined): ConfigError {
  const remedy = otherwise === undefined ? `${NAME_ONE}.` : `${NAME_ONE}; or ${otherwise}.`;
  return new ConfigError(message, { code: "judge-missing", remedy });
}
