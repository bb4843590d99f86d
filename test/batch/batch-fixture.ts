import type { BatchRoundsMeans } from "../../harness/batch/batch-lanes.js";
import { batchPrices } from "../../harness/batch/batch-prices.js";
import { executeInBatches } from "../../harness/batch/batch-rounds.js";
import type { Clock } from "../../harness/core/clock.js";
import type { Answer, Judgment, Suite } from "../../harness/core/records.js";
import type { EndpointModel, EndpointModelOptions } from "../../harness/models/endpoint-model.js";
import { openaiModel } from "../../harness/models/openai.js";
import type { BatchEvent } from "../../harness/pipeline/batch-events.js";
import { createDispatcher } from "../../harness/pipeline/dispatch/dispatcher.js";
import type { PriceTable } from "../../harness/pipeline/dispatch/prices.js";
import type { RunEvent } from "../../harness/pipeline/events.js";
import { createPlan, type JudgeBinding, type Plan } from "../../harness/pipeline/plan.js";
import { type RunResult, runPlan } from "../../harness/pipeline/run.js";
import { readAnswers, readJudgments } from "../../harness/store/run-folder.js";
import { sampleJudge, samplePairJudge } from "../pipeline/sample-plan.js";
import { hashFraction, type ModelCall } from "../server/model-calls.js";
import type { Replier } from "../server/replies.js";
import type { TestServer } from "../server/server.js";

const START_MS = Date.UTC(2025, 0, 1);

/** A clock on which waiting takes no time but lets what is under way go on; it counts its sleeps. */
export interface SteppingClock extends Clock {
  readonly sleeps: number;
}

/** @param onSleep called at each sleep, before it ends; may throw in place of a kill */
export function steppingClock(onSleep: (count: number) => void = () => undefined): SteppingClock {
  let nowMs = 0;
  let sleeps = 0;
  return {
    now: () => START_MS + nowMs,
    monotonic: () => nowMs,
    get sleeps() {
      return sleeps;
    },
    sleep: async (ms, signal) => {
      sleeps++;
      onSleep(sleeps);
      await new Promise((resolve) => setImmediate(resolve));
      if (signal?.aborted) throw signal.reason;
      nowMs += ms;
    },
    turn: () => Promise.resolve(),
  };
}

/** A rating, a choice or an echo, by what the sample judges ask; the same for the same request. */
export const sampleReplies: Replier = (call: ModelCall) => {
  const draw = hashFraction(JSON.stringify(call.messages));
  if (call.prompt.startsWith("rate ")) return `it is fine =${1 + Math.floor(draw * 10)}`;
  if (call.prompt.includes(" vs ")) return ["A", "B", "TIE"][Math.floor(draw * 3)] ?? "A";
  return `<think>let me see</think>${call.model} on ${call.prompt}`;
};

export const samplePrices: PriceTable = {
  asOf: "a test",
  models: new Map(["x", "y", "judge"].map((name) => [name, { inputPerMillion: 2e5, outputPerMillion: 1e6 }])),
};

export interface BatchSetup {
  readonly suite: Suite;
  readonly models?: readonly string[];
  readonly pairs?: boolean;
  /** A second judge after the one of single answers. */
  readonly second?: boolean;
  /** Verdicts of each single answer. */
  readonly rounds?: number;
  readonly options?: Partial<EndpointModelOptions>;
}

/** A plan over models and a judge at the server. */
export function planAt(server: TestServer, setup: BatchSetup): { plan: Plan; batched: Set<EndpointModel> } {
  const modelAt = (id: string) =>
    openaiModel({ id, model: id, baseUrl: server.baseUrl, apiKey: "sk-test-0123456789", ...setup.options });
  const models = (setup.models ?? ["x"]).map(modelAt);
  const judge = modelAt("judge");
  const referee = modelAt("judge");
  const strong = modelAt("strong");
  const first: JudgeBinding = {
    ...{ suite: setup.suite.id, judge: sampleJudge, model: judge, mode: "single" },
    ...(setup.rounds === undefined ? {} : { repeats: { rounds: setup.rounds } }),
  };
  const second = { share: 0.5, margin: 25, after: first };
  const judges: JudgeBinding[] = [
    first,
    ...(setup.second === true ? [{ ...first, model: strong, second }] : []),
    ...(setup.pairs === true
      ? [{ suite: setup.suite.id, judge: samplePairJudge, model: referee, mode: "pairwise-all" } as const]
      : []),
  ];
  const plan = createPlan({ suites: [setup.suite], models, judges, trials: 1, seed: 1 });
  const batched = new Set(models.concat(judge, setup.pairs ? referee : [], setup.second ? strong : []));
  return { plan, batched };
}

