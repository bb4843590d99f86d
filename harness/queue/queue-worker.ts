import type { Job } from "bullmq";
import type { Clock } from "../core/clock.js";
import { ConfigError, EndpointError, messageOf } from "../core/errors.js";
import { canonicalJson } from "../core/hash.js";
import { presentFields } from "../core/present-fields.js";
import type { Generation, GenerationRequest, Json, Model, Usage } from "../core/records.js";
import { excerpt } from "../core/text.js";
import { believableUsage, estimateCallTokens } from "../pipeline/dispatch/cost.js";
import { createDispatcher, type Dispatcher } from "../pipeline/dispatch/dispatcher.js";
import { InFlight } from "../pipeline/dispatch/in-flight.js";
import { type CallJob, type CallResult, errorToSend, queueName, takeBackKey } from "./call-job.js";
import { problemOfCall } from "./call-problem.js";
import type { QueuePackages, RedisConnections } from "./redis.js";
import { SharedRateLimit } from "./shared-rate-limit.js";

/** What {@link runQueueWorker} works with. */
export interface QueueWorkerOptions {
  readonly packages: QueuePackages;
  readonly connections: RedisConnections;
  /** Calls in flight at once. */
  readonly concurrency: number;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /**
   * Makes a model from the descriptions of a job. Throws a {@link NotHere} where this worker is not the one for it, and
   * another ConfigError where no worker is.
   */
  readonly modelOf: (specifications: readonly Json[], variables: readonly string[]) => Promise<Model>;
  /** Gentle stop: calls under way may finish, all others go back into the queue. */
  readonly stop: AbortSignal;
  /** Hard stop: calls under way are cut off and go back, too. */
  readonly abort: AbortSignal;
  /** Told of every attempt that was made. */
  readonly onCall: (call: WorkerCall) => void;
  /** Told why calls are not made, once for each reason. */
  readonly onRefused: (reason: string) => void;
}

/** A call that this worker must not make, or cannot, and another may. */
export class NotHere extends ConfigError {}

/** An attempt that a worker made. */
export interface WorkerCall {
  readonly model: string;
  /** `ok`, or the code of the error. */
  readonly outcome: string;
  readonly latencyMs: number;
}

/** A worker that is gone is noticed after this time; its calls are then made by another. */
const LOCK_MS = 8_000;
const STALLED_CHECK_MS = 2_000;
/** How long a call that is not for this worker is left alone before others may take it. */
const TURNED_AWAY_MS = 200;
/** A worker that turns calls away takes fewer and fewer, so that those that can make them come first. */
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 1_500;
/** Reasons that are told; there could be any number of them. */
const MOST_REASONS = 100;
/** Workers that may die over one call before it counts as failed, which its run may retry. */
const MOST_LOST_WORKERS = 10;

/** One attempt as it goes. */
interface AttemptTrace {
  latencyMs: number;
  error: EndpointError | undefined;
  /** It waited for the shared limit when this worker was stopped, or when its run took it back. */
  turnedAway: "worker-stopped" | "taken-back" | undefined;
}

/** Makes calls out of the queue until it is stopped. */
class QueueWorker {
  private readonly models = new Map<string, Model>();
  private readonly flights = new Map<number, InFlight>();
  private readonly limit: SharedRateLimit;
  private readonly dispatcher: Dispatcher;
  private readonly refusals = new Set<string>();
  /** Calls turned away since the last one that was for this worker. */
  private turnedAwayInRow = 0;

  constructor(private readonly options: QueueWorkerOptions) {
    const { clock, random, concurrency, stop, abort, connections } = options;
    this.limit = new SharedRateLimit(connections.connect(), clock);
    // The run that asks decides over retries, budget and cache; here are the circuit, the endpoint's own limits and the deadline.
    this.dispatcher = createDispatcher({
      clock,
      random,
      concurrency,
      maxRetries: 0,
      // The run that asks waits, for all its workers.
      startupWaitMs: 0,
      asksOnWhenRefused: true,
      timeoutMs: Number.POSITIVE_INFINITY,
      stop: stop,
      abort,
    });
    abort.addEventListener("abort", () => {
      for (const flights of this.flights.values()) flights.cutAll();
    });
  }

  async run(): Promise<void> {
    const { packages, connections, concurrency, stop } = this.options;
    const worker = new (carefulWorker(packages))<CallJob, CallResult>(
      queueName.name,
      (job, token) => this.carryOut(job, token),
      {
        connection: connections.connect(),
        prefix: queueName.prefix,
        concurrency,
        lockDuration: LOCK_MS,
        stalledInterval: STALLED_CHECK_MS,
        maxStalledCount: MOST_LOST_WORKERS,
      },
    );
    worker.on("error", (error) => connections.report(error));
    await untilAborted(stop);
    await worker.close();
    await this.dispatcher.close();
    connections.close();
  }

  private async carryOut(job: Job<CallJob, CallResult>, token: string | undefined): Promise<CallResult> {
    const problem = problemOfCall(job.data);
    if (problem !== undefined) return this.refuse(problem);
    const model = await this.modelOf(job.data).catch((thrown: unknown) =>
      thrown instanceof NotHere
        ? this.turnAway(job, token, thrown)
        : this.refuse(`its model cannot be made (${messageOf(thrown)})`),
    );
    this.turnedAwayInRow = 0;
    const trace: AttemptTrace = { latencyMs: 0, error: undefined, turnedAway: undefined };
    const attempt = this.attemptOf(model, job.data, trace);
    const outcome = await this.dispatcher.call(attempt, job.data.request, job.data.stage);
    const { latencyMs } = trace;
    if (outcome.ok) {
      this.options.onCall({ model: model.id, outcome: "ok", latencyMs });
      return { ok: true, generation: outcome.generation, latencyMs };
    }
    if (trace.turnedAway === "taken-back") return { ok: false, takenBack: true };
    if ("stopped" in outcome || trace.turnedAway !== undefined) return this.giveBack(job, token);
    const error = trace.error === undefined ? outcome.error : errorToSend(trace.error);
    this.options.onCall({ model: model.id, outcome: error.code, latencyMs });
    return { ok: false, error, latencyMs };
  }

