import type { Execution, ExecutionMeans } from "../pipeline/execution.js";
import {
  type ExportedBatches,
  exportBatches,
  type ImportedBatches,
  importBatches,
} from "./batch-exchange.js";
import { executeInBatches } from "./batch-rounds.js";
import type { BatchMeans } from "./batch-session.js";

export type { ExportedBatches, ImportedBatches } from "./batch-exchange.js";

function batchMeans(means: ExecutionMeans): BatchMeans {
  const { run, batched, prices, cache, limits, onDispatcher } = means;
  return {
    run,
    batched,
    prices,
    cache,
    maxRetries: limits.maxRetries,
    createLive: means.createDispatcher,
    onDispatcher,
  };
}

/** Carries out a plan over the Batch APIs of its models' endpoints. */
export const overBatches: Execution = (plan, options, means) =>
  executeInBatches(plan, options, {
    ...batchMeans(means),
    clock: means.services.clock,
    stop: means.services.stop,
    abort: means.abort,
    pollMs: means.limits.batchPollMs,
    budgetUsd: means.limits.budgetUsd,
    spentUsd: means.spentUsd,
    onBudgetReached: means.onBudgetReached,
  });

/** Writes what is due as batch files in a folder, and tells what was written. */
export function exportingTo(folder: string, onDone: (exported: ExportedBatches) => void): Execution {
  return async (plan, options, means) => {
    onDone(await exportBatches(plan, options, batchMeans(means), folder));
  };
}

/** Takes results out of files, and tells what was in them. */
export function importingFrom(
  files: readonly string[],
  onDone: (imported: ImportedBatches) => void,
): Execution {
  return async (plan, options, means) => {
    onDone(await importBatches(plan, options, batchMeans(means), files));
  };
}
