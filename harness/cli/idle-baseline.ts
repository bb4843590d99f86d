import type { Evaluation } from "../assemble/evaluation.js";
import { ConfigError } from "../core/errors.js";
import type { Settings } from "./declarations/declaration.js";

/** Whether a baseline is named that no judge compares with. */
export function hasIdleBaseline({ config, plan }: Pick<Evaluation, "config" | "plan">): boolean {
  if (config.baseline === undefined || plan.protocols.length === 0) return false;
  return plan.protocols.every(({ protocol }) => protocol.mode !== "pairwise-baseline");
}

/** What to do about a baseline that no judge compares with. */
export const IDLE_BASELINE_REMEDY = "Add --mode pairwise-baseline, or leave the baseline out.";

/**
 * A baseline named on the command line is meant to be compared with; one in a file may serve other runs.
 * @throws ConfigError `baseline-unused`.
 */
export function refuseIdleBaseline(
  evaluation: Pick<Evaluation, "config" | "plan">,
  { flags }: Settings,
): void {
  if (flags.baseline === undefined || !hasIdleBaseline(evaluation)) return;
  const message = `the baseline ${evaluation.config.baseline} has no effect: no judge compares with a baseline`;
  throw new ConfigError(message, { code: "baseline-unused", remedy: IDLE_BASELINE_REMEDY });
}
