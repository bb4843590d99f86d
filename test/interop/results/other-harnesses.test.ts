import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { readAnswers } from "../../../harness/store/run-folder.js";
import { folderOf, imported, linesOf, scoresShown } from "./imported.js";

function review(index: number, value: number, status: string, more: object = {}) {
  return {
    index,
    target: ["B"],
    messages: [
      { role: "user", content: `Question ${index}` },
      { role: "assistant", content: [{ type: "text", text: "B, I think" }] },
    ],
    sample_score: {
      score: { value: status === "success" ? { acc: value } : {}, status, extracted_prediction: "B" },
      sample_id: index,
      group_id: index,
      ...more,
    },
  };
}

test("evalscope: reports of both versions, reviews by subset, judges that failed are missing", async () => {
  const metric = {
    num: 4,
    score: 0.75,
    macro_score: 0.7,
    categories: [
      {
        name: ["default"],
        subsets: [
          { name: "hard", score: 0.5, num: 2 },
          { name: "easy", score: 1, num: 2 },
        ],
      },
    ],
  };
  const folder = folderOf({
    "out/reports/m-1/toy_qa.json": {
      ...{
        schema_version: 2,
        name: "m-1@toy_qa",
        dataset_name: "toy_qa",
        dataset_pretty_name: "Toy QA",
        model_name: "org/m-1",
      },
      metrics: [
        {
          ...{ identity: { name: "acc", aggregation: "mean", dimensions: {} }, ...metric },
          semantics: { kind: "quality", direction: "higher_is_better", value_range: { min: 0, max: 1 } },
        },
        {
          ...{
            identity: { name: "edit", aggregation: "p90", dimensions: { k: 5 } },
            num: 4,
            score: 3.5,
            categories: [],
          },
          semantics: { kind: "diagnostic", direction: "lower_is_better" },
        },
      ],
      execution_summary: { requested: 5, succeeded: 4, errored: 1, incomplete: true },
    },
    "out/reports/m-1/old.json": {
      ...{ name: "m-1@old", dataset_name: "old", model_name: "org/m-1", score: 0.4 },
      metrics: [{ name: "AverageAccuracy", num: 10, score: 0.4, categories: [] }],
    },
    "out/reviews/m-1/toy_qa_hard.jsonl": linesOf([review(0, 0, "success"), review(1, 1, "success")]),
    "out/reviews/m-1/toy_qa_easy.jsonl": linesOf([review(0, 1, "success"), review(1, 0, "parse_error")]),
  });
  const read = await imported([folder]);
  expect(read.format).toBe("evalscope");
  expect(scoresShown(read)).toEqual([["acc", "org/m-1", 200 / 3, 3]]);
  expect(read.scores.boards[0]?.models[0]).toMatchObject({
    missing: 1,
    categories: { easy: { n: 1 }, hard: { score: 50, n: 2 } },
  });
  expect(read.warnings.map(({ code }) => code)).toEqual(["figures-disagree"]);
  expect(
    read.scores.figures?.map(({ suite, variant, metric: name, value, unit, lowerIsBetter, n, partial }) => [
      suite,
      variant,
      name,
      value,
      unit,
      lowerIsBetter,
      n,
      partial,
    ]),
  ).toEqual([
    ["old", undefined, "AverageAccuracy", 0.4, "share", false, 10, undefined],
    ["toy_qa", undefined, "acc", 0.75, "share", false, 4, "4 of 5 items"],
    ["toy_qa", "hard", "acc", 0.5, "share", false, 2, "4 of 5 items"],
    ["toy_qa", "easy", "acc", 1, "share", false, 2, "4 of 5 items"],
    ["toy_qa", undefined, "edit (p90, k=5)", 3.5, "other", true, 4, "4 of 5 items"],
  ]);
});

