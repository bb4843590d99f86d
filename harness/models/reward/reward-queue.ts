import { EndpointError } from "../../core/errors.js";
import { canonicalJson } from "../../core/hash.js";
import { stoppedError, untilAborted } from "../abort.js";
import { callKey, type RewardInput, takesSeveral } from "./reward-shapes.js";
import type { RewardReading } from "./reward-values.js";

/** What one call said of each of its inputs. */
export interface RewardReply {
  readonly readings: readonly RewardReading[];
  /** Input tokens of the whole call, where they are told. */
  readonly tokens?: number;
  readonly endpointModel?: string;
}

/** Asks an endpoint once. */
export type AskRewards = (inputs: readonly RewardInput[], signal: AbortSignal) => Promise<RewardReply>;

/** The reward of one conversation. */
export interface Reward {
  readonly value: number;
  /** Input tokens that it cost whoever asked first; 0 for all others, undefined where nobody knows. */
  readonly tokens: number | undefined;
  readonly endpointModel?: string;
}

interface Job {
  readonly key: string;
  readonly input: RewardInput;
  readonly result: Promise<Omit<Reward, "tokens">>;
  resolve(reward: Omit<Reward, "tokens">): void;
  reject(error: unknown): void;
  /** Callers who still wait; nothing is asked for nobody. */
  askers: number;
  /** Taken by the first caller who is told. */
  tokens: number | undefined;
  batch: AbortController | undefined;
  batchJobs: readonly Job[];
}

/** Rewards kept for those who ask next: an answer meets one opponent after the other. */
const KEPT = 4096;

/** Failures that one of several inputs may have caused alone. */
const OF_ONE_INPUT: ReadonlySet<string> = new Set([
  "bad-request",
  "context-overflow",
  "invalid-response",
  "reply-too-large",
]);

function newJob(key: string, input: RewardInput): Job {
  let settle: Pick<Job, "resolve" | "reject"> | undefined;
  const result = new Promise<Omit<Reward, "tokens">>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Callers who have left hear nothing more.
  result.catch(() => undefined);
  if (settle === undefined) throw new Error("a promise runs its executor at once");
  return { key, input, result, ...settle, askers: 0, tokens: undefined, batch: undefined, batchJobs: [] };
}

/**
 * Collects conversations that are to be scored: each is asked for once, and those that wait share a call. A full batch
 * leaves at once, a smaller one as soon as no call is under way, so that nothing ever waits for a timer.
 */
export class RewardQueue {
  private readonly jobs = new Map<string, Job>();
  private waiting: Job[] = [];
  private underway = 0;

  /** @param most inputs of one call */
  constructor(
    private readonly ask: AskRewards,
    private readonly most: number,
  ) {}

  /** Rewards of conversations, in their order. Rejects with the first failure, or when the signal aborts. */
  async rewards(inputs: readonly RewardInput[], signal: AbortSignal): Promise<readonly Reward[]> {
    if (signal.aborted) throw stoppedError();
    const jobs = inputs.map((input) => this.join(input));
    this.pump();
    try {
      return await untilAborted(signal, () => Promise.all(jobs.map((job) => this.told(job))));
    } finally {
      this.leave(jobs);
    }
  }

  private join(input: RewardInput): Job {
    const key = canonicalJson(input);
    const known = this.jobs.get(key);
    const job = known ?? newJob(key, input);
    // The newest stand last; the oldest are forgotten first.
    this.jobs.delete(key);
    this.jobs.set(key, job);
    job.askers++;
    if (known === undefined) this.waiting.push(job);
    this.forgetOldest();
    return job;
  }

  private forgetOldest(): void {
    for (const [key, job] of this.jobs) {
      if (this.jobs.size <= KEPT) return;
      if (job.askers === 0) this.jobs.delete(key);
    }
  }

  private async told(job: Job): Promise<Reward> {
    const reward = await job.result;
    const { tokens } = job;
    job.tokens = 0;
    return { ...reward, tokens };
  }

  /** Calls that nobody waits for any more are cut off. */
  private leave(jobs: readonly Job[]): void {
    for (const job of jobs) job.askers--;
    this.waiting = this.waiting.filter((job) => {
      if (job.askers > 0) return true;
      this.forget(job);
      return false;
    });
    for (const job of jobs) {
      if (job.batch === undefined || job.batchJobs.some(({ askers }) => askers > 0)) continue;
      for (const other of job.batchJobs) this.forget(other);
      job.batch.abort();
    }
  }

  private pump(): void {
    while (this.waiting.length > 0) {
      const batch = this.nextBatch();
      const [first] = batch;
      if (first === undefined) return;
      const isFull = !takesSeveral(first.input) || batch.length >= this.most;
      if (!isFull && this.underway > 0) return;
      const chosen = new Set(batch);
      this.waiting = this.waiting.filter((job) => !chosen.has(job));
      this.underway++;
      void this.send(batch).finally(() => {
        this.underway--;
        this.pump();
      });
    }
  }

  private nextBatch(): readonly Job[] {
    const [first] = this.waiting;
    if (first === undefined) return [];
    if (!takesSeveral(first.input)) return [first];
    const key = callKey(first.input);
    return this.waiting.filter(({ input }) => callKey(input) === key).slice(0, this.most);
  }

  private async send(batch: readonly Job[]): Promise<void> {
    const controller = new AbortController();
    for (const job of batch) Object.assign(job, { batch: controller, batchJobs: batch });
    try {
      const reply = await this.ask(
        batch.map(({ input }) => input),
        controller.signal,
      );
      this.settle(batch, reply);
    } catch (error) {
      const isOfOne = error instanceof EndpointError && OF_ONE_INPUT.has(error.code);
      if (batch.length > 1 && isOfOne) {
        for (const job of batch) if (job.askers > 0) await this.send([job]);
        return;
      }
      for (const job of batch) this.fail(job, error);
    } finally {
      for (const job of batch) if (job.batch === controller) job.batch = undefined;
    }
  }

  private settle(batch: readonly Job[], { readings, tokens, ...facts }: RewardReply): void {
    const share = tokens === undefined ? undefined : Math.floor(tokens / batch.length);
    batch.forEach((job, index) => {
      const reading = readings[index] ?? { reason: "the endpoint gives no value" };
      const rest = index === 0 && tokens !== undefined ? tokens % batch.length : 0;
      job.tokens = share === undefined ? undefined : share + rest;
      if (typeof reading === "number") job.resolve({ value: reading, ...facts });
      else this.fail(job, unusable(reading.reason));
    });
  }

  private fail(job: Job, error: unknown): void {
    this.forget(job);
    job.reject(error);
  }

  /** Somebody may have asked again in the meantime. */
  private forget(job: Job): void {
    if (this.jobs.get(job.key) === job) this.jobs.delete(job.key);
  }
}

/** The endpoint would say the same again: a value that is not finite, or one of several of which none was named. */
function unusable(reason: string): EndpointError {
  return new EndpointError(`the endpoint's reply cannot be used: ${reason}`, {
    code: "invalid-response",
    retryable: false,
    status: 200,
    remedy: "See docs/judges.md#reward-models; values that are not finite often come from float16 weights.",
  });
}
