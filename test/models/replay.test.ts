import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DataError } from "../../harness/core/errors.js";
import type { CallSubject, GenerationRequest } from "../../harness/core/records.js";
import { replayModel } from "../../harness/models/replay.js";
import { describeModelContract, rejectionOf, requestAbout } from "../contracts/model-contract.js";

const idle = () => new AbortController().signal;
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "assay-replay-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function write(rows: readonly unknown[], name = `recorded-${files++}.jsonl`): string {
  const path = join(folder, name);
  writeFileSync(
    path,
    name.endsWith(".json") ? JSON.stringify(rows) : rows.map((row) => `${JSON.stringify(row)}\n`).join(""),
  );
  return path;
}

const replay = (path: string, more: { id?: string; model?: string } = {}) =>
  replayModel({ id: "m", paths: [path], ...more });

function answerTo(questionId: string, turn = 1, trial = 1, prompt = ""): GenerationRequest {
  return requestAbout(questionId, prompt, {
    subject: { kind: "answer", suite: "mt-bench", questionId, turn, trial },
  });
}

function verdictOn(subject: Partial<Extract<CallSubject, { kind: "judgment" }>>): GenerationRequest {
  const whole = {
    kind: "judgment",
    suite: "mt-bench",
    questionId: "81",
    turn: 1,
    trial: 1,
    a: "x",
    attempt: 1,
  } as const;
  return requestAbout("81", "judge", { subject: { ...whole, ...subject } });
}

const textOf = async (path: string, request: GenerationRequest, more = {}) =>
  (await replay(path, more).generate(request, { signal: idle() })).text;

describeModelContract("replay", async () => {
  const rows = Array.from({ length: 20 }, (_, index) => ({
    questionId: `q${index}`,
    turns: [`reply <${index}>`],
  }));
  const path = write(rows);
  return {
    model: replay(path),
    twin: replay(path),
    answerable: (index) => ({ request: requestAbout(`q${index}`, ""), text: `<${index}>` }),
    failing: requestAbout("unknown", ""),
    secrets: [folder],
    close: async () => undefined,
  };
});

