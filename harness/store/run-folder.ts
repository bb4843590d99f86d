import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../core/atomic-file.js";
import { ConfigError, cannotWrite, DataError, messageOf } from "../core/errors.js";
import { refuseRepeatedKeys } from "../core/json-keys.js";
import { readJsonLines } from "../core/jsonl.js";
import type { Manifest } from "../core/manifest.js";
import { presentFields } from "../core/present-fields.js";
import type { Answer, Judgment, Suite } from "../core/records.js";
import { fileNameFor } from "../core/text.js";
import {
  completeManifest,
  foreignRecord,
  isAnswer,
  isJudgment,
  isSuiteShape,
  manifestFault,
} from "./record-shape.js";

/** Where things lie in a run folder. */
export const runPaths = {
  manifest: (run: string) => join(run, "run.json"),
  scores: (run: string) => join(run, "scores.json"),
  report: (run: string) => join(run, "report"),
  suite: (run: string, suite: string) => join(run, "suites", `${fileNameFor(suite)}.json`),
  suites: (run: string) => join(run, "suites"),
  /** Suites of the undivided run, in the folder of a shard. */
  wholeSuite: (run: string, suite: string) => join(run, "whole-suites", `${fileNameFor(suite)}.json`),
  wholeSuites: (run: string) => join(run, "whole-suites"),
  answersFolder: (run: string) => join(run, "answers"),
  answers: (run: string, model: string) => join(run, "answers", `${fileNameFor(model)}.jsonl`),
  /** Verdicts on a sentinel's anchors that this run asked for. */
  sentinel: (run: string) => join(run, "sentinel.jsonl"),
  /** Plan and looks of a run that may end before its last question. */
  sequence: (run: string) => join(run, "sequence.jsonl"),
  judgmentsFolder: (run: string) => join(run, "judgments"),
  /** One file per judged model, or per pair. */
  judgments: (run: string, protocol: string, a: string, b?: string) =>
    join(
      run,
      "judgments",
      fileNameFor(protocol),
      `${fileNameFor(b === undefined ? a : [a, b].sort().join("--"))}.jsonl`,
    ),
} as const;

/** Whether a path is a run folder. */
export function isRunFolder(path: string): boolean {
  return existsSync(runPaths.manifest(path));
}

/** Ids of the protocols that a folder holds; none where it is no run. @throws DataError for a damaged `run.json`. */
export function heldProtocols(run: string | undefined): ReadonlySet<string> {
  if (run === undefined || !isRunFolder(run)) return new Set();
  return new Set(readManifest(run).protocols.map((protocol) => protocol.id));
}

/**
 * Writes a whole file so that a reader, or a crash, sees the old or the new content and nothing between.
 * @throws AssayError `cannot-write`.
 */
export function writeFileAtomically(file: string, content: string | Uint8Array): Promise<void> {
  return replaceFile(file, content, (cause) =>
    cannotWrite(file, "Free disk space or choose a writable folder with --out.", cause),
  );
}

/** JSON as assay writes it to files: two spaces, a final line feed. */
export function prettyJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

const REWRITE =
  "Restore it, or delete it: `assay run` with the same options writes run.json and suites/ again, and keeps the records.";

/** JSON of a file of a run folder. @throws DataError. */
export function readJsonFile(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new DataError(`cannot be read (${messageOf(cause)})`, { code: "unreadable-file", file, cause });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new DataError(`not valid JSON (${messageOf(cause)})`, {
      code: "broken-json",
      file,
      remedy: REWRITE,
      cause,
    });
  }
  refuseRepeatedKeys(text, file);
  return value;
}

function notARunFolder(run: string): ConfigError {
  const code = "not-a-run-folder";
  const remedy = "Name the folder that `assay run --out` wrote.";
  if (!existsSync(run))
    return new ConfigError(`${run} is not a run folder: there is no such folder`, { code, remedy });
  if (!statSync(run).isFile())
    return new ConfigError(`${run} is not a run folder: it holds no run.json`, { code, remedy });
  return new ConfigError(`${run} is a file, not a run folder`, {
    code,
    remedy: `If it holds judgments: \`assay score ${run}\` shows their figures, and \`assay import ${run} --out RUN\` makes a run folder of them.`,
  });
}

