import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { extname } from "node:path";
import { arenaHardFormatOf } from "../core/arena-hard-row.js";
import type { RatingScale } from "../core/board.js";
import { refuseEmptyFile } from "../core/empty-file.js";
import { ConfigError, DataError } from "../core/errors.js";
import { isJsonObject } from "../core/json.js";
import { readJsonLines } from "../core/jsonl.js";
import { namedPath } from "../core/named-path.js";
import { isVoteRow } from "../core/vote.js";
import { auditFindings, markUnchecked } from "../pipeline/audit/audit-run.js";
import type { Verdicts } from "../pipeline/scores/verdicts.js";
import type { AlpacaBoardOptions } from "./alpaca-eval/score-files.js";
import { arenaHardVerdicts } from "./arena-hard/score-files.js";
import { fastChatFormatOf } from "./fastchat/fields.js";
import { fastChatVerdicts } from "./fastchat/score-files.js";
import type { FileVerdicts } from "./file-verdicts.js";

/** How files of other tools are scored. */
export interface ScoreFilesOptions extends Omit<AlpacaBoardOptions, "bootstrapReplicates"> {
  /** Scale of recorded ratings; found by looking at them where it is left out. */
  readonly scale?: RatingScale | undefined;
  /** Arena-Hard: model that the others were compared with, where the files do not name it. */
  readonly baseline?: string | undefined;
}

/** A kind of file that can be scored. */
export type FileFormat =
  | "fastchat-single"
  | "fastchat-pair"
  | "alpaca-eval"
  | "arena-hard-judgments"
  | "arena-hard-battles"
  | "wildbench";

function isArenaHard(format: FileFormat): boolean {
  return format === "arena-hard-judgments" || format === "arena-hard-battles";
}

/** The first character of a file that is no blank: arrays and objects are told apart without reading the file. */
function firstSign(file: string): string {
  const start = Buffer.alloc(64);
  const handle = openSync(file, "r");
  try {
    return start
      .toString("utf8", 0, readSync(handle, start))
      .replace(/^\uFEFF/, "")
      .trimStart()
      .charAt(0);
  } finally {
    closeSync(handle);
  }
}

/**
 * Tells what a file holds by looking at its first record.
 * @param named a path, `PATH#MODEL` or `NAME=PATH`
 */
function formatOfFile(named: string): FileFormat {
  const file = namedPath(named).path;
  if (!existsSync(file)) {
    throw new ConfigError(`there is no file or run folder ${file}`, {
      code: "file-not-found",
      remedy: "Check the path.",
    });
  }
  if (statSync(file).isDirectory()) {
    throw new ConfigError(`${file} is a folder without run.json`, {
      code: "not-a-run-folder",
      remedy: "Name a run folder, or the judgment files themselves.",
    });
  }
  refuseEmptyFile(file);
  if (extname(file) === ".json") return firstSign(file) === "{" ? "wildbench" : "alpaca-eval";
  for (const { value } of readJsonLines(file)) {
    const format = fastChatFormatOf(value);
    if (format === "fastchat-single" || format === "fastchat-pair") return format;
    if (arenaHardFormatOf(value) === "arena-hard-judgments") return "arena-hard-judgments";
    // Votes of people say who gave them.
    if (isVoteRow(value) && isJsonObject(value) && !("judge" in value)) return "arena-hard-battles";
    break;
  }
  throw new DataError("is not a file of judgments that assay knows", {
    code: "unknown-format",
    file,
    line: 1,
    remedy:
      "Known are FastChat's single and pair judgments and Arena-Hard's judgments and battle rows (.jsonl), AlpacaEval's annotations.json and WildBench's result files (.json).",
  });
}

/**
 * Reads files that other tools published or that `assay export` wrote, whatever their format.
 * @throws ConfigError, DataError naming file and line; `duplicate-judgments` unless `compat`.
 */
export async function readFileVerdicts(
  files: readonly string[],
  options: ScoreFilesOptions,
): Promise<Verdicts> {
  const found = files.map((named) => ({ named, format: formatOfFile(named) }));
  const pathsOf = (wanted: FileFormat) =>
    found.filter(({ format }) => format === wanted).map(({ named }) => named);
  const [alpaca, wildBench] = [pathsOf("alpaca-eval"), pathsOf("wildbench")];
  const fastChat = fastChatVerdicts(
    found.filter(({ format }) => format === "fastchat-single" || format === "fastchat-pair"),
    options,
  );
  const arena = found.filter(({ format }) => isArenaHard(format));
  const rows = arena.length === 0 ? fastChat : joined(fastChat, arenaHardVerdicts(arena, options));
  const first = wildBench.length === 0 ? rows : await withWildBench(rows, wildBench, options);
  if (alpaca.length === 0) return audited(first, options);
  const { alpacaBoards } = await import("./alpaca-eval/score-files.js");
  const second = await alpacaBoards(alpaca, {
    compat: options.compat,
    folds: options.folds,
    lengthControl: options.lengthControl,
    finder: options.finder,
    seed: options.seed,
    tokens: options.tokens,
    calibrationFolder: options.calibrationFolder,
  });
  return audited(joined(first, second), options);
}

function joined(first: FileVerdicts, second: FileVerdicts): FileVerdicts {
  // Most often all files are of one kind.
  const answers = first.answers.isEmpty ? second.answers : first.answers;
  if (answers !== second.answers) answers.putAll(second.answers);
  return {
    ...first,
    inputs: [...first.inputs, ...second.inputs],
    suites: new Map([...first.suites, ...second.suites]),
    sources: [...first.sources, ...second.sources],
    warnings: [...first.warnings, ...second.warnings],
    answers,
  };
}

async function withWildBench(
  verdicts: FileVerdicts,
  files: readonly string[],
  { compat }: ScoreFilesOptions,
): Promise<FileVerdicts> {
  const { wildBenchBoards } = await import("./wildbench/score-files.js");
  const { built, sources } = wildBenchBoards(files, { compat });
  return { ...verdicts, built, sources: [...verdicts.sources, ...sources] };
}

/** The same checks as those of a run's scoring, on what the files hold. */
function audited({ answers, ...verdicts }: FileVerdicts, { seed }: ScoreFilesOptions): Verdicts {
  const inputs = markUnchecked(verdicts.inputs, answers);
  const findings = auditFindings({ boards: inputs, answers, families: new Map(), seed });
  return { ...verdicts, inputs, findings };
}

/** For what pairs verdicts by question. @throws ConfigError `counts-only` where a source holds counts instead. */
export function requireVerdicts(path: string, { inputs, built = [] }: Verdicts): void {
  if (inputs.length > 0 || built.length === 0) return;
  throw new ConfigError(
    `${path} holds counts of each model and no verdicts, so nothing can be paired by question`,
    {
      code: "counts-only",
      remedy: `See its figures with assay score ${path}.`,
    },
  );
}
