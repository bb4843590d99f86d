import type { GateResult } from "../core/gate.js";
import type { InconclusivePolicy } from "../core/policy.js";
import { exitCodes } from "./exit-codes.js";
import { cell, type Terminal } from "./terminal.js";

const RANK: Readonly<Record<GateResult["outcome"], number>> = { fail: 0, inconclusive: 1, pass: 2 };
const WORD: Readonly<Record<GateResult["outcome"], string>> = {
  fail: "FAIL",
  inconclusive: "INCONCLUSIVE",
  pass: "PASS",
};

/** Gates on the terminal, failures first, each with the sentence that says why. */
export function showGates(gates: readonly GateResult[], terminal: Terminal): void {
  if (gates.length === 0) return;
  const { colors } = terminal;
  const paint = { fail: colors.red, inconclusive: colors.yellow, pass: colors.green };
  terminal.say("");
  terminal.say(colors.bold("Gates"));
  for (const gate of [...gates].sort((x, y) => RANK[x.outcome] - RANK[y.outcome])) {
    const word = paint[gate.outcome](WORD[gate.outcome].padEnd(12));
    terminal.say(`  ${word}  ${cell(gate.model, 40)}: ${cell(gate.name, 100)}`);
    terminal.say(`                ${colors.dim(cell(gate.message, 500))}`);
  }
}

/** Exit code of a run by its gates: a failure weighs more than anything inconclusive. */
export function gateExitCode(gates: readonly GateResult[], policy: InconclusivePolicy = "pass"): number {
  if (gates.some((gate) => gate.outcome === "fail")) return exitCodes.gateFailed;
  if (policy === "pass" || gates.every((gate) => gate.outcome === "pass")) return exitCodes.done;
  return policy === "fail" ? exitCodes.gateFailed : exitCodes.inconclusive;
}