describe("replay", () => {
  it("replays simple answers by question, turn and trial", async () => {
    const path = write([
      { questionId: "81", turns: ["one", "two"] },
      { questionId: 82, turns: ["three"], trial: 2, suite: "mt-bench" },
    ]);
    expect(await replay(path).generate(answerTo("81"), { signal: idle() })).toEqual({
      text: "one",
      finishReason: "stop",
      recorded: true,
    });
    expect(await textOf(path, answerTo("81", 2))).toBe("two");
    expect(await textOf(path, answerTo("82", 1, 2))).toBe("three");
  });

  it("rejects for good what was not recorded, and says what was looked for", async () => {
    const path = write([{ questionId: "81", turns: ["one"] }], "wanted.jsonl");
    for (const request of [answerTo("82"), answerTo("81", 2), answerTo("81", 1, 2)]) {
      const error = await rejectionOf(replay(path).generate(request, { signal: idle() }));
      expect(error).toMatchObject({ code: "no-recording", retryable: false });
      expect(error.message).toContain(`question ${request.subject.questionId}, turn ${request.subject.turn}`);
      expect(error.message).toContain("wanted.jsonl");
    }
    const error = await rejectionOf(replay(path).generate(verdictOn({ a: "x", b: "y" }), { signal: idle() }));
    expect(error.message).toContain("verdict on question 81, turn 1, trial 1 (x before y)");
  });

  it("replays simple verdicts by model and by order", async () => {
    const path = write([
      { questionId: "81", turn: 1, model: "x", text: "Rating: [[7]]" },
      { questionId: "81", turn: 1, a: "x", b: "y", text: "[[A]]" },
      { questionId: "81", turn: 1, a: "y", b: "x", text: "[[B]]" },
    ]);
    expect(await textOf(path, verdictOn({ a: "x" }))).toBe("Rating: [[7]]");
    expect(await textOf(path, verdictOn({ a: "x", b: "y" }))).toBe("[[A]]");
    expect(await textOf(path, verdictOn({ a: "y", b: "x" }))).toBe("[[B]]");
  });

  it("replays assay's own answers with what they kept, and not those that failed", async () => {
    const common = {
      taskId: "t",
      suite: "mt-bench",
      category: "math",
      model: "x",
      trial: 1,
      at: "2024-05-01T00:00:00Z",
    };
    const turn = {
      text: "four",
      reasoning: "2+2",
      finishReason: "length",
      endpointModel: "x-1",
      latencyMs: 5,
      parameters: {},
    };
    const path = write([
      { ...common, questionId: "81", status: "failed", turns: [], error: {}, attempts: [] },
      { ...common, questionId: "81", status: "completed", turns: [turn] },
      { ...common, questionId: "82", status: "failed", turns: [turn], error: {}, attempts: [] },
    ]);
    expect(await replay(path).generate(answerTo("81"), { signal: idle() })).toEqual({
      text: "four",
      reasoning: "2+2",
      finishReason: "length",
      endpointModel: "x-1",
      recorded: true,
    });
    await rejectionOf(replay(path).generate(answerTo("82"), { signal: idle() }));
    const elsewhere = requestAbout("81", "", {
      subject: { kind: "answer", suite: "vicuna-bench", questionId: "81", turn: 1, trial: 1 },
    });
    await rejectionOf(replay(path).generate(elsewhere, { signal: idle() }));
  });

  it("replays assay's own judgments attempt by attempt; the last one repeats itself", async () => {
    const logprobs = [{ token: "m", logprob: -0.1, top: [] }];
    const path = write([
      {
        taskId: "t",
        protocol: "p",
        suite: "mt-bench",
        questionId: "81",
        category: "math",
        turn: 2,
        trial: 1,
        a: "x",
        b: "y",
        order: 1,
        answers: [],
        at: "2024-05-01T00:00:00Z",
        status: "judged",
        request: { messages: [], parameters: {} },
        replies: [
          {
            text: "dunno",
            finishReason: "stop",
            latencyMs: 1,
            verdict: { kind: "unreadable", reason: "none" },
          },
          { text: "[[A]]", finishReason: "stop", latencyMs: 1, logprobs, verdict: { kind: "preference" } },
        ],
        verdict: { kind: "preference", winner: "a", weightB: 0 },
      },
      { questionId: "82", status: "skipped", a: "x", turn: 1, reason: "no answer" },
    ]);
    const subject = { turn: 2, a: "x", b: "y" };
    expect(await textOf(path, verdictOn(subject))).toBe("dunno");
    expect(
      await replay(path).generate(verdictOn({ ...subject, attempt: 2 }), { signal: idle() }),
    ).toMatchObject({
      text: "[[A]]",
      logprobs,
    });
    expect(await textOf(path, verdictOn({ ...subject, attempt: 3 }))).toBe("[[A]]");
  });

  it("replays FastChat's answers, its choices as trials, and not its error text", async () => {
    const row = (id: number, ...choices: string[][]) => ({
      question_id: id,
      answer_id: "a",
      model_id: "vicuna",
      choices: choices.map((turns, index) => ({ index, turns })),
      tstamp: 1,
    });
    const path = write([row(81, ["one", "two"], ["uno", "dos"]), row(82, ["one", "$ERROR$"])]);
    expect(await textOf(path, answerTo("81", 2))).toBe("two");
    expect(await textOf(path, answerTo("81", 2, 2))).toBe("dos");
    expect(await textOf(path, answerTo("82"))).toBe("one");
    await rejectionOf(replay(path).generate(answerTo("82", 2), { signal: idle() }));
  });

  it("replays FastChat's judgments, a pair's second game with the models the other way round", async () => {
    const path = write([
      { question_id: 81, model: "x", judge: ["gpt-4", "single-v1"], judgment: "[[8]]", score: 8, turn: 1 },
      { question_id: 81, model_1: "x", model_2: "y", g1_judgment: "[[A]]", g2_judgment: "[[B]]", turn: 1 },
    ]);
    expect(await textOf(path, verdictOn({ a: "x" }))).toBe("[[8]]");
    expect(await textOf(path, verdictOn({ a: "x", b: "y" }))).toBe("[[A]]");
    expect(await textOf(path, verdictOn({ a: "y", b: "x" }))).toBe("[[B]]");
  });

  it("replays Arena-Hard's answers by their uid", async () => {
    const messages = [
      { role: "user", content: "hello" },
      { role: "assistant", content: { answer: "hi" } },
    ];
    const path = write([{ uid: "ab12", ans_id: "z", model: "m", messages }]);
    expect(await textOf(path, answerTo("ab12"))).toBe("hi");
  });

  it("finds AlpacaEval's outputs by the text of the instruction", async () => {
    const path = write(
      [{ dataset: "d", instruction: "Say hi", output: "hi", generator: "m" }],
      "model_outputs.json",
    );
    expect(await textOf(path, answerTo("0", 1, 1, "Say hi"))).toBe("hi");
    await rejectionOf(replay(path).generate(answerTo("0", 1, 1, "Say hi!"), { signal: idle() }));
    await rejectionOf(replay(path).generate(answerTo("0", 1, 2, "Say hi"), { signal: idle() }));
  });

  it("reads a folder of files and picks the model that is meant", async () => {
    const inner = mkdtempSync(join(folder, "answers-"));
    for (const model of ["x", "y"]) {
      const row = { question_id: 1, model_id: model, choices: [{ turns: [`of ${model}`] }] };
      writeFileSync(join(inner, `${model}.jsonl`), JSON.stringify(row));
    }
    expect(await textOf(inner, answerTo("1"), { model: "y" })).toBe("of y");
    expect(await textOf(inner, answerTo("1"), { id: "x" })).toBe("of x");
    expect(() => replay(inner)).toThrow('holds answers of 2 models, and none is called "m"');
    expect(() => replay(inner, { model: "z" })).toThrow('holds no answers of "z"');
  });

  it("refuses two different recordings for one thing and takes equal ones for one", async () => {
    const same = { questionId: "81", turns: ["one"] };
    expect(await textOf(write([same, same]), answerTo("81"))).toBe("one");
    expect(() => replay(write([same, { ...same, turns: ["two"] }], "twice.jsonl"))).toThrow(
      /twice\.jsonl:2: a second, different recording for the same answer as in twice\.jsonl:1/,
    );
    const verdict = { questionId: "81", turn: 1, model: "x", text: "[[1]]" };
    expect(() => replay(write([verdict, { ...verdict, text: "[[2]]" }]))).toThrow(DataError);
  });

  it.each<[string, unknown[], RegExp]>([
    [
      "a record of no known kind",
      [{ questionId: "1", turns: ["a"] }, { foo: 1 }],
      /:2: this record is of no kind/,
    ],
    ["a turn without text", [{ questionId: "1", turns: [7] }], /:1: a turn has no text/],
    ["a verdict without its model", [{ questionId: "1", turn: 1, text: "x" }], /:1: neither an answer/],
    ["a bare value", [7], /:1: not a JSON object/],
  ])("refuses %s and names the line", (_what, rows, message) => {
    expect(() => replay(write(rows))).toThrow(message);
  });

  it("refuses files that are not there or not what their name says", () => {
    expect(() => replay(join(folder, "none.jsonl"))).toThrow(/none\.jsonl: cannot be read/);
    const broken = join(folder, "broken.json");
    writeFileSync(broken, "[{");
    expect(() => replay(broken)).toThrow(/broken\.json:1: not valid JSON/);
    writeFileSync(broken, "{}");
    expect(() => replay(broken)).toThrow(/not a list of records/);
    expect(() => replay(mkdtempSync(join(folder, "empty-")))).toThrow(/holds no \.jsonl or \.json files/);
  });

  it("names lines of a JSON list, whatever its texts hold", () => {
    const rows = [
      { instruction: "a [\n{", output: '"],[' },
      { instruction: "b", output: "x", more: [{ deep: [1, 2] }, "]"] },
      { instruction: "c", output: 7 },
    ];
    const pretty = join(folder, "pretty.json");
    writeFileSync(pretty, JSON.stringify(rows, null, 2));
    const line = JSON.stringify(rows.slice(0, 2), null, 2).split("\n").length;
    expect(() => replay(pretty)).toThrow(new RegExp(`pretty\\.json:${line}: "output" is not text`));
    expect(() => replay(write([rows[0], { ...rows[0], output: "y" }], "twice.json"))).toThrow(
      /twice\.json:1: a second, different recording/,
    );
  });

  it("asks AlpacaEval's inputs below their instructions; null is an empty output", async () => {
    const path = write(
      [
        { instruction: "Translate", input: "Hallo", output: "Hello" },
        { instruction: "Say nothing", input: null, output: null },
      ],
      "model_outputs.json",
    );
    expect(await textOf(path, answerTo("9", 1, 1, "Translate\n\nHallo"))).toBe("Hello");
    expect(await textOf(path, answerTo("9", 1, 1, "Say nothing"))).toBe("");
  });

  it("is another model when its recordings are others", () => {
    const one = replay(write([{ questionId: "1", turns: ["a"] }])).identity;
    const again = replay(write([{ questionId: "1", turns: ["a"] }])).identity;
    const other = replay(write([{ questionId: "1", turns: ["b"] }])).identity;
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
  });
});

