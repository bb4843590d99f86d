import type { Board } from "../../core/board.js";
import type { JuryMethod } from "../../core/jury.js";
import type { Warning } from "../../core/records.js";
import type { BoardInput } from "../scores/build-board.js";
import { juryFigures } from "./jury-figures.js";
import { juriesOf, juryInput } from "./jury-input.js";

/** What is said where no two boards can be read as one. */
export const NO_JURY = "a jury needs verdicts of two judges on the same suite, in one mode and on one scale";

/** Boards with those of their juries behind them, and a warning where there is none to be had. */
export function withJuries(
  inputs: readonly BoardInput[],
  method: JuryMethod | undefined,
): { readonly inputs: readonly BoardInput[]; readonly warnings: readonly Warning[] } {
  if (method === undefined || inputs.length === 0) return { inputs, warnings: [] };
  const juries = juriesOf(inputs, method).flatMap((jury) => {
    const input = juryInput(jury);
    return input === undefined ? [] : [{ ...input, jury: () => juryFigures(jury) }];
  });
  const message = `no jury is shown: ${NO_JURY}`;
  return {
    inputs: [...inputs, ...juries],
    warnings: juries.length > 0 ? [] : [{ code: "no-jury", message }],
  };
}

/** A board with what is to be said of its judges, where it is a jury's. */
export function boardWithJury(board: Board, { jury }: BoardInput): Board {
  return jury === undefined ? board : { ...board, jury: jury() };
}
