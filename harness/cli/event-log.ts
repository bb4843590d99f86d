import { appendFileSync, writeFileSync } from "node:fs";
import { isoTime, systemClock } from "../core/clock.js";
import { ConfigError, messageOf } from "../core/errors.js";
import type { RunEvent } from "../pipeline/events.js";
import { hideSecrets } from "./failures.js";

/**
 * Writes every event as one JSON line; secrets cannot be in events, and are hidden all the same.
 * @throws ConfigError `log-not-writable`.
 */
export function openEventLog(file: string | undefined): (event: RunEvent) => void {
  if (file === undefined) return () => undefined;
  try {
    writeFileSync(file, "", { flag: "a" });
  } catch (cause) {
    throw new ConfigError(`the log file ${file} cannot be written (${messageOf(cause)})`, {
      code: "log-not-writable",
      remedy: "Choose another path for --log-file.",
    });
  }
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
    appendFileSync(
      file,
      `${hideSecrets(JSON.stringify({ at: isoTime(systemClock.now()), ...line, type }), process.env)}\n`,
    );
  };
}
