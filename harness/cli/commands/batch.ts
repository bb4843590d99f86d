import { type Evaluation, prepareEvaluation } from "../../assemble/evaluation.js";
import { noObjects } from "../../assemble/objects.js";
import { judgesOf } from "../../assemble/second-judge.js";
import { type ExportedBatches, exportingTo, type ImportedBatches, importingFrom } from "../../batch/batch.js";
import { type RunConfig, replacementEntry, resolveConfig } from "../../config/resolve.js";
import type { JudgeEntry, ModelEntry, UserConfig } from "../../config/schema.js";
import { countOf, nounFor } from "../../core/count-of.js";
import { ConfigError } from "../../core/errors.js";
import { presentFields } from "../../core/present-fields.js";
import type { Services } from "../../core/services.js";
import type { Execution } from "../../pipeline/execution.js";
import type { RunResult } from "../../pipeline/run.js";
import { isRunFolder, readManifest } from "../../store/run-folder.js";
import type { Given } from "../declarations/commands.js";
import { exitCodes } from "../exit-codes.js";
import { defaultRunFolder, loadConfig, readSettings } from "../load-config.js";
import { showBytes } from "../quantities.js";
import { completenessCode, finishRun, shownPath } from "../run-end.js";
import { evaluateInSession } from "../session.js";
import { cell, type Terminal } from "../terminal.js";

type BatchGiven = Given<"batch">;

/** What a command works on. */
interface Target {
  readonly run: string;
  readonly config: RunConfig;
  /** The run exists: judges are added to those it has. */
  readonly isRun: boolean;
}

/** `assay batch export|import`: requests as files, results back into the run. No endpoint is called. */
export function batch(given: BatchGiven, terminal: Terminal): Promise<number> {
  return given.action === "export" ? exportFiles(given, terminal) : importFiles(given, terminal);
}

async function targetOf(given: BatchGiven): Promise<Target> {
  const { target, run, settings } = given;
  const { keys, flags } = settings;
  const layers = {
    keys,
    flags: { ...flags, ...presentFields({ out: run === undefined ? undefined : [run] }) },
  };
  if (target !== undefined && isRunFolder(target)) {
    // The manifest's configuration is assay's own output: the run as it was, under the flags of this command.
    const recorded = readManifest(target).config as UserConfig;
    const config = resolveConfig([...(await readSettings(layers, process.env)), recorded]);
    return { run: target, config: { ...config, out: target }, isRun: true };
  }
  const config = await loadConfig({ config: target, settings: layers }, process.env);
  return { run: config.out ?? defaultRunFolder(config), config, isRun: false };
}

const FILE_ADAPTERS = new Set(["openai", "completions", "replay"]);

/** Whatever cannot be put into files is left to `assay run`; which of several servers would be asked does not matter. */
function changesForFiles({ adapter, baseUrl, baseUrls }: ModelEntry | JudgeEntry) {
  return {
    ...(baseUrls === undefined ? {} : { baseUrl: baseUrl ?? baseUrls[0], baseUrls: undefined }),
    ...(FILE_ADAPTERS.has(adapter ?? "openai") ? {} : { batch: false }),
  };
}

function changedReplacement(entry: JudgeEntry): Pick<JudgeEntry, "replacement"> {
  if (entry.replacement === undefined || typeof entry.replacement === "string") return {};
  return { replacement: { ...entry.replacement, ...changesForFiles(entry.replacement) } };
}

/** No endpoint is called, so a key that is not set is none that is missed. */
function withoutKeys(services: Services, config: RunConfig): Services {
  const names = [
    "OPENAI_API_KEY",
    config.apiKeyEnv,
    config.judgeApiKeyEnv,
    ...[...config.models, ...judgesOf(config)].map((entry) => entry.apiKeyEnv),
    ...config.judges.map((entry) => replacementEntry(entry)?.apiKeyEnv),
  ];
  const missing = names.filter((name) => name !== undefined && !services.environment[name]);
  return {
    ...services,
    environment: { ...services.environment, ...Object.fromEntries(missing.map((name) => [name, "none"])) },
  };
}

/** Evaluates with requests and results in files. */
function evaluateWith(
  target: Target,
  execution: Execution,
  terminal: Terminal,
  finish: (result: RunResult, evaluation: Evaluation) => Promise<number>,
): Promise<number> {
  const { run, config, isRun } = target;
  const models = config.models.map((entry) => ({ ...entry, ...changesForFiles(entry) }));
  const judges = config.judges.map((entry) => ({
    ...entry,
    ...changesForFiles(entry),
    ...changedReplacement(entry),
  }));
  const { secondJudge } = config;
  const second = secondJudge && { ...secondJudge, ...changesForFiles(secondJudge) };
  const forFiles = {
    ...config,
    models,
    judges,
    ...presentFields({ secondJudge: second }),
    out: run,
    batch: true,
  };
  const kept = isRun ? readManifest(run).protocols : [];
  return evaluateInSession(
    {
      run,
      stages: { answers: true, judgments: config.judges.length > 0 },
      prepare: async (services) => ({
        ...(await prepareEvaluation(forFiles, withoutKeys(services, config), noObjects, kept)),
        config,
      }),
      keepProtocols: isRun,
      execution,
      isOffline: true,
      finish,
    },
    terminal,
  );
}

