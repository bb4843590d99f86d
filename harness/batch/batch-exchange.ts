import { existsSync } from "node:fs";
import { isoTime } from "../core/clock.js";
import { countOf } from "../core/count-of.js";
import { ConfigError } from "../core/errors.js";
import type { Model } from "../core/records.js";
import { isReplay } from "../pipeline/dispatch/cost.js";
import type { Dispatcher } from "../pipeline/dispatch/dispatcher.js";
import type { ExecuteOptions } from "../pipeline/execute.js";
import type { Plan } from "../pipeline/plan.js";
import type { BatchRequest } from "./batch-request.js";
import { type BatchMeans, BatchSession } from "./batch-session.js";
import { nothingTaken, type TakenResults, takeResults } from "./take-results.js";
import { type WrittenBatchFile, writeBatchFiles } from "./write-batch-files.js";

/** Requests that were written to files. */
export interface ExportedBatches {
  /** From 1; the same as before when nothing was imported since. */
  readonly round: number;
  readonly files: readonly WrittenBatchFile[];
  /** Requests that are due but under way at an endpoint already (`--batch`). */
  readonly underWay: number;
  /** Models whose calls are due and cannot be put into files, with how many. */
  readonly notBatched: ReadonlyMap<string, number>;
}

/** What importing results came to. */
export interface ImportedBatches extends Omit<TakenResults, "matched" | "replied"> {
  /** Requests for the next round of files. */
  readonly due: number;
}

/** Reads recordings and calls nothing else: what is exported is asked elsewhere. */
function recordingsOnly(live: Dispatcher, notBatched: Map<string, number>): Dispatcher {
  return {
    call: async (model: Model, request, stage) => {
      if (isReplay(model)) return live.call(model, request, stage);
      notBatched.set(model.id, (notBatched.get(model.id) ?? 0) + 1);
      return { ok: false, stopped: "cancelled" };
    },
    get progress() {
      return live.progress;
    },
    totals: () => live.totals(),
    close: () => live.close(),
  };
}

/** Writes all requests that are due as batch files in a folder; calls nothing. */
export async function exportBatches(
  plan: Plan,
  options: ExecuteOptions,
  means: BatchMeans,
  folder: string,
): Promise<ExportedBatches> {
  const notBatched = new Map<string, number>();
  const createLive = (spentUsd: number) => recordingsOnly(means.createLive(spentUsd), notBatched);
  const session = await BatchSession.open(plan, options, { ...means, createLive });
  try {
    const due = await session.carryOut();
    const busy = new Set(session.state.open.flatMap((one) => one.customIds));
    const free = [...due.values()].filter(({ customId }) => !busy.has(customId));
    const at = isoTime(options.clock.now());
    const written = await writeBatchFiles(folder, free, session.state, at);
    return { ...written, underWay: due.size - free.length, notBatched };
  } finally {
    await session.close();
  }
}

function refuseForeign(files: readonly string[], taken: TakenResults): void {
  if (taken.unknown === 0 || taken.matched.size + taken.repeated > 0) return;
  throw new ConfigError(
    `none of the ${countOf(taken.unknown, "result")} in ${files.join(", ")} belongs to this run (first: ${taken.unknownIds[0]})`,
    {
      code: "foreign-batch-results",
      remedy:
        "Name the run whose `assay batch export` wrote the requests, with the same suites, models, judges and parameters.",
    },
  );
}

/**
 * Takes results of exported requests into a run: answers and judgments become records as far as they are complete.
 * @throws ConfigError `foreign-batch-results`; DataError naming file and line.
 */
export async function importBatches(
  plan: Plan,
  options: ExecuteOptions,
  means: BatchMeans,
  files: readonly string[],
): Promise<ImportedBatches> {
  const missing = files.find((file) => !existsSync(file));
  if (missing !== undefined) {
    throw new ConfigError(`there is no file ${missing}`, {
      code: "batch-file-not-found",
      remedy: "Name the output and error files of the batches.",
    });
  }
  const createLive = (spentUsd: number) => recordingsOnly(means.createLive(spentUsd), new Map());
  const session = await BatchSession.open(plan, options, { ...means, createLive });
  try {
    const due: ReadonlyMap<string, BatchRequest> = await session.carryOut();
    const taken = nothingTaken();
    const context = session.takingContext(due, "file", (customId) => session.state.exportedAt(customId));
    for (const file of files) await takeResults(file, taken, context);
    refuseForeign(files, taken);
    const next = await session.carryOut();
    const { matched: _, replied: __, ...counts } = taken;
    return { ...counts, due: next.size };
  } finally {
    await session.close();
  }
}
