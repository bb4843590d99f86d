import { existsSync, readdirSync, realpathSync, rmSync, statSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { type Clock, isoTime } from "../../core/clock.js";
import { ConfigError, cannotWrite } from "../../core/errors.js";
import { buildingName, removeLeftovers } from "../../core/leftovers.js";
import { makeFolder } from "../../core/make-folder.js";
import type { Suite, Warning } from "../../core/records.js";
import { CONTAMINATION_FILE, writeContamination } from "../../store/contamination-file.js";
import { joinContamination } from "../../store/joined-contamination.js";
import { joinVotes } from "../../store/joined-votes.js";
import { closeManifest, writeManifest } from "../../store/manifest-of-records.js";
import {
  isRunFolder,
  prettyJson,
  readManifest,
  readSuites,
  readWholeSuites,
  runPaths,
  writeFileAtomically,
} from "../../store/run-folder.js";
import { lockRunFolder } from "../../store/run-lock.js";
import { copySentinelJudgments } from "../../store/sentinel-histories.js";
import { lastStated, readStatedFigures, writeStatedFigures } from "../../store/stated-figures.js";
import { lockVotes, votePaths } from "../../store/votes.js";
import { gapsOf, type RunResult, writeSuites } from "../run.js";
import { readScoredRun } from "../scores/read-scored-run.js";
import type { ScoringOptions } from "../scores/score-run.js";
import { joinManifests } from "./join-manifests.js";
import { joinRecords } from "./join-records.js";
import { placeInto, removeRun } from "./replace-run.js";
import type { RunToMerge } from "./run-to-merge.js";

/** What {@link mergeRuns} works with. */
export interface MergeOptions {
  /** Folder of the merged run; must not exist, or be empty. */
  readonly out: string;
  /** Replace the run folder that `out` is. Default false. */
  readonly force?: boolean;
  readonly clock: Clock;
  /** Version of assay, for the manifest. */
  readonly version: string;
  /** Made when the runs are known to fit together. */
  readonly scoring?: (runs: readonly string[]) => Promise<ScoringOptions>;
}

/** A merged run. */
export interface MergeResult extends RunResult {
  readonly warnings: readonly Warning[];
}

function readRun(path: string): RunToMerge {
  const manifest = readManifest(path);
  const whole = manifest.shard === undefined ? [] : readWholeSuites(path);
  const asked: Suite[] = readSuites(path);
  const ids = new Set(asked.map((suite) => suite.id));
  // Of a suite of which this shard had no question the other shards tell.
  const suites = whole.length === 0 ? asked : whole.filter((suite) => ids.has(suite.id));
  return { path, manifest, suites, asked };
}

function checkPaths(paths: readonly string[], out: string): void {
  const seen = new Map<string, string>();
  for (const path of paths) {
    readManifest(path);
    const real = realpathSync(path);
    const earlier = seen.get(real);
    if (earlier !== undefined) {
      throw new ConfigError(`${path} is named twice`, {
        code: "run-named-twice",
        remedy: "Name every run folder once.",
      });
    }
    seen.set(real, path);
  }
  if (existsSync(out) && seen.has(realpathSync(out))) {
    throw new ConfigError(`${out} is one of the runs that are merged`, {
      code: "merge-into-itself",
      remedy: "Choose another folder with --out.",
    });
  }
}

function checkTarget(out: string, force: boolean): void {
  if (!existsSync(out)) return;
  const isFolder = statSync(out).isDirectory();
  if (isFolder && readdirSync(out).length === 0) return;
  const isRun = isFolder && isRunFolder(out);
  if (isRun && force) return;
  throw new ConfigError(`${out} exists already`, {
    code: "merge-target-exists",
    remedy: isRun
      ? "Choose another folder with --out, or replace this run with --force."
      : "Choose another folder with --out.",
  });
}

async function makeFolderBeside(out: string): Promise<string> {
  try {
    removeLeftovers(dirname(out));
    const folder = join(dirname(out), buildingName(basename(out)));
    rmSync(folder, { recursive: true, force: true });
    makeFolder(folder);
    return folder;
  } catch (cause) {
    throw cannotWrite(dirname(out), "Choose a writable folder with --out.", cause);
  }
}

/**
 * Puts the finished folder in the place of whatever may be replaced there. Of a run that is replaced goes what assay
 * wrote; what else lies in its folder stays.
 */
async function moveInto(built: string, out: string, clock: Clock): Promise<void> {
  if (!existsSync(out)) return rename(built, out);
  const lock = isRunFolder(out) ? await lockRunFolder(out, isoTime(clock.now())) : undefined;
  try {
    removeRun(out);
    // `run.json` last: a folder that has one is whole.
    const names = readdirSync(built).sort(
      (one, other) => Number(one === "run.json") - Number(other === "run.json"),
    );
    for (const name of names) placeInto(join(built, name), join(out, name));
  } finally {
    await lock?.release();
  }
}

/**
 * Joins run folders (shards of one run, or runs of different models on different machines) in a new one, as if one
 * machine had done everything: records, people's votes, figures that others state, the scan of a corpus, suites, manifest with totals counted again, scores. The runs are only read.
 * @throws ConfigError when the runs are not parts of one evaluation, or `out` is taken; DataError `differing-overlap`.
 */
export async function mergeRuns(paths: readonly string[], options: MergeOptions): Promise<MergeResult> {
  const out = resolve(options.out);
  checkPaths(paths, out);
  checkTarget(out, options.force ?? false);
  const runs = paths.map(readRun);
  const joined = joinManifests(runs, options.version);
  const contamination = joinContamination(paths, joined.suites);
  const built = await makeFolderBeside(out);
  const nowMs = options.clock.now();
  const isVotedOn = isRunFolder(out) && existsSync(votePaths.folder(out));
  const votesLock = isVotedOn ? await lockVotes(out, nowMs) : undefined;
  try {
    await writeSuites(built, joined.suites);
    await joinRecords(runs, built);
    await copySentinelJudgments(
      runs.map(({ path }) => path),
      built,
    );
    await writeStatedFigures(built, lastStated(paths.flatMap(readStatedFigures)));
    if (contamination.scan !== undefined)
      await writeContamination(join(built, CONTAMINATION_FILE), contamination.scan);
    // Of a run that is replaced too: its votes cannot be had again, and what they were given on may be here as well.
    await joinVotes(isVotedOn ? [...paths, out] : paths, built, nowMs);
    const opened = joined.manifest;
    const end = { finishedAt: opened.finishedAt ?? isoTime(options.clock.now()), elapsedMs: 0 };
    const counted = closeManifest(built, opened, { ...end, status: "complete" });
    const gaps = gapsOf(counted, { answers: true, judgments: counted.protocols.length > 0 });
    const isComplete = gaps.answersMissing + gaps.verdictsMissing === 0;
    const manifest = { ...counted, status: isComplete ? ("complete" as const) : ("incomplete" as const) };
    await writeManifest(built, manifest);
    await moveInto(built, out, options.clock);
    const scored = readScoredRun(options.out, await options.scoring?.([options.out]));
    await writeFileAtomically(runPaths.scores(out), prettyJson(scored.scores));
    return { ...scored, stopped: undefined, gaps, warnings: [...joined.warnings, ...contamination.warnings] };
  } finally {
    await votesLock?.release();
    await rm(built, { recursive: true, force: true });
  }
}