async function exportFiles(given: BatchGiven, terminal: Terminal): Promise<number> {
  const target = await targetOf(given);
  const { out, files = [] } = given;
  if (out === undefined) {
    throw new ConfigError("no folder for the request files is named", {
      code: "usage",
      remedy: "Name one with --out.",
    });
  }
  if (files.length > 0) {
    throw new ConfigError("export writes files and reads none", {
      code: "usage",
      remedy: "Name the run folder or config file alone.",
    });
  }
  let exported: ExportedBatches | undefined;
  const execution = exportingTo(out, (done) => {
    exported = done;
  });
  return evaluateWith(target, execution, terminal, async () => {
    if (exported === undefined) throw new Error("nothing was exported");
    showExport(target.run, exported, terminal);
    return exitCodes.done;
  });
}

function showExport(run: string, exported: ExportedBatches, terminal: Terminal): void {
  const { round, files, underWay, notBatched } = exported;
  terminal.document({
    schema: "assay.batch-export/1",
    run,
    round,
    files,
    underWay,
    notBatched: Object.fromEntries(notBatched),
  });
  if (files.length === 0) terminal.say(`Nothing is due in ${shownPath(run)}.`);
  else terminal.say(`Round ${round} of ${shownPath(run)}:`);
  for (const { path, requests, bytes } of files)
    terminal.say(`  ${shownPath(path)}: ${countOf(requests, "request")}, ${showBytes(bytes)}`);
  if (underWay > 0)
    terminal.note(
      `note: ${countOf(underWay, "request is", "requests are")} under way at the endpoint; \`assay run --batch\` follows them`,
    );
  for (const [model, count] of notBatched) {
    const why = `${cell(model)} cannot be asked by file (${countOf(count, "call is", "calls are")} due)`;
    terminal.note(`note: ${why}; \`assay run\` or \`assay answer\` asks it`);
  }
  if (files.length > 0)
    terminal.say(`When the results are there: assay batch import ${shownPath(run)} RESULTS…`);
}

async function importFiles(given: BatchGiven, terminal: Terminal): Promise<number> {
  const { files = [], target: run } = given;
  if (run === undefined || files.length === 0) {
    throw new ConfigError("import needs a run folder and result files", {
      code: "usage",
      remedy: "Such as: assay batch import runs/x results/*.jsonl",
    });
  }
  readManifest(run);
  const target = await targetOf(given);
  let imported: ImportedBatches | undefined;
  const execution = importingFrom(files, (done) => {
    imported = done;
  });
  return evaluateWith(target, execution, terminal, async (result, evaluation) => {
    if (imported === undefined) throw new Error("nothing was imported");
    showImport(result, imported, terminal);
    const stages = { judgments: target.config.judges.length > 0 };
    if (imported.due > 0) return completenessCode(result, target.config.maxMissing);
    // The import's own document stands alone on stdout.
    const quietly = { ...terminal, document: () => undefined };
    return finishRun(result, evaluation, stages, quietly);
  });
}

function showImport(result: RunResult, imported: ImportedBatches, terminal: Terminal): void {
  const { replies, failures, repeated, unknown, unknownIds, due } = imported;
  const { answers, judgments } = result.manifest;
  terminal.document({ schema: "assay.batch-import/1", run: result.run, ...imported, answers, judgments });
  const failed = failures > 0 ? `, ${countOf(failures, "failure")}` : "";
  const known = repeated > 0 ? `, ${repeated} known already` : "";
  terminal.say(`${countOf(replies, "reply", "replies")} taken${failed}${known}`);
  if (unknown > 0) {
    const names = unknownIds.map((id) => cell(id)).join(", ");
    terminal.complain(
      `note: ${countOf(unknown, "result does", "results do")} not belong to this run and ${nounFor(unknown, "is", "are")} left out: ${names}${unknown > unknownIds.length ? ", …" : ""}`,
    );
  }
  terminal.say(
    `answers ${answers.completed}/${answers.planned}, verdicts ${judgments.judged}/${judgments.planned}`,
  );
  if (due > 0)
    terminal.say(
      `${countOf(due, "request is", "requests are")} due next: assay batch export ${shownPath(result.run)} --out FOLDER`,
    );
}
