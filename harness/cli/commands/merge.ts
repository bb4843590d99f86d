import { resolveConfig } from "../../config/resolve.js";
import type { UserConfig } from "../../config/schema.js";
import { systemClock } from "../../core/clock.js";
import { toolVersion } from "../../core/package-files.js";
import { mergeRuns } from "../../pipeline/merge/merge-runs.js";
import type { ScoringOptions } from "../../pipeline/scores/score-run.js";
import type { Given } from "../declarations/commands.js";
import { readSettings } from "../load-config.js";
import { finishRun } from "../run-end.js";
import type { Terminal } from "../terminal.js";
import { scoringOptions } from "./score.js";

/** `assay merge RUN… --out RUN`: joins run folders, then ends as an undivided run would: gates, report, table. */
export async function merge(given: Given<"merge">, terminal: Terminal): Promise<number> {
  const { runs, out, force = false } = given;
  const own = await readSettings(given.settings, process.env);
  let scoring: ScoringOptions = {};
  const result = await mergeRuns(runs, {
    out,
    force,
    clock: systemClock,
    version: toolVersion(),
    scoring: async (parts) => {
      scoring = await scoringOptions(parts, given, terminal);
      return scoring;
    },
  });
  for (const warning of result.warnings) terminal.note(`note: ${warning.message}`);
  // The manifest's configuration is assay's own output.
  const config = resolveConfig([...own, result.manifest.config as UserConfig]);
  const stages = { judgments: result.manifest.protocols.length > 0 };
  const resume = "merge again when all parts are there, or run the undivided configuration on this folder";
  return finishRun(result, { config, scoring }, stages, terminal, resume);
}
