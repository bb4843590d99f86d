import { existsSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { AreaOverrides } from "../core/area.js";
import type { Card, CardSource } from "../core/card.js";
import { type Clock, isoTime } from "../core/clock.js";
import { countOf } from "../core/count-of.js";
import { ConfigError } from "../core/errors.js";
import { toolVersion } from "../core/package-files.js";
import type { Policy } from "../core/policy.js";
import { presentFields } from "../core/present-fields.js";
import type { ScansByRun } from "../pipeline/changes/card-contamination.js";
import { cardOf } from "../pipeline/changes/card-of.js";
import { readManifest, runPaths } from "../store/run-folder.js";
import {
  type Checkpoint,
  checkpointNamed,
  checkpointsOf,
  type MeasuredOptions,
  type MeasuredSource,
  measuredPairs,
  readMeasuredSource,
} from "./measured-sources.js";
import { decideFor, namedBase } from "./policy.js";

/** What a card is asked for. */
export interface CardRequest {
  /** Run folders, baselines, judgment files and tables of figures; the first one has the base where none is named. */
  readonly paths: readonly string[];
  readonly base?: string | undefined;
  readonly candidates?: readonly string[] | undefined;
  readonly areas: AreaOverrides;
  readonly policy?: Policy | undefined;
  /** Folder of the page, to which links to reports are relative. */
  readonly folder: string;
  readonly clock: Clock;
}

/** Models that a table or file may hold before base and candidate must be named. */
const FEW = 2;

function tooMany(checkpoints: readonly Checkpoint[]): ConfigError {
  const names = checkpoints.map(({ name }) => name);
  const [first = "A", second = "B"] = names;
  return new ConfigError(
    `the sources state figures of ${countOf(names.length, "model")}, and none is named as base or candidate`,
    {
      code: "model-not-chosen",
      remedy: `Name two: --base "${first}" --candidate "${second}". Models: ${names.slice(0, 40).join(", ")}.`,
    },
  );
}

interface Sides {
  readonly base: Checkpoint;
  readonly candidates: readonly Checkpoint[];
}

async function sidesOf(
  request: CardRequest,
  checkpoints: readonly Checkpoint[],
  options: MeasuredOptions,
): Promise<Sides> {
  const { base: baseName, candidates: named = [] } = request;
  const chosen = named.map((name) => checkpointNamed(name, checkpoints, "--candidate"));
  const areRuns = checkpoints.every(({ sources }) => sources.some(({ kind }) => kind === "run"));
  if (baseName === undefined && chosen.length === 0 && checkpoints.length > FEW && !areRuns)
    throw tooMany(checkpoints);
  const base =
    baseName === undefined
      ? checkpoints.find((one) => !chosen.includes(one))
      : await namedBase(baseName, checkpoints, options, "--base");
  const others = checkpoints.filter((one) => one !== base);
  if (chosen.length === 0 && others.length > 1 && !areRuns) throw tooMany(others);
  const candidates = chosen.length > 0 ? chosen : others;
  if (base !== undefined && candidates.length > 0 && !candidates.includes(base)) return { base, candidates };
  throw new ConfigError(
    checkpoints.length === 0
      ? "the sources measure no model"
      : candidates.length === 0 || base === undefined
        ? `there is one model, ${checkpoints[0]?.name ?? ""}, and nothing to hold it against`
        : "base and candidate are the same",
    {
      code: "nothing-to-compare",
      remedy: "Name a second run or file, a run of two models, or --base and --candidate.",
    },
  );
}

function sourceOf(source: MeasuredSource, folder: string): CardSource {
  const { path, kind, models } = source;
  const page = kind === "run" ? join(runPaths.report(path), "index.html") : undefined;
  const report =
    page === undefined || !existsSync(page)
      ? null
      : relative(folder, page).split(sep).map(encodeURIComponent).join("/");
  return { path, kind, models, report };
}

const RECORDED =
  "Some answers or verdicts are recorded samples that ship with assay; they say nothing about any real model.";

function noticesOf(sources: readonly MeasuredSource[]): string[] {
  const areRecorded = sources.some(
    ({ kind, path }) => kind === "run" && readManifest(path).recordedSamples === true,
  );
  return [...(areRecorded ? [RECORDED] : []), ...sources.flatMap(({ notices = [] }) => notices)];
}

/** Two models of one table are told apart by their order alone, which may be the other way round from what is meant. */
function orderNotice(
  { base: named, candidates: chosen = [], paths }: CardRequest,
  checkpoints: readonly Checkpoint[],
  base: Checkpoint,
  candidates: readonly Checkpoint[],
): string[] {
  const [candidate] = candidates;
  const isChosen = named !== undefined || chosen.length > 0;
  if (isChosen || candidate === undefined || checkpoints.length !== FEW || paths.length > 1) return [];
  if (base.sources.some(({ kind }) => kind === "run")) return [];
  return [
    `${base.name} stands first in ${base.sources[0]?.path ?? ""} and is taken for the base, ${candidate.name} for the candidate; --base and --candidate say otherwise.`,
  ];
}

function scansOf(sources: readonly MeasuredSource[]): ScansByRun {
  const runs = sources.filter(({ kind }) => kind === "run");
  return new Map(runs.map(({ path, contamination }) => [path, contamination] as const));
}

/**
 * Everything known of a candidate beside its base, over run folders, judged files and stated figures. Calls no model.
 * @throws ConfigError, DataError.
 */
export async function makeCard(request: CardRequest, options: MeasuredOptions): Promise<Card> {
  const sources = await Promise.all(request.paths.map((path) => readMeasuredSource(path, options)));
  const checkpoints = checkpointsOf(sources);
  const { base, candidates } = await sidesOf(request, checkpoints, options);
  const steps = candidates.map((candidate) => ({
    checkpoint: candidate.name,
    pairs: measuredPairs(base, candidate),
  }));
  const policies = request.policy && decideFor(request.policy, base, candidates);
  const shown = [...new Set([...sources, ...base.sources])];
  return {
    schema: "assay.card/1",
    version: toolVersion(),
    generatedAt: isoTime(request.clock.now()),
    ...cardOf(base.name, steps, request.areas, scansOf(shown)),
    ...presentFields({ policies }),
    sources: shown.map((source) => sourceOf(source, request.folder)),
    notices: [...orderNotice(request, checkpoints, base, candidates), ...noticesOf(shown)],
  };
}
