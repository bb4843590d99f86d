import type { RunConfig } from "../../config/resolve.js";
import { ConfigError } from "../../core/errors.js";
import type { Model, Warning } from "../../core/records.js";
import type { LabelledSet } from "../../pipeline/judge-bench/bench-set.js";

/** A model's name without its vendor, its date and its case, so that snapshots of one model are the same. */
function bareName(name: string): string {
  return (name.split("/").at(-1) ?? name).toLowerCase().replace(/[-@]?(\d{8}|\d{4}-\d{2}-\d{2})$/, "");
}

/** Names under which a judge model is known. */
function namesOf({ id, identity }: Model): string[] {
  return [id, ...(typeof identity.model === "string" ? [identity.model] : [])];
}

/**
 * Refuses a judge that wrote answers of a set itself: it prefers its own, and the figure would say little of others.
 * @returns What must be said where it is allowed.
 * @throws ConfigError `judge-answers-itself`.
 */
export function refuseOwnAnswers(
  judges: readonly Model[],
  sets: readonly LabelledSet[],
  isAllowed: boolean,
): Warning[] {
  const warnings: Warning[] = [];
  for (const { name, pairs } of sets) {
    const writers = [...new Set(pairs.flatMap(({ answersBy = [] }) => answersBy))];
    for (const judge of judges) {
      const known = new Set(namesOf(judge).map(bareName));
      const own = writers.find((writer) => known.has(bareName(writer)));
      if (own === undefined) continue;
      const message = `the judge ${judge.id} is the model ${own} that wrote answers of ${name}, and judges prefer their own`;
      if (!isAllowed) {
        throw new ConfigError(message, {
          code: "judge-answers-itself",
          remedy: "Choose a set with others' answers, or pass --allow-self to measure it all the same.",
        });
      }
      warnings.push({ code: "judge-answers-itself", message });
    }
  }
  return warnings;
}

/** Options of a run that measuring a judge takes no notice of, in the form that says so. */
export function benchConfig(config: RunConfig, out: string): RunConfig {
  const { baseline: _b, shard: _h, questions: _q, sentinel: _s, sentinelFile: _f, ...rest } = config;
  return {
    ...rest,
    out,
    suites: [],
    models: [],
    gates: [],
    trials: 1,
    mode: "pairwise-all",
    orders: "both",
    judges: config.judges.map(({ mode: _mode, replacement: _replacement, ...entry }) => entry),
  };
}
