import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readDecisions } from "../../../harness/interop/judge-bench/read-decisions.js";
import { readLabelledSet } from "../../../harness/interop/judge-bench/read-set.js";

const folder = mkdtempSync(join(tmpdir(), "assay-pairs-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file of JSON lines, or of one JSON value where its name says so. */
function file(name: string, ...rows: readonly unknown[]): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  const text = name.endsWith(".json")
    ? JSON.stringify(rows[0])
    : rows.map((row) => JSON.stringify(row)).join("\n");
  writeFileSync(path, text);
  return path;
}

const judgeBenchRow = {
  pair_id: "p1",
  original_id: 7,
  source: "mmlu-pro-law",
  question: "Which?",
  response_model: "some-model",
  response_A: "This.",
  response_B: "That one.",
  label: "B>A",
};
const llmBarRow = { input: "Do it.", output_1: "Done.", output_2: "No.", label: 1 };

describe("labelled pairs", () => {
  test("of JudgeBench, grouped by the start of their source, clustered by original_id or question", () => {
    const other = {
      ...judgeBenchRow,
      pair_id: "p2",
      original_id: null,
      source: "livebench-math-x",
      label: "A>B",
    };
    const { name, rule, pairs } = readLabelledSet(file("jb.jsonl", judgeBenchRow, other));
    expect({ name, rule }).toEqual({ name: "judgebench", rule: "judgebench" });
    expect(pairs[0]).toEqual({
      id: "p1",
      prompt: ["Which?"],
      a: ["This."],
      b: ["That one."],
      label: "b",
      group: "mmlu-pro",
      cluster: "mmlu-pro-law 7",
      answersBy: ["some-model"],
    });
    expect(pairs[1]).toMatchObject({
      group: "livebench-math",
      cluster: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
  });

  test("of LLMBar, called after its folders", () => {
    const path = file("Dataset/LLMBar/Adversarial/Neighbor/dataset.json", [
      llmBarRow,
      { ...llmBarRow, label: 2 },
    ]);
    const { name, rule, pairs } = readLabelledSet(path);
    expect([name, rule]).toEqual(["LLMBar/Adversarial/Neighbor", "llmbar"]);
    expect(pairs.map(({ id, label }) => [id, label])).toEqual([
      ["1", "a"],
      ["2", "b"],
    ]);
    expect(pairs[0]?.cluster).toBe(pairs[1]?.cluster);
  });

  test("of RewardBench, every right answer against every wrong one, in an order drawn by the pair's id", () => {
    const row = {
      id: 5,
      prompt: "Q",
      chosen: ["yes", "aye"],
      rejected: ["no", "nay", "non"],
      subset: "Ties",
      models: ["m"],
    };
    const { name, rule, pairs } = readLabelledSet(file("best.jsonl", row));
    expect([name, rule, pairs.length]).toEqual(["best", "best-of-n", 6]);
    const isRight = (text: string | undefined) => text === "yes" || text === "aye";
    for (const { a, b, label, cluster } of pairs) {
      expect(isRight((label === "a" ? a : b)[0])).toBe(true);
      expect(isRight((label === "a" ? b : a)[0])).toBe(false);
      expect(cluster).toBe("5");
    }
    expect(new Set(pairs.map(({ label }) => label))).toEqual(new Set(["a", "b"]));
    const single = readLabelledSet(file("one.jsonl", { prompt: "Q", chosen: "yes", rejected: "no" }));
    expect(single.pairs).toHaveLength(1);
  });

  test("of people's votes, labelled by most of them", () => {
    const vote = {
      question_id: 81,
      model_a: "y",
      model_b: "x",
      winner: "model_a",
      judge: "expert_0",
      turn: 2,
    };
    const votes = [vote, { ...vote, winner: "tie", judge: "expert_1" }, { ...vote, judge: "expert_2" }];
    const { rule, pairs, votes: read } = readLabelledSet(file("votes.jsonl", ...votes));
    expect(rule).toBe("votes");
    // y wins; the models stand in the order of their names.
    expect(pairs).toEqual([
      {
        id: "81/2/x/y",
        prompt: [],
        a: [],
        b: [],
        label: "b",
        group: "turn 2",
        cluster: "81",
        answersBy: ["x", "y"],
      },
    ]);
    expect(read).toHaveLength(3);
  });

  test("in assay's own layout, of one turn or several", () => {
    const { name, pairs } = readLabelledSet(
      file(
        "own.jsonl",
        { prompt: "Q", a: "x", b: "y", label: "tie", group: "maths", answersBy: "me" },
        { id: "two", prompt: ["Q", "R"], a: ["x", "xx"], b: ["y", "yy"], label: "A>B", cluster: "c" },
      ),
    );
    expect(name).toBe("own");
    expect(pairs[0]).toMatchObject({ id: "1", label: "tie", group: "maths", answersBy: ["me"] });
    expect(pairs[1]).toMatchObject({ id: "two", prompt: ["Q", "R"], label: "a", cluster: "c" });
  });

  test.each<[string, readonly unknown[], RegExp]>([
    ["empty.jsonl", [], /empty\.jsonl: the file is empty/],
    ["other.jsonl", [{ question: 1 }], /other\.jsonl:1: holds no labelled pairs/],
    [
      "label.jsonl",
      [{ ...judgeBenchRow, label: "A<B" }],
      /label\.jsonl:1: "label" says neither which answer/,
    ],
    [
      "twice.jsonl",
      [judgeBenchRow, judgeBenchRow],
      /twice\.jsonl:2: has the pair "p1" twice, first in line 1/,
    ],
    ["text.jsonl", [{ ...judgeBenchRow, response_A: 3 }], /text\.jsonl:1: "response_A" is not text/],
    [
      "turns.jsonl",
      [{ prompt: ["Q", "R"], a: "x", b: "y", label: "a" }],
      /2 turns are asked, and 1 and 1 answered/,
    ],
  ])("%s is refused with its line", (name, rows, message) => {
    expect(() => readLabelledSet(file(name, ...rows))).toThrow(message);
  });
});

describe("decisions", () => {
  test("of JudgeBench's outputs: the second game is turned back, null is unreadable", () => {
    const game = (decision: string | null) => ({ judgment: { judge_model: "j" }, decision });
    const row = { ...judgeBenchRow, judge_name: "arena_hard", judgments: [game("A>B"), game("A>B")] };
    const others = [
      { ...row, pair_id: "p2", judgments: [null, game("B>A")] },
      { ...row, pair_id: "p3", judgments: [game(null), game("A=B")] },
      { ...row, pair_id: "p4", judgments: [game("A<B"), game("B>A")] },
    ];
    const [set, ...more] = readDecisions(file("outputs.jsonl", row, ...others));
    expect(more).toEqual([]);
    expect(set).toMatchObject({
      judge: "j",
      judgeName: "arena_hard",
      answersBy: ["some-model"],
      rule: "judgebench",
    });
    expect(set?.pairs.map(({ games }) => games)).toEqual([
      ["a", "b"],
      ["unreadable", "a"],
      ["unreadable", "tie"],
      ["unreadable", "a"],
    ]);
    expect(set?.pairs[0]?.lengths).toEqual({ a: 5, b: 9 });
  });

  test("alone, one set for each judge", () => {
    const { pair_id, source, label } = judgeBenchRow;
    const row = { pair_id, source, label, judge_model: "j", decisions: ["A>B", "B>A"] };
    const sets = readDecisions(file("decisions.jsonl", row, { ...row, judge_model: "k" }));
    expect(sets.map(({ judge, pairs }) => [judge, pairs[0]?.games])).toEqual([
      ["j", ["a", "a"]],
      ["k", ["a", "a"]],
    ]);
    expect(() => readDecisions(file("again.jsonl", row, row))).toThrow(
      /again\.jsonl:2: has two decisions of j on the pair "p1"/,
    );
    const single = { ...row, decisions: ["A>B"] };
    expect(() => readDecisions(file("single.jsonl", single))).toThrow(/holds no two games/);
  });

  test("of LLMBar's results: the last round, winners in the pair's own order", () => {
    const round = (one: string | null, two: string | null) => ({
      "swap = False": { winner: one },
      "swap = True": { winner: two },
    });
    const path = file("LLMBar/Natural/evaluators/GPT-4/CoT/result.json", [
      { ...llmBarRow, results: [["an aid", "stop"], round("1", "2")] },
      { ...llmBarRow, results: [round("2", "2"), round(null, "1")] },
    ]);
    const [set] = readDecisions(path);
    expect(set).toMatchObject({ set: "LLMBar/Natural", judge: "GPT-4", strategy: "CoT", rule: "llmbar" });
    expect(set?.pairs.map(({ games }) => games)).toEqual([
      ["a", "b"],
      ["unreadable", "a"],
    ]);
  });

  test("of whole runs of LLMBar's evaluators", () => {
    const run = {
      set: "Natural",
      llm: "m",
      strategy: "s",
      labels: "12",
      winner_orig_order: "1-",
      winner_swapped_order: "22",
    };
    const [set] = readDecisions(file("winners.json", [run]));
    expect(set?.pairs.map(({ label, games }) => [label, ...games])).toEqual([
      ["a", "a", "b"],
      ["b", "unreadable", "b"],
    ]);
    expect(() => readDecisions(file("short.json", [{ ...run, labels: "1" }]))).toThrow(/not equally many/);
    expect(() => readDecisions(file("odd.json", [{ ...run, labels: "1x" }]))).toThrow(
      /neither 1 nor 2 nor -/,
    );
  });
});
