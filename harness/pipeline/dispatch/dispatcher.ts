import { setMaxListeners } from "node:events";
import { type Clock, systemClock } from "../../core/clock.js";
import type { CallTotals } from "../../core/manifest.js";
import type { Generation, GenerationRequest, Model } from "../../core/records.js";
import { boundsOf, fixedBounds } from "./adaptive-concurrency.js";
import { Budget } from "./budget.js";
import { type CallOutcome, type CallServices, callEndpoint } from "./call.js";
import { callRecordOf } from "./call-record.js";
import { defaultBreakerOptions } from "./circuit-breaker.js";
import { checkBudget, isReplay } from "./cost.js";
import { EndpointLane } from "./endpoint-lane.js";
import { EndpointRefusals } from "./endpoint-refusals.js";
import type { CallStage, DispatchEvent, DispatchProgress } from "./events.js";
import { InFlight } from "./in-flight.js";
import { knownPrices, type PriceTable } from "./prices.js";
import type { RateLimits } from "./rate-window.js";
import { isReplicated } from "./replicas.js";
import { type ResponseCache, responseKey } from "./response-cache.js";
import { defaultRetryPolicy, type RetryPolicy } from "./retry.js";
import { StartTurns } from "./start-turns.js";
import { Accounts, type CallAccount, RateMeter } from "./totals.js";

export type { CallOutcome } from "./call.js";

/** What a configuration says of how endpoints are treated, and of money. */
export interface DispatchLimits {
  /** Calls in flight at once per endpoint. Default `auto`. */
  readonly concurrency?: number | "auto";
  /** Requests per minute and endpoint. */
  readonly rpm?: number;
  /** Tokens per minute and endpoint, input and output together. */
  readonly tpm?: number;
  /** Deadline of every attempt, headers and body, in milliseconds. Default 600,000. */
  readonly timeoutMs?: number;
  /** Attempts after the first one. Default 8. */
  readonly maxRetries?: number;
  /** How long an endpoint that is still starting is waited for, in milliseconds. Default 300,000; 0 does not wait. */
  readonly startupWaitMs?: number;
  /** Goes on asking an endpoint that refuses whatever it is asked; by default that ends after a few refusals. */
  readonly asksOnWhenRefused?: boolean;
  /** Hard cap on the cost of all calls, in dollars. */
  readonly budgetUsd?: number;
}

/** What a dispatcher works with. */
export interface DispatchOptions extends DispatchLimits {
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Uniform in [0, 1), for jitter. Default `Math.random`. */
  readonly random?: () => number;
  /** Gentle stop: no attempt starts any more, those under way may finish. */
  readonly stop?: AbortSignal;
  /** Most calls at once per endpoint, whatever the concurrency asks for: each takes a connection. */
  readonly mostCalls?: number;
  /** Hard stop: attempts under way are cut off too. */
  readonly abort?: AbortSignal;
  /** What earlier runs on the same folder spent of the budget, in dollars. Default 0. */
  readonly spentUsd?: number;
  /** Default {@link knownPrices}. */
  readonly prices?: PriceTable;
  /** Absent: nothing is cached. */
  readonly cache?: ResponseCache | undefined;
  readonly onEvent?: (event: DispatchEvent) => void;
  /**
   * Milliseconds that the endpoint itself took, by the reply or the error of an attempt, for models whose attempts also
   * wait elsewhere; undefined, as by default, where the attempt's own time is meant.
   */
  readonly latencyOf?: (result: object) => number | undefined;
}

