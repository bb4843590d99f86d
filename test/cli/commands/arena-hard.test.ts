import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { OutcomeRow, Scores } from "../../../harness/core/board.js";
import type { ModelCall } from "../../server/model-calls.js";
import { startServer, type TestServer } from "../../server/server.js";
import { useBench } from "../command-runner.js";

const lines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

const QUESTIONS = ["q1", "q2", "q3"].map((uid) => {
  return { uid, category: "hard_prompt", subcategory: "coding", prompt: `Do ${uid}.` };
});

/** Thinks of one label, quotes a second, and gives a third: the model by far where it stands second, else a tie. */
function reply({ model, prompt }: ModelCall): string {
  if (model !== "judge") return `${model} was here`;
  const isSecond = /B: ckpt was here/.test(prompt);
  return `<think>[[A>B]] at first</think>The answer asks for [[A>>B]]. My verdict: ${isSecond ? "[[B>>A]]" : "[[A=B]]"}`;
}

describe("Arena-Hard over an endpoint", () => {
  const bench = useBench();
  let server: TestServer;

  beforeEach(async () => {
    server = await startServer({ reply });
    const prompts = { system_prompts: { "arena-hard": "Compare.", creative_writing: "Compare." } };
    bench.write("mirror/arena_hard/prompts.json", JSON.stringify(prompts));
    bench.write(
      "mirror/arena_hard/v2.0/arena-hard-v2.0.yaml",
      'prompt_template: "{QUESTION}\\nA: {ANSWER_A}\\nB: {ANSWER_B}"\n',
    );
    bench.write("own-hard/question.jsonl", lines(QUESTIONS));
    const messages = (uid: string) => [
      { role: "user", content: `Do ${uid}.` },
      { role: "assistant", content: { answer: `base on ${uid}` } },
    ];
    bench.write(
      "own-hard/model_answer/base.jsonl",
      lines(QUESTIONS.map(({ uid }) => ({ uid, model: "base", messages: messages(uid) }))),
    );
    const endpoint = `baseUrl: "${server.baseUrl}"`;
    bench.write(
      "assay.yaml",
      [
        "suites: [./own-hard/]",
        `models: [{ id: ckpt, model: ckpt, ${endpoint} }]`,
        `judges: [{ id: judge, model: judge, ${endpoint} }]`,
        "gates: [{ metric: winRate, min: 60 }]",
        "report: { formats: [markdown] }",
        "out: run",
      ].join("\n"),
    );
    vi.stubEnv("OPENAI_API_KEY", "k");
    vi.stubEnv("ASSAY_MIRROR", join(bench.folder, "mirror"));
  });
  afterEach(() => server.close());

  const rowIn = (scores: unknown): OutcomeRow => {
    const [board] = (scores as Scores).boards;
    const row = board?.metric === "outcomes" ? board.models[0] : undefined;
    if (row === undefined) throw new Error("there is no board of outcomes");
    return row;
  };

  test("asks a folder's prompts, plays both games, reads the last label after the thinking, and exports it", async () => {
    const run = await bench.assay("run", "assay.yaml");
    expect({ code: run.code, stderr: run.stderr }).toMatchObject({ code: 0 });
    // Three answers and six games; the baseline's answers stand in the folder.
    expect(server.requests).toHaveLength(9);
    const row = rowIn((await bench.json("score", "run")).document);
    expect(row).toMatchObject({ model: "ckpt", wins: 9, ties: 3, losses: 0, n: 12, score: 87.5, missing: 0 });
    const out = await bench.assay("export", "run", "--format", "arena-hard", "--out", "out");
    expect(out.code).toBe(0);
    const file = "out/own-hard/model_judgment/judge/ckpt.jsonl";
    expect(rowIn((await bench.json("score", file)).document)).toMatchObject({ score: 87.5, n: 12 });
    const [first] = readFileSync(join(bench.folder, file), "utf8").split("\n");
    expect(JSON.parse(first ?? "")).toMatchObject({
      category: "hard_prompt",
      model: "ckpt",
      baseline: "base",
    });
  });

  test("says before any call what is wrong with a gate or a folder", async () => {
    bench.write(
      "bad.yaml",
      readFileSync(join(bench.folder, "assay.yaml"), "utf8").replace("winRate", "score"),
    );
    const gate = await bench.assay("run", "bad.yaml");
    expect(gate).toMatchObject({ code: 2, stderr: expect.stringContaining("metric winRate") });
    const folder = await bench.assay("run", "assay.yaml", "--suite", "./mirror/");
    expect(folder).toMatchObject({ code: 2, stderr: expect.stringContaining("holds no question.jsonl") });
    expect(server.requests).toHaveLength(0);
  });
});