test("promptfoo: repeats of a test are trials, whatever number they carry", async () => {
  const row = (testIdx: number, word: string, isRight: boolean, more: object = {}) => ({
    ...{
      promptIdx: 0,
      testIdx,
      provider: { id: "echo", label: "" },
      prompt: { raw: `Say ${word}`, label: "Say" },
    },
    ...{ vars: { word }, testCase: { vars: { word }, assert: [{ type: "equals", value: "Say Rome" }] } },
    ...{
      response: { output: `Say ${word}` },
      success: isRight,
      score: isRight ? 1 : 0.25,
      failureReason: isRight ? 0 : 1,
    },
    ...{ namedScores: word === "Rome" ? { exact: 1 } : {} },
    ...more,
  });
  const file = join(
    folderOf({
      "out.json": {
        evalId: "eval-1",
        results: {
          ...{ version: 3, timestamp: "2026-11-28T10:00:00.000Z" },
          prompts: [
            {
              ...{ label: "Say", provider: "echo" },
              metrics: {
                score: 2.25,
                testPassCount: 2,
                testFailCount: 1,
                testErrorCount: 1,
                namedScores: { exact: 2 },
                namedScoresCount: { exact: 2 },
              },
            },
          ],
          // Concurrency writes rows in any order.
          results: [
            row(3, "Bern", false, { failureReason: 2, error: "timed out", response: undefined }),
            row(0, "Rome", true),
            row(1, "Rome", true),
            row(2, "Bern", false),
          ],
        },
        config: { description: "Capitals", providers: [{ id: "x", config: { apiKey: "secret" } }] },
        metadata: { promptfooVersion: "0.121.20" },
      },
    }),
    "out.json",
  );
  const read = await imported([file]);
  expect(scoresShown(read)).toEqual([
    ["pass", "echo", 200 / 3, 3],
    ["score", "echo", 75, 3],
  ]);
  expect(read.manifest.trials).toBe(2);
  expect(read.scores.boards[0]?.models[0]).toMatchObject({ missing: 1, questions: 2 });
  expect(read.scores.figures?.map(({ metric, value, n }) => [metric, value, n])).toEqual([
    ["pass_rate", 0.5, 4],
    ["named/exact", 1, 2],
  ]);
  expect(JSON.stringify(read.manifest.config)).not.toContain("secret");
});

test("HELM: a run folder, packed or not; counts and perturbed copies make no board", async () => {
  const stat = (name: string, mean: number, more: object = {}) => ({
    name: { name, split: "test", ...more },
    count: 1,
    sum: mean,
    mean,
  });
  const robust = { perturbation: { name: "typos" } };
  const folder = folderOf({
    "runs/v1/mmlu:subject=anatomy,model=org_m/run_spec.json": {
      name: "mmlu:subject=anatomy,model=org_m",
      adapter_spec: { model: "org/m" },
    },
    "runs/v1/mmlu:subject=anatomy,model=org_m/stats.json": [
      stat("exact_match", 0.5),
      stat("exact_match", 0.25, robust),
      stat("num_prompt_tokens", 321),
      { name: { name: "empty" }, count: 0, mean: null },
    ],
    "runs/v1/mmlu:subject=anatomy,model=org_m/per_instance_stats.json.gz": gzipSync(
      JSON.stringify([
        {
          instance_id: "id1",
          train_trial_index: 0,
          stats: [stat("exact_match", 1), stat("num_prompt_tokens", 320)],
        },
        {
          instance_id: "id2",
          train_trial_index: 0,
          stats: [stat("exact_match", 0), stat("num_prompt_tokens", 322)],
        },
        { instance_id: "id1", train_trial_index: 0, ...robust, stats: [stat("exact_match", 0, robust)] },
      ]),
    ),
    "runs/v1/mmlu:subject=anatomy,model=org_m/scenario_state.json": {
      request_states: [
        {
          instance: {
            id: "id1",
            input: { text: "Which bone?" },
            references: [{ output: { text: "Femur" }, tags: ["correct"] }],
          },
          ...{ train_trial_index: 0, result: { success: true, completions: [{ text: " A" }] } },
        },
      ],
    },
  });
  const read = await imported([folder]);
  expect(scoresShown(read)).toEqual([["exact_match", "org/m", 50, 2]]);
  expect([...readAnswers(read.run)][0]?.turns[0]?.text).toBe(" A");
  expect(
    read.scores.figures?.map(({ suite, variant, metric, value, unit }) => [
      suite,
      variant,
      metric,
      value,
      unit,
    ]),
  ).toEqual([
    ["mmlu:subject=anatomy", undefined, "exact_match", 0.5, "share"],
    ["mmlu:subject=anatomy", "typos", "exact_match", 0.25, "share"],
    ["mmlu:subject=anatomy", undefined, "num_prompt_tokens", 321, "other"],
  ]);
  expect(read.warnings.map(({ message }) => message)).toEqual([expect.stringContaining("num_prompt_tokens")]);
});

