import { describe, expect, test } from "vitest";
import { compareModels } from "../../../harness/pipeline/compare/compare-models.js";
import type { ComparedModel } from "../../../harness/pipeline/compare/question-values.js";
import {
  asBaselineKeeps,
  type Baseline,
  baselineBoard,
  baselineModels,
  parseBaseline,
} from "../../../harness/pipeline/gates/baseline.js";

function slot(questionId: string, category: string, turn: number, value: number | undefined) {
  return { slot: { questionId, category, turn }, value };
}

const model: ComparedModel = {
  suite: "s",
  suiteHash: "abc",
  protocol: "p~1",
  mode: "single",
  metric: "score",
  model: "m",
  scale: { low: 1, high: 10 },
  slots: [
    slot("10", "writing", 1, 7),
    slot("9", "math", 1, 5),
    slot("9", "math", 2, 6),
    slot("9", "math", 2, 6),
    slot("b", "writing", 1, 8),
    slot("b", "writing", 2, undefined),
    slot("a", "writing", 1, undefined),
  ],
};
const baseline: Baseline = { schema: "assay.baseline/1", model: "m", boards: [baselineBoard(model)] };

/** The one model of a baseline of one board. */
function only(of: Baseline): ComparedModel {
  const [first] = baselineModels(of);
  if (first === undefined) throw new Error("a baseline without a board");
  return first;
}

describe("a baseline", () => {
  test("keeps one mean per question, six decimals, in a stable order", () => {
    // 17/3 = 5.666667; mean of 5.666667, 7 and 8.
    expect(baseline.boards[0]).toEqual({
      suite: { id: "s", hash: "abc" },
      protocol: "p~1",
      mode: "single",
      metric: "score",
      n: 3,
      mean: 6.888889,
      questions: { math: { "9": 5.666667 }, writing: { "10": 7, b: 8 } },
    });
    expect(Object.keys(baseline.boards[0]?.questions.writing ?? {})).toEqual(["10", "b"]);
  });

  test("comes back from its file as it was", () => {
    const text = JSON.stringify(baseline, null, 2);
    expect(parseBaseline(text, "baseline.json")).toEqual(baseline);
    const read = only(parseBaseline(text, "baseline.json"));
    expect(read).toMatchObject({
      suite: "s",
      suiteHash: "abc",
      protocol: "p~1",
      metric: "score",
      model: "m",
    });
    expect(read.slots.map(({ slot: one, value }) => [one.questionId, one.category, one.turn, value])).toEqual(
      [
        ["9", "math", 0, 5.666667],
        ["10", "writing", 0, 7],
        ["b", "writing", 0, 8],
      ],
    );
  });

  test("compared with the very run it was written from differs in nothing, thirds included", () => {
    const comparison = compareModels(only(baseline), asBaselineKeeps(model), {
      margin: 0.2,
      level: 95,
      seed: 1,
    });
    // Three ties do not show that a loss of 0.2 points is out.
    expect(comparison).toMatchObject({ delta: 0, wins: 0, losses: 0, ties: 3, verdict: "inconclusive" });
  });

  test("of several protocols has a model of each", () => {
    const two: Baseline = {
      ...baseline,
      boards: [baselineBoard(model), baselineBoard({ ...model, protocol: "q~2" })],
    };
    expect(baselineModels(two).map(({ protocol }) => protocol)).toEqual(["p~1", "q~2"]);
  });

  test("keeps a length-controlled win rate with its interval", () => {
    const interval = { low: 45.12345678, high: 55.5, level: 95, method: "bootstrap" };
    const board = baselineBoard(
      { ...model, metric: "winRate" },
      { value: 50.12345678, interval, questions: 3 },
    );
    expect(board.lengthControlledWinRate).toEqual({
      value: 50.123457,
      interval: { ...interval, low: 45.123457 },
    });
  });

  test("hostile question ids stay data", () => {
    const odd = { ...model, slots: [slot("__proto__", "constructor", 1, 3), slot("q", "__proto__", 1, 4)] };
    const text = JSON.stringify({ ...baseline, boards: [baselineBoard(odd)] });
    const back = only(parseBaseline(text, "f"));
    expect(back.slots.map(({ slot: one, value }) => [one.category, one.questionId, value])).toEqual([
      ["__proto__", "q", 4],
      ["constructor", "__proto__", 3],
    ]);
  });

  const [board] = baseline.boards;
  test.each<[unknown, RegExp]>([
    ["{", /not valid JSON/],
    [{ ...baseline, schema: "assay.scores/1" }, /"schema" is not "assay.baseline\/1"/],
    [{ ...baseline, model: "" }, /"model" is not a name/],
    [{ ...baseline, boards: [] }, /"boards" is not a list with a board/],
    [{ ...baseline, boards: [3] }, /boards\[0\] is not an object/],
    [{ ...baseline, boards: [board, { ...board, metric: "elo" }] }, /boards\[1\]\.metric is neither/],
    [{ ...baseline, boards: [{ ...board, suite: { id: "s" } }] }, /boards\[0\]\.suite\.hash is neither/],
    [{ ...baseline, boards: [{ ...board, mode: "x" }] }, /boards\[0\]\.mode/],
    [
      { ...baseline, boards: [{ ...board, questions: { math: { q1: "7" } } }] },
      /boards\[0\]\.questions\.math\.q1 is not a number from 0 to 10/,
    ],
    [{ ...baseline, boards: [{ ...board, questions: { math: { q1: 70 } } }] }, /q1 is not a number/],
    [
      { ...baseline, boards: [{ ...board, lengthControlledWinRate: { value: 5, interval: { low: 1 } } }] },
      /lengthControlledWinRate\.interval\.high is not a number/,
    ],
  ])("edited into nonsense is refused with the key", (value, message) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    expect(() => parseBaseline(text, "baseline.json")).toThrow(message);
    expect(() => parseBaseline(text, "baseline.json")).toThrow(/^baseline\.json: /);
  });
});
