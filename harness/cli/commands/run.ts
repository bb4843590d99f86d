import { appendFileSync, existsSync, statSync, writeFileSync } from "node:fs";
import { type Evaluation, evaluate, prepareEvaluation } from "../../assemble/evaluation.js";
import type { RunConfig } from "../../config/resolve.js";
import { isoTime, systemClock } from "../../core/clock.js";
import { AssayError, ConfigError, messageOf } from "../../core/errors.js";
import type { RunEvent } from "../../pipeline/events.js";
import type { RunResult } from "../../pipeline/run.js";
import { isRunFolder } from "../../store/run-folder.js";
import { hideSecrets } from "../failures.js";
import { defaultRunFolder, loadConfig } from "../load-config.js";
import { type OpenServices, openServices } from "../open-services.js";
import { openProgress } from "../progress.js";
import { finishRun } from "../run-end.js";
import type { Terminal } from "../terminal.js";

/** Stages that a command carries out. */
type Stages = { readonly answers: boolean; readonly judgments: boolean };
type Given = Readonly<Record<string, unknown>>;

/** `assay run`: answers, judgments, scores, report. */
export function run(given: Given, terminal: Terminal): Promise<number> {
  return runStages(given, terminal, { answers: true, judgments: true });
}

/** `assay answer`: stops when the answers are there. */
export function answer(given: Given, terminal: Terminal): Promise<number> {
  return runStages(given, terminal, { answers: true, judgments: false });
}

async function runStages(given: Given, terminal: Terminal, stages: Stages): Promise<number> {
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

/** Writes every event as one JSON line; secrets cannot be in events, and are hidden all the same. */
function openLog(file: string | undefined): (event: RunEvent) => void {
  if (file === undefined) return () => undefined;
  try {
    writeFileSync(file, "", { flag: "a" });
  } catch (cause) {
    throw new ConfigError(`the log file ${file} cannot be written (${messageOf(cause)})`, {
      code: "log-not-writable",
      remedy: "Choose another path for --log-file.",
    });
  }
  return (event) => {
    const { type } = event;
    const line =
      event.type === "answer"
        ? {
            taskId: event.answer.taskId,
            questionId: event.answer.questionId,
            model: event.answer.model,
            status: event.answer.status,
          }
        : event.type === "judgment"
          ? {
              taskId: event.judgment.taskId,
              questionId: event.judgment.questionId,
              protocol: event.judgment.protocol,
              status: event.judgment.status,
            }
          : event;
    appendFileSync(
      file,
      `${hideSecrets(JSON.stringify({ at: isoTime(systemClock.now()), ...line, type }), process.env)}\n`,
    );
  };
}

async function evaluateWithProgress(
  evaluation: Evaluation,
  folder: string,
  stages: Stages,
  open: OpenServices,
  given: Given,
  terminal: Terminal,
): Promise<RunResult> {
  const progress = openProgress(terminal);
  const log = openLog(typeof given["log-file"] === "string" ? given["log-file"] : undefined);
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
  given: Given,
  terminal: Terminal,
): Promise<number> {
  const open = openServices(terminal);
  try {
    const evaluation = await prepareEvaluation(config, open.services);
    try {
      for (const warning of evaluation.warnings) terminal.note(`note: ${warning.message}`);
      if (given["dry-run"] === true) {
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