test("tables of figures: one column for each suite, one row for each figure, or records", async () => {
  const folder = folderOf({
    "wide.csv": "model,tuning,mt_bench,mmlu,Ours\nA,SFT,8.09,63.9%,12\nB,,7.81,n/a,-\n",
    "long.csv":
      "suite,metric,model,value,unit,low,high,level,n,tool,url\nmmlu,acc,A,63.9,percent,61.2,66.5,95,1000,paper,https://x.org\ngsm8k,em,A,0.5,share,,,,,,\n",
    "figures.jsonl": linesOf([
      { suite: "mmlu", metric: "acc", model: "A", value: 0.6, unit: "share", standardError: 0.01 },
    ]),
  });
  const wide = await imported([join(folder, "wide.csv")], { columns: ["Ours=rating:grade"] });
  expect(wide.manifest.models).toEqual([]);
  expect(
    wide.scores.figures?.map(({ suite, metric, model, value, unit, scale, extra }) => [
      suite,
      metric,
      model,
      value,
      unit,
      scale?.most,
      extra,
    ]),
  ).toEqual([
    ["mt_bench", "score", "A", 8.09, "rating", 10, { tuning: "SFT" }],
    ["mmlu", "accuracy", "A", 63.9, "percent", 100, { tuning: "SFT" }],
    ["Ours", "grade", "A", 12, "rating", undefined, { tuning: "SFT" }],
    ["mt_bench", "score", "B", 7.81, "rating", 10, undefined],
  ]);
  expect((await imported([join(folder, "wide.csv")])).warnings.map(({ message }) => message)).toEqual([
    expect.stringMatching(/it is not known what Ours is counted in; say it with --columns Ours=percent/),
  ]);
  const long = await imported([join(folder, "long.csv")]);
  expect(long.scores.figures).toMatchObject([
    {
      ...{ value: 63.9, n: 1000, interval: { low: 61.2, high: 66.5, level: 95, method: "as stated" } },
      ...{ source: { tool: "paper" }, extra: { url: "https://x.org" } },
    },
    { value: 0.5, unit: "share", source: { tool: "table" } },
  ]);
  expect(long.scores.figures?.[1]).not.toHaveProperty("interval");
  const lines = await imported([join(folder, "figures.jsonl")]);
  expect(lines.scores.figures?.[0]).toMatchObject({ value: 0.6, standardError: 0.01 });
  // What assay wrote itself comes back as it was.
  const again = await imported([join(lines.run, "scores.json")]);
  expect(again.scores.figures?.[0]).toMatchObject({
    value: 0.6,
    standardError: 0.01,
    source: { tool: "table" },
  });
});

test("an interval is not taken in part, and a table says by its line what is wrong", async () => {
  const table = (text: string) => [join(folderOf({ "t.csv": text }), "t.csv")];
  await expect(imported(table("suite,metric,model,value,low,high\nmmlu,acc,A,63,61,66\n"))).rejects.toThrow(
    /t\.csv:2: an interval has low, high and level/,
  );
  await expect(imported(table("model,mmlu\nA,1\nB,high\n"))).rejects.toThrow(
    /t\.csv:3: column "mmlu" has "high"/,
  );
  await expect(imported(table("name,mmlu\nA,1\n"))).rejects.toThrow(/t\.csv:1: there is no column "model"/);
  // Shares beside percent would differ by 61 points; in a long table as in a wide one.
  for (const mixed of [
    "model,mmlu\nA,0.61\nB,62\n",
    "model,suite,metric,value\nA,mmlu,acc,0.61\nB,mmlu,acc,62\n",
  ])
    await expect(imported(table(mixed))).rejects.toThrow(
      "mmlu has 0.61 and 62, which looks like shares beside percent",
    );
  // What a suite is counted in follows from all of its figures: 0 beside 62 is no share.
  const long = await imported(table("model,suite,metric,value\nA,mmlu,acc,0\nB,mmlu,acc,62\n"));
  expect(long.scores.figures?.map(({ unit }) => unit)).toEqual(["percent", "percent"]);
  await expect(imported(table("model,mmlu\nA,1\n"), { columns: ["mml=percent"] })).rejects.toThrow(
    /has no column "mml"/,
  );
  await expect(imported(table("model,mmlu\nA,1\n"), { columns: ["mmlu"] })).rejects.toThrow(/NAME=UNIT/);
});
