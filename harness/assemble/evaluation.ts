import type { JudgeVersion } from "../../judges/judge-context.js";
import { batchPrices } from "../batch/batch-prices.js";
import { batchedModels } from "../batch/batched-models.js";
import { type RunConfig, replacementEntry } from "../config/resolve.js";
import type { JudgeEntry } from "../config/schema.js";
import { presentFields } from "../core/present-fields.js";
import type { Judge, Model, Suite, Warning } from "../core/records.js";
import type { Services } from "../core/services.js";
import { assetFinder } from "../data/asset-finder.js";
import { checkBudget } from "../pipeline/dispatch/cost.js";
import type { PriceTable } from "../pipeline/dispatch/prices.js";
import { createPlan, type JudgeBinding, judgeModelsOf, type Plan, protocolOf } from "../pipeline/plan.js";
import { metricOf } from "../pipeline/run-manifest.js";
import type { ScoringOptions } from "../pipeline/scores/score-run.js";
import { sentinelCalls } from "../pipeline/sentinel/rounds-due.js";
import type { SequenceSettings } from "../pipeline/sequence/sequence-settings.js";
import {
  type AnswerSource,
  type Judging,
  judgingOf,
  type KeptProtocols,
  type Opponents,
} from "./answer-source.js";
import { askedAnswers } from "./asked-answers.js";
import { idleWarnings } from "./idle-settings.js";
import { refuseJudgeRepeats, refuseOtherRepeats, withJudgeRepeats } from "./judge-repeats.js";
import { retirementOf } from "./judge-retirement.js";
import { judgeFor } from "./judges.js";
import { juryRules, refuseBlindGuard, refuseIdleReplacement, refuseJury } from "./jury.js";
import { refuseLeavingOut } from "./left-out.js";
import { isMark } from "./object-marks.js";
import { type GivenObjects, noObjects } from "./objects.js";
import { loadPrices } from "./prices.js";
import { recordedAnswers } from "./recorded-answers.js";
import { checkReport } from "./report.js";
import { boardScoring } from "./score-sources.js";
import { refuseSecondJudge, secondEntry } from "./second-judge.js";
import { refuseUncountedSentinel, sentinelOf } from "./sentinel.js";

/** A configuration turned into values: ready to run, nothing called yet. Close it when done. */
export interface Evaluation {
  readonly config: RunConfig;
  readonly plan: Plan;
  /** With those of models that are asked in batches at half. */
  readonly prices: PriceTable;
  /** Models that are asked in batches; none of them without `--batch`. */
  readonly batched: ReadonlySet<Model>;
  readonly scoring: ScoringOptions;
  /** How the run may end before its last question; undefined where it may not. */
  readonly sequence?: SequenceSettings;
  readonly warnings: readonly Warning[];
  /** Closes the models that were made for it; objects of a program are the program's to close. */
  close(): Promise<void>;
}

/** Gates and policies are loaded only where there are any. */
async function checkGates(config: RunConfig, plan: Plan, measured: readonly Model[]): Promise<Warning[]> {
  const ids = measured.map((model) => model.id);
  if (config.gates.length > 0) {
    const { checkGatesOfPlan } = await import("./gates.js");
    checkGatesOfPlan(config.gates, plan, ids);
  }
  if (config.policy === undefined) return [];
  const { checkRunPolicy } = await import("./policy.js");
  const said = await checkRunPolicy(
    config,
    ids,
    plan.suites.map(({ id }) => id),
  );
  return said.map((message) => ({ code: "policy-suite-not-asked", message }));
}

/** What a run that may end early looks for; loaded only where one may. */
async function sequenceFor(
  config: RunConfig,
  plan: Plan,
  measured: readonly Model[],
  scoring: ScoringOptions,
  isBatched: boolean,
): Promise<SequenceSettings | undefined> {
  if (config.stopWhen === "never" && config.precision === undefined) return undefined;
  const { sequenceOf } = await import("./sequence.js");
  const ids = measured.map((model) => model.id);
  const policy =
    config.policy === undefined
      ? undefined
      : await (await import("../config/read-policy.js")).readPolicy(config.policy);
  return sequenceOf(config, plan, ids, scoring, isBatched, policy);
}

