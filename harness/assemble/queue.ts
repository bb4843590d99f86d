import { ConfigError } from "../core/errors.js";
import { contentId } from "../core/hash.js";
import { modelFacts } from "../core/model-facts.js";
import { presentFields } from "../core/present-fields.js";
import type { Json, Model } from "../core/records.js";
import type { Services } from "../core/services.js";
import type { ModelSpecification } from "../models/specification.js";
import { isTemplateFile } from "../models/template-file.js";
import { isReplay } from "../pipeline/dispatch/cost.js";
import { createDispatcher, type DispatchLimits } from "../pipeline/dispatch/dispatcher.js";
import type { CallStage } from "../pipeline/dispatch/events.js";
import type { RunListener } from "../pipeline/events.js";
import { executePlan } from "../pipeline/execute.js";
import type { Execution, ExecutionLimits, ExecutionMeans } from "../pipeline/execution.js";
import type { Plan } from "../pipeline/plan.js";
import { queueAddress } from "../queue/queue-address.js";
import { NotHere, runQueueWorker, type WorkerCall } from "../queue/queue-worker.js";
import { QueuedCalls, recordKey } from "../queue/queued-calls.js";
import { loadQueuePackages, RedisConnections } from "../queue/redis.js";
import { readManifest } from "../store/run-folder.js";
import { dispatchOptions } from "./limits.js";
import { modelFrom, specificationsOf } from "./models.js";
import { WorkerGuard, type WorkerPermissions } from "./worker-permissions.js";

/** Calls in the queue at once where `--concurrency` names no number: enough for many workers, few enough to take back. */
const CALLS_IN_QUEUE = 1_000;

/** Adapters that need nothing of a worker's machine but the network and a key. */
const QUEUED_ADAPTERS: ReadonlySet<string> = new Set(["openai", "completions"]);

/** A file of the run's machine is none of a worker's, and a job must not make a worker read files into its prompts. */
function refuseTemplateFile({ id, template }: ModelSpecification): void {
  if (template === undefined || !isTemplateFile(template)) return;
  throw new ConfigError(`the template of model "${id}" is a file, which workers do not read`, {
    code: "queue-not-possible",
    remedy: "Run without --queue, split with --shard, or name a template of docs/adapters.md.",
  });
}

/**
 * What a worker makes a model of.
 * @throws ConfigError `queue-not-possible`.
 */
function descriptionsOf(model: Model): readonly ModelSpecification[] {
  const described = specificationsOf(model);
  for (const one of described ?? []) refuseTemplateFile(one);
  if (described?.every(({ adapter }) => QUEUED_ADAPTERS.has(adapter))) return described;
  throw new ConfigError(
    `model "${model.id}" (adapter ${String(model.identity.adapter)}) cannot be asked through a queue`,
    {
      code: "queue-not-possible",
      remedy:
        "Workers ask OpenAI-compatible endpoints; run programs and modules without --queue, split with --shard.",
    },
  );
}

/** Variables with keys that were named, or are set here, so that a worker without them would ask in vain. */
function variablesOf(described: readonly ModelSpecification[], { environment }: Services): string[] {
  const wanted = described.flatMap(({ apiKeyEnv, defaultApiKeyEnv, options }) => {
    const headers = Object.values(options?.headersFromEnvironment ?? {}).map(String);
    if (apiKeyEnv !== undefined) return [apiKeyEnv, ...headers];
    const isDefaultSet = defaultApiKeyEnv !== undefined && (environment[defaultApiKeyEnv] ?? "") !== "";
    return isDefaultSet ? [defaultApiKeyEnv, ...headers] : headers;
  });
  return [...new Set(wanted)];
}

/** A model whose attempts workers make. Everything that decides a task or a protocol is the original's. */
function queuedModel(model: Model, stage: CallStage, calls: QueuedCalls, means: ExecutionMeans): Model {
  if (isReplay(model)) return model;
  const { timeoutMs, rpm, tpm } = means.limits;
  // Plain data, as the configuration had it.
  const specifications = JSON.parse(JSON.stringify(descriptionsOf(model))) as readonly Json[];
  const variables = variablesOf(descriptionsOf(model), means.services);
  const limits = presentFields({ rpm, tpm });
  return {
    ...modelFacts(model),
    generate: (request, { signal }) =>
      calls.ask(model.id, { specifications, variables, request, stage, timeoutMs, limits }, signal),
  };
}

