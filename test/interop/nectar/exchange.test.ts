import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../harness/core/clock.js";
import { formatOfImport } from "../../../harness/interop/import-format.js";
import { exportNectar } from "../../../harness/interop/nectar/export-run.js";
import { importNectar } from "../../../harness/interop/nectar/import-run.js";
import { readPrompt, writePrompt } from "../../../harness/interop/nectar/prompt.js";
import { createPlan } from "../../../harness/pipeline/plan.js";
import { scoreRun } from "../../../harness/pipeline/scores/score-run.js";
import { readJudgments, readSuites } from "../../../harness/store/run-folder.js";
import { createRankingJudge } from "../../../judges/ranking/ranking-judge.js";
import { rankedReply } from "../../pipeline/ranking-fixture.js";
import { runSample, sampleModel, sampleSuite, temporaryFolder } from "../../pipeline/sample-plan.js";

const ROWS = [
  {
    prompt: "\n\nHuman: Name a tree.\n\nAssistant: ",
    answers: [
      { answer: "An oak.", model: "m1", rank: 1 },
      { answer: "A beech", model: "m2", rank: 2.0 },
      { answer: "", model: "m3", rank: 3 },
    ],
    turns: 1,
    num_responses: 3,
    source: ["evol-instruct"],
    good_natured: true,
  },
  {
    prompt: "\n\nHuman: Name a tree.\n\nAssistant: An oak.\n\nHuman: Another?\n\nAssistant: ",
    answers: [
      { answer: "Elm", model: "m3", rank: 2, note: { kept: [1, null] } },
      { answer: "Ash", model: "m1", rank: 2 },
      { answer: "Fir", model: "m1", rank: 1 },
    ],
    turns: 2,
    num_responses: 3,
    source: ["sharegpt", "flan"],
    good_natured: false,
    extra: "kept too",
  },
  {
    prompt: "No notation at all",
    answers: [
      { answer: "b", model: "m2", rank: 2 },
      { answer: "a", model: "m4", rank: 1 },
    ],
  },
];

const rowsIn = (file = "") =>
  readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

let folder = "";
beforeEach(() => {
  folder = temporaryFolder();
});

function written(rows: readonly object[] = ROWS): string {
  const data = join(folder, "data");
  mkdirSync(data);
  writeFileSync(join(data, "nectar.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return data;
}

describe("rows in Nectar's layout", () => {
  it("are found by looking at the files, and come back as they were", async () => {
    const data = written();
    expect(formatOfImport([data])).toBe("nectar");
    const run = join(folder, "run");
    const manifest = await importNectar([data], run, { clock: systemClock });
    expect(manifest).toMatchObject({ answers: { completed: 8 }, judgments: { planned: 3, judged: 3 } });
    const { files, warnings } = await exportNectar(run, join(folder, "out"));
    expect(warnings).toEqual([]);
    expect(rowsIn(files[0])).toEqual(ROWS);
  });

  it("make a board of who was ranked with whom, without a word on slots", async () => {
    const run = join(folder, "run");
    await importNectar([written()], run, { clock: systemClock });
    const { boards, flagged } = scoreRun(run);
    const [board] = boards;
    if (board?.metric !== "win-rate") throw new Error("no board of comparisons");
    expect(
      Object.fromEntries(board.models.map((row) => [row.model, [row.n, row.winRateAdjusted, row.missing]])),
    ).toEqual({
      m4: [1, 100, 0],
      "m1 (2)": [2, 100, 0],
      m1: [4, 62.5, 0],
      m2: [3, 100 / 3, 0],
      m3: [4, 12.5, 0],
    });
    expect(board.rankings).toMatchObject({ planned: 3, readable: 3, slots: [], positionAlarm: null });
    expect(board.models.map((row) => row.firstPositionWinRate)).toEqual([null, null, null, null, null]);
    expect(flagged?.map(({ check }) => check) ?? []).not.toContain("position-effect");
    expect(readSuites(run)[0]?.questions[1]).toMatchObject({
      turns: ["Another?"],
      context: [
        { role: "user", content: "Name a tree." },
        { role: "assistant", content: "An oak." },
      ],
      category: "sharegpt",
    });
  });

  it.each([
    [
      [{ prompt: "p", answers: [{ answer: "a", model: "m", rank: 1 }] }],
      /line 1|nectar\.jsonl:1|at least two/,
    ],
    [
      [
        {
          prompt: "p",
          answers: Array.from({ length: 10 }, (_, at) => ({ answer: "a", model: `m${at}`, rank: at + 1 })),
        },
      ],
      /ranks 10 answers/,
    ],
    [
      [
        {
          prompt: "p",
          answers: [
            { answer: "a", model: "m", rank: 0 },
            { answer: "b", model: "n", rank: 1 },
          ],
        },
      ],
      /rank/,
    ],
  ])("are refused where they hold no ranking, naming file and line (%#)", async (rows, message) => {
    await expect(importNectar([written(rows)], join(folder, "run"), { clock: systemClock })).rejects.toThrow(
      message,
    );
  });
});

it("a run's own rankings are written best first, with the prompt in Nectar's notation", async () => {
  const run = join(folder, "run");
  const suite = sampleSuite(2);
  const judge = createRankingJudge();
  const model = sampleModel("judge", (request) =>
    rankedReply(request, (text) => Number(/^m(\d)/.exec(text)?.[1])),
  );
  const models = ["m1", "m2", "m3"].map((id) => sampleModel(id));
  await runSample(
    run,
    createPlan({
      suites: [suite],
      models,
      judges: [{ suite: suite.id, judge, model, mode: "ranking" }],
      trials: 1,
    }),
  );
  const { files, warnings } = await exportNectar(run, join(folder, "out"));
  expect(rowsIn(files[0])).toEqual(
    suite.questions.map((question) => ({
      prompt: `\n\nHuman: ${question.turns[0]}\n\nAssistant: `,
      answers: ["m3", "m2", "m1"].map((id, at) => ({
        answer: `${id} on ${question.turns[0]}`,
        model: id,
        rank: at + 1,
      })),
      num_responses: 3,
      turns: 1,
      source: ["sample"],
    })),
  );
  expect(warnings).toMatchObject([
    { code: "not-exported", count: 2, message: expect.stringContaining("later turns") },
  ]);
  expect([...readJudgments(run)]).toHaveLength(4);
});

it("prompts in Nectar's notation are read and written alike", () => {
  const [, second] = ROWS;
  const { context, question } = readPrompt(second?.prompt ?? "");
  expect(writePrompt({ context, turns: [question] })).toBe(second?.prompt);
  expect(readPrompt("\n\nHuman: x")).toEqual({ context: [], question: "\n\nHuman: x" });
});
