import type { Model } from "../core/records.js";
import type { Services } from "../core/services.js";
import type { Dispatcher, DispatchLimits } from "./dispatch/dispatcher.js";
import type { PriceTable } from "./dispatch/prices.js";
import type { ResponseCache } from "./dispatch/response-cache.js";
import type { ExecuteOptions } from "./execute.js";
import type { Plan } from "./plan.js";

/** What the configuration says about carrying out a plan. */
export interface ExecutionLimits extends DispatchLimits {
  readonly concurrency: number | "auto";
  readonly timeoutMs: number;
  readonly maxRetries: number;
  readonly batchPollMs: number;
  /** Address of the queue, which may hold a password. */
  readonly queue?: string;
}

/** What an evaluation hands to a way of carrying out its plan other than call by call. */
export interface ExecutionMeans {
  /** Run folder, locked. */
  readonly run: string;
  readonly limits: ExecutionLimits;
  /** Models that are asked in batches; each has a wire format of its own. */
  readonly batched: ReadonlySet<Model>;
  readonly prices: PriceTable;
  readonly cache: ResponseCache | undefined;
  readonly services: Services;
  /** Cuts off whatever is under way: the user's second signal, or a store that fails. */
  readonly abort: AbortSignal;
  /** Dollars that earlier runs on the folder spent. */
  readonly spentUsd: number;
  /** A dispatcher under the configuration's limits; `spentUsd` counts towards its budget. Close it. */
  createDispatcher(spentUsd: number): Dispatcher;
  /** Told of each dispatcher, for live figures. */
  readonly onDispatcher: (dispatcher: Dispatcher) => void;
  /** Ends the run as one that ran out of budget. */
  readonly onBudgetReached: (spentUsd: number) => void;
}

/** A way of carrying out a plan. */
export type Execution = (plan: Plan, options: ExecuteOptions, means: ExecutionMeans) => Promise<void>;
