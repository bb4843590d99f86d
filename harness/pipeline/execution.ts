import type { RunConfig } from "../config/resolve.js";
import type { Services } from "../core/services.js";
import type { EndpointModel } from "../models/endpoint-model.js";
import type { Dispatcher } from "./dispatch/dispatcher.js";
import type { PriceTable } from "./dispatch/prices.js";
import type { ResponseCache } from "./dispatch/response-cache.js";
import type { ExecuteOptions } from "./execute.js";
import type { Plan } from "./plan.js";

/** What an evaluation hands to a way of carrying out its plan other than call by call. */
export interface ExecutionMeans {
  /** Run folder, locked. */
  readonly run: string;
  readonly config: RunConfig;
  /** Models that are asked in batches. */
  readonly batched: ReadonlySet<EndpointModel>;
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
