import type { CallTotals } from "../../core/manifest.js";
import type { Model, Usage } from "../../core/records.js";
import { priceOf } from "./cost.js";
import type { CallStage } from "./events.js";
import type { Price, PriceTable } from "./prices.js";

/** Running sums of one stage and model. */
export class CallAccount {
  calls = 0;
  retries = 0;
  cached = 0;
  recorded = 0;
  failed = 0;
  costUsd = 0;
  private inputTokens = 0;
  private outputTokens = 0;
  private reasoningTokens: number | undefined;
  private cachedInputTokens: number | undefined;

  constructor(
    readonly stage: CallStage,
    readonly model: string,
    /** Undefined where no price is known. */
    readonly price: Price | undefined,
  ) {}

  /** Counts a generation that an endpoint gave. */
  addCall(usage: Usage, costUsd: number): void {
    this.calls++;
    this.addUnusable(usage, costUsd);
  }

  /** Counts the tokens of a reply that came, could not be used and was paid for all the same. */
  addUnusable(usage: Usage, costUsd: number): void {
    this.costUsd += costUsd;
    this.inputTokens += usage.inputTokens;
    this.outputTokens += usage.outputTokens;
    if (usage.reasoningTokens !== undefined) {
      this.reasoningTokens = (this.reasoningTokens ?? 0) + usage.reasoningTokens;
    }
    if (usage.cachedInputTokens !== undefined) {
      this.cachedInputTokens = (this.cachedInputTokens ?? 0) + usage.cachedInputTokens;
    }
  }

  /** Tokens paid for. */
  get usage(): Usage {
    return {
      inputTokens: this.inputTokens,
      outputTokens: this.outputTokens,
      ...(this.reasoningTokens === undefined ? {} : { reasoningTokens: this.reasoningTokens }),
      ...(this.cachedInputTokens === undefined ? {} : { cachedInputTokens: this.cachedInputTokens }),
    };
  }

  /** The sums as the manifest keeps them. */
  totals(): CallTotals {
    const { stage, model, calls, retries, cached, recorded, usage } = this;
    return {
      stage,
      model,
      calls,
      retries,
      cached,
      recorded,
      usage,
      costUsd: this.price === undefined && calls > 0 ? null : this.costUsd,
    };
  }
}

/** Accounts of all stages and models of a dispatcher. */
export class Accounts {
  private readonly accounts = new Map<string, CallAccount>();
  /** Failed attempts that were made again, by error code. */
  readonly retriesByCause = new Map<string, number>();

  constructor(private readonly prices: PriceTable) {}

  /** The account of a stage and model; made when first asked for. */
  of(stage: CallStage, model: Model): CallAccount {
    const key = `${stage}/${model.id}`;
    let account = this.accounts.get(key);
    if (account === undefined) {
      account = new CallAccount(stage, model.id, priceOf(model, this.prices));
      this.accounts.set(key, account);
    }
    return account;
  }

  /** Counts an attempt that is made again. */
  addRetry(account: CallAccount, cause: string): void {
    account.retries++;
    this.retriesByCause.set(cause, (this.retriesByCause.get(cause) ?? 0) + 1);
  }

  /** All accounts, in the order in which they were first used. */
  all(): readonly CallAccount[] {
    return [...this.accounts.values()];
  }
}

const BUCKETS = 30;

/** Events per second over the last half minute, in one-second buckets. */
export class RateMeter {
  private readonly counts = new Uint32Array(BUCKETS);
  private readonly seconds = new Float64Array(BUCKETS).fill(-1);
  private firstMs: number | undefined;

  /** Counts one event. */
  add(nowMs: number): void {
    this.firstMs ??= nowMs;
    const second = Math.floor(nowMs / 1000);
    const bucket = second % BUCKETS;
    if (this.seconds[bucket] !== second) {
      this.seconds[bucket] = second;
      this.counts[bucket] = 0;
    }
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
  }

  /** Events per second; 0 before the first. */
  perSecond(nowMs: number): number {
    if (this.firstMs === undefined) return 0;
    const newest = Math.floor(nowMs / 1000);
    let sum = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      if ((this.seconds[bucket] ?? -1) > newest - BUCKETS) sum += this.counts[bucket] ?? 0;
    }
    const spanMs = Math.min((BUCKETS - 1) * 1000 + (nowMs % 1000), nowMs - this.firstMs);
    return sum / Math.max(1, spanMs / 1000);
  }
}
