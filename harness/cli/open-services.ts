import { systemClock } from "../core/clock.js";
import type { Services } from "../core/services.js";
import { openDownloadDisplay } from "./download-progress.js";
import { exitCodes } from "./exit-codes.js";
import type { Terminal } from "./terminal.js";

/** The real world for one command, with its signals. */
export interface OpenServices {
  readonly services: Services;
  /** Exit code of the signal that stopped the command, if one did. */
  readonly signalCode: () => number | undefined;
  /** Takes the signal handlers away again. */
  release(): void;
}

/**
 * Network, clock, environment and signals of this process. The first SIGINT or SIGTERM stops gently: what is under way
 * may finish and is kept. The second one cuts off at once; what is recorded stays.
 */
export function openServices(terminal: Terminal): OpenServices {
  const stop = new AbortController();
  const abort = new AbortController();
  let code: number | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    if (stop.signal.aborted) {
      abort.abort();
      return;
    }
    code = signal === "SIGTERM" ? exitCodes.terminated : exitCodes.interrupted;
    terminal.complain(
      "assay: stopping; calls under way may finish (once more to cut them off, nothing recorded is lost)",
    );
    stop.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  const downloads = openDownloadDisplay(terminal);
  const services: Services = {
    environment: process.env,
    clock: systemClock,
    random: Math.random,
    fetch: globalThis.fetch,
    onDownload: downloads.onProgress,
    stop: stop.signal,
    abort: abort.signal,
  };
  return {
    services,
    signalCode: () => code,
    release: () => {
      downloads.finish();
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}
