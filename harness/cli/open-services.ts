import { Worker } from "node:worker_threads";
import { systemClock } from "../core/clock.js";
import { presentFields } from "../core/present-fields.js";
import type { Services } from "../core/services.js";
import { openDownloadDisplay } from "./download-progress.js";
import { exitCodes } from "./exit-codes.js";
import { openFilesLimit } from "./open-files.js";
import type { Terminal } from "./terminal.js";

/** The real world for one command, with its signals. */
export interface OpenServices {
  readonly services: Services;
  /** Exit code of the signal that stopped the command, if one did. */
  readonly signalCode: () => number | undefined;
  /**
   * From now on a signal ends the command at once: nothing is paid for any longer, and whatever is computed or written
   * can be made again. A handler would only run when the computation is done.
   */
  letSignalsEnd(): void;
  /** Takes the signal handlers away again. */
  release(): void;
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

const STOPPING =
  "assay: stopping; calls under way may finish (once more to cut them off, nothing recorded is lost)";

/** How long what was cut off may take to end in order. */
const ENDING_MS = 1_500;

function codeOf(signal: NodeJS.Signals): number {
  return signal === "SIGTERM" ? exitCodes.terminated : exitCodes.interrupted;
}

/** Ends this process after a while, on another thread too: this one may be busy with something that it cannot leave. */
function endSoon(signal: NodeJS.Signals): void {
  setTimeout(() => process.exit(codeOf(signal)), ENDING_MS).unref();
  // Without a handler the signal ends the process whatever it does.
  const program = `setTimeout(() => process.kill(${process.pid}, "${signal}"), ${ENDING_MS + 200})`;
  new Worker(program, { eval: true, execArgv: [] }).on("error", () => undefined).unref();
}

/**
 * Network, clock, environment and signals of this process. The first SIGINT or SIGTERM stops gently: what is under way
 * may finish and is kept. The second one cuts off, and the process ends within two seconds; what is recorded stays.
 * @param options.endsAtOnce The command calls no model: any signal ends it.
 * @param options.stopping What is said when the first signal comes.
 */
export function openServices(
  terminal: Terminal,
  options: { readonly endsAtOnce?: boolean; readonly stopping?: string } = {},
): OpenServices {
  const stop = new AbortController();
  const abort = new AbortController();
  let code: number | undefined;
  const listen = (handler: NodeJS.SignalsListener) => {
    for (const signal of SIGNALS) process.on(signal, handler);
  };
  const ignore = (handler: NodeJS.SignalsListener) => {
    for (const signal of SIGNALS) process.off(signal, handler);
  };
  const onEnd = (signal: NodeJS.Signals) => process.exit(codeOf(signal));
  const onSignal = (signal: NodeJS.Signals) => {
    if (stop.signal.aborted) {
      letSignalsEnd();
      endSoon(signal);
      abort.abort();
      return;
    }
    code = codeOf(signal);
    terminal.complain(options.stopping ?? STOPPING);
    stop.abort();
  };
  const letSignalsEnd = () => {
    ignore(onSignal);
    // The first process of a container ignores what it does not listen to.
    if (process.pid === 1) listen(onEnd);
  };
  if (options.endsAtOnce === true) letSignalsEnd();
  else listen(onSignal);
  const downloads = openDownloadDisplay(terminal);
  const services: Services = {
    environment: process.env,
    clock: systemClock,
    random: Math.random,
    fetch: globalThis.fetch,
    onDownload: downloads.onProgress,
    ...presentFields({ openFiles: openFilesLimit() }),
    stop: stop.signal,
    abort: abort.signal,
  };
  return {
    services,
    signalCode: () => code,
    letSignalsEnd,
    release: () => {
      downloads.finish();
      ignore(onSignal);
      ignore(onEnd);
    },
  };
}
