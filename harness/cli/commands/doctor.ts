import type { RunConfig } from "../../config/resolve.js";
import { countOf } from "../../core/count-of.js";
import { toolVersion } from "../../core/package-files.js";
import { printable } from "../../core/text.js";
import { cacheFolder } from "../../data/asset-access.js";
import { assetAccess } from "../../data/asset-finder.js";
import type { Given } from "../declarations/commands.js";
import { withDocsPaths } from "../docs-paths.js";
import { type Check, failedWith, passed } from "../doctor/check.js";
import {
  checkJudges,
  checkKeys,
  checkModels,
  checkPlan,
  checkSuites,
  type Examination,
} from "../doctor/evaluation-checks.js";
import { checkFolder, checkNode } from "../doctor/machine-checks.js";
import { checkLogFile, checkOutput, checkQueue } from "../doctor/output-checks.js";
import { exitCodes } from "../exit-codes.js";
import { hideSecrets } from "../failures.js";
import { loadConfig } from "../load-config.js";
import { openServices } from "../open-services.js";
import type { Terminal } from "../terminal.js";

/**
 * `assay doctor [CONFIG]`: everything that a run needs, looked at without stopping at the first mistake. Each endpoint
 * gets one short call, unless `--dry-run` forbids it.
 */
export async function doctor(given: Given<"doctor">, terminal: Terminal): Promise<number> {
  const open = openServices(terminal);
  const checks: Check[] = [];
  const report = (...found: Check[]) => {
    for (const check of found) {
      checks.push(withoutSecrets(check));
      show(withoutSecrets(check), terminal);
    }
  };
  try {
    report(checkNode(process.versions.node));
    const assets = cacheFolder(assetAccess(open.services));
    report(await checkFolder({ area: "machine", subject: "assets and cache" }, assets, "ASSAY_HOME"));
    const config = await readConfig(given, report);
    const isExamined = config !== undefined && isNamed(config);
    if (isExamined) {
      const examination = { config, services: open.services, calls: given.dryRun !== true };
      await examine(examination, checks, report, terminal);
      report(...(await checkQueue(config, examination.calls)));
    }
    report(...(await checkLogFile(given.logFile)));
    return open.signalCode() ?? conclude(checks, isExamined, terminal);
  } finally {
    open.release();
  }
}

async function readConfig(
  given: Given<"doctor">,
  report: (...found: Check[]) => void,
): Promise<RunConfig | undefined> {
  const about = { area: "configuration", subject: "config" } as const;
  try {
    const config = await loadConfig(given, process.env);
    const message = isNamed(config)
      ? `${countOf(config.suites.length, "suite")}, ${countOf(config.models.length, "model")}, ${countOf(config.judges.length, "judge")}`
      : "names no suite, model or judge: only this machine was checked (`assay init` writes a config)";
    report(passed(about, message));
    return config;
  } catch (error) {
    report(failedWith(about, error));
    return undefined;
  }
}

function isNamed(config: RunConfig): boolean {
  return config.suites.length + config.models.length + config.judges.length > 0;
}

async function examine(
  examination: Examination,
  said: readonly Check[],
  report: (...found: Check[]) => void,
  terminal: Terminal,
): Promise<void> {
  const { checks, suites } = await checkSuites(examination);
  report(...checks, ...checkKeys(examination));
  if (examination.calls) terminal.detail("one short call to each endpoint");
  report(...(await checkModels(examination, suites)));
  report(...(await checkJudges(examination, suites)));
  const plan = await checkPlan(examination);
  // What is wrong with a part is wrong with the whole, and was said.
  if (!said.some((check) => check.outcome === "failed" && check.message === withoutSecrets(plan).message))
    report(plan);
  report(...(await checkOutput(examination.config)));
}

function withoutSecrets(check: Check): Check {
  const hide = (text: string) => hideSecrets(printable(text, { oneLine: true }), process.env);
  return {
    ...check,
    subject: hide(check.subject),
    message: hide(check.message),
    ...(check.remedy === undefined ? {} : { remedy: hide(check.remedy) }),
    ...(check.endpointModel === undefined ? {} : { endpointModel: hide(check.endpointModel) }),
  };
}

function show({ area, subject, outcome, message, remedy }: Check, { colors, say }: Terminal): void {
  const marks = {
    ok: colors.green("ok     "),
    warning: colors.yellow("warning"),
    failed: colors.red("FAILED "),
  };
  say(`${marks[outcome]}  ${colors.bold(`${area}: ${subject}`)}  ${message}`);
  if (outcome !== "ok" && remedy !== undefined) say(`         ${withDocsPaths(remedy)}`);
}

function conclude(checks: readonly Check[], isExamined: boolean, terminal: Terminal): number {
  const failed = checks.filter((check) => check.outcome === "failed").length;
  const warnings = checks.filter((check) => check.outcome === "warning").length;
  terminal.document({ schema: "assay.doctor/1", version: toolVersion(), ok: failed === 0, checks });
  const aside = warnings === 0 ? "" : `; ${countOf(warnings, "warning")}`;
  terminal.say("");
  if (failed > 0) terminal.say(`A run would fail: ${countOf(failed, "problem")}${aside}.`);
  else terminal.say(`${isExamined ? "A run would work" : "This machine is ready"}${aside}.`);
  return failed === 0 ? exitCodes.done : exitCodes.usage;
}
