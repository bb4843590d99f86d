import { statSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { Clock } from "../core/clock.js";
import { messageOf } from "../core/errors.js";
import { sha256 } from "../core/hash.js";
import type { RunRow } from "../core/live-run.js";
import { byStart, type FoundRun, readRun, runFoldersBelow } from "../store/find-runs.js";
import { runPaths } from "../store/run-folder.js";
import { lookAtLock } from "../store/run-lock.js";
import { Liveness } from "./liveness.js";
import { RunFiles } from "./run-files.js";
import { reportPage } from "./run-report.js";

/** A run that could be read. */
export type ListedRun = Extract<FoundRun, { manifest: unknown }>;

/** What a list says of a run, besides what it finds out itself. */
export type DescribeRun = (
  run: ListedRun,
) => Pick<RunRow, "suites" | "models" | "judges" | "costUsd" | "recordedSamples" | "figures">;

/** A run that is known, under the id that stands for it in addresses. */
export interface KnownRun {
  readonly id: string;
  readonly path: string;
  /** The path as lists show it. */
  readonly shown: string;
  readonly files: RunFiles;
}

interface Entry extends KnownRun {
  readonly liveness: Liveness;
  stamp: string;
  found: FoundRun | undefined;
  described: ReturnType<DescribeRun> | undefined;
}

function stampOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? "" : `${found.mtimeMs} ${found.size} ${found.ino}`;
}

/** The id that stands for a run in addresses. */
export function runIdOf(path: string): string {
  return sha256(resolve(path)).slice(0, 16);
}

/** Runs below a folder, as long as a viewer is open: what has not changed is not read again. */
export class RunList {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly folder: string,
    private readonly clock: Clock,
    private readonly describe: DescribeRun,
  ) {}

  find(id: string): KnownRun | undefined {
    return this.entries.get(id);
  }

  /** Looks which runs there are, the one that was started last first. */
  async look(): Promise<RunRow[]> {
    const paths = runFoldersBelow(this.folder);
    const rows = await Promise.all(
      paths.map((path) =>
        this.row(path).catch((thrown: unknown) => unreadable(this.entryOf(path), messageOf(thrown))),
      ),
    );
    const listed = new Set(rows.map(({ id }) => id));
    for (const id of this.entries.keys()) if (!listed.has(id)) this.entries.delete(id);
    return rows
      .map((row) => ({ row, path: row.path, startedAt: row.startedAt ?? undefined }))
      .sort(byStart)
      .map(({ row }) => row);
  }

  private entryOf(path: string): Entry {
    const whole = resolve(path);
    const id = runIdOf(path);
    const known = this.entries.get(id);
    if (known !== undefined) return known;
    const files = new RunFiles(whole);
    const liveness = new Liveness();
    const shown = relative(this.folder, path) || path;
    const entry = {
      id,
      path: whole,
      shown,
      files,
      liveness,
      stamp: "",
      found: undefined,
      described: undefined,
    };
    this.entries.set(id, entry);
    return entry;
  }

  private async row(path: string): Promise<RunRow> {
    const entry = this.entryOf(path);
    const { id, shown, liveness } = entry;
    const stamp = `${stampOf(runPaths.manifest(path))} ${stampOf(runPaths.scores(path))}`;
    if (entry.stamp !== stamp || entry.found === undefined) {
      entry.found = readRun(path);
      entry.described = "manifest" in entry.found ? this.describe(entry.found) : undefined;
      entry.stamp = stamp;
      // Scores may be large; what is said of them is not.
      if ("manifest" in entry.found) entry.found = { ...entry.found, scores: undefined };
    }
    const { found, described } = entry;
    if (found === undefined || "error" in found || described === undefined) {
      const error = found !== undefined && "error" in found ? found.error : "cannot be read";
      return unreadable(entry, error);
    }
    const { status, startedAt } = found.manifest;
    const moment = { now: this.clock.now(), monotonic: this.clock.monotonic() };
    liveness.see(await lookAtLock(path), moment);
    return {
      ...described,
      ...{ id, path: shown, startedAt: String(startedAt) },
      status: liveness.status(status, moment),
      hasReport: reportPage(path) !== undefined,
    };
  }
}

function unreadable({ id, shown }: KnownRun, error: string): RunRow {
  return { ...unknownRun, id, path: shown, error };
}

const unknownRun = {
  status: "incomplete",
  startedAt: null,
  suites: [],
  models: [],
  judges: [],
  costUsd: null,
  recordedSamples: false,
  figures: [],
  hasReport: false,
} as const;
