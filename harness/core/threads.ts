import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { type MessagePort, type ResourceLimits, Worker } from "node:worker_threads";
import { builtFile } from "./package-files.js";

/**
 * How many threads share some pieces of work: as many as there are cores, and no more than pieces; 1 where the build lacks
 * the threads' file.
 * @param file Of the build.
 */
export function threadsFor(file: string, pieces: number, wanted: number | undefined): number {
  if (!existsSync(builtFile(file))) return 1;
  return Math.max(1, Math.min(wanted ?? availableParallelism(), pieces));
}

/** What a thread is started with. */
export interface ThreadStart {
  readonly workerData: unknown;
  readonly transferList?: readonly MessagePort[];
  readonly resourceLimits?: ResourceLimits;
}

/** Starts a thread. @param file Of the build. */
export function startThread(file: string, { transferList = [], ...options }: ThreadStart): Worker {
  return new Worker(builtFile(file), { ...options, transferList: [...transferList], execArgv: [] });
}
