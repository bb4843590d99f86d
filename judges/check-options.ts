import { ConfigError } from "../harness/core/errors.js";
import type { Judge } from "../harness/core/records.js";
import type { JudgeOptions } from "./judge-context.js";

/** What is said where a judge model has no form in which it could abstain. */
export function abstainUnknown(name: string): ConfigError {
  return new ConfigError(`judge ${name} has no form in which its judge model can abstain`, {
    code: "judge-abstain-unknown",
    remedy: "Leave `abstain:` out of its entry, or use the judge assay.",
  });
}

/**
 * Refuses options of an entry that only other judges know.
 * @throws ConfigError `judge-calls-unknown`, `judge-abstain-unknown`.
 */
export function refuseUnknownOptions({ name }: Judge, { calls, abstain }: JudgeOptions): void {
  if (calls !== undefined && name !== "rubric")
    throw new ConfigError(`judge ${name} has no criteria to ask for in calls of their own`, {
      code: "judge-calls-unknown",
      remedy: "Leave `calls:` out of its entry, or use the judge rubric.",
    });
  if (abstain !== undefined && name !== "assay") throw abstainUnknown(name);
}
