import { compositeKey } from "../core/composite-key.js";
import { ConfigError } from "../core/errors.js";
import type { JuryMethod, JuryRules } from "../core/jury.js";
import { presentFields } from "../core/present-fields.js";
import type { ModelFacts } from "../core/records.js";
import { noWeight, refuseUnknownWeights } from "../pipeline/jury/weights.js";
import { NO_JURY } from "../pipeline/jury/with-juries.js";
import type { JudgeBinding } from "../pipeline/plan.js";

/** What a configuration says of juries. */
export interface JurySettings {
  readonly jury?: JuryMethod | undefined;
  readonly juryWeights?: Readonly<Record<string, number>> | undefined;
  readonly familyGuard?: boolean | undefined;
}

/**
 * How judges are read as one; undefined where they are not.
 * @throws ConfigError `jury-weights`, `family-guard` where settings do not fit each other.
 */
export function juryRules({
  jury: method,
  juryWeights: weights,
  familyGuard,
}: JurySettings): JuryRules | undefined {
  if (method === "weighted" && (weights === undefined || Object.keys(weights).length === 0))
    throw new ConfigError("a weighted jury needs weights", {
      code: "jury-weights",
      remedy: "Give each judge one under `juryWeights:` in the config, or with --jury-weights JUDGE=WEIGHT.",
    });
  if (method === undefined && weights !== undefined)
    throw new ConfigError("juryWeights are given, and no jury reads them", {
      code: "jury-weights",
      remedy: "Add --jury weighted (`jury: weighted` in the config), or leave the weights out.",
    });
  if (method === undefined && familyGuard === true)
    throw new ConfigError("a family guard is asked for, and no jury", {
      code: "family-guard",
      remedy: "Add --jury (`jury: mean` in the config), or leave --family-guard out.",
    });
  if (method === undefined) return undefined;
  return {
    method,
    ...presentFields({ weights: method === "weighted" ? weights : undefined }),
    ...(familyGuard === true ? { familyGuard } : {}),
  };
}

/** A board that a run folder will hold. */
export interface JudgedBoard {
  readonly id: string;
  readonly suite: string;
  readonly metric: string;
  readonly judgeModel: string;
}

/**
 * Refuses a family guard that knows no judge's family, before anything is paid for.
 * @throws ConfigError `family-guard`.
 */
export function refuseBlindGuard(
  rules: JuryRules | undefined,
  judges: readonly Pick<ModelFacts, "id" | "family">[],
  models: ReadonlySet<string>,
): void {
  if (rules?.familyGuard !== true) return;
  if (judges.some(({ id, family }) => family !== undefined || models.has(id))) return;
  throw new ConfigError("the family guard knows the family of no judge", {
    code: "family-guard",
    remedy: "Give `family:` in the entries of judges and models, or leave --family-guard out.",
  });
}

/**
 * Refuses a judge's replacement that nobody would read: the judge's own board shows what the judge failed on.
 * @throws ConfigError `replacement-unread`.
 */
export function refuseIdleReplacement(
  rules: JuryRules | undefined,
  judges: readonly Pick<JudgeBinding, "model" | "replacement">[],
): void {
  if (rules !== undefined) return;
  const replaced = judges.find(({ replacement }) => replacement !== undefined);
  if (replaced === undefined) return;
  throw new ConfigError(`judge ${replaced.model.id} has a replacement, and no jury reads it`, {
    code: "replacement-unread",
    remedy: "Add --jury (`jury: mean` in the config), or leave `replacement:` out.",
  });
}

/**
 * Refuses a jury of one, and weights that name no judge, before anything is paid for.
 * @throws ConfigError `no-jury`, `jury-weights`.
 */
export function refuseJury(rules: JuryRules | undefined, boards: readonly JudgedBoard[]): void {
  if (rules === undefined) return;
  const counts = new Map<string, number>();
  for (const { suite, metric } of boards) {
    const key = compositeKey(suite, metric);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  if (Math.max(0, ...counts.values()) < 2)
    throw new ConfigError(NO_JURY, {
      code: "no-jury",
      remedy: "Name a second judge under `judges:` in the config, or leave --jury out.",
    });
  if (rules.weights === undefined) return;
  const { weights } = rules;
  const names = new Set(boards.flatMap(({ judgeModel, id }) => [judgeModel, id]));
  refuseUnknownWeights(weights, names);
  const without = boards.find(
    ({ judgeModel, id }) => weights[judgeModel] === undefined && weights[id] === undefined,
  );
  if (without !== undefined) throw noWeight(without.judgeModel);
}
