import { relative, resolve } from "node:path";
import type { Evaluation } from "../assemble/evaluation.js";
import { reportInput, writeReport } from "../assemble/report.js";
import { whyUnfinished } from "../assemble/unfinished.js";
import { systemClock } from "../core/clock.js";
import { countOf } from "../core/count-of.js";
import type { GateResult } from "../core/gate.js";
import { presentFields } from "../core/present-fields.js";
import { printable } from "../core/text.js";
import { MOST_UNREADABLE } from "../pipeline/readable-verdicts.js";
import type { RunResult } from "../pipeline/run.js";
import { runPaths } from "../store/run-folder.js";
import { tellCi } from "./ci-output.js";
import { exitCodes } from "./exit-codes.js";
import { inconclusiveOf, policyExitCode, showPolicies, worseCode } from "./policy.js";
import { showScores } from "./show-scores.js";
import { cell, type Terminal } from "./terminal.js";

/** What exit code a run ends with as far as its completeness goes. */
export function completenessCode(result: RunResult, maxMissing: number): number {
  return whyUnfinished(result, maxMissing) === undefined ? exitCodes.done : exitCodes.incomplete;
}

/** A path as it is shown: relative to the working directory where that is shorter. */
export function shownPath(path: string): string {
  const short = relative(process.cwd(), resolve(path));
  return printable(short !== "" && !short.startsWith("..") ? short : path, { oneLine: true });
}

/** Files of a report that are named one by one. */
const SHOWN_FILES = 6;

/** How what is missing may still be had, after a run. */
function waysOut({ manifest, gaps }: RunResult): string {
  const final = manifest.failures
    .filter((failure) => failure.final === true)
    .reduce((sum, failure) => sum + failure.count, 0);
  const again = "--retry-failed also asks again for what failed permanently";
  const { judged, unreadable } = manifest.judgments;
  if (judged === 0 && unreadable >= MOST_UNREADABLE)
    return "the same command asks this judge no more: change what is said above, or ask again with --retry-failed";
  if (final === 0) return "the same command resumes";
  return gaps.answersMissing + gaps.verdictsMissing > final ? `the same command resumes; ${again}` : again;
}

function completenessNotes(result: RunResult, resume = waysOut(result)): string[] {
  const { answersMissing, verdictsMissing } = result.gaps;
  if (answersMissing + verdictsMissing === 0) return [];
  const causes = result.manifest.failures
    .slice(0, 5)
    .flatMap(({ stage, model, code, message, remedy, count }) => {
      const advice = remedy === undefined ? [] : [`  ${cell(remedy, 300)}`];
      if (code === "unreadable-verdict")
        return [
          `${countOf(count, "verdict")} of ${cell(model)} could not be read: ${cell(message, 200)}`,
          ...advice,
        ];
      const what =
        stage === "answers" ? `${countOf(count, "answer")} of` : `${countOf(count, "judgment")} by`;
      return [`${what} ${cell(model)} failed (${code}): ${cell(message, 200)}`, ...advice];
    });
  return [
    ...causes,
    `missing: ${countOf(answersMissing, "answer")} and ${countOf(verdictsMissing, "verdict")} (${resume})`,
  ];
}

/** What endpoints did to prompts and limits without an error. */
function contextNotes({ manifest }: RunResult): string[] {
  return [...manifest.models, ...manifest.judgeModels].flatMap(({ id, cutPrompts, reducedCalls }) => [
    ...(cutPrompts === undefined
      ? []
      : [
          `warning: the endpoint of ${cell(id)} cut the prompt of ${countOf(cutPrompts, "call")} in silence (it counted far fewer tokens than the text holds); serve it with a longer context and ask again in a new folder`,
        ]),
    ...(reducedCalls === undefined
      ? []
      : [`${countOf(reducedCalls, "call")} of ${cell(id)} got the room that the prompt left in the context`]),
  ]);
}

/**
 * Ends a run: evaluates its gates, writes the report, shows table and paths.
 * @param resume How what is missing may still be had, in words.
 * @returns The exit code.
 */
export async function finishRun(
  result: RunResult,
  evaluation: Pick<Evaluation, "config" | "scoring">,
  stages: { readonly judgments: boolean },
  terminal: Terminal,
  resume?: string,
): Promise<number> {
  const { config, scoring } = evaluation;
  const incomplete = completenessCode(result, config.maxMissing);
  for (const note of [...contextNotes(result), ...completenessNotes(result, resume)]) terminal.note(note);
  if (!stages.judgments) {
    terminal.document({ run: result.run, answers: result.manifest.answers });
    terminal.say(`Answers: ${shownPath(runPaths.answersFolder(result.run))}`);
    return incomplete;
  }
  for (const { sentence } of result.manifest.sentinel ?? [])
    terminal.note(`sentinel: ${printable(sentence, { oneLine: true })}`);
  const gates: readonly GateResult[] =
    config.gates.length === 0 ? [] : await gatesOf(result, config, evaluation);
  const input = reportInput([result], systemClock, {
    ...presentFields({ title: config.report.title, redact: config.report.redact }),
    scoring,
    environment: process.env,
  });
  const decided = await policyOf(result, config, scoring);
  const policies = decided?.results ?? [];
  const files = await writeReport(input, config.report.formats, runPaths.report(result.run), gates, {
    unfinished: whyUnfinished(result, config.maxMissing) ?? null,
    inconclusiveFails: (config.inconclusive ?? "pass") !== "pass",
    policies,
    policiesFail: inconclusiveOf(decided?.policy, config.inconclusive) !== "pass",
    ...presentFields({ fonts: config.report.fonts }),
    warn: (warning) => terminal.note(`note: ${warning}`),
  });
  await tellCi(input, gates, terminal, policies);
  terminal.document({
    ...result.scores,
    ...(gates.length === 0 ? {} : { gates }),
    ...(policies.length === 0 ? {} : { policies }),
  });
  await showScores(result.scores, terminal, input.comparisons);
  for (const file of files.slice(0, SHOWN_FILES)) terminal.say(`  ${shownPath(file)}`);
  const others = files.length - SHOWN_FILES;
  if (others > 0) terminal.say(`  and ${others} more in ${shownPath(runPaths.report(result.run))}`);
  terminal.say(`  ${shownPath(runPaths.scores(result.run))}`);
  if (gates.length === 0 && decided === undefined) return incomplete;
  const { showGates, gateExitCode } = await import("./gates.js");
  showGates(gates, terminal);
  showPolicies(policies, terminal);
  if (incomplete !== exitCodes.done) return incomplete;
  const ofGates = gateExitCode(gates, config.inconclusive);
  if (decided === undefined) return ofGates;
  return worseCode(ofGates, policyExitCode(policies, inconclusiveOf(decided.policy, config.inconclusive)));
}

/** The policy is loaded only where there is one. */
async function policyOf(
  result: RunResult,
  config: Evaluation["config"],
  scoring: Evaluation["scoring"],
): ReturnType<typeof import("../assemble/policy.js")["policyOfRun"]> {
  if (config.policy === undefined) return undefined;
  const { policyOfRun } = await import("../assemble/policy.js");
  return policyOfRun(config, result.run, scoring);
}

async function gatesOf(
  result: RunResult,
  config: Evaluation["config"],
  evaluation: Pick<Evaluation, "scoring">,
): Promise<readonly GateResult[]> {
  const { evaluateGates } = await import("../assemble/gates.js");
  return evaluateGates(config.gates, result, evaluation.scoring);
}
