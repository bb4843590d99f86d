import { AssayError, ConfigError, DataError } from "../core/errors.js";
import { printable } from "../core/text.js";
import { withDocsPaths } from "./docs-paths.js";
import { exitCodes } from "./exit-codes.js";
import type { CommonArguments } from "./terminal.js";

/** Exit code of an error: mistakes of usage, configuration and files are 2, what broke a run in mid-way is 3. */
function codeOf(error: unknown): number {
  if (error instanceof ConfigError || error instanceof DataError) return exitCodes.usage;
  if (error instanceof AssayError && error.code === "cannot-write") return exitCodes.incomplete;
  return error instanceof AssayError ? exitCodes.usage : exitCodes.unexpected;
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
export function reportFailure(error: unknown, given: CommonArguments): number {
  const code = codeOf(error);
  const hide = (text: string) => hideSecrets(printable(text), process.env);
  if (error instanceof AssayError) {
    process.stderr.write(`assay: ${hide(error.message)}\n`);
    if (error.remedy !== undefined && error.remedy !== "")
      process.stderr.write(`  ${hide(withDocsPaths(error.remedy))}\n`);
    if (given.verbose === true && error.stack !== undefined) process.stderr.write(`${hide(error.stack)}\n`);
    if (given.json === true) {
      const { name, code: kind, message, remedy } = error;
      process.stdout.write(
        `${JSON.stringify({ error: { name, code: kind, message: hide(message), remedy: remedy ?? null } }, null, 2)}\n`,
      );
    }
    return code;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`assay: unexpected error\n${hide(text)}\n`);
  process.stderr.write("  This is a defect of assay; please report it with the text above.\n");
  return code;
}
