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

/** Open files that are no connections: Node.js's own, the files of the run folder. */
const OTHER_FILES = 40;

/** Calls at once per endpoint for which this process may open connections; models and judges seldom share an endpoint. */
export function mostCallsOf({ openFiles }: Services): number | undefined {
  return openFiles === undefined ? undefined : Math.max(1, Math.floor((openFiles - OTHER_FILES) / 2));
}

/** What every dispatcher is given: the outside world, and the limits of the run. */
export function dispatchOptions(services: Services, limits: DispatchLimits): DispatchOptions {
  const { clock, random, stop, abort } = services;
  const { concurrency, rpm, tpm, timeoutMs, maxRetries, startupWaitMs, budgetUsd } = limits;
  return {
    clock,
    random,
    ...presentFields({ mostCalls: mostCallsOf(services) }),
    ...presentFields({ stop, abort, concurrency, rpm, tpm, timeoutMs, maxRetries, startupWaitMs, budgetUsd }),
  };
}
