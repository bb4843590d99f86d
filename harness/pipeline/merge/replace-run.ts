import { existsSync, readdirSync, renameSync, rmdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/** What assay writes into each place of a run folder, by the path of the place. */
const OWN: Readonly<Record<string, RegExp>> = {
  "": /^((run|scores|contamination)\.json|(figures|sequence)\.jsonl)$/,
  answers: /\.jsonl$/,
  judgments: /\.jsonl$/,
  batch: /\.jsonl?$/,
  suites: /\.json$/,
  "whole-suites": /\.json$/,
  report: /\.(html|md|xml|csv|json|png|svg)$/,
};

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/** Removes the files of a folder that match, below it too, and folders that are empty then. */
function removeOwn(folder: string, own: RegExp, deep: boolean): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && deep) {
      removeOwn(path, own, deep);
      if (readdirSync(path).length === 0) rmdirSync(path);
    } else if (entry.isFile() && own.test(entry.name)) rmSync(path);
  }
}

/** Removes from a run folder what assay wrote; files of others stay where they are. */
export function removeRun(run: string): void {
  for (const [place, own] of Object.entries(OWN)) {
    const folder = join(run, place);
    if (!isFolder(folder)) continue;
    removeOwn(folder, own, place !== "");
    if (place !== "" && readdirSync(folder).length === 0) rmdirSync(folder);
  }
}

/** Moves a file or a folder to its place; into a folder that is there already, entry by entry. */
export function placeInto(from: string, to: string): void {
  if (!isFolder(from) || !isFolder(to)) {
    renameSync(from, to);
    return;
  }
  for (const name of readdirSync(from)) placeInto(join(from, name), join(to, name));
}
