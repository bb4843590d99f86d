import { ConfigError } from "../core/errors.js";
import { joinedName } from "../core/known-names.js";
import type { Policy, PolicyEntry, PolicyLimits } from "../core/policy.js";
import type { Suite } from "../core/records.js";
import { areSides } from "../pipeline/changes/change-of.js";
import type { GateMetric, GateRequest } from "../pipeline/gates/gate-request.js";
import type { Plan, PlannedProtocol } from "../pipeline/plan.js";
import { isNamedMetric } from "../pipeline/policy/policy-subjects.js";
import type { ValueScale } from "../stats/bounded-mean.js";

/** A limit of a policy as a gate on one protocol of a run. */
export interface PolicyGate {
  readonly planned: PlannedProtocol;
  readonly gate: GateRequest & { readonly metric: "score" | "winRate" };
}

/** What a protocol's figures are. */
export interface ProtocolFigure {
  readonly metric: Extract<GateMetric, "score" | "winRate">;
  /** What its figure is called, where that is not the metric. */
  readonly name: string;
  readonly scale: ValueScale;
}

/** Limits that a run cannot be held to question by question, or whose figure depends on when it stops. */
const NOT_ONE_BY_ONE = ["max", "lowerIsBetter", "maxRelativeDrop", "maxBroken", "minQuestions"] as const;

function refused(policy: Policy, name: string, why: string): ConfigError {
  return new ConfigError(`${policy.file}: ${name} ${why}`, {
    code: "policy-not-one-by-one",
    remedy:
      "A run that may stop early decides `min` and `maxDrop`: make the others advisory or leave them out, or ask to the end without --stop-when.",
  });
}

/** The part of a suite that an entry's name means; undefined where it means another suite. */
function partNamed(name: string, { id, categories }: Suite): { readonly category?: string } | undefined {
  if (joinedName(name) === joinedName(id)) return {};
  const slash = name.indexOf("/");
  if (slash <= 0 || joinedName(name.slice(0, slash)) !== joinedName(id)) return undefined;
  const category = categories.find((one) => joinedName(one) === joinedName(name.slice(slash + 1)));
  return category === undefined ? undefined : { category };
}

/** Entries that hold for a suite; the policy's defaults where none names it. */
function entriesOf({ entries, defaults }: Policy, suite: Suite): PolicyEntry[] {
  const own = entries.filter(({ name }) => joinedName(name.split("/")[0] ?? "") === joinedName(suite.id));
  return own.length > 0 || defaults === undefined ? [...own] : [{ ...defaults, name: suite.id }];
}

/** Largest loss in the unit of the figure. */
function dropOf({ maxDrop }: PolicyLimits, policy: Policy, { low, high }: ValueScale): number | undefined {
  return maxDrop === undefined || policy.units === "own" ? maxDrop : maxDrop * (high - low);
}

/** Whether models are judged against several others of the run, so that a win rate on the board is not that against one. */
function isOfManyPairs({ baseline, subjects }: PlannedProtocol): boolean {
  return baseline === undefined && subjects.length > 1 && subjects.every((pair) => pair.length > 1);
}

/**
 * The required limits of a policy as gates that can be looked at question by question; advisory ones decide nothing, and
 * are no reason to go on.
 * @param base what losses are measured from; undefined where nothing is compared.
 * @throws ConfigError for required limits that need a fixed number of questions.
 */
export function gatesOfPolicy(
  policy: Policy,
  base: string | undefined,
  plan: Plan,
  figureOf: (planned: PlannedProtocol) => ProtocolFigure,
): PolicyGate[] {
  return plan.protocols.flatMap((planned) => {
    const { suite } = planned;
    const { metric, name: figure, scale } = figureOf(planned);
    return entriesOf(policy, suite).flatMap((entry): PolicyGate[] => {
      const part = partNamed(entry.name, suite);
      if (entry.tier === "advisory" || part === undefined || !isNamedMetric(entry.metric, figure)) return [];
      const other = NOT_ONE_BY_ONE.find((key) => entry[key] !== undefined && entry[key] !== false);
      if (other !== undefined)
        throw refused(policy, `${other} of ${entry.name}`, "is not decided question by question");
      if (part.category === undefined && areSides(suite.categories))
        throw refused(policy, entry.name, "is limited on each of its sides");
      if (entry.min !== undefined && base !== undefined && isOfManyPairs(planned))
        throw refused(
          policy,
          `min of ${entry.name}`,
          "is a win rate against the base, of a board with others",
        );
      const limits: Omit<GateRequest, "metric">[] = [];
      if (entry.min !== undefined) limits.push({ min: entry.min });
      const drop = dropOf(entry, policy, scale);
      if (drop !== undefined && base !== undefined) limits.push({ against: base, maxRegression: drop });
      const confidence = policy.level / 100;
      return limits.map((limit) => ({
        planned,
        gate: { ...limit, ...part, metric, suite: suite.id, confidence },
      }));
    });
  });
}