const mirror = process.env.ASSAY_MIRROR;
describe.skipIf(!mirror)("replay on published files (needs ASSAY_MIRROR)", () => {
  const published = (path: string) => join(mirror ?? "", path);

  it("has both turns of all 80 MT-Bench questions of every published answer file", async () => {
    for (const name of ["alpaca-13b", "gpt-4", "vicuna-13b-v1.3", "ultrachat_sai"]) {
      const model = replay(published(`mt_bench/model_answer/${name}.jsonl`));
      for (let id = 81; id <= 160; id++) {
        for (const turn of [1, 2]) {
          const generation = await model.generate(answerTo(String(id), turn), { signal: idle() });
          expect(generation.recorded).toBe(true);
        }
      }
    }
  });

  it("has the verdicts of the published judgments", async () => {
    const model = replay(published("mt_bench/model_judgment/gpt-4_single.jsonl"));
    const subject = { questionId: "160", turn: 2, a: "ultrachat_sai" };
    expect((await model.generate(verdictOn(subject), { signal: idle() })).text).toContain("[[");
  });

  it("has all 805 of AlpacaEval's outputs, found by their instructions", async () => {
    const path = published("alpaca_eval/results/gpt4_1106_preview/model_outputs.json");
    const rows: { instruction: string; output: string }[] = JSON.parse(readFileSync(path, "utf8"));
    expect(rows).toHaveLength(805);
    const model = replay(path);
    for (const [index, row] of rows.entries()) {
      const request = answerTo(String(index), 1, 1, row.instruction);
      expect((await model.generate(request, { signal: idle() })).text).toBe(row.output);
    }
  });
});
