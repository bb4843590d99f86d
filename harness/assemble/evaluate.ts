import { join } from "node:path";
import type { RunConfig } from "../config/resolve.js";
import { countOf } from "../core/count-of.js";
import { ConfigError } from "../core/errors.js";
import { toolVersion } from "../core/package-files.js";
import type { Json } from "../core/records.js";
import type { Services } from "../core/services.js";
import { cacheFolder } from "../data/asset-access.js";
import { assetAccess } from "../data/asset-finder.js";
import { createDispatcher, type Dispatcher } from "../pipeline/dispatch/dispatcher.js";
import { openResponseCache } from "../pipeline/dispatch/response-cache.js";
import type { RunListener } from "../pipeline/events.js";
import type { Execution, ExecutionMeans } from "../pipeline/execution.js";
import { type RunResult, runPlan } from "../pipeline/run.js";
import { spentOn } from "../store/spending.js";
import { keepRunReference } from "../store/style-reference-file.js";
import type { Evaluation } from "./evaluation.js";
import { keepRunCard } from "./judge-cards.js";
import { dispatchOptions, limitsOf, mostCallsOf } from "./limits.js";
import { sentinelOf } from "./sentinel.js";

/** Which stages of an evaluation are carried out, and who listens. */
export interface EvaluateOptions {
  readonly run: string;
  readonly stages?: { readonly answers: boolean; readonly judgments: boolean };
  readonly listener?: RunListener;
  /** Given the dispatcher as soon as it is there, for live figures. */
  readonly onDispatcher?: (dispatcher: Dispatcher) => void;
  /** Add to the folder's protocols instead of replacing them. */
  readonly keepProtocols?: boolean;
  /** Keep the records that count in memory, for the report that comes next. Default false. */
  readonly keepRecords?: boolean;
  /** How the plan is carried out; in batches where models are asked so, else call by call. */
  readonly execution?: Execution;
}

/**
 * Batches and queues are loaded only where models are asked so.
 * @throws ConfigError `queue-and-batch`.
 */
export async function defaultExecution({ batched, config }: Evaluation): Promise<Execution | undefined> {
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
  const limits = limitsOf(config);
  const mostCalls = mostCallsOf(services);
  if (mostCalls !== undefined && typeof limits.concurrency === "number" && limits.concurrency > mostCalls) {
    const message = `this process may open ${services.openFiles} files, connections among them: at most ${countOf(mostCalls, "call is", "calls are")} made at once (raise the limit with ulimit -n for more)`;
    listener({ type: "warning", warning: { code: "few-open-files", message } });
  }
  const startDispatcher = (spent: number) =>
    createDispatcher({
      ...dispatchOptions(services, limits),
      abort,
      spentUsd: spent,
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
    limits,
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
    const result = await runPlan(plan, {
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
      sentinel: sentinelOf(config, options.run),
      seed: config.seed,
      sequence: evaluation.sequence,
      scoring,
      keepProtocols: options.keepProtocols ?? false,
      keepRecords: options.keepRecords ?? false,
      ...(execution === undefined
        ? {}
        : { execute: (given, executing) => execution(given, executing, means) }),
    });
    await keepRunCard(options.run, result.manifest.protocols, scoring.judgeCard);
    await keepRunReference(options.run, scoring.styleReference);
    return result;
  } finally {
    await dispatcher.close();
  }
}