/** What must be said of judge models that their provider retires; once for each. */
function retirementWarnings(bindings: readonly JudgeBinding[], services: Services): Warning[] {
  const models = bindings.flatMap(({ model, replacement }) => [
    model,
    ...(replacement === undefined ? [] : [replacement]),
  ]);
  const messages = models.flatMap((model) => retirementOf(model, services)?.message ?? []);
  return [...new Set(messages)].map((message) => ({ code: "judge-model-retired", message }));
}

/** A judge bound to a suite, with the entry that it was made from. */
type BoundEntry = JudgeBinding & { readonly entry: JudgeEntry };

/** The same judge, asked about the last turn alone; nothing of it changes where there is one turn. */
function ofLastTurn(judge: Judge, { questions }: Suite): Judge {
  if (judge.turns === "last" || questions.every(({ turns }) => turns.length === 1)) return judge;
  // A judge of a module may be an object of a class, whose methods a copy would lose.
  return Object.create(judge, { turns: { value: "last", enumerable: true } }) as Judge;
}

/**
 * Makes the judges that a run binds to its suites, each in its newest version, or in the earlier one under which the
 * folder was begun.
 * @param source the protocols that the folder holds, and the turns that are judged
 * @throws ConfigError, DataError.
 */
async function bindJudges(
  config: RunConfig,
  judging: readonly Judging[],
  opponents: Pick<Opponents, "names" | "answers">,
  { held, judgedTurns }: Pick<AnswerSource, "held" | "judgedTurns">,
  services: Services,
  objects: GivenObjects,
): Promise<BoundEntry[]> {
  const finder = assetFinder(services);
  const bind = async ({ suite, entry, mode }: Judging, version?: JudgeVersion): Promise<JudgeBinding> => {
    const found = await judgeFor(entry, suite, mode, config, finder, services, objects, version);
    const { model } = found;
    const judge = judgedTurns === undefined ? found.judge : ofLastTurn(found.judge, suite);
    const common = {
      suite: suite.id,
      judge,
      model,
      mode,
      ...presentFields({ replacement: found.replacement }),
    };
    if (mode !== "pairwise-baseline") return common;
    const baseline = opponents.names.get(suite.id);
    return { ...common, ...presentFields({ baseline, baselineAnswers: opponents.answers.get(suite.id) }) };
  };
  const isHeld = (binding: JudgeBinding, suite: Suite) => held.has(protocolOf(binding, suite, held).id);
  const bindOnce = async (one: Judging): Promise<BoundEntry> => {
    const newest = await bind(one);
    const earlier = held.size === 0 || isHeld(newest, one.suite) ? undefined : await bind(one, 1);
    const chosen = earlier !== undefined && isHeld(earlier, one.suite) ? earlier : newest;
    return { ...chosen, entry: one.entry };
  };
  const bindings: BoundEntry[] = [];
  for (const one of judging) {
    const first = await bindOnce(one);
    bindings.push(first);
    const { secondJudge, secondShare, secondMargin } = config;
    if (secondJudge === undefined || first.judge.callFree === true) continue;
    const second = await bindOnce({ ...one, entry: secondEntry(one.entry, secondJudge) });
    bindings.push({ ...second, second: { after: first, share: secondShare / 100, margin: secondMargin } });
  }
  return bindings;
}

/** Formats of a report that are objects of the program that made the run. */
function formatWarnings({ report }: RunConfig, objects: GivenObjects): Warning[] {
  if (objects !== noObjects) return [];
  return report.formats.filter(isMark).map((format) => ({
    code: "report-object",
    message: `the report format ${format} is one of the program that made the run, and is left out`,
  }));
}

/**
 * Turns a configuration into values and a plan, whatever the source of its answers. Every mistake that can be found
 * without a call is found here.
 * @throws ConfigError, DataError.
 */