  private async modelOf({ specifications, variables }: CallJob): Promise<Model> {
    const key = canonicalJson([specifications, variables]);
    const known = this.models.get(key);
    if (known !== undefined) return known;
    const made = await this.options.modelOf(specifications, variables);
    this.models.set(key, made);
    return made;
  }

  /** What no worker can do goes to the list of failed calls, with the reason; its run, if it has one, hears of it. */
  private refuse(reason: string): never {
    const shown = excerpt(reason, 300);
    this.tell(`a call is refused: ${shown}`);
    throw new this.options.packages.bullmq.UnrecoverableError(shown);
  }

  /** Leaves a call to other workers; its run hears why, in case there is none for it. */
  private async turnAway(
    job: Job<CallJob, CallResult>,
    token: string | undefined,
    { message, remedy }: NotHere,
  ): Promise<never> {
    const reason = remedy === undefined ? message : `${message}. ${remedy}`;
    this.tell(reason);
    await job.updateProgress({ turnedAway: reason });
    const { clock, stop } = this.options;
    await job.moveToDelayed(clock.now() + TURNED_AWAY_MS, token);
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(this.turnedAwayInRow++, 10));
    await clock.sleep(pauseMs, stop).catch(() => undefined);
    throw new this.options.packages.bullmq.DelayedError();
  }

  private tell(reason: string): void {
    if (this.refusals.has(reason) || this.refusals.size >= MOST_REASONS) return;
    this.refusals.add(reason);
    this.options.onRefused(reason);
  }

  /** Another worker is to make the call. */
  private async giveBack(job: Job<CallJob, CallResult>, token: string | undefined): Promise<never> {
    await job.moveToWait(token);
    throw new this.options.packages.bullmq.WaitingError();
  }

  /** The model as the dispatcher is to ask it: within the limit that all workers share, and within the deadline. */
  private attemptOf(model: Model, data: CallJob, trace: AttemptTrace): Model {
    const { id, identity, endpoint, priceKey } = model;
    return {
      id,
      identity,
      endpoint,
      ...presentFields({ priceKey, parameters: model.parameters }),
      generate: (request, { signal }) => this.attempt(model, data, request, signal, trace),
    };
  }

  private async attempt(
    model: Model,
    data: CallJob,
    request: GenerationRequest,
    signal: AbortSignal,
    trace: AttemptTrace,
  ): Promise<Generation> {
    const { clock, stop } = this.options;
    const turnedAway = AbortSignal.any([signal, stop]);
    const tokens = data.limits.tpm === undefined ? 0 : estimateCallTokens(model, request);
    const { limits, run } = data;
    const starting = { endpoint: model.endpoint, limits, tokens, takeBackKey: takeBackKey(run) };
    const leave = await this.limit.start(starting, turnedAway).catch((thrown: unknown) => {
      if (turnedAway.aborted) {
        trace.turnedAway = "worker-stopped";
        throw thrown;
      }
      const message = `the shared rate limit cannot be read in Redis (${messageOf(thrown)})`;
      throw new EndpointError(message, { code: "connection-failed", retryable: true });
    });
    if (leave === "taken-back") {
      trace.turnedAway = leave;
      throw new EndpointError("the run took the call back", { code: "connection-failed", retryable: true });
    }
    const startedMs = clock.monotonic();
    let used: number | undefined;
    try {
      const generation = await this.flightsOf(data.timeoutMs).run(model, request);
      used = tokensOf(generation.usage);
      return generation;
    } catch (thrown) {
      if (thrown instanceof EndpointError) trace.error = thrown;
      // What timed out may well have been generated and counted by the endpoint.
      if (trace.error?.code !== "timeout") used = tokensOf(trace.error?.usage) ?? 0;
      throw thrown;
    } finally {
      trace.latencyMs = clock.monotonic() - startedMs;
      if (data.limits.tpm !== undefined) await leave.settle(used);
    }
  }

  private flightsOf(timeoutMs: number): InFlight {
    const flights = this.flights.get(timeoutMs) ?? new InFlight(this.options.clock, timeoutMs);
    this.flights.set(timeoutMs, flights);
    return flights;
  }
}

/** Stands in the place of what a job held that is not even JSON. */
const NO_JSON = "null";

/** A worker that does not stumble over jobs which are not JSON: it would leave them as under way, again and again. */
function carefulWorker({ bullmq }: QueuePackages): QueuePackages["bullmq"]["Worker"] {
  return class CarefulWorker<Data, Result, Name extends string> extends bullmq.Worker<Data, Result, Name> {
    protected override createJob(
      ...[data, id]: Parameters<InstanceType<typeof bullmq.Worker>["createJob"]>
    ): Job<Data, Result, Name> {
      try {
        return super.createJob(data, id);
      } catch {
        return super.createJob({ ...data, data: NO_JSON }, id);
      }
    }
  };
}

/** Tokens in and out together; undefined where the endpoint did not tell them. */
function tokensOf(told: Usage | undefined): number | undefined {
  const usage = believableUsage(told);
  return usage === undefined ? undefined : usage.inputTokens + usage.outputTokens;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/**
 * Makes the calls that runs put into the queue, until `stop`. What is not for this worker is left to others, and what
 * cannot be read goes to the list of failed calls.
 */
export function runQueueWorker(options: QueueWorkerOptions): Promise<void> {
  return new QueueWorker(options).run();
}
