import { existsSync } from "node:fs";
import { ballotIds, readBallot, writeBallot } from "./ballots.js";
import { readVoteEntries, VoteBox, votePaths } from "./votes.js";

/**
 * Puts people's votes on several runs into a run that is made of them, with the ballots that they were given on, so that
 * pages still out can come back into it. A vote that several runs hold is there once.
 *
 * @param nowMs milliseconds since the epoch.
 * @throws DataError for a damaged file, or `vote-id-taken` where two runs hold different votes under one id.
 */
export async function joinVotes(runs: readonly string[], target: string, nowMs: number): Promise<void> {
  const voted = runs.filter((run) => existsSync(votePaths.folder(run)));
  for (const run of voted) {
    for (const id of ballotIds(run)) {
      const ballot = readBallot(run, id);
      if (ballot !== undefined) await writeBallot(target, ballot);
    }
  }
  const entries = voted.flatMap((run) => [...readVoteEntries(run)]);
  if (entries.length === 0) return;
  const box = await VoteBox.open(target, nowMs);
  try {
    await Promise.all(entries.map((entry) => box.add(entry)));
  } finally {
    await box.close();
  }
}