function queuedPlan(
  plan: Plan,
  stages: { readonly answers: boolean; readonly judgments: boolean },
  calls: QueuedCalls,
  means: ExecutionMeans,
): Plan {
  const { answers, judgments } = stages;
  return {
    ...plan,
    // Models of a run that only judges are never asked.
    models: answers
      ? new Map([...plan.models].map(([id, model]) => [id, queuedModel(model, "answers", calls, means)]))
      : plan.models,
    protocols: judgments
      ? plan.protocols.map((planned) => ({
          ...planned,
          judgeModel: queuedModel(planned.judgeModel, "judgments", calls, means),
          ...presentFields({
            replacement: planned.replacement && {
              ...planned.replacement,
              model: queuedModel(planned.replacement.model, "judgments", calls, means),
            },
          }),
        }))
      : plan.protocols,
  };
}

/** Tells the queue what is on disk. */
function telling(calls: QueuedCalls, plan: Plan, listener: RunListener): RunListener {
  const judgeModels = new Map(plan.protocols.map(({ protocol }) => [protocol.id, protocol.judgeModel]));
  return (event) => {
    if (event.type === "answer") {
      const { model, suite, questionId, trial } = event.answer;
      calls.recorded(recordKey(model, { kind: "answer", suite, questionId, trial, turn: 1 }));
    } else if (event.type === "judgment") {
      const { protocol, suite, questionId, turn, trial, a, b, repeat } = event.judgment;
      const pair = { a, ...presentFields({ b, repeat }) };
      const { judgment } = event;
      const instead = judgment.status === "skipped" ? undefined : judgment.replacement?.judgeModel;
      for (const judge of [judgeModels.get(protocol) ?? "", ...(instead === undefined ? [] : [instead])])
        calls.recorded(
          recordKey(judge, { kind: "judgment", suite, questionId, turn, trial, ...pair, attempt: 1 }),
        );
    }
    listener(event);
  };
}

async function openCalls(plan: Plan, means: ExecutionMeans, listener: RunListener): Promise<QueuedCalls> {
  const address = queueAddress(means.limits.queue ?? "");
  const packages = await loadQueuePackages();
  const onProblem = (message: string) =>
    listener({ type: "warning", warning: { code: "queue-problem", message: `queue: ${message}` } });
  const connections = await RedisConnections.open(packages, address, onProblem);
  const { startedAt } = readManifest(means.run);
  return QueuedCalls.open({
    packages,
    connections,
    run: contentId({ startedAt, suites: plan.suites.map((suite) => suite.hash) }),
    clock: means.services.clock,
    onWarning: (warning) => listener({ type: "warning", warning }),
  });
}

/** Deadlines and rates hold where calls are made; a call may wait for a worker as long as it takes. */
function limitsInQueue({ rpm: _, tpm: __, concurrency, ...limits }: ExecutionLimits): DispatchLimits {
  return {
    ...limits,
    concurrency: concurrency === "auto" ? CALLS_IN_QUEUE : concurrency,
    timeoutMs: Number.POSITIVE_INFINITY,
  };
}

/**
 * Carries out a plan with workers over a queue. This process plans, keeps the budget and the cache, decides over
 * retries and writes the run folder; workers make single attempts.
 * @throws ConfigError `queue-unreachable`, `queue-packages-missing`, `queue-not-possible`.
 */
export const overQueue: Execution = async (plan, options, means) => {
  const { limits, services, prices, cache, spentUsd } = means;
  const calls = await openCalls(plan, means, options.listener);
  const listener = telling(calls, plan, options.listener);
  const cut = new AbortController();
  const dispatcher = createDispatcher({
    ...dispatchOptions(services, limitsInQueue(limits)),
    abort: AbortSignal.any([means.abort, cut.signal]),
    spentUsd,
    prices,
    cache,
    latencyOf: (result) => calls.latencyOf(result),
    onEvent: (event) => {
      if (event.type === "budget-reached") means.onBudgetReached(event.spentUsd);
      else listener({ type: "dispatch", event });
    },
  });
  means.onDispatcher(dispatcher);
  const takeBack = () => {
    // What workers have begun may finish; then nothing is left to wait for.
    void calls.takeBack().then(() => cut.abort());
  };
  if (services.stop?.aborted === true) takeBack();
  services.stop?.addEventListener("abort", takeBack);
  try {
    const queued = queuedPlan(plan, options.stages, calls, means);
    await executePlan(queued, { ...options, dispatcher, listener });
  } finally {
    services.stop?.removeEventListener("abort", takeBack);
    await dispatcher.close();
    await calls.close();
  }
};