export interface RunInBatchesOptions extends Partial<Omit<BatchRoundsMeans, "run">> {
  readonly stages?: { readonly answers: boolean; readonly judgments: boolean };
  readonly judgeAttempts?: number;
  readonly retryFailed?: boolean;
}

export interface BatchRun {
  readonly result: RunResult;
  readonly events: readonly BatchEvent[];
  readonly warnings: readonly string[];
  readonly budgetReached: boolean;
}

const runFacts = { version: "0.0.0", config: {}, seed: 1, onFatal: () => undefined } as const;

/** Carries out a plan over the server's Batch API in a run folder. */
export async function runInBatches(
  run: string,
  { plan, batched }: ReturnType<typeof planAt>,
  options: RunInBatchesOptions = {},
): Promise<BatchRun> {
  const { stages, judgeAttempts, retryFailed, ...given } = options;
  const events: RunEvent[] = [];
  let budgetReached = false;
  const clock = given.clock ?? steppingClock();
  const dispatcher = createDispatcher({ concurrency: 4 });
  const means: BatchRoundsMeans = {
    run,
    batched,
    prices: batchPrices(samplePrices, batched),
    maxRetries: 2,
    createLive: () => createDispatcher({ concurrency: 4, maxRetries: 0 }),
    clock,
    pollMs: 30_000,
    spentUsd: 0,
    onBudgetReached: () => {
      budgetReached = true;
    },
    ...given,
  };
  try {
    const result = await runPlan(plan, {
      ...runFacts,
      run,
      dispatcher,
      clock,
      judgeAttempts: judgeAttempts ?? 2,
      retry: { retryFailed: retryFailed ?? false },
      stages: stages ?? { answers: true, judgments: true },
      listener: (event) => events.push(event),
      wasStopped: () => (given.stop?.aborted === true ? "interrupted" : undefined),
      execute: (given, executing) => executeInBatches(given, executing, means),
    });
    return {
      result,
      events: events.flatMap((event) => (event.type === "batch" ? [event.event] : [])),
      warnings: events.flatMap((event) => (event.type === "warning" ? [event.warning.code] : [])),
      budgetReached,
    };
  } finally {
    await dispatcher.close();
  }
}

/** Carries out a plan call by call. */
export async function runLive(run: string, { plan }: ReturnType<typeof planAt>): Promise<RunResult> {
  const dispatcher = createDispatcher({ concurrency: 4, maxRetries: 2, prices: samplePrices });
  try {
    return await runPlan(plan, {
      ...runFacts,
      run,
      dispatcher,
      clock: steppingClock(),
      judgeAttempts: 2,
      retry: { retryFailed: false },
      stages: { answers: true, judgments: true },
      listener: () => undefined,
      wasStopped: () => undefined,
    });
  } finally {
    await dispatcher.close();
  }
}

/** Records without what differs between a batch and a call: times, money, attempts. */
export function recordsOf(run: string): unknown[] {
  const records: (Answer | Judgment)[] = [...readAnswers(run), ...readJudgments(run)];
  const plain = records.map((record) =>
    JSON.stringify(record, (key, value: unknown) =>
      ["at", "latencyMs", "costUsd", "attempts"].includes(key) ? undefined : value,
    ),
  );
  return plain.sort().map((text): unknown => JSON.parse(text));
}

/** Requests that the server got at a path. */
export function countRequests(server: TestServer, method: string, path: string): number {
  return server.requests.filter((one) => one.method === method && one.path.split("?")[0] === path).length;
}
