import { evaluate } from "../../assemble/evaluate.js";
import { prepareJudging } from "../../assemble/evaluation.js";
import { resolveConfig } from "../../config/resolve.js";
import type { UserConfig } from "../../config/schema.js";
import { ConfigError } from "../../core/errors.js";
import { readManifest } from "../../store/run-folder.js";
import type { Given } from "../declarations/commands.js";
import { openEventLog } from "../event-log.js";
import { refuseIdleBaseline } from "../idle-baseline.js";
import { readSettings } from "../load-config.js";
import { openServices } from "../open-services.js";
import { openProgress } from "../progress.js";
import { finishRun } from "../run-end.js";
import type { Terminal } from "../terminal.js";

/** `assay judge RUN`: seeks verdicts on the answers of a run folder; models are not called. */
export async function judge(given: Given<"judge">, terminal: Terminal): Promise<number> {
  const { run } = given;
  const manifest = readManifest(run);
  const layers = await readSettings(given.settings, process.env);
  // The manifest's configuration is assay's own output: the run as it was, under the flags of this command.
  const config = { ...resolveConfig([...layers, manifest.config as UserConfig]), out: run };
  if (config.judges.length === 0) {
    throw new ConfigError("no judge is named, and the run had none", {
      code: "judge-missing",
      remedy: "Name a judge model with --judge, such as --judge gpt-4.1.",
    });
  }
  const open = openServices(terminal);
  try {
    const evaluation = await prepareJudging(run, config, open.services);
    try {
      for (const warning of evaluation.warnings) terminal.note(`note: ${warning.message}`);
      refuseIdleBaseline(evaluation, given.settings);
      if (given.dryRun) {
        const { showPlan } = await import("../dry-run.js");
        return showPlan(evaluation, terminal);
      }
      const progress = openProgress(terminal);
      const log = openEventLog(given.logFile);
      const stages = { answers: false, judgments: true };
      const result = await evaluate(
        evaluation,
        {
          run,
          stages,
          keepProtocols: true,
          listener: (event) => {
            log(event);
            progress.onEvent(event);
          },
          onDispatcher: (dispatcher) => progress.follow(() => dispatcher.progress),
        },
        open.services,
      ).finally(() => progress.finish());
      const code = await finishRun(result, evaluation, stages, terminal);
      return open.signalCode() ?? code;
    } finally {
      await evaluation.close();
    }
  } finally {
    open.release();
  }
}
