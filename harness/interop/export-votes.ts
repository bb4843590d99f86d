import { join } from "node:path";
import { countOf } from "../core/count-of.js";
import type { Warning } from "../core/records.js";
import { voteRow } from "../core/vote.js";
import { askedBy } from "../store/asked.js";
import { readManifest, readSuites, writeFileAtomically } from "../store/run-folder.js";
import { visitRecords } from "../store/visit-records.js";
import { readVotes, standingVotes } from "../store/votes.js";

function warningsOn(repeats: number, stale: number, skips: number, ratings: number): Warning[] {
  const kinds = [
    {
      code: "repeated-votes",
      count: repeats,
      what: countOf(repeats, "repeat of a vote", "repeats of votes"),
    },
    {
      code: "stale-votes",
      count: stale,
      what: countOf(stale, "vote on a replaced answer", "votes on replaced answers"),
    },
    { code: "skipped-votes", count: skips, what: countOf(skips, "skipped turn") },
    {
      code: "ratings-of-answers",
      count: ratings,
      what: countOf(ratings, "rating of a single answer", "ratings of single answers"),
    },
  ];
  return kinds
    .filter(({ count }) => count > 0)
    .map(({ code, count, what }) => ({ code, count, message: `left out: ${what}` }));
}

/**
 * Writes people's votes on a run as battle rows of Chatbot Arena, oldest first as Elo wants them, into `votes.jsonl`
 * below `out`: one vote for each voter, pair and turn.
 * @returns Files written, none where there is no vote, and what was left out.
 * @throws ConfigError, DataError; AssayError `cannot-write`.
 */
export async function exportVotes(
  run: string,
  out: string,
): Promise<{ files: string[]; warnings: readonly Warning[] }> {
  const answers = visitRecords(run, askedBy(readManifest(run), readSuites(run)), []);
  const all = readVotes(run);
  const { votes, ratings, stale } = standingVotes(all, answers);
  const counting = votes.filter(({ repeat }) => repeat === 0);
  const warnings = warningsOn(votes.length - counting.length, stale, all.skips.length, ratings.length);
  if (counting.length === 0) return { files: [], warnings };
  const rows = counting
    .map((vote) => ({ row: voteRow(vote), at: vote.at === undefined ? 0 : Date.parse(vote.at) }))
    .sort((x, y) => x.at - y.at)
    .map(({ row }) => `${JSON.stringify(row)}\n`);
  const file = join(out, "votes.jsonl");
  await writeFileAtomically(file, rows.join(""));
  return { files: [file], warnings };
}
