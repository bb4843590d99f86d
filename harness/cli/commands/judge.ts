import { prepareJudging } from "../../assemble/evaluation.js";
import { resolveConfig } from "../../config/resolve.js";
import type { UserConfig } from "../../config/schema.js";
import { readManifest } from "../../store/run-folder.js";
import type { Given } from "../declarations/commands.js";
import { refuseIdleOptions } from "../idle-options.js";
import { refuseNoJudge, refuseUnjudged } from "../judge-missing.js";
import { readSettings } from "../load-config.js";
import { evaluateInSession } from "../session.js";
import type { Terminal } from "../terminal.js";

/** `assay judge RUN`: seeks verdicts on the answers of a run folder; models are not called. */
export async function judge(given: Given<"judge">, terminal: Terminal): Promise<number> {
  const { run } = given;
  const manifest = readManifest(run);
  const layers = await readSettings(given.settings, process.env);
  // The manifest's configuration is assay's own output: the run as it was, under the flags of this command.
  const config = { ...resolveConfig([...layers, manifest.config as UserConfig]), out: run };
  refuseNoJudge(config, "no judge is named, and the run had none");
  return evaluateInSession(
    {
      run,
      stages: { answers: false, judgments: true },
      prepare: (services) => prepareJudging(run, config, services),
      check: (evaluation) => {
        refuseUnjudged(evaluation);
        refuseIdleOptions(evaluation, given.settings);
      },
      dryRun: given.dryRun,
      logFile: given.logFile,
      keepProtocols: true,
    },
    terminal,
  );
}
