import type { Queue, QueueEvents } from "bullmq";
import type { Redis } from "ioredis";
import type { Clock } from "../core/clock.js";
import { countOf } from "../core/count-of.js";
import { EndpointError, messageOf } from "../core/errors.js";
import type { CallSubject, Generation, GenerationRequest, Warning } from "../core/records.js";
import { excerpt } from "../core/text.js";
import {
  type CallJob,
  type CallParts,
  type CallResult,
  callId,
  callJob,
  errorReceived,
  queueName,
  RESULTS_KEPT_SECONDS,
  takeBackKey,
} from "./call-job.js";
import { isCallResult } from "./call-problem.js";
import type { QueuePackages, RedisConnections } from "./redis.js";

/** What {@link QueuedCalls} works with. */
export interface QueuedCallsOptions {
  readonly packages: QueuePackages;
  readonly connections: RedisConnections;
  /** Tells runs apart; the same when a run is resumed. Hex. */
  readonly run: string;
  readonly clock: Clock;
  readonly onWarning: (warning: Warning) => void;
}

/** A call that waits for its result. */
interface WaitingCall {
  readonly job: CallJob;
  readonly subject: string;
  readonly sinceMs: number;
  resolve(generation: Generation): void;
  reject(error: EndpointError): void;
}

/** How often calls whose news may have been lost are looked after. */
const LOOK_INTERVAL_MS = 5_000;
const LOOKS_AT_ONCE = 200;
/** Reasons of workers that are shown; there could be any number of them. */
const MOST_REASONS = 20;
/** News kept in Redis, for all calls together; each reply is among it once. */
const NEWS_KEPT = 2_000;

/** The record that a call's reply goes into, as a key. */
export function recordKey(model: string, subject: CallSubject): string {
  const { suite, questionId, trial } = subject;
  return subject.kind === "answer"
    ? JSON.stringify([model, suite, questionId, trial])
    : JSON.stringify([
        model,
        suite,
        questionId,
        trial,
        subject.turn,
        subject.a,
        subject.b ?? null,
        subject.repeat,
      ]);
}

/**
 * The side of the queue that asks: puts attempts into it and hands their results over. A result stays in Redis until
 * its record is on disk, under an id that follows from what was asked; so a run that is killed finds it when resumed.
 */
export class QueuedCalls {
  private readonly waiting = new Map<string, WaitingCall>();
  /** How often this process has asked for the same thing; each time is a call of its own. */
  private readonly asked = new Map<string, number>();
  private readonly ids = new WeakMap<GenerationRequest, string>();
  /** Jobs whose results were handed over and are not known to be recorded, by record. */
  private readonly delivered = new Map<string, string[]>();
  private readonly latencies = new WeakMap<object, number>();
  private readonly removals = new Set<Promise<unknown>>();
  private readonly closing = new AbortController();
  private readonly turnedAway = new Set<string>();
  private settledSinceLook = 0;
  private missedWorkers = false;
  private isTakingBack = false;
  private onSettled: (() => void) | undefined;

  private constructor(
    private readonly options: QueuedCallsOptions,
    private readonly redis: Redis,
    private readonly queue: Queue<CallJob, CallResult>,
    private readonly events: QueueEvents,
  ) {}

  /** Opens the queue and begins to follow its news. */
  static async open(options: QueuedCallsOptions): Promise<QueuedCalls> {
    const { packages, connections } = options;
    const { prefix, name } = queueName;
    const redis = connections.connect();
    // News from here on, not from whenever the first look happens to be made.
    await redis.del(takeBackKey(options.run));
    const [latest] = await redis.xrevrange(`${prefix}:${name}:events`, "+", "-", "COUNT", 1);
    const queue = new packages.bullmq.Queue<CallJob, CallResult>(name, {
      connection: redis,
      prefix,
      streams: { events: { maxLen: NEWS_KEPT } },
      defaultJobOptions: {
        removeOnComplete: { age: RESULTS_KEPT_SECONDS },
        removeOnFail: { age: RESULTS_KEPT_SECONDS },
      },
    });
    const events = new packages.bullmq.QueueEvents(name, {
      connection: connections.connect(),
      prefix,
      lastEventId: latest?.[0] ?? "0-0",
    });
    const onError = (error: Error) => connections.report(error);
    queue.on("error", onError);
    events.on("error", onError);
    const calls = new QueuedCalls(options, redis, queue, events);
    calls.follow();
    await events.waitUntilReady();
    return calls;
  }

