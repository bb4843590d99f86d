import { ConfigError } from "../core/errors.js";
import type { Policy, PolicyEntry, PolicyLimits } from "../core/policy.js";
import { presentFields } from "../core/present-fields.js";
import type { NemoPolicyFile, OwnPolicyFile } from "./policy-schema.js";
import { checkedValue, parseText, type RawConfig, refuseSecrets, showPath } from "./read-config.js";

const PAGE = "docs/policy.md";
const DEFAULT_LEVEL = 95;

/** What NeMo Evaluator's policies hold where nothing is said. */
const NEMO_DEFAULTS = { tier: "supporting", max_drop: 0.015, direction: "higher_is_better" } as const;

function keysOf(value: unknown): readonly string[] {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? Object.keys(value) : [];
}

/** Files of NeMo Evaluator name `benchmarks`; with neither list, only their keys may stand there. */
function isNemo(value: unknown): boolean {
  const keys = keysOf(value);
  if (keys.includes("benchmarks")) return true;
  if (keys.includes("suites") || keys.length === 0) return false;
  return keys.every((key) => key === "version" || key === "defaults") && !holdsOwnKeys(value);
}

function holdsOwnKeys(value: unknown): boolean {
  const { defaults } = value as { readonly defaults?: unknown };
  return keysOf(defaults).some((key) => /[A-Z]|^m(?:in|ax)$|^coverage$/.test(key));
}

/** The first value that is there; null inherits, as an absent one does. */
function first<Value>(...values: readonly (Value | null | undefined)[]): Value | undefined {
  return values.find((one) => one !== null && one !== undefined) ?? undefined;
}

type NemoEntry = NonNullable<NemoPolicyFile["defaults"]>;

function nemoLimits(entry: NemoEntry, defaults: NemoEntry): PolicyLimits {
  const direction = first(entry.direction, defaults.direction, NEMO_DEFAULTS.direction);
  return {
    tier: first(entry.tier, defaults.tier) ?? NEMO_DEFAULTS.tier,
    maxDrop: first(entry.max_drop, defaults.max_drop) ?? NEMO_DEFAULTS.max_drop,
    ...presentFields({
      maxRelativeDrop: first(entry.max_relative_drop, defaults.max_relative_drop),
      relativeBelow: first(entry.relative_guard_below, defaults.relative_guard_below),
      metric: first(entry.metric, defaults.metric),
      // The figure itself may say that lower is better; NeMo's default must not overrule it.
      lowerIsBetter: direction === "lower_is_better" ? true : undefined,
    }),
  };
}

function nemoPolicy(file: string, { defaults = {}, benchmarks = {} }: NemoPolicyFile): Policy {
  const entries = Object.entries(benchmarks).map(
    ([name, entry]): PolicyEntry => ({ name, ...nemoLimits(entry ?? {}, defaults) }),
  );
  return { file, units: "scale", level: DEFAULT_LEVEL, defaults: nemoLimits({}, defaults), entries };
}

type OwnEntry = NonNullable<OwnPolicyFile["defaults"]>;

function ownLimits(entry: OwnEntry, defaults: OwnEntry): PolicyLimits {
  const { tier = "supporting", maxRelativeDrop, ...rest } = { ...defaults, ...presentFields(entry) };
  const share = maxRelativeDrop === undefined ? undefined : maxRelativeDrop / 100;
  return { tier, ...presentFields({ ...rest, maxRelativeDrop: share }) };
}

const LIMITS = [
  "min",
  "max",
  "maxDrop",
  "maxRelativeDrop",
  "minQuestions",
  "coverage",
  "maxBroken",
] as const satisfies readonly (keyof OwnEntry)[];

function limitsAnything(entry: OwnEntry): boolean {
  return LIMITS.some((key) => entry[key] !== undefined);
}

function ownPolicy(file: string, raw: RawConfig, written: OwnPolicyFile): Policy {
  const { base, confidence, inconclusive, defaults = {}, suites = {} } = written;
  const fail = (path: readonly PropertyKey[], problem: string, remedy: string) => {
    const line = raw.lineOf(path);
    return new ConfigError(
      `${file}${line === undefined ? "" : `:${line}`}: ${path.length === 0 ? "the policy" : showPath(path)}: ${problem}`,
      { code: "invalid-policy", remedy },
    );
  };
  for (const [name, entry] of Object.entries(suites)) {
    const merged = { ...defaults, ...presentFields(entry ?? {}) };
    if (!limitsAnything(merged))
      throw fail(
        ["suites", name],
        "limits nothing",
        `Give one of ${LIMITS.join(", ")}, here or under defaults.`,
      );
    if (merged.relativeBelow !== undefined && merged.maxRelativeDrop === undefined)
      throw fail(
        ["suites", name],
        "has relativeBelow without maxRelativeDrop",
        "Give the relative limit, too.",
      );
    if (merged.min !== undefined && merged.max !== undefined && merged.min > merged.max)
      throw fail(["suites", name], `min ${merged.min} lies above max ${merged.max}`, "Swap them.");
  }
  if (Object.keys(suites).length === 0 && !limitsAnything(defaults))
    throw fail([], "limits nothing", `Name suites, or give limits under defaults; ${PAGE} shows both.`);
  const entries = Object.entries(suites).map(
    ([name, entry]): PolicyEntry => ({ name, ...ownLimits(entry ?? {}, defaults) }),
  );
  return {
    file,
    units: "own",
    level: confidence === undefined ? DEFAULT_LEVEL : 100 * confidence,
    ...presentFields({
      base,
      inconclusive,
      defaults: limitsAnything(defaults) ? ownLimits({}, defaults) : undefined,
    }),
    entries,
  };
}

/**
 * Reads a gate policy over suites: assay's own form (`suites`), or that of NVIDIA NeMo Evaluator, version 1
 * (`benchmarks`), with its defaults and inheritance.
 * @throws ConfigError naming file, line and key, with the nearest valid spelling of a wrong key.
 */
export async function readPolicy(file: string): Promise<Policy> {
  const raw = await parseText(file, "Name an existing policy file; docs/policy.md shows one.");
  refuseSecrets(raw.value, file, raw.lineOf, showPath);
  const { limitKeys, nemoPolicySchema, ownPolicySchema } = await import("./policy-schema.js");
  const isLimit = (path: readonly PropertyKey[]) => path[0] === "defaults" || path.length > 1;
  if (isNemo(raw.value)) {
    const validKeysAt = (path: readonly PropertyKey[]) =>
      isLimit(path) ? limitKeys.nemo : Object.keys(nemoPolicySchema.shape);
    return nemoPolicy(
      file,
      await checkedValue(raw, file, { schema: nemoPolicySchema, validKeysAt, page: PAGE }),
    );
  }
  const validKeysAt = (path: readonly PropertyKey[]) =>
    isLimit(path) ? limitKeys.own : [...Object.keys(ownPolicySchema.shape), "benchmarks"];
  const written = await checkedValue(raw, file, { schema: ownPolicySchema, validKeysAt, page: PAGE });
  return ownPolicy(file, raw, written);
}
