import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadSuite } from "../../suites/registry.js";
import { selectQuestions } from "../../suites/select-questions.js";
import { batchPrices } from "../batch/batch-prices.js";
import { batchedModels } from "../batch/batched-models.js";
import type { RunConfig } from "../config/resolve.js";
import type { JudgeEntry } from "../config/schema.js";
import { ConfigError } from "../core/errors.js";
import { toolVersion } from "../core/package-files.js";
import { presentFields } from "../core/present-fields.js";
import type { Json, JudgingMode, Model, Suite, Warning } from "../core/records.js";
import type { Services } from "../core/services.js";
import { cacheFolder } from "../data/asset-access.js";
import { assetAccess, assetFinder } from "../data/asset-finder.js";
import { calibratedScoring } from "../interop/alpaca-eval/calibration.js";
import { checkBudget } from "../pipeline/dispatch/cost.js";
import { createDispatcher, type Dispatcher } from "../pipeline/dispatch/dispatcher.js";
import { readPrices } from "../pipeline/dispatch/price-file.js";
import { knownPrices, type PriceTable } from "../pipeline/dispatch/prices.js";
import { openResponseCache } from "../pipeline/dispatch/response-cache.js";
import type { RunListener } from "../pipeline/events.js";
import type { Execution, ExecutionMeans } from "../pipeline/execution.js";
import { createPlan, type JudgeBinding, type Plan } from "../pipeline/plan.js";
import { type RunResult, runPlan } from "../pipeline/run.js";
import { metricOf } from "../pipeline/run-manifest.js";
import type { ScoringOptions } from "../pipeline/scores/score-run.js";
import { readShard } from "../pipeline/shard.js";
import { spentOn } from "../store/spending.js";
import { retirementOf } from "./judge-retirement.js";
import { judgeFor } from "./judges.js";
import { modelDefaults, modelOf } from "./models.js";
import { findOpponents, type Opponents } from "./opponents.js";
import { checkFormats } from "./report.js";
import { suitesOfShard } from "./shard-suites.js";

/** A configuration turned into values: ready to run, nothing called yet. Close it when done. */
export interface Evaluation {
  readonly config: RunConfig;
  readonly plan: Plan;
  /** With those of models that are asked in batches at half. */
  readonly prices: PriceTable;
  /** Models that are asked in batches; none of them without `--batch`. */
  readonly batched: ReadonlySet<Model>;
  readonly scoring: ScoringOptions;
  readonly warnings: readonly Warning[];
  close(): Promise<void>;
}

function refuseEmpty(config: RunConfig): void {
  if (config.suites.length === 0) {
    throw new ConfigError("no suite is named", {
      code: "suite-missing",
      remedy:
        "Name one with --suite, such as mt-bench, alpaca-eval-2, assay-80 or a file of your own; `assay list suites` shows them.",
    });
  }
  if (config.models.length === 0) {
    throw new ConfigError("no model is named", {
      code: "model-missing",
      remedy:
        "Name one with --model NAME (and --base-url, where it is not at OpenAI), or under `models:` in the config file.",
    });
  }
}

/**
 * Prices of a file over the bundled ones; the bundled ones without a file.
 * @throws ConfigError `prices-not-found`, or for a file that is no price table.
 */
export async function loadPrices(file: string | undefined): Promise<PriceTable> {
  if (file === undefined) return knownPrices;
  const { parse } = await import("yaml");
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new ConfigError(`price file ${file} cannot be read`, {
      code: "prices-not-found",
      cause,
      remedy: "Mend the path given with --prices.",
    });
  }
  return readPrices(parse(text), file);
}

/** Gates are loaded only where there are any. */
async function checkGates(config: RunConfig, plan: Plan, measured: readonly Model[]): Promise<void> {
  if (config.gates.length === 0) return;
  const { checkGatesOfPlan } = await import("./gates.js");
  checkGatesOfPlan(
    config.gates,
    plan,
    measured.map((model) => model.id),
  );
}

/** What each judge of a run judges on each suite. */
export interface Judging {
  readonly suite: Suite;
  readonly entry: JudgeEntry;
  readonly mode: JudgingMode;
}

