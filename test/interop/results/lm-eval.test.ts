import { expect, test } from "vitest";
import { compare } from "../../../harness/index.js";
import { readAnswers } from "../../../harness/store/run-folder.js";
import { folderOf, imported, linesOf, scoresShown } from "./imported.js";

const TIME = "2026-11-28T10-00-00.000001";

function results(model: string, task: object, more: object = {}) {
  return {
    results: { capitals: { alias: "capitals", ...task } },
    versions: { capitals: 1 },
    "n-shot": { capitals: 0 },
    higher_is_better: { capitals: { exact_match: true, ter: false } },
    "n-samples": { capitals: { original: 4, effective: 4 } },
    config: { model: "hf", model_args: `pretrained=${model},api_key=abc`, limit: null },
    date: 1_795_000_000,
    lm_eval_version: "0.4.13",
    model_name: model,
    ...more,
  };
}

function sample(
  id: number,
  country: string,
  filter: string,
  value: number,
  answer = `It is ${country}ville`,
) {
  return {
    doc_id: id,
    doc: { country },
    target: `${country}ville`,
    arguments: { gen_args_0: { arg_0: `Capital of ${country}?`, arg_1: { until: ["\n"] } } },
    resps: [[answer]],
    filtered_resps: [answer.slice(6)],
    filter,
    metrics: ["exact_match", "ter"],
    doc_hash: `${country}-hash`.padEnd(64, "0"),
    prompt_hash: "p",
    target_hash: "t",
    exact_match: value,
    ter: ["a", "b"],
  };
}

/** Files of one model; `right` are the countries that it knows, in the order in which it was asked. */
function files(model: string, order: readonly string[], right: readonly string[], more: object = {}) {
  const rows = ["strict", "flexible"].flatMap((filter) =>
    order.map((country, id) =>
      sample(id, country, filter, right.includes(country) || filter === "flexible" ? 1 : 0),
    ),
  );
  const strict = order.filter((country) => right.includes(country)).length / order.length;
  const task = {
    "exact_match,strict": strict,
    "exact_match_stderr,strict": 0.25,
    "exact_match,flexible": 1,
    "exact_match_stderr,flexible": 0,
    "ter,strict": 12.5,
    "ter_stderr,strict": "N/A",
  };
  return folderOf({
    [`${model}/results_${TIME}.json`]: results(model, task, more),
    [`${model}/samples_capitals_${TIME}.jsonl`]: linesOf(rows),
  });
}

test("samples become a run, a protocol for each filter, and results figures as they are stated", async () => {
  const read = await imported([files("base", ["A", "B", "C", "D"], ["A"])]);
  expect(read.format).toBe("lm-eval");
  expect(scoresShown(read)).toEqual([
    ["exact_match (strict)", "base", 25, 4],
    ["exact_match (flexible)", "base", 100, 4],
  ]);
  expect(read.scores.boards.map((board) => "figure" in board && board.figure)).toEqual([
    "accuracy",
    "accuracy",
  ]);
  // Nobody said what guessing scores.
  expect(read.scores.boards[0]).not.toHaveProperty("chance");
  const [strict, , ter] = read.scores.figures ?? [];
  expect(strict).toMatchObject({
    ...{ suite: "capitals", variant: "strict", metric: "exact_match", model: "base" },
    ...{ value: 0.25, unit: "share", standardError: 0.25, n: 4, lowerIsBetter: false },
    source: { tool: "lm-evaluation-harness", version: "0.4.13" },
  });
  expect(strict).not.toHaveProperty("partial");
  expect(ter).toMatchObject({ metric: "ter", value: 12.5, unit: "other", lowerIsBetter: true });
  expect(ter).not.toHaveProperty("standardError");
  const [answer] = [...readAnswers(read.run)];
  expect(answer?.turns[0]?.text).toBe("It is Aville");
  expect(JSON.stringify(read.manifest.config)).not.toContain("abc");
  expect(read.warnings.map(({ code }) => code)).toEqual(["no-board"]);
});

