import type { AnswerTurn, CallRecord } from "./records.js";

/** The calls that an answer's turns come from: one each, or one for each text that was scored. */
export function callsOf(turns: readonly AnswerTurn[]): readonly CallRecord[] {
  return turns.flatMap((turn): readonly CallRecord[] => turn.scored ?? [turn]);
}
