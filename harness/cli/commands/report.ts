import { join } from "node:path";
import type { ReportInput } from "../../../reports/view/view.js";
import { reportInput, writeReport } from "../../assemble/report.js";
import { defaultFormats } from "../../config/resolve.js";
import { systemClock } from "../../core/clock.js";
import { ConfigError } from "../../core/errors.js";
import { assetFinder } from "../../data/asset-finder.js";
import { withPublishedRows } from "../../interop/alpaca-eval/published-rows.js";
import { runPaths } from "../../store/run-folder.js";
import { exitCodes } from "../exit-codes.js";
import { openServices } from "../open-services.js";
import { shownPath } from "../run-end.js";
import { splitLists } from "../run-options.js";
import type { Terminal } from "../terminal.js";
import { scoringOptions } from "./score.js";

/** Opens a file with the desktop's program for it. */
async function openFile(path: string): Promise<void> {
  const { spawn } = await import("node:child_process");
  const [command, args]: [string, string[]] =
    process.platform === "darwin"
      ? ["open", [path]]
      : process.platform === "win32"
        ? ["explorer", [path]]
        : ["xdg-open", [path]];
  const child = spawn(command, args, { stdio: "ignore", detached: true });
  child.on("error", () => process.stderr.write(`assay: ${command} is not here; open ${path} by hand\n`));
  child.unref();
}

async function amongPublished(
  input: ReportInput,
  leaderboard: string,
  terminal: Terminal,
): Promise<ReportInput> {
  const open = openServices(terminal);
  try {
    const boards = await withPublishedRows(input.scores.boards, leaderboard, assetFinder(open.services));
    return { ...input, scores: { ...input.scores, boards } };
  } finally {
    open.release();
  }
}

/** `assay report RUN…`: renders reports from run folders; never calls a model. */
export async function report(given: Readonly<Record<string, unknown>>, terminal: Terminal): Promise<number> {
  const runs = (Array.isArray(given.runs) ? given.runs : []).map(String);
  if (runs.length === 0)
    throw new ConfigError("no run is named", { code: "usage", remedy: "Name one run folder or more." });
  const formats = splitLists(given.format) as string[] | undefined;
  const scoring = await scoringOptions(runs, given, terminal);
  const own = reportInput(runs, systemClock, {
    scoring,
    ...(typeof given.title === "string" ? { title: given.title } : {}),
    ...(given.redact === true ? { redact: true } : {}),
  });
  const input =
    typeof given.leaderboard === "string" ? await amongPublished(own, given.leaderboard, terminal) : own;
  if (typeof given.site === "string") {
    const { addToSite } = await import("../../../reports/site/add-to-site.js");
    const site = await addToSite(given.site, input);
    terminal.document({ site: given.site, files: site });
    terminal.say(`${shownPath(join(given.site, "index.html"))}`);
    return exitCodes.done;
  }
  const folder = typeof given.out === "string" ? given.out : runPaths.report(runs.at(-1) ?? "");
  const files = await writeReport(input, formats ?? [...defaultFormats], folder);
  terminal.document({ files });
  for (const file of files) terminal.say(shownPath(file));
  const page = files.find((file) => file.endsWith(".html"));
  if (given.open === true && page !== undefined) await openFile(page);
  return exitCodes.done;
}
