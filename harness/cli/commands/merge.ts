import { resolveConfig } from "../../config/resolve.js";
import type { UserConfig } from "../../config/schema.js";
import { systemClock } from "../../core/clock.js";
import { toolVersion } from "../../core/package-files.js";
import { mergeRuns } from "../../pipeline/merge/merge-runs.js";
import type { ScoringOptions } from "../../pipeline/scores/score-run.js";
import { readFlags } from "../load-config.js";
import { finishRun } from "../run-end.js";
import type { Terminal } from "../terminal.js";
import { scoringOptions } from "./score.js";

/** `assay merge RUN… --out RUN`: joins run folders, then ends as an undivided run would: gates, report, table. */
export async function merge(given: Readonly<Record<string, unknown>>, terminal: Terminal): Promise<number> {
  const paths = (Array.isArray(given.runs) ? given.runs : []).map(String);
  const { out, ...flags } = given;
  const own = await readFlags(flags);
  let scoring: ScoringOptions = {};
  const result = await mergeRuns(paths, {
    out: String(out),
    force: given.force === true,
    clock: systemClock,
    version: toolVersion(),
    scoring: async (runs) => {
      scoring = await scoringOptions(runs, given, terminal);
      return scoring;
    },
  });
  for (const warning of result.warnings) terminal.note(`note: ${warning.message}`);
  // The manifest's configuration is assay's own output.
  const config = resolveConfig([own, result.manifest.config as UserConfig]);
  const stages = { judgments: result.manifest.protocols.length > 0 };
  const resume = "merge again when all parts are there, or run the undivided configuration on this folder";
  return finishRun(result, { config, scoring }, stages, terminal, resume);
}