/** The one place where models are called. */
export interface Dispatcher {
  /**
   * Gets a generation: from the cache, or from the model within all limits, retries included. Never rejects for what
   * an endpoint or adapter does.
   *
   * @param how `isFresh` asks the model whatever the cache holds, and leaves the reply out of it
   * @throws ConfigError `unknown-price` when a budget is set and the model has no price (see {@link checkBudget})
   */
  call(
    model: Model,
    request: GenerationRequest,
    stage: CallStage,
    how?: { readonly isFresh?: boolean },
  ): Promise<CallOutcome>;
  /** Live figures. */
  readonly progress: DispatchProgress;
  /** Sums by stage and model, for the manifest. */
  totals(): readonly CallTotals[];
  /** Turns away what waits, cuts off what is under way, and resolves when the cache is written. Models stay open. */
  close(): Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 600_000;
/** Recordings are read, not asked: no limit but tidiness. */
const REPLAY_CONCURRENCY = 64;

/** Creates a dispatcher. Close it when the run is over. */
export function createDispatcher(options: DispatchOptions): Dispatcher {
  return new RunDispatcher(options);
}

class RunDispatcher implements Dispatcher {
  private readonly lanes = new Map<string, EndpointLane>();
  private readonly accounts: Accounts;
  private readonly meter = new RateMeter();
  private readonly services: CallServices;
  private readonly clock: Clock;
  private readonly turns: StartTurns;
  private readonly budget: Budget | undefined;
  private readonly policy: RetryPolicy;
  private readonly emit: (event: DispatchEvent) => void;
  private readonly halt = new AbortController();
  private readonly onStop = () => this.stopStarting();
  private readonly onAbort = () => this.cutOff();

  constructor(private readonly options: DispatchOptions) {
    const prices = options.prices ?? knownPrices;
    this.clock = options.clock ?? systemClock;
    this.turns = new StartTurns(this.clock);
    this.emit = options.onEvent ?? (() => {});
    this.policy = { ...defaultRetryPolicy, maxRetries: options.maxRetries ?? defaultRetryPolicy.maxRetries };
    this.accounts = new Accounts(prices);
    const { budgetUsd } = options;
    this.budget =
      budgetUsd === undefined
        ? undefined
        : new Budget(budgetUsd, options.spentUsd ?? 0, (spentUsd) =>
            this.emit({ type: "budget-reached", spentUsd, budgetUsd }),
          );
    this.services = {
      clock: this.clock,
      random: options.random ?? Math.random,
      policy: this.policy,
      inFlight: new InFlight(this.clock, options.timeoutMs ?? DEFAULT_TIMEOUT_MS),
      budget: this.budget,
      accounts: this.accounts,
      refusals: new EndpointRefusals(
        options.asksOnWhenRefused === true ? Number.POSITIVE_INFINITY : undefined,
      ),
      halt: this.halt.signal,
      latencyOf: options.latencyOf ?? (() => undefined),
      emit: this.emit,
    };
    // Every call that waits to be made again listens; Node warns of a leak from eleven on.
    setMaxListeners(0, this.halt.signal);
    options.stop?.addEventListener("abort", this.onStop);
    options.abort?.addEventListener("abort", this.onAbort);
    if (options.stop?.aborted === true) this.stopStarting();
    if (options.abort?.aborted === true) this.cutOff();
  }

  async call(
    model: Model,
    request: GenerationRequest,
    stage: CallStage,
    how: { readonly isFresh?: boolean } = {},
  ): Promise<CallOutcome> {
    const account = this.accounts.of(stage, model);
    if (this.budget !== undefined && account.price === undefined) {
      checkBudget([model], this.options.prices ?? knownPrices);
    }
    if (this.halt.signal.aborted) return { ok: false, stopped: "cancelled" };
    const cache = how.isFresh === true ? undefined : this.options.cache;
    const key = cache === undefined || isReplay(model) ? undefined : responseKey(model, request);
    if (cache !== undefined && key !== undefined) {
      const hit = cache.get(key);
      if (hit !== undefined) return this.fromCache(hit.generation, hit.latencyMs, account);
    }
    const outcome = await callEndpoint(this.services, this.laneOf(model), account, model, request);
    if (outcome.ok) {
      this.meter.add(this.clock.monotonic());
      if (cache !== undefined && key !== undefined) {
        cache.put(key, { generation: outcome.generation, latencyMs: outcome.record.latencyMs });
      }
    }
    return outcome;
  }