/** What must be said of judge models that their provider retires; once for each. */
export function retirementWarnings(bindings: readonly JudgeBinding[], services: Services): Warning[] {
  const nowMs = services.clock.now();
  const messages = bindings.flatMap(({ model }) => retirementOf(model, nowMs)?.message ?? []);
  return [...new Set(messages)].map((message) => ({ code: "judge-model-retired", message }));
}

/** Makes the judges that a run binds to its suites. @throws ConfigError, DataError. */
export async function bindJudges(
  config: RunConfig,
  judging: readonly Judging[],
  opponents: Pick<Opponents, "names">,
  services: Services,
): Promise<JudgeBinding[]> {
  const finder = assetFinder(services);
  const bindings: JudgeBinding[] = [];
  for (const { suite, entry, mode } of judging) {
    const { judge, model } = await judgeFor(entry, suite, mode, config, finder, services);
    const baseline = mode === "pairwise-baseline" ? opponents.names.get(suite.id) : undefined;
    bindings.push({ suite: suite.id, judge, model, mode, ...presentFields({ baseline }) });
  }
  return bindings;
}

/** What AlpacaEval's suites are scored with, where some judge's verdicts are preferences. */
export async function scoringFor(
  bindings: readonly JudgeBinding[],
  services: Services,
): ReturnType<typeof calibratedScoring> {
  const boards = bindings.map(({ suite, judge }) => ({ suite, metric: metricOf(judge) }));
  return calibratedScoring(boards, { compat: false }, assetFinder(services));
}

/**
 * Turns a configuration into values and a plan. Every mistake that can be found without a call is found here.
 * @throws ConfigError, DataError.
 */
export async function prepareEvaluation(config: RunConfig, services: Services): Promise<Evaluation> {
  refuseEmpty(config);
  await checkFormats(config.report.formats);
  const finder = assetFinder(services);
  const selection = {
    ...presentFields({
      limit: config.limit,
      limitPerCategory: config.limitPerCategory,
      questionIds: config.questions,
    }),
  };
  const loaded = await Promise.all(config.suites.map((name) => loadSuite(name, finder)));
  const selected = loaded.map((suite) => selectQuestions(suite, selection));
  const shard = config.shard === undefined ? undefined : readShard(config.shard);
  const suites = shard === undefined ? selected : suitesOfShard(selected, shard);
  const models = await Promise.all(
    config.models.map((entry) => modelOf(entry, modelDefaults(config, services), services)),
  );
  const judging = suites.flatMap((suite) =>
    config.judges.map((entry) => ({ suite, entry, mode: entry.mode ?? config.mode ?? suite.defaultMode })),
  );
  const compared = judging.filter(({ mode }) => mode === "pairwise-baseline").map(({ suite }) => suite);
  const opponents = await findOpponents(new Set(compared), models, config, services);
  const judges = await bindJudges(config, judging, opponents, services);
  const batched = batchedModels(config, [
    ...models.map((model, index) => ({ model, entry: config.models[index] })),
    ...judges.map(({ model }, index) => ({ model, entry: judging[index]?.entry })),
    ...Object.values(opponents.models).map((model) => ({ model })),
  ]);
  const prices = batchPrices(await loadPrices(config.prices), batched);
  const paid = [...models, ...judges.map((binding) => binding.model)];
  if (config.budget !== undefined) checkBudget(paid, prices);
  const plan = createPlan({
    suites,
    models,
    opponents: opponents.models,
    judges,
    trials: config.trials,
    ...(shard === undefined ? {} : { shard: { ...shard, wholeSuites: selected } }),
  });
  await checkGates(config, plan, models);
  const { scoring, warnings } = await scoringFor(judges, services);
  const held = new Set([...paid, ...Object.values(opponents.models)]);
  const close = async () => {
    await Promise.allSettled([...held].map((model) => model.close?.()));
  };
  return {
    config,
    plan,
    prices,
    batched,
    scoring,
    warnings: [...retirementWarnings(judges, services), ...opponents.warnings, ...warnings],
    close,
  };
}

/** Which stages of an evaluation are carried out, and who listens. */
export interface EvaluateOptions {
  readonly run: string;
  readonly stages?: { readonly answers: boolean; readonly judgments: boolean };
  readonly listener?: RunListener;
  /** Given the dispatcher as soon as it is there, for live figures. */
  readonly onDispatcher?: (dispatcher: Dispatcher) => void;
  /** Add to the folder's protocols instead of replacing them. */
  readonly keepProtocols?: boolean;
  /** How the plan is carried out; in batches where models are asked so, else call by call. */
  readonly execution?: Execution;
}

