import { isoTime } from "../core/clock.js";
import type { Model } from "../core/records.js";
import { type EndpointModel, isEndpointModel } from "../models/endpoint-model.js";
import { costOf, priceOf } from "../pipeline/dispatch/cost.js";
import type { Dispatcher } from "../pipeline/dispatch/dispatcher.js";
import type { CallStage } from "../pipeline/dispatch/events.js";
import type { PriceTable } from "../pipeline/dispatch/prices.js";
import { type ResponseCache, responseKey } from "../pipeline/dispatch/response-cache.js";
import type { RunEvent, RunListener } from "../pipeline/events.js";
import { type ExecuteOptions, executePlan } from "../pipeline/execute.js";
import { judgeModelsOf, type Plan } from "../pipeline/plan.js";
import { BatchDispatcher } from "./batch-dispatcher.js";
import { costOfReply } from "./batch-prices.js";
import type { BatchRequest } from "./batch-request.js";
import { BatchState } from "./batch-state.js";
import type { TakingContext } from "./take-results.js";

/** What carrying out a plan in batches works with. */
export interface BatchMeans {
  /** Run folder, locked. */
  readonly run: string;
  /** Each has a wire format of its own. */
  readonly batched: ReadonlySet<Model>;
  /** With those of batched models at half. */
  readonly prices: PriceTable;
  readonly cache?: ResponseCache | undefined;
  /** Attempts after the first one. */
  readonly maxRetries: number;
  /** Makes the dispatcher for models that are asked call by call; `spentUsd` counts towards its budget. */
  createLive(spentUsd: number): Dispatcher;
  readonly onDispatcher?: (dispatcher: Dispatcher) => void;
}

function modelsOf(plan: Plan, stage: CallStage): Model[] {
  return stage === "answers" ? [...plan.models.values()] : plan.protocols.flatMap(judgeModelsOf);
}

/** Progress counts what is kept once, however often the plan is carried out. */
function withoutRepeats(listener: RunListener): RunListener {
  return (event: RunEvent) => {
    if (event.type !== "planned" && event.type !== "kept") listener(event);
  };
}

/** One process's work on the batches of a run: the journal, and the plan carried out over it as often as is needed. */
export class BatchSession {
  private rounds = 0;
  /** Cost of replies that were in the journal but in no record when the session began, in dollars. */
  private unrecordedUsd = 0;
  private liveUsd = 0;
  private repliesUsd = 0;

  private constructor(
    readonly plan: Plan,
    private readonly options: ExecuteOptions,
    private readonly means: BatchMeans,
    readonly state: BatchState,
  ) {}

  /** Opens the journal; adapters learn again what earlier refusals taught. Close the session when done. */
  static async open(plan: Plan, options: ExecuteOptions, means: BatchMeans): Promise<BatchSession> {
    const state = await BatchState.open(means.run);
    const session = new BatchSession(plan, options, means, state);
    for (const { stage, model, status, body, sent } of state.learned) {
      for (const one of session.endpointModels(stage, model)) one.wire.refuse(status, body, sent);
    }
    return session;
  }

  /** The model objects of an id that are asked in batches; a judge has one for each suite. */
  endpointModels(stage: CallStage, id: string): EndpointModel[] {
    return modelsOf(this.plan, stage)
      .filter(isEndpointModel)
      .filter((model) => model.id === id && this.means.batched.has(model));
  }

  /** Dollars spent since the records of the run were last counted. */
  get spentUsd(): number {
    return this.unrecordedUsd + this.liveUsd + this.repliesUsd;
  }

  /**
   * Carries out the plan as far as replies are there.
   * @param heldUsd dollars that are spent or set aside elsewhere, for the budget of live calls
   * @returns The requests that are due, by custom id.
   */
  async carryOut(heldUsd = 0): Promise<ReadonlyMap<string, BatchRequest>> {
    const { means, state, options } = this;
    const live = means.createLive(heldUsd);
    const dispatcher = new BatchDispatcher({
      live,
      state,
      wireOf: (model) => (isEndpointModel(model) && means.batched.has(model) ? model.wire : undefined),
      prices: means.prices,
      cache: means.cache,
      maxRetries: means.maxRetries,
    });
    means.onDispatcher?.(dispatcher);
    const listener = this.rounds === 0 ? options.listener : withoutRepeats(options.listener);
    try {
      await executePlan(this.plan, { ...options, dispatcher, listener });
    } finally {
      this.liveUsd += live.progress.costUsd;
      if (this.rounds === 0) this.unrecordedUsd = dispatcher.batchCostUsd;
      this.rounds++;
      await live.close();
    }
    await state.noteSettled(dispatcher.settled, dispatcher.recorded);
    return dispatcher.due;
  }

  /** What {@link takeResults} is told of results that come now. */
  takingContext(
    due: ReadonlyMap<string, BatchRequest>,
    source: string,
    askedAt: (customId: string) => string | undefined,
  ): TakingContext {
    const { means, state } = this;
    const nowMs = this.options.clock.now();
    return {
      due,
      state,
      nowMs,
      source,
      askedAtMs: (customId) => Date.parse(askedAt(customId) ?? isoTime(nowMs)),
      onUnusable: ({ model }, usage) => {
        const price = priceOf(model, means.prices);
        if (price !== undefined) this.repliesUsd += costOf(usage, price);
      },
      onReply: ({ model, request }, generation, latencyMs) => {
        this.repliesUsd += costOfReply(means.prices, model, request, generation);
        means.cache?.put(responseKey(model, request), { generation, latencyMs });
      },
    };
  }

  async close(): Promise<void> {
    await this.means.cache?.flush();
    await this.state.close();
  }
}
