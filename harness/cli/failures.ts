import { AssayError, ConfigError, DataError } from "../core/errors.js";
import { printable } from "../core/text.js";
import { withDocsPaths } from "./docs-paths.js";
import { exitCodes } from "./exit-codes.js";
import { writeDocument, writeNote } from "./output.js";
import type { CommonArguments } from "./terminal.js";

/** What is known of a command whose failure is reported. */
export interface FailedCommand extends CommonArguments {
  /** It may have called models. */
  readonly callsModels?: boolean;
}

/**
 * Exit code of an error: mistakes of usage, configuration and files are 2, what broke a run in mid-way is 3, and 5 a run
 * folder that vanished.
 */
function codeOf(error: unknown, callsModels: boolean): number {
  if (!(error instanceof AssayError)) return exitCodes.unexpected;
  if (error instanceof ConfigError || error instanceof DataError) return exitCodes.usage;
  if (error.code === "run-folder-gone") return exitCodes.folderGone;
  const breaksRuns = error.code === "cannot-write" || error.code === "file-system";
  return breaksRuns && callsModels ? exitCodes.incomplete : exitCodes.usage;
}

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: "Free disk space; a run is resumed by the same command.",
  EDQUOT: "Free disk space, or raise the quota; a run is resumed by the same command.",
  EMFILE: "Raise the limit of open files, such as with `ulimit -n 1024`, or lower --concurrency.",
  ENFILE: "This machine has too many files open; a run is resumed by the same command.",
  EACCES: "Check the permissions of the file or folder that is named.",
  EPERM: "Check the permissions of the file or folder that is named.",
  EROFS: "Choose a writable place.",
};

/** An error of the operating system, which is no defect of assay, as one with a remedy. */
export function fileSystemFailure(error: Error, what?: string): AssayError {
  const { code = "" } = error as NodeJS.ErrnoException;
  return new AssayError(what === undefined ? error.message : `${what} (${error.message})`, {
    code: "file-system",
    remedy: REMEDIES[code] ?? "Check the file or folder that is named, then run the same command again.",
    cause: error,
  });
}

/** What is reported of something thrown: the operating system's errors are told from defects. */
function foreseen(error: unknown): unknown {
  if (error instanceof AssayError || !(error instanceof Error)) return error;
  const { syscall, code } = error as NodeJS.ErrnoException;
  return typeof syscall === "string" && typeof code === "string" ? fileSystemFailure(error) : error;
}

/** Hides the values of key variables should they ever appear in a message. */
export function hideSecrets(text: string, environment: Readonly<Record<string, string | undefined>>): string {
  let shown = text;
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || value.length < 8 || !/key|token|secret|password/i.test(name)) continue;
    shown = shown.replaceAll(value, `[${name}]`);
  }
  return shown;
}

/** Says what went wrong, once, and returns the exit code. An error that assay did not foresee shows its stack. */
export function reportFailure(thrown: unknown, given: FailedCommand): number {
  const error = foreseen(thrown);
  const code = codeOf(error, given.callsModels === true);
  const hide = (text: string) => hideSecrets(printable(text), process.env);
  if (error instanceof AssayError) {
    writeNote(`assay: ${hide(error.message)}`);
    if (error.remedy !== undefined && error.remedy !== "")
      writeNote(`  ${hide(withDocsPaths(error.remedy))}`);
    if (given.verbose === true && error.stack !== undefined) writeNote(hide(error.stack));
    if (given.json === true) {
      const { name, code: kind, message, remedy } = error;
      writeDocument({ error: { name, code: kind, message: hide(message), remedy: remedy ?? null } });
    }
    return code;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  writeNote(`assay: unexpected error\n${hide(text)}`);
  writeNote("  This is a defect of assay; please report it with the text above.");
  return code;
}
