import { appendFileSync, writeFileSync } from "node:fs";
import { isoTime, systemClock } from "../core/clock.js";
import { ConfigError, messageOf } from "../core/errors.js";
import type { RunEvent } from "../pipeline/events.js";
import { hideSecrets } from "./failures.js";
import { shownJson } from "./output.js";

/**
 * Writes every event as one JSON line; secrets cannot be in events, and are hidden all the same. A log that cannot be
 * begun is refused, here or at the first event, before any call; one that breaks off later is no reason to lose a run.
 * @param onBroken Told once why the log ends here.
 * @throws ConfigError `log-not-writable`; so does the function that it returns, at its first call.
 */
export function openEventLog(
  file: string | undefined,
  onBroken: (message: string) => void,
): (event: RunEvent) => void {
  if (file === undefined) return () => undefined;
  const refusal = (cause: unknown) =>
    new ConfigError(`the log file ${file} cannot be written (${messageOf(cause)})`, {
      code: "log-not-writable",
      remedy: "Choose another path for --log-file.",
    });
  try {
    writeFileSync(file, "", { flag: "a" });
  } catch (cause) {
    throw refusal(cause);
  }
  let state: "new" | "begun" | "broken" = "new";
  const write = (line: string) => {
    if (state === "broken") return;
    try {
      appendFileSync(file, line);
      state = "begun";
    } catch (cause) {
      const isNew = state === "new";
      state = "broken";
      if (isNew) throw refusal(cause);
      onBroken(`${refusal(cause).message}; the run goes on without it`);
    }
  };
  return (event) => {
    const { type } = event;
    const line =
      event.type === "answer"
        ? {
            taskId: event.answer.taskId,
            questionId: event.answer.questionId,
            model: event.answer.model,
            status: event.answer.status,
          }
        : event.type === "judgment"
          ? {
              taskId: event.judgment.taskId,
              questionId: event.judgment.questionId,
              protocol: event.judgment.protocol,
              status: event.judgment.status,
            }
          : event;
    write(`${hideSecrets(shownJson({ at: isoTime(systemClock.now()), ...line, type }), process.env)}\n`);
  };
}
