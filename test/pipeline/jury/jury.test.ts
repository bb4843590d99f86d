import { describe, expect, test } from "vitest";
import { withJuries } from "../../../harness/pipeline/jury/with-juries.js";
import type { BoardInput } from "../../../harness/pipeline/scores/build-board.js";
import { scoresOf } from "../../../harness/pipeline/scores/verdicts.js";

type Given = number | null | "unreadable" | "abstained";

/** A board of one judge: ratings of models by question; null where it was not asked. */
function judged(judge: string, ratings: Readonly<Record<string, readonly Given[]>>): BoardInput {
  const questions = Object.values(ratings)[0]?.length ?? 0;
  const slots = Array.from({ length: questions }, (_, index) => ({
    questionId: `q${index}`,
    category: "c",
    turn: 1,
  }));
  const verdictOf = (given: Given) =>
    given === null
      ? undefined
      : typeof given === "string"
        ? ({ kind: given, reason: "no rating" } as const)
        : ({ kind: "rating", rating: given } as const);
  return {
    head: { suite: "s", mode: "single", judge, protocol: `p-${judge}@${judge}~000000` },
    metric: "rating",
    subjects: Object.keys(ratings).map((model) => [model]),
    frame: { slots, trials: 1, categories: ["c"] },
    rows: Object.entries(ratings).flatMap(([a, list]) =>
      list.map((given, index) => ({
        ...(slots[index] as (typeof slots)[number]),
        trial: 1,
        a,
        verdict: verdictOf(given),
      })),
    ),
  };
}

function juryBoard(inputs: readonly BoardInput[], method: "mean" | "median" | "majority" = "mean") {
  const boards = scoresOf({
    inputs: withJuries(inputs, { method }).inputs,
    suites: new Map(),
    sources: [],
    warnings: [],
  }).boards;
  const board = boards.at(-1);
  if (board?.metric !== "rating" || board.jury === undefined) throw new Error("no jury");
  return {
    boards,
    board,
    jury: board.jury,
    scoreOf: (model: string) => board.models.find((row) => row.model === model)?.score,
  };
}

describe("a jury", () => {
  test("three judges that say the same are worth one", () => {
    const same = ["x", "y", "z"].map((judge) => judged(judge, { m: [3, 5, 9], n: [2, 8, 4] }));
    const { jury, board } = juryBoard(same);
    expect(jury).toMatchObject({
      correlation: 1,
      effectiveJudges: 1,
      alpha: 1,
      kappa: 1,
      items: 6,
      splits: [],
    });
    expect(board).toMatchObject({ judge: "jury of 3", mode: "single" });
    // A single judge's figures: the same mean, error and interval.
    const [alone] = scoresOf({
      inputs: same.slice(0, 1),
      suites: new Map(),
      sources: [],
      warnings: [],
    }).boards;
    expect(board.models.map(({ score, interval }) => ({ score, interval }))).toEqual(
      alone?.metric === "rating" ? alone.models.map(({ score, interval }) => ({ score, interval })) : [],
    );
  });

  test("mean, median and majority; an abstention counts for nothing", () => {
    const inputs = [
      judged("x", { m: [2, 4, "abstained"] }),
      judged("y", { m: [2, 6, 6] }),
      judged("z", { m: [8, 8, null] }),
    ];
    // By question: mean 4, 6, 6; median 2, 6, 6; majority 2, then 6 as the middle of three, 6.
    expect(juryBoard(inputs, "mean").scoreOf("m")).toBeCloseTo(16 / 3, 12);
    expect(juryBoard(inputs, "median").scoreOf("m")).toBeCloseTo(14 / 3, 12);
    expect(juryBoard(inputs, "majority").scoreOf("m")).toBeCloseTo(14 / 3, 12);
    const { jury, board } = juryBoard(inputs);
    expect(jury.members.map(({ verdicts, abstained, failed }) => [verdicts, abstained, failed])).toEqual([
      [2, 1, 0],
      [3, 0, 0],
      [2, 0, 1],
    ]);
    expect(board.models[0]).toMatchObject({ n: 3, invalid: 0, missing: 0 });
    expect(jury.splits.map(({ questionId, spread }) => [questionId, spread])).toEqual([
      ["q0", 6],
      ["q1", 4],
    ]);
  });

  test("an item on which no judge decides is no failure where one abstains and none is unreadable", () => {
    const row = (x: Given, y: Given) =>
      juryBoard([judged("x", { m: [6, x] }), judged("y", { m: [6, y] })]).board.models[0];
    expect(row("abstained", null)).toMatchObject({ n: 1, abstained: 1, invalid: 0, missing: 0 });
    expect(row("abstained", "unreadable")).toMatchObject({ n: 1, invalid: 1, missing: 0 });
    expect(row("abstained", 8)).not.toHaveProperty("abstained");
    // As every verdict that is not there, it could have been anything.
    expect(row("abstained", "abstained")?.bounds).toEqual({ low: 3.5, high: 8 });
  });

  test("judges with errors of their own count in full", () => {
    // Two judges whose verdicts do not hang together at all.
    const { jury } = juryBoard([judged("x", { m: [1, 1, 3, 3] }), judged("y", { m: [1, 3, 1, 3] })]);
    expect(jury.correlation).toBeCloseTo(0, 12);
    expect(jury.effectiveJudges).toBeCloseTo(2, 12);
  });

  test("leaving one out changes nothing else on the board", () => {
    const [x, y, z] = [judged("x", { m: [2, 4] }), judged("y", { m: [6, 6] }), judged("z", { m: [8, 9] })];
    const { jury, boards } = juryBoard([x, y, z]);
    const [withoutX] = jury.leftOut;
    expect(withoutX).toEqual({ protocol: x.head.protocol, models: { m: juryBoard([y, z]).scoreOf("m") } });
    expect(boards.slice(0, 3)).toEqual(
      scoresOf({ inputs: [x, y, z], suites: new Map(), sources: [], warnings: [] }).boards,
    );
  });

  test("judges without variance have no correlation, with the reason; one judge is no jury", () => {
    const { jury } = juryBoard([judged("x", { m: [5, 5] }), judged("y", { m: [5, 5] })]);
    expect(jury).toMatchObject({ correlation: null, effectiveJudges: null });
    expect(jury.reason).toMatch(/one and the same|no variation|agree/);
    const one = withJuries([judged("x", { m: [5] })], { method: "mean" });
    expect(one.inputs).toHaveLength(1);
    expect(one.warnings).toMatchObject([{ code: "no-jury" }]);
  });
});
