import { describe, expect, test } from "vitest";
import { juryRules, refuseJury } from "../../../harness/assemble/jury.js";
import type { JuryRules } from "../../../harness/core/jury.js";
import { seededRandom } from "../../../harness/core/random.js";
import { markRepeats, type Vote } from "../../../harness/core/vote.js";
import { withJuries } from "../../../harness/pipeline/jury/with-juries.js";
import type { BoardInput } from "../../../harness/pipeline/scores/build-board.js";
import { scoresOf } from "../../../harness/pipeline/scores/verdicts.js";
import { judgeAccuracy, logOddsWeight } from "../../../harness/stats/judge-weights.js";

/** Weight on the second of two models, by question, of a judge that shows one order. */
type Choices = readonly (number | undefined)[];

function pairBoard(judge: string, choices: Choices, votes: readonly Vote[] = []): BoardInput {
  const slots = choices.map((_, index) => ({ questionId: `q${index}`, category: "c", turn: 1 }));
  return {
    head: { suite: "s", mode: "pairwise-all", judge, protocol: `p@${judge}~000000` },
    metric: "win-rate",
    subjects: [["m", "n"]],
    frame: { slots, trials: 1, categories: ["c"], games: 1 },
    rows: slots.map((slot, index) => {
      const weightB = choices[index];
      const winner = weightB === 0.5 ? "tie" : weightB === 1 ? "b" : "a";
      const verdict = weightB === undefined ? undefined : ({ kind: "preference", winner, weightB } as const);
      return { ...slot, trial: 1, a: "m", b: "n", verdict };
    }),
    ...(votes.length === 0 ? {} : { votes: markRepeats(votes) }),
  };
}

function vote(question: number, isSecond: boolean): Vote {
  const winner = isSecond ? "b" : "a";
  return { questionId: `q${question}`, turn: 1, modelA: "m", modelB: "n", winner, voter: "anna" };
}

function read(inputs: readonly BoardInput[], rules: JuryRules) {
  const { inputs: all, warnings } = withJuries(inputs, rules);
  const { boards } = scoresOf({ inputs: all, suites: new Map(), sources: [], warnings: [] });
  return { warnings, boards, jury: boards.at(-1)?.jury, input: all.at(-1) };
}

/** Judges that are right with known chances, errors their own, and people who are always right on some questions. */
function simulated(accuracies: readonly number[], questions: number, labelled: number) {
  const random = seededRandom("jury-weights");
  const truths = Array.from({ length: questions }, () => random.next() < 0.5);
  const votes = truths.slice(0, labelled).map((truth, question) => vote(question, truth));
  const boards = accuracies.map((accuracy, judge) =>
    pairBoard(
      `j${judge}`,
      truths.map((truth) => Number(random.next() < accuracy ? truth : !truth)),
      votes,
    ),
  );
  const rightOn = (input: BoardInput | undefined) =>
    [...(input?.rows ?? [])].filter(
      ({ verdict }, question) =>
        verdict?.kind === "preference" && verdict.winner === (truths[question] ? "b" : "a"),
    ).length / questions;
  return { boards, rightOn };
}

