import { auditRun } from "../../assemble/audit.js";
import { type PreparedJudgeAudit, prepareJudgeAudit } from "../../assemble/judge-audit.js";
import { resolveConfig } from "../../config/resolve.js";
import { countOf } from "../../core/count-of.js";
import { ConfigError } from "../../core/errors.js";
import { presentFields } from "../../core/present-fields.js";
import type { Services } from "../../core/services.js";
import { printable } from "../../core/text.js";
import type { AttackResult, JudgeAudit } from "../../pipeline/audit/attack-outcome.js";
import type { AcceptableRange, AuditFinding, AuditOutcome, RunAudit } from "../../pipeline/audit/finding.js";
import type { Given } from "../declarations/commands.js";
import { withDocsPaths } from "../docs-paths.js";
import { exitCodes } from "../exit-codes.js";
import { foldingTerminal } from "../fold-lines.js";
import { loadConfig, readSettings } from "../load-config.js";
import { inSession } from "../session.js";
import { cell, type Terminal } from "../terminal.js";

const WORDS: Readonly<Record<AuditOutcome, string>> = {
  flagged: "FLAGGED",
  unclear: "UNCLEAR",
  unknown: "–",
  ok: "OK",
};

function painted(outcome: AuditOutcome, terminal: Terminal): string {
  const { colors } = terminal;
  const paint = { flagged: colors.red, unclear: colors.yellow, unknown: colors.dim, ok: colors.green }[
    outcome
  ];
  return paint(WORDS[outcome].padEnd(8));
}

function rangeText({ low, high }: AcceptableRange): string {
  if (low === null) return `at most ${high ?? ""}`;
  return high === null ? `at least ${low}` : `${low} to ${high}`;
}

function figureText(finding: AuditFinding): string {
  const { value, interval, unit, acceptable, n } = finding;
  if (value === null) return `no figure; acceptable ${rangeText(acceptable)} ${unit}`;
  const between = interval === null ? "" : ` [${interval.low.toFixed(2)}, ${interval.high.toFixed(2)}]`;
  return `${value.toFixed(2)}${between} ${unit}; acceptable ${rangeText(acceptable)}; n ${n}`;
}

function showRunAudit(audit: RunAudit, terminal: Terminal): void {
  const { colors } = terminal;
  terminal.say(`Audit of ${cell(audit.run, 90)}`);
  for (const finding of audit.findings) {
    const where = [finding.suite, finding.protocol, finding.model]
      .filter((one) => one !== undefined)
      .join(", ");
    terminal.say(
      `  ${painted(finding.outcome, terminal)} ${colors.bold(finding.check)}  ${cell(where, 100)}`,
    );
    // What is in order needs no words, unless they are asked for.
    if (finding.outcome === "ok" && finding.examples === undefined && !terminal.verbose) continue;
    terminal.say(`           ${figureText(finding)}`);
    terminal.say(`           ${colors.dim(cell(finding.sentence, 500))}`);
    for (const example of finding.examples ?? [])
      terminal.say(
        `             ${cell(example.questionId, 30)}, turn ${example.turn} (${example.mark}): ${cell(example.excerpt, 100)}`,
      );
  }
  for (const warning of audit.warnings)
    terminal.say(colors.yellow(`! ${printable(warning.message, { oneLine: true })}`));
  const hint =
    "In brackets: 95% intervals; --verbose shows the figures of every check, docs/judge-quality.md what they mean.";
  terminal.say(withDocsPaths(hint));
}

function showAttack(result: AttackResult, audit: JudgeAudit, terminal: Terminal): void {
  const rate = result.successRate === null ? "   –" : `${result.successRate.toFixed(0).padStart(3)}%`;
  const between =
    result.interval === null ? "" : `[${result.interval.low.toFixed(0)}, ${result.interval.high.toFixed(0)}]`;
  const mean =
    result.meanValue === null
      ? ""
      : `mean ${result.meanValue.toFixed(1)}${audit.mode === "single" ? "" : " of 100"}`;
  terminal.say(
    `  ${painted(result.outcome, terminal)} ${result.attack.padEnd(20)} ${rate} ${between.padEnd(10)} ${mean}`,
  );
  terminal.say(`           ${terminal.colors.dim(cell(result.sentence, 300))}`);
}