  get progress(): DispatchProgress {
    const nowMs = this.clock.monotonic();
    const endpoints = [...this.lanes.values()].map((lane) => lane.progress());
    const accounts = this.accounts.all();
    const over = <Item>(items: readonly Item[], figure: (item: Item) => number) =>
      items.reduce((sum, item) => sum + figure(item), 0);
    return {
      endpoints,
      inFlight: over(endpoints, (endpoint) => endpoint.inFlight),
      waiting: over(endpoints, (endpoint) => endpoint.waiting),
      backingOff: over(endpoints, (endpoint) => endpoint.backingOff),
      calls: over(accounts, (account) => account.calls),
      failed: over(accounts, (account) => account.failed),
      cached: over(accounts, (account) => account.cached),
      recorded: over(accounts, (account) => account.recorded),
      retries: over(accounts, (account) => account.retries),
      retriesByCause: Object.fromEntries(this.accounts.retriesByCause),
      inputTokens: over(accounts, (account) => account.usage.inputTokens),
      cachedInputTokens: over(accounts, (account) => account.usage.cachedInputTokens ?? 0),
      outputTokens: over(accounts, (account) => account.usage.outputTokens),
      costUsd: over(accounts, (account) => account.costUsd),
      unpricedCalls: over(accounts, (account) => (account.price === undefined ? account.calls : 0)),
      ...(this.budget === undefined
        ? {}
        : {
            budget: {
              capUsd: this.budget.capUsd,
              spentUsd: this.budget.spent,
              reservedUsd: this.budget.reserved,
              reached: this.budget.reached,
            },
          }),
      callsPerSecond: this.meter.perSecond(nowMs),
    };
  }

  totals(): readonly CallTotals[] {
    return this.accounts.all().map((account) => account.totals());
  }

  async close(): Promise<void> {
    this.options.stop?.removeEventListener("abort", this.onStop);
    this.options.abort?.removeEventListener("abort", this.onAbort);
    this.cutOff();
    await this.options.cache?.flush();
  }

  private fromCache(generation: Generation, latencyMs: number, account: CallAccount): CallOutcome {
    account.cached++;
    this.meter.add(this.clock.monotonic());
    this.emit({ type: "cache-hit", model: account.model, stage: account.stage });
    const record = callRecordOf(generation, { latencyMs, costUsd: 0, source: "cache" });
    return { ok: true, generation, record };
  }

  private laneOf(model: Model): EndpointLane {
    const endpoint = model.endpoint;
    let lane = this.lanes.get(endpoint);
    if (lane === undefined) {
      const { concurrency = "auto", rpm, tpm } = this.options;
      const replay = isReplay(model);
      const limits: RateLimits = replay
        ? {}
        : { ...(rpm === undefined ? {} : { rpm }), ...(tpm === undefined ? {} : { tpm }) };
      lane = new EndpointLane({
        endpoint,
        clock: this.clock,
        bounds: replay ? fixedBounds(REPLAY_CONCURRENCY) : boundsOf(concurrency, this.options.mostCalls),
        limits,
        breaker: {
          ...defaultBreakerOptions,
          startupWaitMs: this.options.startupWaitMs ?? defaultBreakerOptions.startupWaitMs,
          startupThreshold: isReplicated(model) ? model.replicas.length : 1,
          probesOfUnknown: Math.max(
            1,
            Math.min(defaultBreakerOptions.probesOfUnknown, this.policy.maxRetries),
          ),
        },
        turns: this.turns,
        emit: this.emit,
      });
      this.lanes.set(endpoint, lane);
    }
    return lane;
  }

  private stopStarting(): void {
    if (this.halt.signal.aborted) return;
    this.halt.abort("stopped");
    this.budget?.cancel();
    for (const lane of this.lanes.values()) lane.close();
  }

  private cutOff(): void {
    this.stopStarting();
    this.services.inFlight.cutAll();
  }
}
