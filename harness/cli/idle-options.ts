import type { Evaluation } from "../assemble/evaluation.js";
import { flagName } from "../config/option.js";
import { options } from "../config/options.js";
import { ConfigError } from "../core/errors.js";
import type { JudgingMode } from "../core/records.js";
import type { Settings } from "./declarations/declaration.js";

/** Options that do something in one mode alone. */
const MODE_OF = {
  baseline: "pairwise-baseline",
  opponents: "ranking",
  rankTogether: "ranking",
  rankTies: "ranking",
} as const satisfies Partial<Record<keyof typeof options, JudgingMode>>;

type IdleKey = keyof typeof MODE_OF;

/** An option that no judge of a run heeds. */
export interface IdleOption {
  readonly key: IdleKey;
  readonly message: string;
  readonly remedy: string;
}

function idleOption(key: IdleKey, value: unknown): IdleOption {
  const mode = MODE_OF[key];
  if (key === "baseline")
    return {
      key,
      message: `no judge compares with the baseline ${String(value)}`,
      remedy: `Add --mode ${mode}, or leave the baseline out.`,
    };
  const flag = `--${flagName(key, options[key])}`;
  return {
    key,
    message: `no judge ranks, so ${flag} does nothing`,
    remedy: `Add --mode ${mode}, or leave it out.`,
  };
}

/** Options that are set although no judge heeds them. */
export function idleOptions({ config, plan }: Pick<Evaluation, "config" | "plan">): readonly IdleOption[] {
  if (plan.protocols.length === 0) return [];
  const modes = new Set(plan.protocols.map(({ protocol }) => protocol.mode));
  return (Object.keys(MODE_OF) as IdleKey[]).flatMap((key) => {
    const value = config[key];
    return value === undefined || value === false || modes.has(MODE_OF[key]) ? [] : [idleOption(key, value)];
  });
}

/**
 * An option named on the command line is meant to be heeded; one in a file may serve other runs.
 * @throws ConfigError `baseline-unused`, `option-unused`.
 */
export function refuseIdleOptions(
  evaluation: Pick<Evaluation, "config" | "plan">,
  { flags }: Settings,
): void {
  const idle = idleOptions(evaluation).find(({ key }) => flags[key] !== undefined);
  if (idle === undefined) return;
  const { key, message, remedy } = idle;
  if (key === "baseline") {
    const { baseline } = evaluation.config;
    throw new ConfigError(`the baseline ${baseline} has no effect: no judge compares with a baseline`, {
      code: "baseline-unused",
      remedy,
    });
  }
  throw new ConfigError(message, { code: "option-unused", remedy });
}