/**
 * Batches and queues are loaded only where models are asked so.
 * @throws ConfigError `queue-and-batch`.
 */
async function defaultExecution({ batched, config }: Evaluation): Promise<Execution | undefined> {
  if (config.queue !== undefined && batched.size > 0) {
    throw new ConfigError("a run goes through a queue or through batches, not both", {
      code: "queue-and-batch",
      remedy: "Leave out --queue or --batch.",
    });
  }
  if (config.queue !== undefined) return (await import("./queue.js")).overQueue;
  return batched.size === 0 ? undefined : (await import("../batch/batch.js")).overBatches;
}

/** The configuration as the manifest keeps it: the address of a queue may hold a password. */
function withoutSecrets({ queue: _, ...config }: RunConfig): Json {
  return JSON.parse(JSON.stringify(config)) as Json;
}

/** Carries out a prepared evaluation in a run folder and scores it. */
export async function evaluate(
  evaluation: Evaluation,
  options: EvaluateOptions,
  services: Services,
): Promise<RunResult> {
  const { config, plan, prices, batched, scoring } = evaluation;
  const execution = options.execution ?? (await defaultExecution(evaluation));
  const listener = options.listener ?? (() => undefined);
  const fatal = new AbortController();
  const abort = services.abort === undefined ? fatal.signal : AbortSignal.any([services.abort, fatal.signal]);
  let budgetReached = false;
  const onCacheProblem = (message: string) =>
    listener({ type: "warning", warning: { code: "cache-problem", message } });
  const cache = config.cache
    ? openResponseCache(join(cacheFolder(assetAccess(services)), "responses"), onCacheProblem)
    : undefined;
  const spentUsd = config.budget === undefined ? 0 : spentOn(options.run);
  const startDispatcher = (spent: number) =>
    createDispatcher({
      clock: services.clock,
      random: services.random,
      ...presentFields({ stop: services.stop }),
      abort,
      concurrency: config.concurrency,
      ...presentFields({ rpm: config.rpm, tpm: config.tpm }),
      timeoutMs: config.timeout * 1000,
      maxRetries: config.maxRetries,
      ...(config.budget === undefined ? {} : { budgetUsd: config.budget, spentUsd: spent }),
      prices,
      cache,
      onEvent: (event) => {
        if (event.type === "budget-reached") budgetReached = true;
        listener({ type: "dispatch", event });
      },
    });
  const dispatcher = startDispatcher(spentUsd);
  options.onDispatcher?.(dispatcher);
  const means: ExecutionMeans = {
    run: options.run,
    limits: {
      concurrency: config.concurrency,
      rpm: config.rpm,
      tpm: config.tpm,
      timeoutMs: config.timeout * 1000,
      maxRetries: config.maxRetries,
      budgetUsd: config.budget,
      batchPollMs: config.batchPoll * 1000,
      queue: config.queue,
    },
    batched,
    prices,
    cache,
    services,
    abort,
    spentUsd,
    createDispatcher: startDispatcher,
    onDispatcher: (other) => options.onDispatcher?.(other),
    onBudgetReached: (spent) => {
      budgetReached = true;
      const event = { type: "budget-reached", spentUsd: spent, budgetUsd: config.budget ?? 0 } as const;
      listener({ type: "dispatch", event });
    },
  };
  try {
    return await runPlan(plan, {
      run: options.run,
      dispatcher,
      clock: services.clock,
      judgeAttempts: config.judgeAttempts,
      retry: { retryFailed: config.retryFailed },
      stages: options.stages ?? { answers: true, judgments: true },
      listener,
      onFatal: () => fatal.abort(),
      wasStopped: () => {
        if (services.stop?.aborted === true || services.abort?.aborted === true) return "interrupted";
        return budgetReached ? "budget" : undefined;
      },
      version: toolVersion(),
      config: withoutSecrets(config),
      seed: config.seed,
      scoring,
      keepProtocols: options.keepProtocols ?? false,
      ...(execution === undefined
        ? {}
        : { execute: (given, executing) => execution(given, executing, means) }),
    });
  } finally {
    await dispatcher.close();
  }
}
