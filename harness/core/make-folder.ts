import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/**
 * Makes a folder and those above it that are missing, one by one. Node's own way of making several at once never ends
 * where the one above can hold none, such as `/proc`.
 * @param mode Permissions of the folders that are made.
 * @throws Error of the file system where one cannot be made.
 */
export function makeFolder(folder: string, mode = 0o777): void {
  const missing: string[] = [];
  for (let path = resolve(folder); !isFolder(path); path = dirname(path)) {
    missing.push(path);
    if (dirname(path) === path) break;
  }
  for (const path of missing.reverse()) {
    try {
      mkdirSync(path, mode);
    } catch (cause) {
      // Another process may have made it in the meantime.
      if (!isFolder(path)) throw cause;
    }
  }
}
