import type { VoteStatus } from "../assemble/vote-status.js";
import { countOf } from "../core/count-of.js";
import type { VoterFigures, VoteShare } from "../pipeline/votes/voter-figures.js";
import { foldingTerminal } from "./fold-lines.js";
import { cell, type Terminal } from "./terminal.js";

/** A share with what it is of; the interval only where it is worth a line. */
function share({ count, of, percent }: VoteShare): string {
  return percent === null ? "–" : `${percent.toFixed(0)}% (${count}/${of})`;
}

function seconds(ms: number | null): string {
  return ms === null ? "–" : `${(ms / 1000).toFixed(0)} s`;
}

function voterRow(one: VoterFigures): readonly string[] {
  return [
    cell(one.voter, 24),
    String(one.votes),
    String(one.skips),
    share(one.selfConsistency),
    share(one.firstSlot),
    seconds(one.medianMs),
  ];
}

function showTable(rows: readonly (readonly string[])[], terminal: Terminal): void {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  rows.forEach((row, index) => {
    const line = row.map((text, column) =>
      column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0),
    );
    terminal.say(`  ${index === 0 ? terminal.colors.dim(line.join("  ")) : line.join("  ")}`);
  });
}

/** Votes and voters of a run on the terminal. */
export function showVotes(status: VoteStatus, wide: Terminal): void {
  const terminal = foldingTerminal(wide);
  const { votes, items, questions, voters, agreement, stale, weighted, ratings } = status;
  if (ratings !== undefined)
    terminal.say(
      `${countOf(ratings.ratings, "rating")} of ${countOf(ratings.answers, "answer")} (${countOf(ratings.questions, "question")}) by ${countOf(ratings.raters, "person", "people")}`,
    );
  if (voters.length === 0) {
    if (ratings !== undefined) return;
    terminal.say("no votes yet");
    return;
  }
  terminal.say(
    `${countOf(votes, "vote")} on ${countOf(items, "answer pair")} (${countOf(questions, "question")}) by ${countOf(voters.length, "voter")}`,
  );
  showTable(
    [["voter", "votes", "skips", "same again", "chose slot A", "median"], ...voters.map(voterRow)],
    terminal,
  );
  if (agreement.items > 0) {
    const { value, interval } = agreement.alpha;
    const alpha =
      value === null
        ? ""
        : `, α ${value.toFixed(2)}${interval === null ? "" : ` [${interval.low.toFixed(2)}, ${interval.high.toFixed(2)}]`}`;
    terminal.say(`Voters agree with each other on ${share(agreement.same)} of shared pairs${alpha}`);
  }
  for (const { voter, careless } of voters) {
    if (careless.length > 0) {
      terminal.say(
        `${terminal.colors.yellow("check")} ${cell(voter, 40)} ${careless.join("; ")}. These votes count all the same`,
      );
    }
  }
  if (stale > 0)
    terminal.say(`${countOf(stale, "vote")} on answers that were replaced since count in nothing`);
  if (weighted)
    terminal.say("Pairs were drawn with unequal probabilities: figures weight each vote by its inverse");
}
