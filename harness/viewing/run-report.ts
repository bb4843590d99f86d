import { lstatSync } from "node:fs";
import { join } from "node:path";
import { runPaths } from "../store/run-folder.js";

/**
 * The finished HTML report of a run, as a plain file in a plain folder: a link in a foreign run folder may lead anywhere.
 * Undefined where there is none.
 */
export function reportPage(run: string): string | undefined {
  const folder = runPaths.report(run);
  const page = join(folder, "index.html");
  const isPlain =
    lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true &&
    lstatSync(page, { throwIfNoEntry: false })?.isFile() === true;
  return isPlain ? page : undefined;
}
