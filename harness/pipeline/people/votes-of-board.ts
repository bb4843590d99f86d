import type { CountedVote } from "../../core/vote.js";
import type { BoardInput } from "../scores/build-board.js";

/** A board with the votes on its suite; a vote that names no suite counts for every one. */
export function withVotes(input: BoardInput, votes: readonly CountedVote[]): BoardInput {
  const own = votes.filter(({ suite }) => suite === undefined || suite === input.head.suite);
  return own.length === 0 ? input : { ...input, votes: own };
}
