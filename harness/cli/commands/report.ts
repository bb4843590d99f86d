import { basename, join, resolve } from "node:path";
import type { ReportInput } from "../../../reports/view/view.js";
import { juryRules } from "../../assemble/jury.js";
import { checkReport, reportInput, writeReport } from "../../assemble/report.js";
import { unfinishedByManifest } from "../../assemble/unfinished.js";
import { resolveConfig } from "../../config/resolve.js";
import { systemClock } from "../../core/clock.js";
import { presentFields } from "../../core/present-fields.js";
import { assetFinder } from "../../data/asset-finder.js";
import { withPublishedRows } from "../../interop/alpaca-eval/published-rows.js";
import { runPaths } from "../../store/run-folder.js";
import type { Given } from "../declarations/commands.js";
import { exitCodes } from "../exit-codes.js";
import { readSettings } from "../load-config.js";
import { openFile } from "../open-file.js";
import { openServices } from "../open-services.js";
import { shownPath } from "../run-end.js";
import type { Terminal } from "../terminal.js";
import { scoringOptions } from "./score.js";

async function amongPublished(
  input: ReportInput,
  leaderboard: string,
  terminal: Terminal,
): Promise<ReportInput> {
  const open = openServices(terminal, { endsAtOnce: true });
  try {
    const boards = await withPublishedRows(input.scores.boards, leaderboard, assetFinder(open.services));
    return { ...input, scores: { ...input.scores, boards } };
  } finally {
    open.release();
  }
}

/** `assay report RUN…`: renders reports from run folders; never calls a model. */
export async function report(given: Given<"report">, terminal: Terminal): Promise<number> {
  const { runs, leaderboard, site: siteFolder } = given;
  const config = resolveConfig(await readSettings(given.settings, process.env));
  const { report: wanted, judgeCard, styleReference } = config;
  await checkReport(wanted);
  const jury = juryRules(config);
  const scoring = await scoringOptions(runs, { ...given, judgeCard, styleReference, jury }, terminal);
  const own = reportInput(runs, systemClock, {
    scoring,
    environment: process.env,
    ...presentFields({ title: wanted.title, redact: wanted.redact }),
  });
  const input = leaderboard === undefined ? own : await amongPublished(own, leaderboard, terminal);
  if (siteFolder !== undefined) {
    const { addToSite } = await import("../../../reports/site/add-to-site.js");
    const site = await addToSite(siteFolder, input, { label: basename(resolve(runs.at(-1) ?? "")) });
    terminal.document({ site: siteFolder, files: site });
    terminal.say(shownPath(join(siteFolder, "index.html")));
    return exitCodes.done;
  }
  const folder = given.out ?? runPaths.report(runs.at(-1) ?? "");
  const last = input.manifests.at(-1);
  const files = await writeReport(input, wanted.formats, folder, [], {
    ...(last === undefined ? {} : { unfinished: unfinishedByManifest(last) }),
    ...presentFields({ fonts: wanted.fonts }),
    warn: (warning) => terminal.note(`note: ${warning}`),
  });
  terminal.document({ files });
  for (const file of files) terminal.say(shownPath(file));
  const page = files.find((file) => file.endsWith(".html"));
  if (given.open && page !== undefined) openFile(page);
  return exitCodes.done;
}