test("checkpoints pair by document, whatever their order, and a part of the documents pairs with the whole", async () => {
  const base = await imported([files("base", ["A", "B", "C", "D"], ["A"])]);
  const tuned = await imported([
    files("tuned", ["D", "B", "A"], ["D", "A"], {
      config: { limit: 3 },
      "n-samples": { capitals: { original: 4, effective: 3 } },
    }),
  ]);
  expect(tuned.scores.figures?.[0]?.partial).toBe("3 of 4 items");
  expect(tuned.scores.boards[0]?.part).toMatchObject({ questions: 3, of: 4 });
  const [strict] = await compare(base.run, tuned.run);
  // A stayed right, D became right, B stayed wrong.
  expect(strict).toMatchObject({ questions: 3, wins: 1, losses: 0, ties: 2 });
  expect(strict?.delta).toBeCloseTo(100 / 3, 10);
});

test("two runs in one file, and a mean that is not the stated one, are told", async () => {
  const rows = ["A", "B"].map((country, id) => sample(id, country, "strict", 0));
  const again = ["A", "B"].map((country, id) => sample(id, country, "strict", 1));
  const folder = folderOf({
    [`m/results_${TIME}.json`]: results("m", { "exact_match,strict": 0.5 }),
    [`m/samples_capitals_${TIME}.jsonl`]: linesOf([...rows, ...again]),
  });
  const read = await imported([folder]);
  expect(
    read.warnings.map(({ code, message }) => [code, message.replace(/^.*jsonl: /, "")]).slice(0, 1),
  ).toEqual([["mixed-samples", expect.stringMatching(/^2 rows stand there a second time/)]]);
  expect(read.warnings.find(({ code }) => code === "figures-disagree")?.message).toMatch(
    /the mean of 2 rows of capitals by exact_match \(strict\) is 1, and m is stated to have 0\.5/,
  );
  expect(scoresShown(read)).toEqual([["exact_match (strict)", "m", 100, 2]]);
  // Every later look at the run says it again.
  expect(read.scores.warnings.map(({ code }) => code)).toEqual(["mixed-samples", "figures-disagree"]);
});

test("groups count the items that have the metric, and log-likelihoods are kept as answers", async () => {
  const row = {
    ...{ doc_id: 0, doc: { q: 1 }, target: "1", filter: "none", metrics: ["acc"], acc: 1, doc_hash: "h" },
    arguments: { gen_args_0: { arg_0: "Q", arg_1: " red" }, gen_args_1: { arg_0: "Q", arg_1: " blue" } },
    ...{
      resps: [[["-3.5", "False"]], [["-0.5", "True"]]],
      filtered_resps: [
        ["-3.5", "False"],
        ["-0.5", "True"],
      ],
    },
  };
  const folder = folderOf({
    // A document twice in the data is two questions, under the same names in every file.
    [`m/samples_toy_${TIME}.jsonl`]: linesOf([row, { ...row, doc_id: 1, acc: 0 }]),
    [`m/results_${TIME}.json`]: `${JSON.stringify({
      ...results("m", {}),
      results: { toy: { "acc,none": 0.5, "acc_stderr,none": "NAN" } },
      groups: {
        all: { "acc,none": 0.5, "acc_stderr,none": 0.1, sample_len: 8, sample_count: { "acc,none": 2 } },
      },
    }).replace('"NAN"', "NaN")}`,
  });
  const read = await imported([folder], { model: "ckpt" });
  expect(scoresShown(read)).toEqual([["acc", "ckpt", 50, 2]]);
  expect([...readAnswers(read.run)].map(({ questionId }) => questionId)).toEqual(["h", "h-2"]);
  expect([...readAnswers(read.run)][0]?.turns[0]?.text).toBe("red: -3.5\nblue: -0.5");
  expect(
    read.scores.figures?.map(({ suite, n, standardError, extra }) => [
      suite,
      n,
      standardError,
      extra?.group,
      extra?.statedModel,
    ]),
  ).toEqual([
    ["toy", undefined, undefined, undefined, "m"],
    ["all", 2, 0.1, true, "m"],
  ]);
});

