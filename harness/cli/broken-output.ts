import { exitCodes } from "./exit-codes.js";
import { fileSystemFailure, reportFailure } from "./failures.js";

let isSaid = false;

/**
 * Says once that the output cannot be written, such as for a full disk, and lets a command that would end with 0 end as
 * one whose result was not delivered. What goes wrong is told by an event, at any time until the end.
 */
export function sayBrokenOutput(error: Error, callsModels: boolean): void {
  if (isSaid) return;
  isSaid = true;
  // `--json` would write to the very output.
  reportFailure(fileSystemFailure(error, "the output cannot be written"), { callsModels });
  process.on("exit", (code) => {
    if (code === exitCodes.done) process.exitCode = callsModels ? exitCodes.incomplete : exitCodes.usage;
  });
}