  /**
   * Has a worker make one attempt at a call.
   * @throws EndpointError as the worker met it.
   */
  ask(model: string, parts: CallParts, signal: AbortSignal): Promise<Generation> {
    const job = callJob(this.options.run, parts);
    const id = this.idOf(job);
    return new Promise((resolve, reject) => {
      const sinceMs = this.options.clock.monotonic();
      const subject = recordKey(model, job.request.subject);
      this.waiting.set(id, { job, subject, sinceMs, resolve, reject });
      signal.addEventListener("abort", () => this.abandon(id), { once: true });
      this.add(id, job);
    });
  }

  /** Milliseconds that the endpoint itself took, by the reply or the error that came of it. */
  latencyOf(result: object): number | undefined {
    return this.latencies.get(result);
  }

  /** To be told when a record is on disk: the results that went into it are not needed any more. */
  recorded(key: string): void {
    const ids = this.delivered.get(key);
    if (ids === undefined) return;
    this.delivered.delete(key);
    for (const id of ids) {
      this.asked.delete(withoutOrdinal(id));
      void this.remove(id);
    }
  }

  /** Takes back what no worker has begun, and resolves when the others have their results. */
  async takeBack(): Promise<void> {
    this.isTakingBack = true;
    await this.redis.set(takeBackKey(this.options.run), "1", "EX", RESULTS_KEPT_SECONDS);
    const begun = new Set<string>();
    await Promise.all(
      [...this.waiting.keys()].map(async (id) => {
        if (!(await this.withdraw(id))) begun.add(id);
      }),
    );
    const isDone = () => [...begun].every((id) => !this.waiting.has(id));
    if (isDone()) return;
    await new Promise<void>((resolve) => {
      this.onSettled = () => {
        if (isDone()) resolve();
      };
    });
  }

  /** Takes back what is not begun, and closes the connections. */
  async close(): Promise<void> {
    this.closing.abort();
    await Promise.all([...this.waiting.keys()].map((id) => this.withdraw(id)));
    await Promise.allSettled(this.removals);
    await Promise.allSettled([this.events.close(), this.queue.close()]);
    this.options.connections.close();
  }

  private idOf(job: CallJob): string {
    const known = this.ids.get(job.request);
    if (known !== undefined) return known;
    const base = `${this.options.run}-${callId(job.specifications, job.request)}`;
    const ordinal = (this.asked.get(base) ?? 0) + 1;
    this.asked.set(base, ordinal);
    const id = `${base}-${ordinal}`;
    this.ids.set(job.request, id);
    return id;
  }

  private add(id: string, job: CallJob): void {
    this.queue.add("call", job, { jobId: id }).catch((cause: unknown) => {
      void this.fail(id, `the queue did not take the call (${messageOf(cause)})`);
    });
  }

  private follow(): void {
    const { events } = this;
    events.on("completed", ({ jobId, returnvalue }) => {
      // BullMQ's type says text; what comes is what the worker returned.
      this.settle(jobId, returnvalue as unknown as CallResult);
    });
    events.on("failed", ({ jobId, failedReason }) => {
      if (this.waiting.has(jobId)) void this.giveUp(jobId, failedReason);
    });
    events.on("progress", ({ jobId, data }) => {
      if (this.waiting.has(jobId)) this.noteTurnedAway(data);
    });
    events.on("duplicated", ({ jobId }) => {
      if (this.waiting.has(jobId)) void this.look(jobId);
    });
    void this.lookAgainAndAgain();
  }

  private settle(id: string, result: CallResult): void {
    const call = this.waiting.get(id);
    if (call === undefined) return;
    if (!isCallResult(result)) {
      void this.fail(id, "what a worker sent back cannot be read");
    } else if (result.ok) {
      this.waiting.delete(id);
      const ids = this.delivered.get(call.subject) ?? [];
      this.delivered.set(call.subject, [...ids, id]);
      this.latencies.set(result.generation, result.latencyMs);
      call.resolve(result.generation);
      this.noteSettled();
    } else if ("takenBack" in result) {
      void this.takenBack(id, call);
    } else {
      const error = errorReceived(result.error);
      this.latencies.set(error, result.latencyMs);
      void this.reject(id, error);
    }
  }

