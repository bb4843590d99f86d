import { describe, expect, it } from "vitest";
import { compareModels } from "../../harness/pipeline/compare/compare-models.js";
import { comparedModels } from "../../harness/pipeline/compare/question-values.js";
import { decideAllGates } from "../../harness/pipeline/gates/evaluate-gates.js";
import { gateBoard } from "../../harness/pipeline/gates/gate-board.js";
import { boardWithVotes } from "../../harness/pipeline/people/board-with-votes.js";
import { type BoardInput, buildBoard } from "../../harness/pipeline/scores/build-board.js";
import { peoplesVotes, votedInput } from "./voted-board.js";

const boardOf = (given: BoardInput) => boardWithVotes(buildBoard(given).board, given);

describe("people's votes on a board", () => {
  const board = boardOf(votedInput(peoplesVotes(["x", "y"])));
  if (board.metric !== "win-rate") throw new Error("another board");

  it("stand beside the judge's figures, and change none of them", () => {
    const judged = boardOf(votedInput());
    if (judged.metric !== "win-rate") throw new Error("another board");
    expect(judged.people).toBeUndefined();
    const plain = board.models.map(({ corrected, ...row }) => row);
    expect(plain).toEqual(judged.models);
    const x = board.models.find(({ model }) => model === "x");
    expect(x?.winRateAdjusted).toBe(80);
    expect(x?.corrected?.estimate).toBeGreaterThan(50);
    expect(x?.corrected?.estimate).toBeLessThan(75);
    expect(x?.corrected).toMatchObject({ votes: 40, voters: 2, questions: 40, estimator: "ppi++" });
    expect(x?.corrected?.interval?.high).toBeLessThan(80);
    expect(board.models.find(({ reference }) => reference)?.corrected).toBeUndefined();
  });

  it("say who voted, how far the judge agrees, and on what it differs", () => {
    expect(board.people).toMatchObject({
      votes: 80,
      voters: [
        { name: "ben", votes: 52 },
        { name: "anna", votes: 28 },
      ],
      questions: 40,
      agreement: { n: 80 },
      pairs: [
        { a: "base", b: "x", judge: 80, people: 62.5, voted: 40, judged: 60 },
        { a: "base", b: "y", judge: 50, people: 50 },
      ],
    });
    const [dispute] = board.people?.disputes ?? [];
    expect(Math.abs((dispute?.judge ?? 0) - (dispute?.people ?? 0))).toBe(100);
    const { arena } = board.people ?? {};
    expect(arena?.models.map(({ model }) => model)[0]).toBe("x");
    expect(arena).toMatchObject({ votes: 80, verdicts: 120 });
  });

  it("are compared by the difference of the corrected win rates, which decides where it is asked to", () => {
    const models = comparedModels(votedInput(peoplesVotes(["x", "y"])));
    const [base, candidate] = ["y", "x"].map((id) => models.find(({ model }) => model === id));
    if (base === undefined || candidate === undefined) throw new Error("no models");
    const options = { margin: 0, level: 95, seed: 1, withoutTests: true };
    const plain = compareModels(base, candidate, options);
    expect(plain).toMatchObject({ delta: 30, verdict: "pass" });
    expect(Math.abs(plain.corrected?.estimate ?? 99)).toBeLessThan(25);
    const voted = compareModels(base, candidate, { ...options, corrected: true });
    expect(voted).toMatchObject({ delta: 30, decidedBy: "corrected", verdict: "inconclusive" });
    const [lonely] = comparedModels(votedInput());
    if (lonely === undefined) throw new Error("no models");
    expect(() => compareModels(lonely, lonely, { ...options, corrected: true })).toThrow(/nobody voted/);
  });

  it("decide gates that demand them, which fail without", () => {
    const gate = { metric: "winRate", min: 60, model: "x" } as const;
    const decide = (given: BoardInput, corrected: boolean) => {
      const boards = [gateBoard(boardOf(given), given)];
      const situation = { boards, totals: [], seed: 1, baseFor: () => expect.unreachable() };
      return decideAllGates([corrected ? { ...gate, corrected } : gate], situation)[0];
    };
    const voted = votedInput(peoplesVotes(["x"]));
    expect(decide(voted, false)).toMatchObject({ outcome: "pass", value: 80 });
    const byVotes = decide(voted, true);
    expect(byVotes?.name).toBe("winRate corrected by votes ≥ 60");
    expect(byVotes?.outcome).toBe("inconclusive");
    expect(byVotes?.value).toBeLessThan(75);
    expect(decide(votedInput(), true)).toMatchObject({ outcome: "fail", value: null });
  });
});
