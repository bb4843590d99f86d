import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../core/errors.js";

/**
 * Files with an ending at any depth below a folder, sorted by path; or the file itself, whatever its ending.
 * @throws ConfigError `file-not-found`.
 */
export function filesBelow(path: string, ending: string): string[] {
  if (!existsSync(path)) {
    throw new ConfigError(`there is no file or folder ${path}`, {
      code: "file-not-found",
      remedy: "Check the path.",
    });
  }
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
