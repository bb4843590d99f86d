import { existsSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../../core/errors.js";
import { printable } from "../../core/text.js";
import { readManifest, runPaths } from "../../store/run-folder.js";
import type { Given } from "../declarations/commands.js";
import { exitCodes } from "../exit-codes.js";
import { openFile } from "../open-file.js";
import { shownPath } from "../run-end.js";
import type { Terminal } from "../terminal.js";
import { RUNS, runsBelow } from "./runs.js";

const pageOf = (run: string) => join(runPaths.report(run), "index.html");

function noPage(run: string): ConfigError {
  return new ConfigError(`${run} holds no HTML report`, {
    code: "no-report",
    remedy: `Make it: \`assay report ${run} --format html\`.`,
  });
}

/** The page of the run that is named, else of the newest run that has one. */
function findPage(run: string | undefined): string {
  if (run === undefined) {
    const found = runsBelow(RUNS);
    const page = found.map(({ path }) => pageOf(path)).find(existsSync);
    if (page !== undefined) return page;
    const readable = found.find((one) => !("error" in one));
    // Where none can be read, reading one says why.
    if (readable === undefined) readManifest(found[0]?.path ?? RUNS);
    throw noPage(readable?.path ?? RUNS);
  }
  readManifest(run);
  const page = pageOf(run);
  if (!existsSync(page)) throw noPage(run);
  return page;
}

/** `assay open [RUN]`: the HTML report of a run in the browser. */
export async function open(given: Given<"open">, terminal: Terminal): Promise<number> {
  const page = findPage(given.run);
  terminal.say(printable(shownPath(page), { oneLine: true }));
  terminal.document({ schema: "assay.open/1", page });
  if (given.print !== true && !terminal.json) openFile(page);
  return exitCodes.done;
}
