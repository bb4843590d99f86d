import { isCommand } from "./declarations/commands.js";
import { commandHelp, generalHelp } from "./help.js";
import { writeResult } from "./output.js";
import { stdoutWidth } from "./terminal.js";

/** Writes the help of a command, or of assay itself, to stdout. @returns false, with nothing written, for an unknown command. */
export function writeHelp(command: string | undefined): boolean {
  if (command !== undefined && !isCommand(command)) return false;
  const width = Math.min(110, stdoutWidth());
  writeResult(command === undefined ? generalHelp(width) : commandHelp(command, width));
  return true;
}
