import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Scores } from "../core/board.js";
import { messageOf } from "../core/errors.js";
import type { Manifest } from "../core/manifest.js";
import { isRunFolder, readManifest, runPaths } from "./run-folder.js";

/** A run folder that was found, or why it cannot be read. */
export type FoundRun =
  | {
      readonly path: string;
      readonly manifest: Manifest;
      /** As the run's last scoring left them; undefined where there are none that can be read. */
      readonly scores: Scores | undefined;
    }
  | { readonly path: string; readonly error: string };

/** How far below a folder runs are looked for. */
const DEPTH = 4;

function foldersBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules")
      .map((entry) => join(folder, entry.name));
  } catch {
    return [];
  }
}

/** Run folders at and below a folder, at most four folders deep; nothing inside a run is looked at. */
export function runFoldersBelow(folder: string, depth = DEPTH): string[] {
  if (isRunFolder(folder)) return [folder];
  return depth === 0 ? [] : foldersBelow(folder).flatMap((one) => runFoldersBelow(one, depth - 1));
}

function readScores(path: string): Scores | undefined {
  try {
    const scores: Scores = JSON.parse(readFileSync(runPaths.scores(path), "utf8"));
    return Array.isArray(scores.boards) ? scores : undefined;
  } catch {
    return undefined;
  }
}

/** Reads what a run folder says of itself. */
export function readRun(path: string): FoundRun {
  try {
    return { path, manifest: readManifest(path), scores: readScores(path) };
  } catch (error) {
    return { path, error: messageOf(error) };
  }
}

/** Orders runs by their start, the one that was started last first; what cannot be read comes last. */
export function byStart(
  x: { readonly path: string; readonly startedAt: string | undefined },
  y: { readonly path: string; readonly startedAt: string | undefined },
): number {
  return (y.startedAt ?? "").localeCompare(x.startedAt ?? "") || x.path.localeCompare(y.path);
}

/** Runs below a folder, in the order of {@link byStart}. */
export function findRuns(folder: string): FoundRun[] {
  return runFoldersBelow(folder)
    .map((path) => {
      const run = readRun(path);
      return { path, run, startedAt: "manifest" in run ? run.manifest.startedAt : undefined };
    })
    .sort(byStart)
    .map(({ run }) => run);
}
