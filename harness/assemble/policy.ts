import { readPolicy } from "../config/read-policy.js";
import type { RunConfig } from "../config/resolve.js";
import { ConfigError } from "../core/errors.js";
import { joinedName } from "../core/known-names.js";
import type { Policy, PolicyResult } from "../core/policy.js";
import type { SequenceRecord } from "../core/sequence.js";
import { decidePolicy } from "../pipeline/policy/decide-policy.js";
import { readManifest } from "../store/run-folder.js";
import {
  type Checkpoint,
  checkpointNamed,
  checkpointsOf,
  type MeasuredOptions,
  measuredPairs,
  readMeasuredSource,
} from "./measured-sources.js";

function comparesWithBase({ entries, defaults }: Policy): boolean {
  return [...entries, ...(defaults === undefined ? [] : [defaults])].some(
    ({ maxDrop, maxRelativeDrop, maxBroken }) =>
      maxDrop !== undefined || maxRelativeDrop !== undefined || maxBroken !== undefined,
  );
}

function noBase(file: string): ConfigError {
  return new ConfigError(`the policy ${file} limits losses, and there is nothing to compare with`, {
    code: "no-policy-base",
    remedy:
      "Name it with --policy-base (a model of the run, a run folder or a baseline file), or as `base` in the policy.",
  });
}

/**
 * Decides a policy for each candidate.
 * @param sequence of the run that they are from, where it was looked at as it went: its decisions are the policy's.
 */
export function decideFor(
  policy: Policy,
  base: Checkpoint | undefined,
  candidates: readonly Checkpoint[],
  sequence?: SequenceRecord,
): PolicyResult[] {
  return candidates.map((candidate) =>
    decidePolicy(
      policy,
      measuredPairs(base, candidate),
      { base: base?.name ?? null, candidate: candidate.name },
      sequence,
    ),
  );
}

/** What a run's policy compares with by name: what is named, else the first of several models; undefined: nothing. */
export function policyBaseOf(
  policy: Policy,
  named: string | undefined,
  models: readonly string[],
): string | undefined {
  return named ?? policy.base ?? (models.length > 1 && comparesWithBase(policy) ? models[0] : undefined);
}

/** The base that a name means: a model among the checkpoints, else a run folder or file. @throws ConfigError, DataError. */
export async function namedBase(
  name: string,
  checkpoints: readonly Checkpoint[],
  options: MeasuredOptions,
  flag: string,
): Promise<Checkpoint> {
  if (checkpoints.some((one) => one.name === name || one.model === name))
    return checkpointNamed(name, checkpoints, flag);
  if (!/[\\/#]|\.(?:json|jsonl|csv)$/.test(name)) return checkpointNamed(name, checkpoints, flag);
  const [only, second] = checkpointsOf([await readMeasuredSource(name, options)]);
  if (only !== undefined && second === undefined) return only;
  throw new ConfigError(
    `${flag} ${name} ${only === undefined ? "measures no model" : "measures several models"}`,
    {
      code: "model-not-chosen",
      remedy: `Choose one with ${name}#MODEL.`,
    },
  );
}

/**
 * Checks a run's policy before the first call: its form, and that there is something to compare with.
 * @param measured Display ids of the models that are measured.
 * @returns What should be said of it: suites that the policy limits and the run does not ask.
 * @throws ConfigError naming file, line and key.
 */
export async function checkRunPolicy(
  config: Pick<RunConfig, "policy" | "policyBase">,
  measured: readonly string[],
  suites: readonly string[],
): Promise<string[]> {
  if (config.policy === undefined) return [];
  const policy = await readPolicy(config.policy);
  const base = config.policyBase ?? policy.base;
  if (base === undefined && measured.length < 2 && comparesWithBase(policy)) throw noBase(policy.file);
  if (base !== undefined && !measured.includes(base)) {
    const options = { compat: false, seed: 1, scoring: {} };
    const known = measured.map((name) => ({ name, model: name, sources: [] }));
    await namedBase(
      base,
      known,
      options,
      config.policyBase === undefined ? "base of the policy" : "--policy-base",
    );
  }
  const asked = suites.map(joinedName);
  const unasked = policy.entries.filter(
    ({ name, tier }) => tier !== "advisory" && !asked.includes(joinedName(name.split("/")[0] ?? name)),
  );
  return unasked.map(
    ({ name }) =>
      `the policy ${policy.file} requires ${name}, which this run does not ask: it can only be NO-GO`,
  );
}

/**
 * Decides the policy of a finished run for each of its models but the base. Calls no model.
 * @throws ConfigError, DataError where the base cannot be had.
 */
export async function policyOfRun(
  config: Pick<RunConfig, "policy" | "policyBase" | "seed">,
  run: string,
  scoring: MeasuredOptions["scoring"],
): Promise<{ readonly policy: Policy; readonly results: readonly PolicyResult[] } | undefined> {
  if (config.policy === undefined) return undefined;
  const policy = await readPolicy(config.policy);
  const options: MeasuredOptions = { compat: false, seed: config.seed, scoring };
  const source = await readMeasuredSource(run, options);
  const checkpoints = checkpointsOf([source]);
  const names = checkpoints.map(({ name }) => name);
  const name = policyBaseOf(policy, config.policyBase, names);
  const base =
    name === undefined ? undefined : await namedBase(name, checkpoints, options, "the policy's base");
  const candidates = checkpoints.filter((one) => one !== base);
  const { sequence } = readManifest(run);
  const looked = sequence?.continued === true ? undefined : sequence;
  return { policy, results: decideFor(policy, base, candidates, looked) };
}

/**
 * Decides a policy over sources as a comparison names them: the first one is the base of all others.
 * @throws ConfigError, DataError.
 */
export async function decideSources(
  policy: Policy,
  paths: readonly string[],
  options: MeasuredOptions,
): Promise<PolicyResult[]> {
  const sources = await Promise.all(paths.map((path) => readMeasuredSource(path, options)));
  const sides = sources.map((source) => {
    const checkpoints = checkpointsOf([source]);
    const [only, second] = checkpoints;
    if (only !== undefined && second === undefined) return only;
    throw new ConfigError(
      `${source.path} ${only === undefined ? "measures no model" : "measures several models"}`,
      {
        code: "model-not-chosen",
        remedy: `Choose one: ${checkpoints
          .slice(0, 20)
          .map(({ model }) => `${source.path}#${model}`)
          .join(" or ")}.`,
      },
    );
  });
  const [base, ...candidates] = sides;
  return decideFor(policy, base, candidates);
}
