import type { RunConfig } from "../config/resolve.js";
import { sequenceOptions } from "../config/sequence-options.js";
import { nounFor } from "../core/count-of.js";
import type { Warning } from "../core/records.js";

/** Settings of a run that may stop early, each with its flag. */
const SEQUENCE_FLAGS = {
  design: "--design",
  looks: "--looks",
  population: "--population",
  futility: "--futility",
  stratify: "--stratify",
  ahead: "--ahead",
} as const satisfies Partial<Record<keyof typeof sequenceOptions, string>>;

function defaultOf(key: keyof typeof SEQUENCE_FLAGS): unknown {
  const option = sequenceOptions[key];
  return "default" in option ? option.default : undefined;
}

function idle(flags: readonly string[], needed: string): Warning[] {
  if (flags.length === 0) return [];
  const message = `${flags.join(", ")} ${nounFor(flags.length, "does", "do")} nothing without ${needed}`;
  return [{ code: "idle-setting", message }];
}

/**
 * Says which settings do nothing because the one that reads them is off. It is no error: a run that stopped early goes on
 * to its last question by the same configuration without it.
 */
export function idleWarnings(config: RunConfig): Warning[] {
  const keys = Object.keys(SEQUENCE_FLAGS) as (keyof typeof SEQUENCE_FLAGS)[];
  const given = keys.filter((key) => config[key] !== defaultOf(key)).map((key) => SEQUENCE_FLAGS[key]);
  const mayStop = config.stopWhen === "decided" || config.precision !== undefined;
  const hasPolicy = config.policy !== undefined || config.policyBase === undefined;
  return [
    ...idle(mayStop ? [] : given, "--stop-when decided or --precision"),
    ...idle(hasPolicy ? [] : ["--policy-base"], "--policy"),
  ];
}
