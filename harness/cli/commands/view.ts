import { statSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { serveRuns } from "../../assemble/view-serve.js";
import { ConfigError } from "../../core/errors.js";
import type { Given } from "../declarations/commands.js";
import { exitCodes } from "../exit-codes.js";
import { openFile } from "../open-file.js";
import { openServices } from "../open-services.js";
import { cell, type Terminal } from "../terminal.js";
import { RUNS } from "./runs.js";

/** @throws ConfigError `no-runs` for what is no folder. */
function checkFolder(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return;
  throw new ConfigError(found === undefined ? `there is no folder ${folder}` : `${folder} is not a folder`, {
    code: "no-runs",
    remedy: "Name the folder that holds your runs, or make one: `assay quickstart`.",
  });
}

/**
 * What is read is thrown away at once, so room for young objects that grows with what is read would only be room: the
 * heap's part for them stays as small as it begins.
 */
function staySmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}

/** `assay view [FOLDER]`: the runs below a folder in the browser, as they go on. */
export async function view(given: Given<"view">, terminal: Terminal): Promise<number> {
  const { folder = RUNS, port = 0 } = given;
  checkFolder(folder);
  const open = openServices(terminal, { stopping: "assay: the viewer ends; runs go on without it" });
  try {
    staySmall();
    const { clock, stop } = open.services;
    const served = await serveRuns(folder, {
      port,
      clock,
      onRefused: (reason) => terminal.detail(`view: refused ${cell(reason, 200)}`),
      onProblem: (message) => terminal.detail(`view: ${cell(message, 200)}`),
    });
    terminal.document({ schema: "assay.view/1", address: served.address, folder });
    terminal.note(
      `view: runs below ${cell(folder, 200)}, for this machine alone; Ctrl-C ends the viewer, no run.`,
    );
    // Without the address nobody can look: it is said with --quiet too.
    if (!terminal.json) terminal.complain(`view: open ${served.address}`);
    if (given.open !== false && !terminal.json) openFile(served.address);
    await new Promise<void>((resolve) => {
      if (stop === undefined || stop.aborted) resolve();
      else stop.addEventListener("abort", () => resolve(), { once: true });
    });
    await served.close();
    return open.signalCode() ?? exitCodes.done;
  } finally {
    open.release();
  }
}