function showJudgeAudit(audit: JudgeAudit, terminal: Terminal): void {
  terminal.say(
    `Attacks on ${cell(audit.judgeModel)} (${cell(audit.protocol, 90)}), ${audit.mode}, ${countOf(audit.questions.length, "question")}`,
  );
  if (audit.honestRating !== null)
    terminal.say(`  honest answers got ${audit.honestRating.toFixed(1)} points on average`);
  for (const result of audit.attacks) showAttack(result, audit, terminal);
  for (const warning of audit.warnings)
    terminal.say(terminal.colors.yellow(`! ${printable(warning.message, { oneLine: true })}`));
  terminal.say(
    "Rates are the attacks' successes, with 95% Wilson intervals: few questions tell little about small rates.",
  );
}

function showPlan(prepared: PreparedJudgeAudit, terminal: Terminal): number {
  const { protocol, questions, attacks, calls } = prepared;
  const plan = {
    schema: "assay.audit-plan/1",
    protocol: protocol.protocol.id,
    questions: questions.map((question) => question.id),
    attacks: attacks.map((attack) => attack.name),
    calls,
  };
  terminal.document(plan);
  terminal.say("Plan (nothing is called):");
  terminal.say(
    `  ${countOf(calls, "call")} to ${cell(protocol.judgeModel.id)}: ${countOf(attacks.length, "attack")} on ${countOf(questions.length, "question")}`,
  );
  return exitCodes.done;
}

async function auditJudge(given: Given<"audit">, terminal: Terminal): Promise<number> {
  const { config: file, settings } = given;
  const config =
    file === undefined
      ? resolveConfig(await readSettings(settings, process.env))
      : await loadConfig({ settings, config: file }, process.env);
  const options = {
    mode: given.mode ?? "single",
    ...presentFields({ questions: given.limit }),
    onProgress: (done: number, planned: number) => terminal.detail(`verdict ${done} of ${planned}`),
  };
  const prepare = (services: Services) => prepareJudgeAudit(config, options, services);
  return inSession(terminal, prepare, async (prepared) => {
    if (given.dryRun) return showPlan(prepared, terminal);
    terminal.note(`attacking ${cell(prepared.protocol.judgeModel.id)}: ${countOf(prepared.calls, "call")}`);
    const audit = await prepared.run();
    terminal.document(audit);
    showJudgeAudit(audit, foldingTerminal(terminal));
    return audit.warnings.length === 0 ? exitCodeOf(audit.attacks, given.failOn) : exitCodes.incomplete;
  });
}

/** Exit code of an audit that gates. */
function exitCodeOf(
  results: readonly { readonly outcome: AuditOutcome }[],
  failOn: Given<"audit">["failOn"],
): number {
  const isFailed = ({ outcome }: { readonly outcome: AuditOutcome }) =>
    outcome === "flagged" || (failOn === "unclear" && outcome === "unclear");
  return failOn !== undefined && results.some(isFailed) ? exitCodes.gateFailed : exitCodes.done;
}

const REMEDY =
  "assay audit RUN looks at a finished run; assay audit --judge NAME, or --config FILE, attacks a live judge.";

/** `assay audit RUN` looks for bias in a finished run; `assay audit --judge NAME` attacks a live judge. */
export async function audit(given: Given<"audit">, terminal: Terminal): Promise<number> {
  const { run, settings, mode, limit, dryRun, config } = given;
  const forJudges = Object.keys({ ...settings.flags, ...presentFields({ mode, limit, dryRun, config }) });
  if (run !== undefined && forJudges.length > 0) {
    const message =
      settings.flags.judges === undefined
        ? "a finished run is audited as it is; the flags of a judge have no effect"
        : "both a run and a judge are named";
    throw new ConfigError(message, { code: "usage", remedy: REMEDY });
  }
  if (run === undefined && settings.flags.judges === undefined && config === undefined)
    throw new ConfigError("neither a run nor a judge is named", { code: "usage", remedy: REMEDY });
  if (run === undefined) return auditJudge(given, terminal);
  const found = auditRun(run);
  terminal.document(found);
  showRunAudit(found, foldingTerminal(terminal));
  return exitCodeOf(found.findings, given.failOn);
}
