import { join } from "node:path";
import { expect, test } from "vitest";
import { readAnswers, readSuites } from "../../../harness/store/run-folder.js";
import { temporaryFolder } from "../../pipeline/sample-plan.js";
import { folderOf, imported, scoresShown } from "./imported.js";
import { type MadeMember, writeZip } from "./zip-writer.js";

const ATTACHED = "0123456789abcdef0123456789abcdef";

function header(model = "org/m", status = "success") {
  return {
    version: 2,
    status,
    eval: {
      created: "2026-11-28T10:00:00+00:00",
      task: "team/capitals",
      task_version: 2,
      dataset: { name: "capitals", samples: 2 },
      model,
      model_args: { api_key: "secret" },
      config: { epochs: 2 },
      packages: { inspect_ai: "0.3.285" },
    },
    plan: { steps: [] },
    results: {
      total_samples: 4,
      completed_samples: 4,
      scores: [
        {
          ...{ name: "match", scorer: "match", scored_samples: 2, params: {} },
          metrics: { accuracy: { name: "accuracy", value: 0.625 }, stderr: { name: "stderr", value: 0.125 } },
        },
        {
          name: "len",
          scorer: "len",
          metrics: { mean: { name: "mean", value: 40 }, std: { name: "std", value: 3 } },
        },
        { name: "tone", scorer: "grades", metrics: { mean: { name: "mean", value: 0.5 } } },
      ],
    },
    stats: {},
  };
}

function sample(id: string | number, epoch: number, letter: string, fields: object = {}) {
  return {
    id,
    epoch,
    input: [
      { role: "system", content: "Be brief." },
      { role: "user", content: [{ type: "text", text: `Capital of ${id}?` }] },
    ],
    target: ["Paris", "Lutetia"],
    messages: [],
    output: {
      choices: [
        {
          message: {
            role: "assistant",
            content: [
              { type: "reasoning", reasoning: "Hm." },
              { type: "text", text: `attachment://${ATTACHED}` },
            ],
          },
        },
      ],
    },
    scores: {
      match: { value: letter, answer: "Paris" },
      len: { value: 40 },
      grades: { value: { tone: 0.5, fine: true } },
    },
    attachments: { [ATTACHED]: "It is Paris, as far as I know" },
    ...fields,
  };
}

function member(name: string, value: unknown, method?: MadeMember["method"]): MadeMember {
  return { name, text: JSON.stringify(value), ...(method === undefined ? {} : { method }) };
}

const WHOLE = [sample("fr", 1, "C"), sample("fr", 2, "P"), sample(7, 1, "I"), sample(7, 2, "C")];

test.each([8, 93, 0] as const)(
  "a log packed by method %i is read like the same log as JSON",
  async (method) => {
    const file = writeZip(join(temporaryFolder(), "log.eval"), [
      // A member that was written again: the last one counts.
      member("samples/fr_epoch_1.json", sample("fr", 1, "I"), method),
      ...WHOLE.map((one) => member(`samples/${one.id}_epoch_${one.epoch}.json`, one, method)),
      member("header.json", header("wrong"), method),
      member("header.json", header(), method),
    ]);
    const read = await imported([file]);
    const plain = await imported([folderOf({ "log.json": { ...header(), samples: WHOLE } })]);
    expect(scoresShown(read)).toEqual(scoresShown(plain));
    expect(scoresShown(read)).toEqual([
      ["match", "org/m", 62.5, 4],
      ["grades/tone", "org/m", 50, 4],
      ["grades/fine", "org/m", 100, 4],
    ]);
    expect(read.manifest.trials).toBe(2);
    const answer = [...readAnswers(read.run)].find(({ questionId }) => questionId === "fr");
    expect(answer?.turns[0]).toMatchObject({ text: "It is Paris, as far as I know", reasoning: "Hm." });
    expect(readSuites(read.run)[0]?.questions[0]).toMatchObject({
      id: "7",
      turns: ["system: Be brief.\n\nuser: Capital of 7?"],
      reference: ["Paris\nLutetia"],
    });
    expect(
      read.scores.figures?.map(({ metric, value, unit, standardError, n }) => [
        metric,
        value,
        unit,
        standardError,
        n,
      ]),
    ).toEqual([
      ["match accuracy", 0.625, "share", 0.125, 2],
      ["len mean", 40, "other", undefined, 4],
      ["grades/tone mean", 0.5, "share", undefined, 4],
    ]);
    expect(read.warnings.map(({ code }) => code)).toEqual(["no-board"]);
    expect(JSON.stringify(read.manifest.config)).not.toContain("secret");
  },
);

test("a sample in pieces is put together, and one that failed is missing", async () => {
  const { attachments, messages, ...rest } = sample("fr", 1, "C", { output: null });
  const file = writeZip(join(temporaryFolder(), "log.eval"), [
    member("samples/fr_epoch_1/sample.json", rest),
    member("samples/fr_epoch_1/messages/0.json", [{ role: "user", content: "Capital?" }]),
    member("samples/fr_epoch_1/messages/10.json", [
      { role: "assistant", content: `attachment://${ATTACHED}` },
    ]),
    member("samples/fr_epoch_1/messages/2.json", [{ role: "assistant", content: "Wait" }]),
    member("samples/fr_epoch_1/attachments/0.json", attachments),
    member("samples/de_epoch_1.json", sample("de", 1, "C", { error: { message: "sandbox died" } })),
    member("header.json", header("m", "error")),
  ]);
  const read = await imported([file]);
  const answers = [...readAnswers(read.run)];
  expect(answers.map((one) => [one.questionId, one.status, one.turns[0]?.text])).toEqual([
    ["fr", "completed", "It is Paris, as far as I know"],
    ["de", "failed", undefined],
  ]);
  const [board] = read.scores.boards;
  expect(board?.models[0]).toMatchObject({ score: 100, n: 1, missing: 1 });
  expect(read.scores.figures?.[0]?.partial).toBe("status error, dataset of 2");
  expect(read.warnings.map(({ code }) => code)).toEqual(["unfinished-log", "failed-samples", "no-board"]);
});
