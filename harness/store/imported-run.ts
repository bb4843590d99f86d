import { type Clock, isoTime } from "../core/clock.js";
import { ConfigError } from "../core/errors.js";
import { contentId } from "../core/hash.js";
import type { Json } from "../core/json.js";
import type { Manifest, ManifestModel, ManifestProtocol } from "../core/manifest.js";
import { toolVersion } from "../core/package-files.js";
import type { Answer, Judgment, Suite, Warning } from "../core/records.js";
import type { StatedFigure } from "../core/stated-figure.js";
import { closeManifest, writeManifest } from "./manifest-of-records.js";
import { manifestSuite, newManifest } from "./new-manifest.js";
import { isRunFolder, jsonlFiles, prettyJson, runPaths, writeFileAtomically } from "./run-folder.js";
import { lockRunFolder } from "./run-lock.js";
import { RunStore } from "./run-store.js";
import { writeStatedFigures } from "./stated-figures.js";

/** One suite of another tool's files, as it goes into a run folder. */
export interface ImportedSuite {
  readonly suite: Suite;
  readonly answers: readonly Answer[];
  /** In the order of their files. */
  readonly judgments: readonly Judgment[];
  readonly protocols: readonly ManifestProtocol[];
  /** Answers that there should be. */
  readonly plannedAnswers: number;
}

/** What is written as a run folder. */
export interface Import {
  /** Name of the other tool, kept in the configuration. */
  readonly format: string;
  /** Where it comes from, kept beside the format: files with their hashes, what was left out. */
  readonly provenance?: { readonly [key: string]: Json };
  readonly parts: readonly ImportedSuite[];
  /** What is doubtful about the files. */
  readonly warnings?: readonly Warning[];
  /** Figures that the files state. */
  readonly figures?: readonly StatedFigure[];
  readonly clock: Clock;
}

/** A model that is known by recorded answers alone; a judge model by none. */
function recordedModel(id: string, answers: readonly Answer[]): ManifestModel {
  const recordings = contentId(answers.filter((one) => one.model === id).map((one) => one.taskId));
  return {
    id,
    identity: { adapter: "replay", model: id, recordings },
    endpoint: `recorded:${id}`,
    endpointModels: {},
    systemFingerprints: {},
    droppedParameters: [],
  };
}

function manifestOf({ format, provenance, parts, warnings }: Import, at: string): Manifest {
  const answers = parts.flatMap((part) => part.answers);
  const protocols = parts.flatMap((part) => part.protocols);
  const trials = answers.reduce((most, answer) => Math.max(most, answer.trial), 1);
  const modelsOf = (part: ImportedSuite) =>
    new Set([
      ...part.answers.map((answer) => answer.model),
      ...part.protocols.flatMap(({ subjects }) => subjects.flat()),
    ]);
  return newManifest({
    version: toolVersion(),
    config: { imported: format, ...provenance },
    seed: 1,
    trials,
    suites: parts.map(({ suite }) => manifestSuite(suite)),
    models: [...new Set(parts.flatMap((part) => [...modelsOf(part)]))].map((id) =>
      recordedModel(id, answers),
    ),
    judgeModels: [...new Set(protocols.map((one) => one.judgeModel))].map((id) => recordedModel(id, [])),
    protocols,
    plannedAnswers: parts.reduce((sum, part) => sum + part.plannedAnswers, 0),
    startedAt: at,
    recordedSamples: false,
    warnings,
  });
}

function refuseTaken(run: string): void {
  if (isRunFolder(run)) {
    throw new ConfigError(`${run} is a run folder already`, {
      code: "run-folder-exists",
      remedy: "Choose a new folder with --out.",
    });
  }
  const [left] = [...jsonlFiles(runPaths.answersFolder(run)), ...jsonlFiles(runPaths.judgmentsFolder(run))];
  if (left === undefined) return;
  throw new ConfigError(`${run} holds records without a run.json, such as ${left}`, {
    code: "run-folder-exists",
    remedy: "An import was stopped there: delete the folder, or choose a new one with --out.",
  });
}

/**
 * Writes a run folder of another tool's records. `run.json` is written last: a folder that has one is whole.
 * @throws ConfigError `run-folder-exists`, `run-folder-in-use`.
 */
export async function writeImportedRun(run: string, given: Import): Promise<Manifest> {
  const at = isoTime(given.clock.now());
  refuseTaken(run);
  const lock = await lockRunFolder(run, at);
  const store = new RunStore(run, () => undefined);
  try {
    refuseTaken(run);
    const opened = manifestOf(given, at);
    for (const { suite, answers, judgments } of given.parts) {
      await writeFileAtomically(runPaths.suite(run, suite.id), prettyJson(suite));
      await Promise.all([
        ...answers.map((answer) => store.appendAnswer(answer)),
        ...judgments.map((judgment) => store.appendJudgment(judgment)),
      ]);
    }
    await store.close();
    await writeStatedFigures(run, given.figures ?? []);
    const manifest = closeManifest(run, opened, { status: "complete", finishedAt: at, elapsedMs: 0 });
    await writeManifest(run, manifest);
    return manifest;
  } finally {
    await store.close();
    await lock.release();
  }
}
