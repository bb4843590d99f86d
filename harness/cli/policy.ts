import { countOf } from "../core/count-of.js";
import type { InconclusivePolicy, Policy, PolicyLine, PolicyResult } from "../core/policy.js";
import { formatTrimmed } from "../core/shown-number.js";
import { exitCodes } from "./exit-codes.js";
import { cell, type Terminal } from "./terminal.js";

const RANK: Readonly<Record<PolicyLine["outcome"], number>> = { fail: 0, inconclusive: 1, pass: 2 };
const WORD: Readonly<Record<PolicyLine["outcome"], string>> = {
  fail: "FAIL",
  inconclusive: "INCONCLUSIVE",
  pass: "PASS",
};

/** A policy's outcome for each candidate on the terminal: the sentence, then its lines, failures first. */
export function showPolicies(results: readonly PolicyResult[], terminal: Terminal): void {
  const { colors } = terminal;
  const paint = { fail: colors.red, inconclusive: colors.yellow, pass: colors.green };
  const heading = { "NO-GO": colors.red, INCONCLUSIVE: colors.yellow, GO: colors.green };
  for (const result of results) {
    const against = result.base === null ? "" : ` against ${cell(result.base, 40)}`;
    terminal.say("");
    terminal.say(colors.bold(`Policy: ${cell(result.candidate, 40)}${against}`));
    terminal.say(`  ${heading[result.outcome](cell(result.sentence, 600))}`);
    const lines = [...result.lines].sort((x, y) => RANK[x.outcome] - RANK[y.outcome]);
    for (const line of lines) {
      const word = paint[line.outcome](WORD[line.outcome].padEnd(12));
      terminal.say(`  ${word}  ${cell(line.name, 100)} ${colors.dim(`(${line.tier})`)}`);
      terminal.say(`                ${colors.dim(cell(line.message, 500))}`);
    }
    if (result.decidedTogether > 1)
      terminal.say(
        colors.dim(
          `  ${countOf(result.decidedTogether, "limit")} decided together (Holm), at ${formatTrimmed(result.level)}%`,
        ),
      );
  }
}

/** What an inconclusive policy does: what the user says, else the policy, else a code of its own. */
export function inconclusiveOf(
  policy: Policy | undefined,
  said: InconclusivePolicy | undefined,
): InconclusivePolicy {
  return said ?? policy?.inconclusive ?? "exit-4";
}

/** Exit code of a policy: a NO-GO weighs more than anything inconclusive. */
export function policyExitCode(results: readonly PolicyResult[], inconclusive: InconclusivePolicy): number {
  if (results.some(({ outcome }) => outcome === "NO-GO")) return exitCodes.gateFailed;
  if (inconclusive === "pass" || results.every(({ outcome }) => outcome === "GO")) return exitCodes.done;
  return inconclusive === "fail" ? exitCodes.gateFailed : exitCodes.inconclusive;
}

/** The worse of two exit codes of gates: a failure, then what is inconclusive. */
export function worseCode(one: number, other: number): number {
  if (one === exitCodes.gateFailed || other === exitCodes.gateFailed) return exitCodes.gateFailed;
  return Math.max(one, other);
}
