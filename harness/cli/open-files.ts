import { readFileSync } from "node:fs";
import { ConfigError } from "../core/errors.js";

/** Node.js opens more than a hundred files of a program and its packages at once while it loads them. */
const LEAST_OPEN_FILES = 192;

/** How many files this process may open, connections among them; undefined where that is not told. */
export function openFilesLimit(): number | undefined {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
    return limit === undefined ? undefined : Number(limit);
  } catch {
    return undefined;
  }
}

/** @throws ConfigError `too-few-open-files` for a limit under which a command would fail somewhere. */
export function checkOpenFiles(limit = openFilesLimit()): void {
  if (limit === undefined || limit >= LEAST_OPEN_FILES) return;
  throw new ConfigError(
    `this process may open ${limit} files at once, connections among them; ${LEAST_OPEN_FILES} are needed at least`,
    { code: "too-few-open-files", remedy: "Raise the limit, such as with `ulimit -n 1024`." },
  );
}
