import type { Board } from "../../core/board.js";
import type { JuryRules } from "../../core/jury.js";
import type { Warning } from "../../core/records.js";
import type { BoardInput } from "../scores/build-board.js";
import { type Families, familyWarning } from "./family-guard.js";
import { juryFigures } from "./jury-figures.js";
import { juryGroups, juryInput, juryOf } from "./jury-input.js";
import { juryWeights, refuseUnknownWeights } from "./weights.js";

/** What is said where no two boards can be read as one. */
export const NO_JURY = "a jury needs verdicts of two judges on the same suite, in one mode and on one scale";

const NOTHING_LEARNED =
  "weights are learned from people's votes, and fewer than two questions have votes with a winner that two judges decided, too; vote with `assay vote`, or give --votes FILE";

/** Every weight must be that of a judge. @throws ConfigError `jury-weights`. */
function refuseStrayWeights(inputs: readonly BoardInput[], { method, weights = {} }: JuryRules): void {
  if (method !== "weighted") return;
  const names = new Set(inputs.flatMap(({ head }) => [head.judge, head.protocol]));
  refuseUnknownWeights(weights, names);
}

/**
 * Boards with those of their juries behind them, and a warning where there is none to be had.
 * @param families for a family guard.
 * @throws ConfigError `jury-weights`.
 */
export function withJuries(
  inputs: readonly BoardInput[],
  rules: JuryRules | undefined,
  families: Families = new Map(),
): { readonly inputs: readonly BoardInput[]; readonly warnings: readonly Warning[] } {
  if (rules === undefined || inputs.length === 0) return { inputs, warnings: [] };
  const groups = juryGroups(inputs);
  if (groups.length === 0)
    return { inputs, warnings: [{ code: "no-jury", message: `no jury is shown: ${NO_JURY}` }] };
  refuseStrayWeights(inputs, rules);
  const warnings = rules.familyGuard === true ? familyWarning(groups.flat(), families) : [];
  const juries = groups.flatMap((members) => {
    const weights = juryWeights(members, rules);
    if (weights === undefined) {
      const suite = members[0]?.head.suite ?? "";
      warnings.push({ code: "jury-unlearned", message: `no jury is shown on ${suite}: ${NOTHING_LEARNED}` });
      return [];
    }
    const jury = juryOf(members, rules, weights, families);
    const input = juryInput(jury);
    return input === undefined ? [] : [{ ...input, jury: () => juryFigures(jury) }];
  });
  return { inputs: [...inputs, ...juries], warnings };
}

/** A board with what is to be said of its judges, where it is a jury's. */
export function boardWithJury(board: Board, { jury }: BoardInput): Board {
  return jury === undefined ? board : { ...board, jury: jury() };
}
