import { ConfigError } from "../core/errors.js";
import { toolVersion } from "../core/package-files.js";
import { nearestName, suggestName } from "../core/spelling.js";
import { type CommandName, commandNames, declarations, isCommand } from "./declarations/commands.js";
import { commonOptions } from "./declarations/declaration.js";
import { exitCodes } from "./exit-codes.js";
import { reportFailure } from "./failures.js";
import { checkOpenFiles } from "./open-files.js";
import { writeResult } from "./output.js";
import { type CommonArguments, openTerminal } from "./terminal.js";

function unknownCommand(word: string): ConfigError {
  return new ConfigError(`unknown command "${word}"`, {
    code: "unknown-command",
    remedy: suggestName(word, commandNames),
  });
}

/** A flag without a command: one that every command takes is no mistake. */
function refuseFlags(words: readonly string[]): void {
  const known = Object.keys(commonOptions);
  const names = words.map((word) => word.replace(/^--(no-)?/, "").split("=")[0] ?? "");
  const wrong = names.findIndex((name) => !known.includes(name));
  if (wrong < 0) return;
  const near = nearestName(names[wrong] ?? "", known);
  throw new ConfigError(`unknown flag ${words[wrong]}`, {
    code: "unknown-flag",
    remedy: near === undefined ? "See `assay --help`; a command comes first." : `Did you mean "--${near}"?`,
  });
}

async function carryOut(command: CommandName, words: readonly string[]): Promise<number> {
  const { parseWords } = await import("./parse-words.js");
  const { handlers } = await import("./handlers.js");
  const given = await parseWords(command, declarations[command], words);
  const handle = await handlers[command]();
  // `parseWords` has checked every value against the declaration that the handler's type comes from.
  return handle(given as never, openTerminal(given as CommonArguments));
}

async function obey(words: readonly string[]): Promise<number> {
  const at = words.findIndex((word) => !word.startsWith("-"));
  const command = at < 0 ? undefined : words[at];
  const own = words.includes("--") ? words.slice(0, words.indexOf("--")) : words;
  // Help that can be given has been given (`entrance.ts`).
  if (command === "help") throw unknownCommand(words[at + 1] ?? "");
  if (own.includes("--version") || own.includes("-V")) {
    writeResult(toolVersion());
    return exitCodes.done;
  }
  if (command === undefined) {
    refuseFlags(words);
    const { writeHelp } = await import("./write-help.js");
    writeHelp(undefined);
    return exitCodes.done;
  }
  if (!isCommand(command)) throw unknownCommand(command);
  return carryOut(
    command,
    words.filter((_, index) => index !== at),
  );
}

/** Whether the command that words name may call models. */
function callsModels(words: readonly string[]): boolean {
  const command = words.find((word) => !word.startsWith("-"));
  return isCommand(command) && declarations[command].callsModels === true;
}

/** Says that stdout cannot be written, and sees to the exit code. */
export async function reportBrokenOutput(error: Error, words: readonly string[]): Promise<void> {
  const { sayBrokenOutput } = await import("./broken-output.js");
  sayBrokenOutput(error, callsModels(words));
}

/**
 * Runs one command line that asks for no help and sets the process's exit code.
 * @param words Arguments without node and script.
 */
export async function runCommandLine(words: readonly string[]): Promise<void> {
  try {
    checkOpenFiles();
    process.exitCode = await obey(words);
  } catch (error) {
    const common = { json: words.includes("--json"), verbose: words.includes("--verbose") };
    process.exitCode = reportFailure(error, { ...common, callsModels: callsModels(words) });
  }
}
