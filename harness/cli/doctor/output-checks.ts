import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { tryQueue } from "../../assemble/queue.js";
import type { RunConfig } from "../../config/resolve.js";
import { ConfigError, messageOf } from "../../core/errors.js";
import { defaultRunFolder } from "../load-config.js";
import { type Check, failedWith, passed, type Subject } from "./check.js";
import { checkCharts, checkFolder } from "./machine-checks.js";

/** Run folder, and whether charts can be drawn. */
export async function checkOutput(config: RunConfig): Promise<Check[]> {
  const folder = config.out ?? defaultRunFolder(config);
  const check = await checkFolder({ area: "output", subject: "run folder" }, folder, "--out");
  return [check, ...(await checkCharts(config.report.formats))];
}

/** Whether a log file could be appended to. Writes nothing. */
export async function checkLogFile(file: string | undefined): Promise<Check[]> {
  if (file === undefined) return [];
  const about: Subject = { area: "output", subject: "log file" };
  try {
    const there = await stat(file).catch(() => undefined);
    if (there?.isDirectory()) throw new Error("it is a folder");
    await access(there === undefined ? dirname(file) : file, constants.W_OK);
    return [passed(about, `${file} can be written to`)];
  } catch (cause) {
    const error = new ConfigError(`the log file ${file} cannot be written (${messageOf(cause)})`, {
      code: "log-not-writable",
      remedy: "Choose another path for --log-file.",
    });
    return [failedWith(about, error)];
  }
}

/** Whether the queue of a run can be used. @param calls False leaves out the call to it. */
export async function checkQueue({ queue }: RunConfig, calls: boolean): Promise<Check[]> {
  if (queue === undefined) return [];
  const about: Subject = { area: "machine", subject: "queue" };
  if (!calls) return [passed(about, "is not called")];
  try {
    return [passed(about, `${await tryQueue(queue)} answers`)];
  } catch (error) {
    return [failedWith(about, error)];
  }
}