export async function prepare(
  source: AnswerSource,
  config: RunConfig,
  services: Services,
  objects: GivenObjects = noObjects,
): Promise<Evaluation> {
  const { suites, models, trials, shard } = source;
  refuseSecondJudge(config);
  if (source.judgedOnce !== true) refuseJudgeRepeats(config);
  const judging = judgingOf(suites, config, objects);
  const opponents = await source.findOpponents(judging);
  const bound = await bindJudges(config, judging, opponents, source, services, objects);
  const judges =
    source.judgedOnce === true ? bound : withJudgeRepeats(bound, shard?.wholeSuites ?? suites, config);
  const asked = [
    ...source.asked,
    ...judges.flatMap(({ entry, ...one }) =>
      one.judge.callFree === true ? [] : [{ model: one.model, entry }],
    ),
    ...judges.flatMap(({ replacement, entry }) =>
      replacement === undefined ? [] : [{ model: replacement, entry: replacementEntry(entry) }],
    ),
    ...opponents.asked.map((model) => ({ model })),
  ];
  const batched = batchedModels(config, asked);
  const prices = batchPrices(await loadPrices(config.prices), batched);
  const held = new Set(asked.map(({ model }) => model));
  if (config.budget !== undefined) checkBudget([...held], prices);
  const plan = createPlan({
    suites,
    models,
    opponents: opponents.models,
    judges,
    trials,
    heldProtocols: source.held,
    seed: config.seed,
    ...presentFields({ rankedAlong: opponents.ranked, recorded: opponents.recorded, shard }),
  });
  refuseOtherRepeats(source.run, plan);
  if (source.asked.length > 0) refuseLeavingOut(config, plan, source.kept);
  // Where answers are judged once more, gates may be about boards that are there already.
  const gatedWarnings = source.asked.length > 0 ? await checkGates(config, plan, models) : [];
  const settings = sentinelOf(config, config.out);
  refuseUncountedSentinel(config, batched.size > 0);
  const sentinel = settings && sentinelCalls(plan.protocols, settings);
  const shown = plan.protocols.filter(({ second }) => second === undefined);
  const planned = shown.map(({ protocol, judge, judgeModel, suite }) => ({
    id: protocol.id,
    suite: suite.id,
    metric: metricOf(judge),
    judgeModel: judgeModel.id,
  }));
  const boards = [...new Map([...source.kept, ...planned].map((board) => [board.id, board])).values()];
  const finder = assetFinder(services);
  const { judgeCard, styleReference } = config;
  const jury = juryRules(config);
  refuseIdleReplacement(jury, judges);
  const request = { compat: false, judgeCard, styleReference, jury };
  refuseJury(jury, boards);
  const juryModels = plan.protocols.flatMap(judgeModelsOf);
  // Judges of verdicts that are there already may have families that only the run folder knows.
  if (source.kept.length === 0) refuseBlindGuard(jury, juryModels, new Set(plan.models.keys()));
  const { scoring, warnings } = await boardScoring(boards, request, finder);
  const given = new Set(objects.models.values());
  const isAsking = source.asked.length > 0 && plan.protocols.length > 0;
  const sequence = isAsking ? await sequenceFor(config, plan, models, scoring, batched.size > 0) : undefined;
  return {
    config,
    plan: { ...plan, ...presentFields({ sentinel }) },
    prices,
    batched,
    scoring,
    ...presentFields({ sequence }),
    warnings: [
      ...retirementWarnings(judges, services),
      ...opponents.warnings,
      ...gatedWarnings,
      ...(source.asked.length > 0 ? idleWarnings(config) : []),
      ...warnings,
      ...formatWarnings(config, objects),
    ],
    close: async () => {
      await Promise.allSettled(
        [...held].filter((model) => !given.has(model)).map((model) => model.close?.()),
      );
    },
  };
}

/**
 * Prepares an evaluation whose answers are asked for.
 * @param kept Protocols of the run folder that stay beside the evaluation's own.
 * @throws ConfigError, DataError.
 */
export async function prepareEvaluation(
  config: RunConfig,
  services: Services,
  objects: GivenObjects = noObjects,
  kept: KeptProtocols = [],
): Promise<Evaluation> {
  await checkReport(config.report);
  return prepare(await askedAnswers(config, services, objects, kept), config, services, objects);
}

/**
 * Prepares the judging of answers that a run folder holds; the models are not asked. Judges come from the configuration.
 * @throws ConfigError, DataError.
 */
export async function prepareJudging(
  run: string,
  config: RunConfig,
  services: Services,
  objects: GivenObjects = noObjects,
): Promise<Evaluation> {
  await checkReport(config.report);
  return prepare(recordedAnswers(run, config, services), config, services, objects);
}
