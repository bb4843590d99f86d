import { describe, expect, test } from "vitest";
import { juryRules, refuseBlindGuard } from "../../../harness/assemble/jury.js";
import { withJuries } from "../../../harness/pipeline/jury/with-juries.js";
import type { BoardInput } from "../../../harness/pipeline/scores/build-board.js";
import { scoresOf } from "../../../harness/pipeline/scores/verdicts.js";

function judged(judge: string, ratings: Readonly<Record<string, readonly number[]>>): BoardInput {
  const slots = ["q0", "q1"].map((questionId) => ({ questionId, category: "c", turn: 1 }));
  return {
    head: { suite: "s", mode: "single", judge, protocol: `p@${judge}~000000` },
    metric: "rating",
    subjects: Object.keys(ratings).map((model) => [model]),
    frame: { slots, trials: 1, categories: ["c"] },
    rows: Object.entries(ratings).flatMap(([a, list]) =>
      slots.map((slot, index) => ({
        ...slot,
        trial: 1,
        a,
        verdict: { kind: "rating", rating: list[index] ?? 0 } as const,
      })),
    ),
  };
}

const inputs = [
  judged("llama-judge", { tuned: [9, 9], other: [4, 4] }),
  judged("qwen-judge", { tuned: [5, 6], other: [4, 6] }),
  judged("other", { tuned: [7, 6], other: [10, 10] }),
];
const families = new Map([
  ["llama-judge", "llama"],
  ["tuned", "llama"],
  ["qwen-judge", "qwen"],
]);

function read(known: ReadonlyMap<string, string>, familyGuard: boolean) {
  const rules = { method: "mean", ...(familyGuard ? { familyGuard } : {}) } as const;
  const { inputs: all, warnings } = withJuries(inputs, rules, known);
  const board = scoresOf({ inputs: all, suites: new Map(), sources: [], warnings: [] }).boards.at(-1);
  if (board?.metric !== "rating") throw new Error("no jury");
  return {
    board,
    warnings,
    scoreOf: (model: string) => board.models.find((row) => row.model === model)?.score,
  };
}

describe("the family guard", () => {
  test("leaves a judge out on models of its family and on itself, and on nothing else", () => {
    const { board, scoreOf, warnings } = read(families, true);
    // tuned: without llama-judge (5 + 7) / 2 and 6; other: without itself 4 and (4 + 6) / 2.
    expect(scoreOf("tuned")).toBeCloseTo(6, 12);
    expect(scoreOf("other")).toBeCloseTo(4.5, 12);
    expect(board.jury?.guarded).toEqual([
      { judge: "llama-judge", protocol: "p@llama-judge~000000", model: "tuned", family: "llama", items: 2 },
      { judge: "other", protocol: "p@other~000000", model: "other", items: 2 },
    ]);
    // Who is left out neither abstains nor fails.
    expect(
      board.jury?.members.map(({ verdicts, abstained, failed }) => [verdicts, abstained, failed]),
    ).toEqual([
      [2, 0, 0],
      [4, 0, 0],
      [2, 0, 0],
    ]);
    expect(warnings).toMatchObject([{ code: "family-unknown", count: 1 }]);
    expect(warnings[0]?.message).toContain("(other)");
  });

  test("says at which level each judge rates, and what the scores are with all at one level", () => {
    // A is harsher than B by 2 and than C by 4, whatever it judges; tuned and other are equally good, twin a little worse.
    const level = { harsh: 0, fair: 2, kind: 4 };
    const judgedBy = Object.entries(level).map(([judge, more]) =>
      judged(judge, { tuned: [3 + more, 5 + more], other: [4 + more, 4 + more], twin: [2 + more, 4 + more] }),
    );
    const known = new Map([
      ["harsh", "llama"],
      ["tuned", "llama"],
      ...["fair", "kind", "other", "twin"].map((id) => [id, id] as const),
    ]);
    const rules = { method: "mean", familyGuard: true } as const;
    const read = (inputs: readonly BoardInput[]) =>
      scoresOf({
        inputs: withJuries(inputs, rules, known).inputs,
        suites: new Map(),
        sources: [],
        warnings: [],
      }).boards.at(-1);
    const board = read(judgedBy);
    // Without the harsh judge tuned seems a point better than its equal.
    expect(board?.models.map((row) => [row.model, "score" in row && row.score])).toEqual([
      ["tuned", 7],
      ["other", 6],
      ["twin", 5],
    ]);
    const { offsets = null, models = null } = board?.jury?.levelled ?? {};
    const near = (value: number) => expect.closeTo(value, 12);
    expect(offsets).toEqual({
      "p@harsh~000000": near(-2),
      "p@fair~000000": near(0),
      "p@kind~000000": near(2),
    });
    expect(models).toEqual({ tuned: near(6), other: near(6), twin: near(5) });
    // One of two judges that share no item has no level.
    const apart = read([judged("harsh", { tuned: [3, 3] }), judged("fair", { tuned: [7, 7] })]);
    expect(apart?.jury?.levelled).toMatchObject({ offsets: null, models: null, reason: expect.any(String) });
  });

  test("is another protocol; without it everybody judges everything", () => {
    const [guarded, open] = [read(families, true), read(families, false)];
    expect(open.scoreOf("tuned")).toBeCloseTo(7, 12);
    expect(open.board.jury?.guarded).toBeUndefined();
    expect(open.board.protocol).not.toBe(guarded.board.protocol);
    expect(open.warnings).toEqual([]);
  });

  test("without a jury, or without a known family, is refused before anything is paid for", () => {
    const refused = expect.objectContaining({ code: "family-guard", remedy: expect.any(String) });
    expect(() => juryRules({ familyGuard: true })).toThrow(refused);
    const rules = juryRules({ jury: "mean", familyGuard: true });
    expect(() => refuseBlindGuard(rules, [{ id: "j" }], new Set(["m"]))).toThrow(refused);
    refuseBlindGuard(rules, [{ id: "j", family: "llama" }], new Set(["m"]));
    refuseBlindGuard(rules, [{ id: "m" }], new Set(["m"]));
  });
});
