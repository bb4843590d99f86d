import {
  type ComparedSource,
  chosenModel,
  comparablePairs,
  readSource,
} from "../../assemble/compare-sources.js";
import { statesFiguresAlone } from "../../assemble/measured-sources.js";
import { votesGiven } from "../../assemble/people-votes.js";
import { decideSources } from "../../assemble/policy.js";
import { selfChecks } from "../../assemble/self-check.js";
import { readPolicy } from "../../config/read-policy.js";
import { resolveConfig } from "../../config/resolve.js";
import type { Comparison } from "../../core/comparison.js";
import { ConfigError } from "../../core/errors.js";
import { namedPath } from "../../core/named-path.js";
import type { InconclusivePolicy, Policy, PolicyResult } from "../../core/policy.js";
import { assetFinder } from "../../data/asset-finder.js";
import { type CompareOptions, compareModels } from "../../pipeline/compare/compare-models.js";
import type { ComparedPair } from "../../pipeline/gates/gate-board.js";
import { isRunFolder } from "../../store/run-folder.js";
import type { Given } from "../declarations/commands.js";
import { exitCodes } from "../exit-codes.js";
import { readSettings } from "../load-config.js";
import { openServices } from "../open-services.js";
import { inconclusiveOf, policyExitCode, showPolicies } from "../policy.js";
import { cell, type Terminal } from "../terminal.js";
import { scoringOptions } from "./score.js";

async function compareOptions(given: Given<"compare">): Promise<{
  readonly options: CompareOptions;
  readonly policy: InconclusivePolicy;
  /** What the user said of it. */
  readonly inconclusive: InconclusivePolicy | undefined;
}> {
  const { margin = 0, confidence = 0.95, acrossProtocols = false, corrected = false } = given;
  const { seed, inconclusive } = resolveConfig(await readSettings(given.settings, process.env));
  return {
    options: { margin, level: 100 * confidence, seed, acrossProtocols, corrected },
    policy: inconclusive ?? "pass",
    inconclusive,
  };
}

function exitCodeOf(comparison: Comparison, policy: InconclusivePolicy): number {
  // Not undecided but unmeasured: a job that compares with a run that failed must not look like one that passed.
  if (comparison.questions === 0) return exitCodes.incomplete;
  if (comparison.verdict === "fail") return exitCodes.gateFailed;
  if (comparison.verdict === "pass" || policy === "pass") return exitCodes.done;
  return policy === "fail" ? exitCodes.gateFailed : exitCodes.inconclusive;
}

/** @throws ConfigError where the gate that `--self-check` is about is not the one that decides. */
function checkSelfCheck({ sources, corrected = false }: Given<"compare">): void {
  if (corrected)
    throw new ConfigError("--self-check tries the gate on verdicts, and --corrected lets votes decide", {
      code: "usage",
      remedy: "Leave one of them out: votes cannot be given once more, on nothing.",
    });
  if (sources.length > 2)
    throw new ConfigError("--self-check is about one gate, and several runs are compared", {
      code: "usage",
      remedy: "assay compare BASE CANDIDATE --self-check",
    });
}

function isVoted({ base, candidate }: ComparedPair): boolean {
  return [base, candidate].some((model) => model.voted?.() !== undefined);
}

/**
 * The pairs to compare; where people are to decide, those whose figure they can correct, if there are any: win rates, and
 * ratings with people's ratings of answers. Who gave only those is not asked for votes on pairs too.
 */
function decidablePairs(base: ComparedSource, candidate: ComparedSource, { corrected }: CompareOptions) {
  const pairs = comparablePairs(base, candidate);
  if (corrected !== true) return pairs;
  const rated = pairs.filter((pair) => pair.base.metric === "score" && isVoted(pair));
  const correctable = pairs.filter(
    (pair) => pair.base.metric === "winRate" && (rated.length === 0 || isVoted(pair)),
  );
  return rated.length + correctable.length === 0 ? pairs : [...rated, ...correctable];
}

/** Several checkpoints: each later one against the first, and against the one before it. */
function showTrend(
  comparisons: readonly Comparison[],
  steps: readonly Comparison[],
  say: (comparison: Comparison) => void,
  terminal: Terminal,
): void {
  terminal.say("Against the first:");
  for (const one of comparisons) say(one);
  terminal.say("");
  terminal.say("Against the one before:");
  for (const one of steps) say(one);
}

function withoutRecords(stated: readonly string[], paths: readonly string[]): ConfigError {
  const [first = ""] = stated;
  return new ConfigError(
    `${first} states figures without the records behind them, so nothing can be paired`,
    {
      code: "no-records",
      remedy: `\`assay card ${paths.slice(0, 2).join(" ")}\` lays stated figures side by side, and --policy FILE decides limits on them.`,
    },
  );
}

