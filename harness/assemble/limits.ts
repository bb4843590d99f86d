import { type RunConfig, startupWaitOf } from "../config/resolve.js";
import { presentFields } from "../core/present-fields.js";
import type { Services } from "../core/services.js";
import type { DispatchLimits, DispatchOptions } from "../pipeline/dispatch/dispatcher.js";
import type { ExecutionLimits } from "../pipeline/execution.js";

/** What a configuration says about carrying out its plan, in the units of the pipeline. */
export function limitsOf(config: RunConfig): ExecutionLimits {
  const { concurrency, maxRetries, timeout, batchPoll, rpm, tpm, budget, queue } = config;
  return {
    concurrency,
    maxRetries,
    timeoutMs: timeout * 1000,
    startupWaitMs: startupWaitOf(config) * 1000,
    batchPollMs: batchPoll * 1000,
    ...presentFields({ rpm, tpm, budgetUsd: budget, queue }),
  };
}

/** What every dispatcher is given: the outside world, and the limits of the run. */
export function dispatchOptions(services: Services, limits: DispatchLimits): DispatchOptions {
  const { clock, random, stop, abort } = services;
  const { concurrency, rpm, tpm, timeoutMs, maxRetries, startupWaitMs, budgetUsd } = limits;
  return {
    clock,
    random,
    ...presentFields({ stop, abort, concurrency, rpm, tpm, timeoutMs, maxRetries, startupWaitMs, budgetUsd }),
  };
}
