import { serveQueue } from "../../assemble/queue.js";
import { resolveConfig } from "../../config/resolve.js";
import { countOf } from "../../core/count-of.js";
import { ConfigError } from "../../core/errors.js";
import type { Given } from "../declarations/commands.js";
import { exitCodes } from "../exit-codes.js";
import { readSettings } from "../load-config.js";
import { openServices } from "../open-services.js";
import type { Terminal } from "../terminal.js";

const DEFAULT_CONCURRENCY = 16;
/** Calls between two notes of how it goes. */
const NOTE_EVERY = 100;

/** `assay worker`: makes the calls that `assay run --queue` puts into the queue, until it is told to stop. */
export async function worker(given: Given<"worker">, terminal: Terminal): Promise<number> {
  const { concurrency = DEFAULT_CONCURRENCY } = given;
  const { queue } = resolveConfig(await readSettings(given.settings, process.env));
  if (queue === undefined) {
    throw new ConfigError("no queue is named", {
      code: "usage",
      remedy: "Name the Redis that the run names: --queue redis://host:6379, or ASSAY_QUEUE.",
    });
  }
  const open = openServices(terminal);
  const outcomes = new Map<string, number>();
  const told = () => {
    const parts = [...outcomes].map(([outcome, count]) => `${count} ${outcome}`);
    return parts.length === 0 ? "no calls yet" : `calls: ${parts.join(", ")}`;
  };
  let calls = 0;
  try {
    await serveQueue(
      {
        queue,
        concurrency,
        permissions: {
          endpoints: given.allowEndpoint ?? [],
          variables: given.allowKeyEnv ?? [],
        },
        onRefused: (reason) => terminal.note(`worker: ${reason}`),
        onReady: (shown) =>
          terminal.note(`worker: serving ${shown}, up to ${countOf(concurrency, "call")} at once`),
        onCall: ({ outcome }) => {
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
          if (++calls % NOTE_EVERY === 0) terminal.note(`worker: ${told()}`);
        },
        onProblem: (message) => terminal.note(`worker: queue: ${message}`),
      },
      open.services,
    );
    terminal.document({ schema: "assay.worker/1", outcomes: Object.fromEntries(outcomes) });
    terminal.say(`worker: ${told()}`);
    return open.signalCode() ?? exitCodes.done;
  } finally {
    open.release();
  }
}