/** A policy over figures as others state them: there is nothing to pair beside it. */
function decideStated(
  policy: Policy,
  policies: readonly PolicyResult[],
  inconclusive: InconclusivePolicy | undefined,
  terminal: Terminal,
): number {
  terminal.document({ schema: "assay.compare-list/1", comparisons: [], policies });
  terminal.note("note: figures are stated without records, so the policy is decided and nothing is paired");
  showPolicies(policies, terminal);
  return policyExitCode(policies, inconclusiveOf(policy, inconclusive));
}

/**
 * `assay compare BASE CANDIDATE` (paired comparison, and the CI gate) and `assay compare RUN…` (a trend over
 * checkpoints in the given order).
 */
export async function compare(given: Given<"compare">, terminal: Terminal): Promise<number> {
  const { sources: paths, compat = false } = given;
  if (paths.length < 2)
    throw new ConfigError("name at least two things to compare", {
      code: "usage",
      remedy: "assay compare BASE CANDIDATE; PATH#model picks one model of a file or run.",
    });
  if (given.selfCheck) checkSelfCheck(given);
  if (given.policy !== undefined && given.margin !== undefined)
    throw new ConfigError("--margin is one limit, and --policy holds all of them", {
      code: "usage",
      remedy: "Leave one of them out; maxDrop in the policy is the margin of a suite.",
    });
  const gatePolicy = given.policy === undefined ? undefined : await readPolicy(given.policy);
  const { options, policy, inconclusive } = await compareOptions(given);
  const open = openServices(terminal, { endsAtOnce: true });
  try {
    const runs = [...new Set(paths.map((path) => namedPath(path).path))].filter(isRunFolder);
    const sourceOptions = {
      compat,
      scale: given.scale,
      finder: assetFinder(open.services),
      seed: options.seed,
      scoring: await scoringOptions(runs, given, terminal),
      peopleVotes: votesGiven(given),
    };
    const stated = paths.filter(statesFiguresAlone);
    if (stated.length > 0) {
      if (gatePolicy === undefined) throw withoutRecords(stated, paths);
      const policies = await decideSources(gatePolicy, paths, sourceOptions);
      return decideStated(gatePolicy, policies, inconclusive, terminal);
    }
    const sources = await Promise.all(paths.map((path) => readSource(path, sourceOptions)));
    for (const source of sources) chosenModel(source);
    const against = (from: number, to: number): Comparison[] => {
      const [base, candidate] = [sources[from], sources[to]];
      if (base === undefined || candidate === undefined) return [];
      return decidablePairs(base, candidate, options).map((pair) =>
        compareModels(pair.base, pair.candidate, options),
      );
    };
    const decided = gatePolicy && (await decideSources(gatePolicy, paths, sourceOptions));
    const policies = decided === undefined ? {} : { policies: decided };
    const { renderComparison } = await import("../../../reports/console/console.js");
    const { width, colors } = terminal;
    const say = (comparison: Comparison) =>
      terminal.say(renderComparison(comparison, { width, colors, compact: sources.length > 2 }));
    const candidates = sources.map((_, index) => index).slice(1);
    const comparisons = candidates.flatMap((index) => against(0, index));
    const [only] = comparisons;
    if (sources.length === 2) {
      const [base, candidate] = sources;
      const checks =
        given.selfCheck && base !== undefined && candidate !== undefined
          ? selfChecks(base, candidate, options)
          : [];
      const checked = checks.length === 0 ? {} : { selfCheck: checks.length === 1 ? checks[0] : checks };
      terminal.document(
        comparisons.length === 1
          ? { ...only, ...checked, ...policies }
          : { schema: "assay.compare-list/1", comparisons, ...checked, ...policies },
      );
      for (const comparison of comparisons) say(comparison);
      if (given.selfCheck && checks.length === 0)
        terminal.note("note: no self-check: it takes two questions that both models answered");
      for (const check of checks) terminal.say(`  self-check: ${cell(check.sentence, 500)}`);
    } else {
      const steps = candidates.flatMap((index) => against(index - 1, index));
      const matrix = sources.flatMap((_, from) =>
        sources.flatMap((_other, to) => (to > from ? against(from, to) : [])),
      );
      terminal.document({ schema: "assay.compare-list/1", comparisons: matrix, trend: steps, ...policies });
      showTrend(comparisons, steps, say, terminal);
    }
    if (gatePolicy !== undefined && decided !== undefined) {
      showPolicies(decided, terminal);
      return policyExitCode(decided, inconclusiveOf(gatePolicy, inconclusive));
    }
    const codes = comparisons.map((one) => exitCodeOf(one, policy));
    return codes.includes(exitCodes.gateFailed) ? exitCodes.gateFailed : Math.max(exitCodes.done, ...codes);
  } finally {
    open.release();
  }
}
