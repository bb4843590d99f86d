import { existsSync, statSync } from "node:fs";
import { prepareEvaluation } from "../../assemble/evaluation.js";
import type { RunConfig } from "../../config/resolve.js";
import { AssayError, ConfigError } from "../../core/errors.js";
import { isRunFolder } from "../../store/run-folder.js";
import type { Given } from "../declarations/commands.js";
import { refuseIdleOptions } from "../idle-options.js";
import { refuseNoJudge, refuseUnjudged } from "../judge-missing.js";
import { defaultRunFolder, loadConfig } from "../load-config.js";
import { finishRun } from "../run-end.js";
import { evaluateInSession, type Stages } from "../session.js";
import type { Terminal } from "../terminal.js";

const ANSWERS_ONLY = "collect answers only with `assay answer`";

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

/** Who has named nothing yet is shown where to begin, rather than the first of all that is missing. */
function refuseNothing({ config = "assay.yaml" }: RunGiven): never {
  throw new ConfigError(`there is nothing to run: neither ${config} nor a flag names a suite or a model`, {
    code: "nothing-to-run",
    remedy:
      "See the whole job without a key: `assay quickstart`. Then write a config with `assay init`, or name --suite, --model and --judge.",
  });
}

async function runStages(given: RunGiven, terminal: Terminal, stages: Stages): Promise<number> {
  const config = await loadConfig(given, process.env);
  if (config.suites.length === 0 && config.models.length === 0) refuseNothing(given);
  if (stages.judgments) refuseNoJudge(config, "no judge is named", ANSWERS_ONLY);
  return carryOut(config, stages, given, terminal);
}

/**
 * Carries out a configuration in its run folder and says how it ended.
 * @returns The exit code.
 */
async function carryOut(
  config: RunConfig,
  stages: Stages,
  given: RunGiven,
  terminal: Terminal,
): Promise<number> {
  const run = config.out ?? defaultRunFolder(config);
  return evaluateInSession(
    {
      run,
      stages,
      prepare: (services) => prepareEvaluation({ ...config, out: run }, services),
      check: (evaluation) => {
        if (stages.judgments) refuseUnjudged(evaluation, ANSWERS_ONLY);
        refuseIdleOptions(evaluation, given.settings);
      },
      dryRun: given.dryRun,
      logFile: given.logFile,
      begin: () => {
        if (existsSync(run) && !isRunFolder(run)) checkFolder(run);
      },
      finish: (result, evaluation) => {
        // A part of the questions decides no gate; `assay merge` evaluates them.
        const own = config.shard === undefined ? config : withoutGates(config);
        return finishRun(result, { ...evaluation, config: own }, stages, terminal);
      },
    },
    terminal,
  );
}

function withoutGates({ policy: _, ...config }: RunConfig): RunConfig {
  return { ...config, gates: [] };
}

function checkFolder(folder: string): void {
  if (statSync(folder).isDirectory()) return;
  throw new AssayError(`${folder} is a file, not a folder`, {
    code: "not-a-folder",
    remedy: "Choose another folder with --out.",
  });
}
