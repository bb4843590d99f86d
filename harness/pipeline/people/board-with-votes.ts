import type { Board, RowCommon } from "../../core/board.js";
import type { BoardInput } from "../scores/build-board.js";
import { boardPeople, correctedRow } from "./board-people.js";

function withCorrected<Row extends RowCommon>(row: Row, input: BoardInput): Row {
  const corrected = row.reference ? undefined : correctedRow(input, row.model);
  return corrected === undefined ? row : { ...row, corrected };
}

/** A board with what people's votes make of it: beside the judge's figures, never in their place. */
export function boardWithVotes(board: Board, input: BoardInput): Board {
  const people = boardPeople(input);
  if (people === undefined) return board;
  if (board.metric === "rating")
    return { ...board, people, models: board.models.map((row) => withCorrected(row, input)) };
  if (board.metric === "outcomes")
    return { ...board, people, models: board.models.map((row) => withCorrected(row, input)) };
  if (board.metric === "preference")
    return { ...board, people, models: board.models.map((row) => withCorrected(row, input)) };
  return { ...board, people, models: board.models.map((row) => withCorrected(row, input)) };
}
