import { existsSync } from "node:fs";
import { isAbsolute, relative, sep } from "node:path";
import { packageFile } from "../core/package-files.js";

/**
 * A hint with the pages that it names where they can be opened from here: `docs/adapters.md` as it stands in a checkout
 * of assay, `node_modules/assay/docs/adapters.md` in a project that depends on it. What is no page of assay stays.
 */
export function withDocsPaths(hint: string, workingFolder = process.cwd()): string {
  return hint.replace(/(?<![\w/.\\-])docs\/([a-z0-9-]+\.md)\b/g, (name, page: string) => {
    const file = packageFile("docs", page);
    if (!existsSync(file)) return name;
    const fromHere = relative(workingFolder, file);
    const isBelow = !isAbsolute(fromHere) && !fromHere.startsWith("..");
    return isBelow ? fromHere.split(sep).join("/") : file;
  });
}