test("the tasks of a group that is one benchmark are one suite with categories; other groups stay apart", async () => {
  const tasks = { mmlu_anatomy: [1, 0, 1], mmlu_law: [0], mmlu_virology: [1, 1] };
  const group = { "acc,none": 4 / 6, "acc_stderr,none": 0.2 };
  const of = (values: object) =>
    Object.fromEntries(
      Object.entries(tasks).map(([task, own]) => [
        task,
        { ...values, original: own.length, effective: own.length },
      ]),
    );
  const whole = {
    ...results("m", {}),
    results: {
      ...Object.fromEntries(
        Object.entries(tasks).map(([task, own]) => [
          task,
          { "acc,none": own.reduce((sum, value) => sum + value, 0) / own.length, "acc_stderr,none": 0.1 },
        ]),
      ),
      // Another benchmark in a group with this one.
      gsm8k: { "exact_match,strict-match": 0.5 },
      mmlu: group,
      mmlu_stem: group,
      all: { "acc,none": 0.6 },
    },
    groups: { mmlu: group, mmlu_stem: group, all: { "acc,none": 0.6 } },
    group_subtasks: {
      all: ["mmlu", "gsm8k"],
      mmlu: ["mmlu_stem", "mmlu_law"],
      mmlu_stem: ["mmlu_virology", "mmlu_anatomy"],
    },
    versions: { ...Object.fromEntries(Object.keys(tasks).map((task) => [task, 1])), mmlu: 2, gsm8k: 3 },
    "n-shot": { mmlu_anatomy: 5, mmlu_law: 5, mmlu_virology: 5 },
    "n-samples": of({}),
  };
  const rows = (task: string, values: readonly number[]) =>
    linesOf(
      values.map((acc, id) => ({
        ...{ doc_id: id, doc: { task, id }, target: "A", filter: "none", metrics: ["acc"], acc },
        ...{ arguments: [["Q", " A"]], resps: [[["-1", "True"]]], filtered_resps: [["-1", "True"]] },
        // The first document stands in two tasks.
        doc_hash: id === 0 && task !== "mmlu_law" ? "same" : `${task}-${id}`.slice(5),
      })),
    );
  const read = await imported([
    folderOf({
      [`m/results_${TIME}.json`]: whole,
      ...Object.fromEntries(
        Object.entries(tasks).map(([task, own]) => [`m/samples_${task}_${TIME}.jsonl`, rows(task, own)]),
      ),
    }),
  ]);
  expect(read.warnings).toEqual([]);
  expect(read.scores.boards).toHaveLength(1);
  const [board] = read.scores.boards;
  expect(board).toMatchObject({ suite: "mmlu", judge: "acc" });
  expect(scoresShown(read)).toEqual([["acc", "m", expect.closeTo((100 * 4) / 6, 10), 6]]);
  const [row] = board?.metric === "rating" ? board.models : [];
  expect(Object.entries(row?.categories ?? {}).map(([name, { score, n }]) => [name, score, n])).toEqual([
    ["anatomy", expect.closeTo(200 / 3, 10), 3],
    ["law", 0, 1],
    ["virology", 100, 2],
  ]);
  expect([...readAnswers(read.run)].map(({ questionId }) => questionId).sort()).toEqual(
    ["same", "same-virology", "anatomy-1", "anatomy-2", "law-0", "virology-1"].sort(),
  );
  // What the tool states is kept as it is, of groups too.
  expect(read.scores.figures?.map(({ suite, value, extra }) => [suite, value, extra?.partOf])).toEqual([
    ["mmlu_anatomy", 2 / 3, "mmlu"],
    ["mmlu_law", 0, "mmlu"],
    ["mmlu_virology", 1, "mmlu"],
    ["gsm8k", 0.5, undefined],
    ["mmlu", 4 / 6, undefined],
    ["mmlu_stem", 4 / 6, "mmlu"],
    ["all", 0.6, undefined],
  ]);
});