/** How a worker is started. */
export interface WorkerStart {
  /** Address of the Redis. */
  readonly queue: string;
  readonly concurrency: number;
  readonly permissions: WorkerPermissions;
  readonly onCall: (call: WorkerCall) => void;
  /** Told why calls out of the queue are not made, once for each reason. */
  readonly onRefused: (reason: string) => void;
  readonly onProblem: (message: string) => void;
  /** Called when calls can be taken. */
  readonly onReady: (shownAddress: string) => void;
}

/** Fields of a description that adapters of endpoints read. */
const DESCRIBED = [
  "id",
  "adapter",
  "model",
  "baseUrl",
  "apiKeyEnv",
  "defaultApiKeyEnv",
  "template",
  "system",
  "family",
  "priceKey",
  "parameters",
] as const;

/** A description out of a job; jobs are assay's own, but their adapter decides what runs on this machine. */
function specificationOf(value: Json): ModelSpecification {
  const isFit =
    typeof value === "object" &&
    value !== null &&
    "id" in value &&
    typeof value.id === "string" &&
    "adapter" in value &&
    typeof value.adapter === "string" &&
    QUEUED_ADAPTERS.has(value.adapter);
  if (!isFit) {
    throw new ConfigError("a call in the queue names an adapter that workers do not serve", {
      code: "queue-not-possible",
      remedy: `Workers serve ${[...QUEUED_ADAPTERS].join(" and ")}; look who writes into this queue.`,
    });
  }
  const given = value as unknown as ModelSpecification;
  refuseTemplateFile(given);
  // Where replies may come from, and how much is read of them, is for the worker to say.
  const { followRedirects: _, maxReplyMb: __, ...options } = given.options ?? {};
  const known = DESCRIBED.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]]));
  return { ...Object.fromEntries(known), options };
}

/** @throws NotHere for what this worker must not do, or cannot for want of a key; ConfigError for what no worker can. */
async function workersModel(
  specifications: readonly Json[],
  variables: readonly string[],
  guard: WorkerGuard,
  { clock }: Services,
): Promise<Model> {
  const described = specifications.map(specificationOf);
  for (const one of described) guard.check(one, variables);
  try {
    return await modelFrom(described, { environment: guard.visible, clock });
  } catch (thrown) {
    if (!(thrown instanceof ConfigError) || thrown.code !== "missing-api-key") throw thrown;
    throw new NotHere(thrown.message, {
      code: "key-not-allowed",
      remedy: "Start a worker with --allow-key-env and the variable set, if that is meant.",
    });
  }
}

/**
 * Whether a run could use a queue: its packages are here, and its Redis answers.
 * @returns The address without user and password.
 * @throws ConfigError `queue-packages-missing`, `bad-queue-address`, `queue-unreachable`.
 */
export async function tryQueue(queue: string): Promise<string> {
  const address = queueAddress(queue);
  const connections = await RedisConnections.open(await loadQueuePackages(), address, () => undefined);
  connections.close();
  return address.shown;
}

/**
 * Makes the calls of runs until the process is told to stop.
 * @throws ConfigError when the queue cannot be reached, or when the worker is allowed nothing.
 */
export async function serveQueue(start: WorkerStart, services: Services): Promise<void> {
  const address = queueAddress(start.queue);
  const packages = await loadQueuePackages();
  const connections = await RedisConnections.open(packages, address, start.onProblem);
  const guard = new WorkerGuard(start.permissions, services.environment);
  start.onReady(address.shown);
  const never = new AbortController().signal;
  await runQueueWorker({
    packages,
    connections,
    concurrency: start.concurrency,
    clock: services.clock,
    random: services.random,
    modelOf: (specifications, variables) => workersModel(specifications, variables, guard, services),
    stop: services.stop ?? never,
    abort: services.abort ?? never,
    onCall: start.onCall,
    onRefused: start.onRefused,
  });
}
