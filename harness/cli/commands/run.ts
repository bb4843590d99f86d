import { existsSync, statSync } from "node:fs";
import { evaluate } from "../../assemble/evaluate.js";
import { type Evaluation, prepareEvaluation } from "../../assemble/evaluation.js";
import type { RunConfig } from "../../config/resolve.js";
import { AssayError, ConfigError } from "../../core/errors.js";
import type { RunResult } from "../../pipeline/run.js";
import { isRunFolder } from "../../store/run-folder.js";
import type { Given } from "../declarations/commands.js";
import { openEventLog } from "../event-log.js";
import { refuseIdleBaseline } from "../idle-baseline.js";
import { defaultRunFolder, loadConfig } from "../load-config.js";
import { type OpenServices, openServices } from "../open-services.js";
import { openProgress } from "../progress.js";
import { finishRun } from "../run-end.js";
import type { Terminal } from "../terminal.js";

/** Stages that a command carries out. */
type Stages = { readonly answers: boolean; readonly judgments: boolean };
/** What both commands are given. */
type RunGiven = Given<"run" | "answer">;

/** `assay run`: answers, judgments, scores, report. */
export function run(given: RunGiven, terminal: Terminal): Promise<number> {
  return runStages(given, terminal, { answers: true, judgments: true });
}

/** `assay answer`: stops when the answers are there. */
export function answer(given: RunGiven, terminal: Terminal): Promise<number> {
  return runStages(given, terminal, { answers: true, judgments: false });
}

async function runStages(given: RunGiven, terminal: Terminal, stages: Stages): Promise<number> {
  const config = await loadConfig(given, process.env);
  if (stages.judgments && config.judges.length === 0) {
    throw new ConfigError("no judge is named", {
      code: "judge-missing",
      remedy:
        "Name a judge model with --judge, such as --judge gpt-4.1; or collect answers only with `assay answer`.",
    });
  }
  const { reportRegistry } = await import("../../../reports/registry.js");
  for (const format of config.report.formats) reportRegistry.get(format);
  return carryOut(config, stages, given, terminal);
}

async function evaluateWithProgress(
  evaluation: Evaluation,
  folder: string,
  stages: Stages,
  open: OpenServices,
  given: RunGiven,
  terminal: Terminal,
): Promise<RunResult> {
  const progress = openProgress(terminal);
  const log = openEventLog(given.logFile);
  try {
    return await evaluate(
      evaluation,
      {
        run: folder,
        stages,
        listener: (event) => {
          log(event);
          progress.onEvent(event);
        },
        onDispatcher: (dispatcher) => progress.follow(() => dispatcher.progress),
      },
      open.services,
    );
  } finally {
    progress.finish();
  }
}

/**
 * Carries out a configuration in its run folder and says how it ended.
 * @returns The exit code.
 */
export async function carryOut(
  config: RunConfig,
  stages: Stages,
  given: RunGiven,
  terminal: Terminal,
): Promise<number> {
  const open = openServices(terminal);
  try {
    const evaluation = await prepareEvaluation(config, open.services);
    try {
      for (const warning of evaluation.warnings) terminal.note(`note: ${warning.message}`);
      refuseIdleBaseline(evaluation, given.settings);
      if (given.dryRun) {
        const { showPlan } = await import("../dry-run.js");
        return showPlan(evaluation, terminal);
      }
      const folder = config.out ?? defaultRunFolder(config);
      if (existsSync(folder) && !isRunFolder(folder)) checkFolder(folder);
      const result = await evaluateWithProgress(evaluation, folder, stages, open, given, terminal);
      // A part of the questions decides no gate; `assay merge` evaluates them.
      const own = config.shard === undefined ? config : { ...config, gates: [] };
      const code = await finishRun(result, { ...evaluation, config: own }, stages, terminal);
      return open.signalCode() ?? code;
    } finally {
      await evaluation.close();
    }
  } finally {
    open.release();
  }
}

function checkFolder(folder: string): void {
  if (statSync(folder).isDirectory()) return;
  throw new AssayError(`${folder} is a file, not a folder`, {
    code: "not-a-folder",
    remedy: "Choose another folder with --out.",
  });
}
