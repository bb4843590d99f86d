import { describe, expect, it } from "vitest";
import type { CountedVote } from "../../harness/core/vote.js";
import { correctedRow } from "../../harness/pipeline/people/board-people.js";
import { coveredThings } from "../../harness/pipeline/people/vote-coverage.js";
import type { BoardInput } from "../../harness/pipeline/scores/build-board.js";
import type { VerdictRow } from "../../harness/pipeline/scores/verdict-grid/row.js";

const QUESTIONS = 40;
const slots = Array.from({ length: QUESTIONS }, (_, at) => ({
  questionId: `q${at}`,
  category: "c",
  turn: 1,
}));
const subjects: BoardInput["subjects"] = [
  ["x", "y"],
  ["x", "z"],
  ["y", "z"],
];

/** The judge and people alike let x win three of four against y, and one of four against z. */
const xWins = (other: string, at: number) => (other === "y" ? at % 4 !== 0 : at % 4 === 0);

const rows: VerdictRow[] = slots.flatMap((slot, at) =>
  subjects.flatMap(([a = "", b = ""]) =>
    ([1, 2] as const).map((order): VerdictRow => {
      const firstWins = a === "x" ? xWins(b, at) : at % 2 === 0;
      const winner = firstWins === (order === 1) ? "a" : "b";
      const shown = order === 1 ? { a, b } : { a: b, b: a };
      const weightB = winner === "a" ? 0 : 1;
      return { ...slot, ...shown, trial: 1, order, verdict: { kind: "preference", winner, weightB } };
    }),
  ),
);

/** Votes on x against y and z, on the first questions. */
function votesOn(asked: Readonly<Record<string, number>>): CountedVote[] {
  return Object.entries(asked).flatMap(([other, count]) =>
    slots.slice(0, count).map(({ questionId }, at) => ({
      ...{ questionId, turn: 1, modelA: "x", modelB: other, voter: "anna", repeat: 0 },
      winner: xWins(other, at) ? ("a" as const) : ("b" as const),
    })),
  );
}

const input = (votes: readonly CountedVote[]): BoardInput => ({
  head: { suite: "s", mode: "pairwise-all", judge: "j", protocol: "p@1" },
  metric: "win-rate",
  ...{ subjects, rows, votes, frame: { slots, trials: 1, categories: ["c"] } },
});

describe("votes on one opponent", () => {
  it("do not stand for comparisons with another that nobody was asked about", () => {
    const row = correctedRow(input(votesOn({ y: 40 })), "x");
    expect(row).toMatchObject({ estimate: null, interval: null, votes: 40, questions: 40 });
    expect(row?.sentence).toMatch(/^Nobody voted on its comparisons with z,/);
  });

  it("weigh no more than those on another that fewer were asked about", () => {
    expect(correctedRow(input(votesOn({ y: 40, z: 40 })), "x")?.estimate).toBeCloseTo(50, 9);
    expect(correctedRow(input(votesOn({ y: 40, z: 12 })), "x")?.estimate).toBeCloseTo(50, 0);
  });

  it("stay as they are where chance explains how many each has", () => {
    const thing = (at: number, opponent: string, voted?: number) => ({
      part: opponent,
      thing: {
        key: `${opponent}${at}`,
        cluster: `q${at}`,
        judged: 0,
        ...(voted === undefined ? {} : { voted }),
      },
    });
    // Five votes on 100 comparisons with ten opponents: most have none.
    const few = Array.from({ length: 100 }, (_, at) => thing(at, `m${at % 10}`, at < 5 ? 100 : undefined));
    expect(coveredThings(few, String)).toEqual({ things: few.map(({ thing: one }) => one) });
  });
});