  /** A worker left a call to others: what it says may be what every worker would say. */
  private noteTurnedAway(told: unknown): void {
    const reason = typeof told === "object" && told !== null && "turnedAway" in told ? told.turnedAway : "";
    if (typeof reason !== "string" || reason === "") return;
    const shown = excerpt(reason, 300);
    if (this.turnedAway.has(shown) || this.turnedAway.size >= MOST_REASONS) return;
    this.turnedAway.add(shown);
    this.options.onWarning({
      code: "calls-turned-away",
      message: `a worker leaves calls to others: ${shown}`,
    });
  }

  private async takenBack(id: string, call: WaitingCall): Promise<void> {
    await this.remove(id);
    // Left over from an earlier process of this run, which has been resumed since.
    if (!this.isTakingBack) return this.add(id, call.job);
    // The promise stays open, as that of every call that is taken back: the run is being cut off.
    this.waiting.delete(id);
    this.noteSettled();
  }

  /** A failure is not kept: whoever asks again is to be given another attempt. */
  private async reject(id: string, error: EndpointError): Promise<void> {
    const call = this.waiting.get(id);
    if (call === undefined) return;
    this.waiting.delete(id);
    await this.remove(id);
    call.reject(error);
    this.noteSettled();
  }

  private giveUp(id: string, reason: string): Promise<void> {
    return this.fail(id, `no worker got the call done (${reason.slice(0, 200)})`);
  }

  private fail(id: string, message: string): Promise<void> {
    return this.reject(id, new EndpointError(message, { code: "connection-failed", retryable: true }));
  }

  private noteSettled(): void {
    this.settledSinceLook++;
    this.onSettled?.();
  }

  private abandon(id: string): void {
    if (!this.waiting.has(id)) return;
    void this.track(this.withdraw(id).then(() => this.waiting.delete(id)));
  }

  /** Takes a job out of the queue unless a worker has begun it. */
  private async withdraw(id: string): Promise<boolean> {
    try {
      const job = await this.queue.getJob(id);
      const state = await job?.getState();
      if (job === undefined || (state !== "waiting" && state !== "delayed" && state !== "prioritized"))
        return false;
      return (await this.queue.remove(id)) === 1;
    } catch {
      // A worker was quicker.
      return false;
    }
  }

  private remove(id: string): Promise<void> {
    return this.track(this.queue.remove(id));
  }

  /** What fails here leaves a job behind that Redis forgets in time. */
  private track(work: Promise<unknown>): Promise<void> {
    const quiet = work.then(
      () => undefined,
      () => undefined,
    );
    this.removals.add(quiet);
    return quiet.finally(() => this.removals.delete(quiet));
  }

  /** News can be lost: while the Redis was away, or when more of it came than is kept. */
  private async lookAgainAndAgain(): Promise<void> {
    const { clock } = this.options;
    for (;;) {
      try {
        await clock.sleep(LOOK_INTERVAL_MS, this.closing.signal);
      } catch {
        return;
      }
      const before = clock.monotonic() - LOOK_INTERVAL_MS;
      const overdue = [...this.waiting].filter(([, call]) => call.sinceMs < before).slice(0, LOOKS_AT_ONCE);
      await Promise.all(overdue.map(([id]) => this.look(id)));
      if (overdue.length > 0 && this.settledSinceLook === 0) await this.lookForWorkers();
      this.settledSinceLook = 0;
    }
  }

  private async look(id: string): Promise<void> {
    try {
      const job = await this.queue.getJob(id);
      const call = this.waiting.get(id);
      if (call === undefined || this.closing.signal.aborted) return;
      if (job === undefined) this.add(id, call.job);
      else if (job.finishedOn === undefined) return;
      else if (job.failedReason) await this.giveUp(id, job.failedReason);
      else this.settle(id, job.returnvalue);
    } catch {
      // Looked at again in a while.
    }
  }

  private async lookForWorkers(): Promise<void> {
    const { connections, onWarning } = this.options;
    // Some hosted Redis do not list their clients.
    const count = await this.queue.getWorkersCount().catch(() => undefined);
    if (count === undefined) return;
    if (count === 0 && !this.missedWorkers) {
      const message = `${countOf(this.waiting.size, "call waits", "calls wait")}, but no worker is connected; start \`assay worker --queue ${connections.address.shown}\` on one or more machines`;
      onWarning({ code: "no-workers", message });
    }
    this.missedWorkers = count === 0;
  }
}

function withoutOrdinal(id: string): string {
  return id.slice(0, id.lastIndexOf("-"));
}