/** Reads `run.json`. @throws ConfigError `not-a-run-folder`; DataError when it is damaged or of another version. */
export function readManifest(run: string): Manifest {
  const file = runPaths.manifest(run);
  if (!existsSync(file)) throw notARunFolder(run);
  const value = readJsonFile(file);
  if (value === null || typeof value !== "object" || !("schema" in value) || value.schema !== "assay.run/1") {
    throw new DataError("is not a manifest of a run that this version can read", {
      code: "unknown-manifest",
      file,
      remedy: "Read the run with the version of assay that wrote it.",
    });
  }
  const fault = manifestFault(value);
  if (fault !== undefined) {
    throw new DataError(`lacks parts of a run's manifest: ${fault}`, {
      code: "broken-manifest",
      file,
      remedy: REWRITE,
    });
  }
  // The file is assay's own; its schema mark says that the fields that were not looked at are there.
  return completeManifest(value as Manifest);
}

/** Suites of a run as they were asked, from the snapshots in the folder. */
export function readSuites(run: string): Suite[] {
  return readSuiteFolder(runPaths.suites(run));
}

/** Suites of the undivided run that a shard belongs to; none in a run that is not a shard. */
export function readWholeSuites(run: string): Suite[] {
  return readSuiteFolder(runPaths.wholeSuites(run));
}

function readSuiteFolder(folder: string): Suite[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => {
      const file = join(folder, name);
      const suite = readJsonFile(file);
      if (!isSuiteShape(suite)) {
        throw new DataError("is not the snapshot of a suite", {
          code: "broken-suite",
          file,
          remedy: REWRITE,
        });
      }
      // The file is assay's own; that its lists are there was just checked.
      return suite as Suite;
    });
}

/** JSONL files below a folder, sorted by path; none when there is no folder. */
export function jsonlFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".jsonl"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const onTornTail = () => undefined;

/**
 * Tolerates a torn last line (a crash) but nothing else.
 * @param madeLater See {@link readJsonLines}.
 */
function* recordsOf<Entry>(
  file: string,
  kind: string,
  isEntry: (value: unknown) => value is Entry,
  madeLater?: string,
): Generator<Entry> {
  for (const { line, value } of readJsonLines(file, { onTornTail, ...presentFields({ madeLater }) })) {
    if (!isEntry(value)) throw foreignRecord(kind, file, line);
    yield value;
  }
}

/** All answers of a run in file order, superseded ones too. @throws DataError naming file and line. */
export function* readAnswers(run: string): Generator<Answer> {
  for (const file of jsonlFiles(runPaths.answersFolder(run))) yield* recordsOf(file, "an answer", isAnswer);
}

/** All judgments of a run in file order, superseded ones too. @throws DataError naming file and line. */
export function* readJudgments(run: string): Generator<Judgment> {
  for (const file of jsonlFiles(runPaths.judgmentsFolder(run)))
    yield* recordsOf(file, "a judgment", isJudgment);
}

/** As {@link readJudgments}, but a long prompt is there until the next judgment is read. @throws DataError naming file and line. */
export function* readJudgmentsForReplies(run: string): Generator<Judgment> {
  for (const file of jsonlFiles(runPaths.judgmentsFolder(run)))
    yield* recordsOf(file, "a judgment", isJudgment, "request");
}

/** Verdicts on a sentinel's anchors that the run asked for, in file order; no board holds them. @throws DataError. */
export function* readSentinelJudgments(run: string): Generator<Judgment> {
  const file = runPaths.sentinel(run);
  if (existsSync(file)) yield* recordsOf(file, "a judgment", isJudgment);
}