describe("learned weights", () => {
  const accuracies = [0.9, 0.6, 0.6, 0.55, 0.5];
  const { boards, rightOn } = simulated(accuracies, 1000, 700);

  test("recover known accuracies, and are right more often than a majority", () => {
    const { jury, input } = read(boards, { method: "learned" });
    // Within 0.05: 2.7 standard errors of a share over 700 labels.
    for (const [judge, accuracy] of accuracies.entries())
      expect(jury?.members[judge]?.accuracy).toBeCloseTo(accuracy, 1);
    const total = accuracies.reduce((sum, accuracy) => sum + logOddsWeight(accuracy), 0);
    expect(jury?.members[0]?.weight).toBeCloseTo(logOddsWeight(0.9) / total, 1);
    expect(jury?.learned).toMatchObject({ labels: 700, questions: 700, folds: 10 });
    const majority = rightOn(withJuries(boards, { method: "majority" }).inputs.at(-1));
    expect(rightOn(input)).toBeGreaterThan(majority + 0.05);
    expect(jury?.learned?.accuracy).toBeCloseTo(rightOn(input), 1);
  });

  test("on a question come from other questions' votes", () => {
    // x is right on q0 alone and y on all others, so that q0 is decided by y, who is wrong there.
    const truths = [true, true, true, true];
    const votes = truths.map((truth, question) => vote(question, truth));
    const { jury, input } = read([pairBoard("x", [1, 0, 0, 0], votes), pairBoard("y", [0, 1, 1, 1], votes)], {
      method: "learned",
    });
    expect([...(input?.rows ?? [])].map(({ verdict }) => verdict)).toMatchObject([
      { winner: "a" },
      { winner: "b" },
      { winner: "b" },
      { winner: "b" },
    ]);
    expect(jury?.learned).toEqual({ labels: 4, questions: 4, folds: 4, accuracy: 0.75 });
  });

  test("need votes with a winner; without them no jury is shown, and that is said", () => {
    const { boards: shown, warnings } = read([pairBoard("x", [1, 0]), pairBoard("y", [1, 1])], {
      method: "learned",
    });
    expect(shown).toHaveLength(2);
    expect(warnings).toMatchObject([{ code: "jury-unlearned" }]);
  });

  test("are those of a judge that was right three times of four; below a coin they are 0", () => {
    expect(judgeAccuracy([1, 1, 1, 0])).toMatchObject({ labels: 4, accuracy: 4 / 6 });
    expect(judgeAccuracy([1, 1, 1, 0]).weight).toBeCloseTo(Math.log(2), 12);
    expect(judgeAccuracy([0, 0, 0]).weight).toBe(0);
  });
});

describe("given weights", () => {
  const boards = [pairBoard("x", [1, 1, 0]), pairBoard("y", [0, undefined, 0]), pairBoard("z", [0, 0, 1])];

  test("make a weighted mean of those that answered; leaving one out changes no other weight", () => {
    const { jury, input } = read(boards, { method: "weighted", weights: { x: 2, y: 1, "p@z~000000": 1 } });
    expect([...(input?.rows ?? [])].map(({ verdict }) => verdict)).toMatchObject([
      { winner: "tie", weightB: 0.5 },
      { winner: "b", weightB: 2 / 3 },
      { winner: "a", weightB: 0.25 },
    ]);
    expect(jury?.members.map(({ weight, failed }) => [weight, failed])).toEqual([
      [0.5, 0],
      [0.25, 1],
      [0.25, 0],
    ]);
    const [, withoutY] = jury?.leftOut ?? [];
    const alone = read([boards[0], boards[2]] as BoardInput[], {
      method: "weighted",
      weights: { x: 2, z: 1 },
    });
    expect(withoutY?.models).toEqual(
      Object.fromEntries(
        (alone.boards.at(-1)?.models ?? []).map((row) => [row.model, "winRate" in row ? row.winRate : null]),
      ),
    );
  });

  test("are part of the jury's protocol, and change nothing for juries without them", () => {
    const idOf = (rules: JuryRules) => read(boards, rules).boards.at(-1)?.protocol;
    const ids = [
      idOf({ method: "weighted", weights: { x: 2, y: 1, z: 1 } }),
      idOf({ method: "weighted", weights: { x: 1, y: 1, z: 1 } }),
      idOf({ method: "mean" }),
    ];
    expect(new Set(ids).size).toBe(3);
    // As it was before there were weights.
    expect(ids[2]).toMatch(/^jury-mean@jury~/);
  });

  test.each([
    [() => juryRules({ jury: "weighted" }), /needs weights/],
    [() => juryRules({ juryWeights: { x: 1 } }), /no jury reads them/],
    [() => read(boards, { method: "weighted", weights: { x: 1, y: 1 } }), /no weight for the judge "z"/],
    [
      () => read(boards, { method: "weighted", weights: { x: 1, y: 1, z: 1, w: 1 } }),
      /"w", which is no judge here/,
    ],
    [() => read(boards, { method: "weighted", weights: { x: 0, y: 0, z: 0 } }), /weight 0/],
    [
      () =>
        refuseJury({ method: "weighted", weights: { x: 1 } }, [
          { id: "p", suite: "s", metric: "rating", judgeModel: "x" },
          { id: "q", suite: "s", metric: "rating", judgeModel: "y" },
        ]),
      /no weight for the judge "y"/,
    ],
  ])("wrong ones are refused with what to do (%#)", (attempt, message) => {
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(expect.objectContaining({ code: "jury-weights", remedy: expect.any(String) }));
  });
});
