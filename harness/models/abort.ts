import { EndpointError } from "../core/errors.js";

/** The error of a call whose signal was aborted before it had its answer. */
export function stoppedError(): EndpointError {
  return new EndpointError("stopped before the answer was there", { code: "timeout", retryable: true });
}

/**
 * Runs `work` and rejects at once when the signal aborts, whatever `work` is waiting for: a body that stalls must not
 * hold a deadline up. `work` gets a signal of its own, so that nothing it registers outlives the call on a signal that
 * many calls share.
 * @throws EndpointError `timeout` on abort, or whatever `work` rejects with.
 */
export async function untilAborted<Result>(
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  if (signal.aborted) throw stoppedError();
  const controller = new AbortController();
  return new Promise((resolve, reject) => {
    const stop = () => {
      reject(stoppedError());
      controller.abort();
    };
    const settle = () => signal.removeEventListener("abort", stop);
    signal.addEventListener("abort", stop, { once: true });
    work(controller.signal).then(
      (result) => {
        settle();
        resolve(result);
      },
      (error: unknown) => {
        settle();
        reject(error);
      },
    );
  });
}
