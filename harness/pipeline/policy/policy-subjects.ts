import { joinedName } from "../../core/known-names.js";
import type { Policy, PolicyEntry } from "../../core/policy.js";
import { sidesOf } from "../changes/change-of.js";
import {
  categoriesOf,
  type Measured,
  type MeasuredPair,
  measuredPart,
  measureOf,
} from "../changes/measured.js";

/** An entry of a policy with one measured quantity that it limits; without one where nothing of the name was measured. */
export interface PolicySubject {
  readonly entry: PolicyEntry;
  readonly pair?: MeasuredPair;
}

/** Names that tools give to the mean of a suite's values, whatever it is called here. */
const MEAN_METRICS = new Set(["mean_reward", "pass@1", "accuracy", "acc", "score", "winRate"]);

/** The quantities with the metric that is asked for; a name for plain means stands for a suite's only figure. */
function ofMetric(pairs: readonly MeasuredPair[], metric: string | undefined): readonly MeasuredPair[] {
  if (metric === undefined) return pairs;
  const exact = pairs.filter((pair) => measureOf(pair).metric === metric);
  if (exact.length > 0 || !MEAN_METRICS.has(metric)) return exact;
  return new Set(pairs.map((pair) => measureOf(pair).metric)).size === 1 ? pairs : [];
}

/** Whether a policy's name of a figure means the only figure of a protocol; without a name any. */
export function isNamedMetric(metric: string | undefined, figure: string): boolean {
  return metric === undefined || metric === figure || MEAN_METRICS.has(metric);
}

function partOf(side: Measured | undefined, part: string): Measured | undefined {
  if (side === undefined) return undefined;
  if (side.by.kind === "votes") return undefined;
  if (side.by.kind === "stated")
    return side.part !== undefined && joinedName(side.part) === joinedName(part) ? side : undefined;
  const categories = categoriesOf(side).filter((category) => joinedName(category) === joinedName(part));
  return measuredPart(side, part, new Set(categories));
}

function partOfPair(pair: MeasuredPair, part: string): MeasuredPair[] {
  const [base, candidate] = [partOf(pair.base, part), partOf(pair.candidate, part)];
  if (base === undefined && candidate === undefined) return [];
  return [{ ...(base && { base }), ...(candidate && { candidate }) }];
}

/** What a name means: a whole suite, a suite and its variant as one name, or `SUITE/CATEGORY`. */
function named(name: string, pairs: readonly MeasuredPair[]): readonly MeasuredPair[] {
  const whole = pairs.filter((pair) => {
    const { suite, part } = measureOf(pair);
    return (
      joinedName(name) === joinedName(suite) ||
      (part !== undefined && joinedName(name) === joinedName(`${suite}${part}`))
    );
  });
  if (whole.length > 0) return whole;
  const slash = name.indexOf("/");
  if (slash <= 0) return [];
  const [suite, part] = [joinedName(name.slice(0, slash)), name.slice(slash + 1)];
  return pairs
    .filter((pair) => joinedName(measureOf(pair).suite) === suite)
    .flatMap((pair) => partOfPair(pair, part));
}

/**
 * Entries with what they limit. Suites that were measured on both sides and that no entry names have the policy's
 * defaults, as in NVIDIA NeMo Evaluator. A suite of harmless and harmful requests is limited on each side: over both, a
 * gain on one would hide a loss on the other.
 */
export function policySubjects(policy: Policy, measured: readonly MeasuredPair[]): PolicySubject[] {
  const pairs = measured.flatMap((pair) => sidesOf(pair) ?? [pair]);
  const taken = new Set<string>();
  const subjects = policy.entries.flatMap((entry): PolicySubject[] => {
    const found = named(entry.name, pairs);
    for (const pair of found) taken.add(joinedName(measureOf(pair).suite));
    const wanted = ofMetric(found, entry.metric);
    return wanted.length === 0 ? [{ entry }] : wanted.map((pair) => ({ entry, pair }));
  });
  const { defaults } = policy;
  if (defaults === undefined) return subjects;
  const others = pairs.filter(
    (pair) =>
      pair.base !== undefined &&
      pair.candidate !== undefined &&
      !taken.has(joinedName(measureOf(pair).suite)),
  );
  return [
    ...subjects,
    ...ofMetric(others, defaults.metric).map((pair) => ({
      entry: { ...defaults, name: measureOf(pair).suite },
      pair,
    })),
  ];
}
