import { existsSync } from "node:fs";
import { join } from "node:path";
import type { JudgeVersion } from "../../judges/judge-context.js";
import {
  isCallFree,
  isJudgeName,
  judgeRegistry,
  loadJudge,
  RANKING_JUDGE,
  refuseFormat,
} from "../../judges/registry.js";
import { type RunConfig, replacementEntry } from "../config/resolve.js";
import type { JudgeEntry } from "../config/schema.js";
import { ConfigError } from "../core/errors.js";
import { unaskedModel } from "../core/model-facts.js";
import { presentFields } from "../core/present-fields.js";
import type { Judge, JudgingMode, Model, Suite } from "../core/records.js";
import type { Services } from "../core/services.js";
import { nearestName } from "../core/spelling.js";
import type { AssetFinder } from "../data/asset-finder.js";
import { judgeDefaults, modelOf } from "./models.js";
import { isMark, objectMissing } from "./object-marks.js";
import { type GivenObjects, noObjects } from "./objects.js";

/** A judge with the model that plays it, for one suite. */
export interface BoundJudge {
  readonly judge: Judge;
  readonly model: Model;
  /** Plays the same judge where the model fails. */
  readonly replacement?: Model;
}

/**
 * Whether a name can only be that of a judge's file: YAML, a module, or a folder with `configs.yaml`. Names of models
 * hold slashes too, and some are served under the path of their weights.
 */
function isJudgeFile(name: string): boolean {
  return /\.(ya?ml|[mc]?[jt]s)$/i.test(name) || existsSync(join(name, "configs.yaml"));
}

/** `--judge NAME` may name a protocol instead of a model: then the protocol's own judge model plays it. */
function protocolOf(
  entry: JudgeEntry,
  config: RunConfig,
  suite: Suite,
  mode: JudgingMode,
): { protocol: string; isNamed: boolean } {
  if (entry.protocol !== undefined) return { protocol: entry.protocol, isNamed: false };
  const { model } = entry;
  if (model !== undefined && namesProtocol(entry)) return { protocol: model, isNamed: true };
  if (isCallFree(suite.defaultJudge)) return { protocol: suite.defaultJudge, isNamed: false };
  if (model !== undefined && entry.baseUrl === undefined && entry.id === undefined) refuseFormat(model);
  const near =
    model === undefined || entry.baseUrl !== undefined ? undefined : nearestName(model, judgeRegistry.names);
  if (
    model !== undefined &&
    near !== undefined &&
    Math.abs(near.length - model.length) <= 2 &&
    near.length > 5
  ) {
    throw new ConfigError(`unknown judge "${model}"`, {
      code: "unknown-judge",
      remedy: `Did you mean "${near}"? To use a judge model of that very name, set --judge-protocol.`,
    });
  }
  const own = mode === "ranking" ? RANKING_JUDGE : suite.defaultJudge;
  return { protocol: config.judgeProtocol ?? own, isNamed: false };
}

/**
 * Makes one judge for one suite.
 * @throws ConfigError for unknown judges, modes that the judge cannot do and endpoints that cannot be used.
 */
export async function judgeFor(
  entry: JudgeEntry,
  suite: Suite,
  mode: JudgingMode,
  config: RunConfig,
  assets: AssetFinder,
  services: Services,
  objects: GivenObjects = noObjects,
  version?: JudgeVersion,
): Promise<BoundJudge> {
  const given = objects.judges.get(entry);
  const { protocol, isNamed } = protocolOf(entry, config, suite, mode);
  if (given === undefined && isMark(protocol)) throw objectMissing("judge", protocol);
  const judge = await loadJudge(
    given ?? protocol,
    {
      mode,
      ...presentFields({
        compat: entry.compat,
        structured: entry.structured,
        calls: entry.calls,
        abstain: entry.abstain,
        orders: config.orders,
        ties: mode === "ranking" ? config.rankTies : undefined,
        together: mode === "ranking" ? config.rankTogether : undefined,
        samples: config.judgeSamples,
        version,
        options: entry.adapter === "reward" ? (entry.options ?? {}) : undefined,
      }),
    },
    assets,
  );
  if (judge.callFree === true) return { judge, model: nobody(judge) };
  const {
    protocol: _protocol,
    mode: _mode,
    structured: _structured,
    calls: _calls,
    abstain: _abstain,
    compat: _compat,
    replacement: _replacement,
    ...rest
  } = entry;
  const named: JudgeEntry = isNamed ? { ...rest, model: defaultModelOf(judge) } : rest;
  const model =
    objects.models.get(entry) ?? (await modelOf(named, judgeDefaults(config, services), services));
  checkRewards(judge, model);
  const instead = replacementEntry(entry);
  if (instead === undefined) return { judge, model };
  const replacement = await modelOf(instead, judgeDefaults(config, services), services);
  checkRewards(judge, replacement);
  return { judge, model, replacement };
}

/** Models that write text, asked through the adapters that only do that. */
const WRITING_ADAPTERS: ReadonlySet<unknown> = new Set(["openai", "completions"]);

/** A reward model has no words for a verdict, and a chat model has no number for an answer. */
function checkRewards(judge: Judge, model: Model): void {
  const { adapter } = model.identity;
  const wantsRewards = judge.parameters.conversations !== undefined;
  if (wantsRewards ? !WRITING_ADAPTERS.has(adapter) : adapter !== "reward") return;
  throw new ConfigError(
    wantsRewards
      ? `judge ${judge.name} compares rewards, and ${model.id} is asked for text`
      : `${model.id} is a reward model and cannot play judge ${judge.name}`,
    {
      code: "judge-not-rewards",
      remedy:
        "Use an entry of judges with `reward:`, which brings both together (docs/judges.md#reward-models).",
    },
  );
}

/** Stands where a judge model would, for a judge that asks none; its name is the judge's. */
function nobody({ name }: Judge): Model {
  return unaskedModel({ id: name, identity: { adapter: name }, endpoint: "none" }, "asks no model");
}

/** Whether a judge's entry says itself by which protocol it judges, whatever the suite. */
export function namesProtocol({ protocol, id, model }: JudgeEntry): boolean {
  return (
    protocol !== undefined ||
    (model !== undefined && id === undefined && (isJudgeName(model) || isJudgeFile(model)))
  );
}

function defaultModelOf(judge: Judge): string {
  if (judge.defaultModel !== undefined) return judge.defaultModel;
  throw new ConfigError(`judge ${judge.name} has no model of its own`, {
    code: "judge-model-missing",
    remedy: `Name the model that plays it: --judge MODEL --judge-protocol ${judge.name}.`,
  });
}
