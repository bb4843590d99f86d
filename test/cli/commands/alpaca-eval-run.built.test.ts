import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { PreferenceRow, Scores } from "../../../harness/core/board.js";
import type { Manifest } from "../../../harness/core/manifest.js";
import { isSwitched } from "../../../harness/core/python-random.js";
import type { Judgment } from "../../../harness/core/records.js";
import type { ModelCall } from "../../server/model-calls.js";
import { defaultReply, type ModelReply } from "../../server/replies.js";
import { type ServerOptions, startServer, type TestServer } from "../../server/server.js";
import { type Bench, useBench } from "../command-runner.js";

const bench = useBench();
const mirror = process.env.ASSAY_MIRROR ?? "";
let server: TestServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function serve(options: ServerOptions = {}): Promise<TestServer> {
  server = await startServer(options);
  return server;
}

function bodies({ requests }: TestServer): Record<string, unknown>[] {
  return requests.map((request) => request.body as Record<string, unknown>);
}

function scoresIn(run: string): Scores {
  return JSON.parse(readFileSync(join(bench.folder, run, "scores.json"), "utf8")) as Scores;
}

function rowIn(run: string): PreferenceRow {
  const [board] = scoresIn(run).boards;
  if (board?.metric !== "preference") throw new Error(`a ${board?.metric} board`);
  const [row] = board.models;
  if (row === undefined) throw new Error("no row");
  return row;
}

function manifestOf(run: string): Manifest {
  return JSON.parse(readFileSync(join(bench.folder, run, "run.json"), "utf8")) as Manifest;
}

function judgmentsIn(run: string): Judgment[] {
  const folder = join(bench.folder, run, "judgments");
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".jsonl"))
    .flatMap((name) => readFileSync(join(folder, name), "utf8").trim().split("\n"))
    .map((line) => JSON.parse(line) as Judgment);
}

/** The mean of alpaca_eval's preferences less one, straight from the recorded verdicts. */
function meanPreference(judgments: readonly Judgment[], model: string): number {
  const weights = judgments.map((judgment) => {
    if (judgment.status !== "judged" || judgment.verdict.kind !== "preference")
      throw new Error("no preference");
    return judgment.b === model ? judgment.verdict.weightB : 1 - judgment.verdict.weightB;
  });
  return (100 * weights.reduce((sum, weight) => sum + weight, 0)) / weights.length;
}

const PROMPT = "Q {instruction}\nA {output_1}\nB {output_2}\nSay [[A]], [[B]] or [[C]].";
const JUDGE =
  "name: mine\nprompt: prompt.txt\nmodel: judge-model\norders: seeded\nparser: { kind: brackets }\n";

const INSTRUCTIONS = Array.from({ length: 8 }, (_, index) => ({
  instruction: `Describe thing ${index}.`,
  dataset: index % 2 === 0 ? "even" : "odd",
}));
const OUTPUTS = INSTRUCTIONS.map((one, index) => ({
  ...one,
  output: `Thing ${index}.`,
  generator: "old-bot",
}));

function writeOwn(on: Bench): void {
  on.write("prompt.txt", PROMPT);
  on.write("judge.yaml", JUDGE);
  on.write("plain.json", JSON.stringify(INSTRUCTIONS));
  on.write("own.json", JSON.stringify(OUTPUTS));
}

describe("one's own instructions with a judge of one's own", () => {
  const run = (baseUrl: string, ...more: string[]) =>
    bench.assay(
      "run",
      "--model",
      "ckpt",
      "--judge",
      "judge.yaml",
      "--base-url",
      baseUrl,
      "--out",
      "run",
      ...more,
    );

  it("are judged against the outputs in their file, in the drawn order, and scored as preferences", async () => {
    writeOwn(bench);
    const endpoint = await serve();
    expect(await run(endpoint.baseUrl, "--suite", "own.json")).toMatchObject({ code: 0 });
    expect(endpoint.counts.calls).toBe(16);
    const [protocol] = manifestOf("run").protocols;
    expect(protocol).toMatchObject({
      id: expect.stringMatching(/^mine@judge-model~/),
      metric: "preference",
      orders: "seeded",
      baseline: "old-bot",
    });
    const judgments = judgmentsIn("run");
    for (const { questionId, a } of judgments) {
      const text = INSTRUCTIONS[Number(questionId)]?.instruction ?? "";
      expect(a).toBe(isSwitched(text) ? "ckpt" : "old-bot");
    }
    expect(rowIn("run")).toMatchObject({ model: "ckpt", n: 8, missing: 0, invalid: 0 });
    expect(rowIn("run").winRate).toBeCloseTo(meanPreference(judgments, "ckpt"), 9);
  });

  it("identical outputs are a draw without a call; empty ones are judged", async () => {
    writeOwn(bench);
    const texts = ["same", "", null, "Thing 3."];
    bench.write(
      "own.json",
      JSON.stringify(OUTPUTS.slice(0, 4).map((one, index) => ({ ...one, output: texts[index] }))),
    );
    const endpoint = await serve({
      reply: (call) => (call.model === "ckpt" ? (call.prompt.includes("0") ? "same" : "other") : "[[A]]"),
    });
    expect(await run(endpoint.baseUrl, "--suite", "own.json")).toMatchObject({ code: 0 });
    expect(bodies(endpoint).filter((body) => body.model === "judge-model")).toHaveLength(3);
    expect(rowIn("run")).toMatchObject({ n: 4, draws: 1, missing: 0 });
    expect(manifestOf("run").answers).toMatchObject({ completed: 8, empty: 2 });
  });

  it("both orders are averaged, as another protocol", async () => {
    writeOwn(bench);
    const endpoint = await serve({ reply: (call) => (call.model === "ckpt" ? "new" : "[[A]]") });
    const done = await run(endpoint.baseUrl, "--suite", "own.json", "--orders", "both");
    expect(done).toMatchObject({ code: 0 });
    expect(manifestOf("run").protocols[0]?.id).toMatch(/^mine-both@/);
    expect(rowIn("run")).toMatchObject({ n: 8, winRate: 50, draws: 8 });
  });

  it("a baseline file is called as its records call it; what it lacks is missing and counted", async () => {
    writeOwn(bench);
    bench.write("results/model_outputs.json", JSON.stringify(OUTPUTS.slice(0, 5).reverse()));
    const endpoint = await serve();
    const done = await run(
      endpoint.baseUrl,
      "--suite",
      "plain.json",
      "--baseline",
      "results/model_outputs.json",
    );
    expect(done.code).toBe(3);
    expect(done.stderr).toContain("3 answers of old-bot failed (no-recording)");
    expect(rowIn("run")).toMatchObject({ n: 5, missing: 3 });
    expect(manifestOf("run").protocols[0]?.baseline).toBe("old-bot");
  });

  it("two baselines of one name are two protocols, however many questions are asked", async () => {
    writeOwn(bench);
    bench.write("one.json", JSON.stringify(OUTPUTS));
    bench.write("two.json", JSON.stringify(OUTPUTS.map((one) => ({ ...one, output: "Another answer." }))));
    const endpoint = await serve();
    const against = (file: string, limit: number) =>
      run(endpoint.baseUrl, "--suite", "plain.json", "--limit", String(limit), "--baseline", file);
    await against("one.json", 2);
    const [first] = manifestOf("run").protocols;
    expect(await against("one.json", 4)).toMatchObject({ code: 0 });
    expect(endpoint.counts.calls).toBe(8);
    expect(manifestOf("run").protocols.map(({ id }) => id)).toEqual([first?.id]);
    await against("two.json", 4);
    expect(manifestOf("run").protocols[0]?.id).not.toBe(first?.id);
  });

  it("a folder that was begun before keeps its protocol, and nothing is judged again", async () => {
    writeOwn(bench);
    bench.write("one.json", JSON.stringify(OUTPUTS));
    const endpoint = await serve();
    const again = () =>
      run(endpoint.baseUrl, "--suite", "plain.json", "--limit", "2", "--baseline", "one.json");
    await again();
    const [now] = manifestOf("run").protocols;
    expect(now?.former).toMatch(/^mine@judge-model~/);
    // As a folder of version 0.1.0 has it: the protocol goes by its former id alone.
    const held = readFileSync("run/run.json", "utf8").replaceAll(now?.id ?? "", now?.former ?? "");
    writeFileSync("run/run.json", held.replace(/\n *"(former|baselineAnswers)": ".*",/g, ""));
    rmSync("run/judgments", { recursive: true });
    expect(await again()).toMatchObject({ code: 0 });
    expect(manifestOf("run").protocols[0]?.id).toBe(now?.former);
    expect(new Set(judgmentsIn("run").map(({ protocol }) => protocol))).toEqual(new Set([now?.former]));
    const { calls } = endpoint.counts;
    expect(await again()).toMatchObject({ code: 0 });
    expect(endpoint.counts.calls).toBe(calls);
    expect(rowIn("run")).toMatchObject({ n: 2, missing: 0 });
    // A run of the new kind is of the same protocol.
    const compared = await bench.assay(
      "run",
      "--model",
      "ckpt",
      "--judge",
      "judge.yaml",
      "--suite",
      "plain.json",
      "--base-url",
      endpoint.baseUrl,
      "--limit",
      "2",
      "--baseline",
      "one.json",
      "--out",
      "later",
    );
    expect(compared.code).toBe(0);
    expect(manifestOf("later").protocols[0]?.id).toBe(now?.id);
    const { code, document } = await bench.json("compare", "run", "later");
    expect({ code, document }).toMatchObject({
      code: 0,
      document: { questions: 2, warnings: [{ code: "raw-win-rate" }] },
    });
  });

  it("one of several models of a file is picked by name", async () => {
    writeOwn(bench);
    bench.write(
      "two.json",
      JSON.stringify([...OUTPUTS, ...OUTPUTS.map((one) => ({ ...one, generator: "b" }))]),
    );
    const endpoint = await serve();
    const args = ["--suite", "plain.json", "--limit", "2", "--baseline"];
    expect(await run(endpoint.baseUrl, ...args, "two.json#b")).toMatchObject({ code: 0 });
    expect(manifestOf("run").protocols[0]?.baseline).toBe("b");
    expect(await run(endpoint.baseUrl, ...args, "two.json")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("old-bot, b"),
    });
  });

  it("a live baseline is asked, and that is said beforehand", async () => {
    writeOwn(bench);
    const endpoint = await serve();
    const args = ["--suite", "plain.json", "--limit", "2", "--baseline", "my-org/live"];
    const done = await run(endpoint.baseUrl, ...args);
    expect(done).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("the baseline my-org/live has no recorded answers here"),
    });
    expect(bodies(endpoint).filter((body) => body.model === "my-org/live")).toHaveLength(2);
  });

  it.each([
    ["gone/model_outputs.json", "there is no file gone/model_outputs.json of recorded answers"],
    ["cut.json", "cut.json:6: not valid JSON"],
    ["kind.json", "kind.json:1: not a list of records"],
    ["twice.json", "twice.json:8: a second, different recording for the same answer as in twice.json:2"],
  ])("the baseline %s is refused before a call", async (file, message) => {
    writeOwn(bench);
    bench.write("cut.json", JSON.stringify(OUTPUTS, null, 1).slice(0, 90));
    bench.write("kind.json", "{}");
    const [first, second] = OUTPUTS;
    bench.write("twice.json", JSON.stringify([first, { ...first, output: second?.output }], null, 1));
    const endpoint = await serve();
    const done = await run(endpoint.baseUrl, "--suite", "plain.json", "--baseline", file);
    expect(done).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
    expect(endpoint.counts.calls).toBe(0);
  });

  it.each([
    ["no-such.yaml", "there is no judge file no-such.yaml"],
    ["bad.yaml", "unknown placeholder {outptu_1}"],
    ["weighted_alpaca_eval_gpt4_1", 'Did you mean "weighted_alpaca_eval_gpt4.1"?'],
  ])("the judge %s is refused before a call", async (judge, message) => {
    writeOwn(bench);
    bench.write("bad.txt", `${PROMPT} {outptu_1}`);
    bench.write("bad.yaml", JUDGE.replace("prompt.txt", "bad.txt"));
    const endpoint = await serve();
    const args = ["--suite", "own.json", "--model", "ckpt", "--base-url", endpoint.baseUrl];
    const done = await bench.assay("run", ...args, "--judge", judge, "--out", "run");
    expect(done).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
    expect(endpoint.counts.calls).toBe(0);
  });

  it("a judge folder without configs.yaml says what is missing", async () => {
    writeOwn(bench);
    bench.write("folder/prompt.txt", PROMPT);
    const args = ["--suite", "own.json", "--model", "ckpt", "--base-url", "http://127.0.0.1:9/v1"];
    expect(
      await bench.assay("run", ...args, "--judge", "j", "--judge-protocol", "folder", "--out", "run"),
    ).toMatchObject({ code: 2, stderr: expect.stringContaining("folder/configs.yaml cannot be read") });
  });

  it("two suites with the same questions, judge and baseline are refused; one file serves different ones", async () => {
    writeOwn(bench);
    bench.write("other.json", JSON.stringify(INSTRUCTIONS.slice(0, 3)));
    bench.write("b.json", JSON.stringify(OUTPUTS));
    const endpoint = await serve();
    const against = ["--baseline", "b.json"];
    expect(
      await run(endpoint.baseUrl, "--suite", "plain.json", "--suite", "own.json", ...against),
    ).toMatchObject({ code: 2, stderr: expect.stringContaining("hold the same questions") });
    expect(
      await run(endpoint.baseUrl, "--suite", "plain.json", "--suite", "other.json", ...against),
    ).toMatchObject({ code: 0 });
    expect(scoresIn("run").boards).toHaveLength(2);
  });
});

const LOGPROB_JUDGE =
  "name: by-token\nprompt: prompt.txt\nmodel: judge-model\norders: seeded\n" +
  "parameters: { maxTokens: 1, topLogprobs: 5 }\nparser: { kind: logprobs, first: m, second: M }\n";

describe("an endpoint without log-probabilities", () => {
  /** Says m three times of four, by how often it was asked the same, and never gives log-probabilities. */
  const sampled = () => {
    const asked = new Map<string, number>();
    return (call: ModelCall) => {
      if (call.model === "ckpt") return "new";
      const prompt = JSON.stringify(call.body.messages);
      const times = asked.get(prompt) ?? 0;
      asked.set(prompt, times + 1);
      return times % 4 === 0 ? "M" : "m";
    };
  };
  const run = (baseUrl: string, ...more: string[]) =>
    bench.assay(
      ...["run", "--suite", "own.json", "--limit", "4", "--model", "ckpt", "--judge", "token.yaml"],
      ...["--base-url", baseUrl, "--concurrency", "1", "--out", "run", ...more],
    );

  it("is said to lack them, with the way out, and is paid for one verdict alone", async () => {
    writeOwn(bench);
    bench.write("token.yaml", LOGPROB_JUDGE);
    const endpoint = await serve({ reply: sampled() });
    const done = await run(endpoint.baseUrl);
    expect(done.code).toBe(3);
    expect(done.stderr).toMatch(/the other verdicts of by-token@.* are not asked for: .*--judge-samples 8/);
    expect(done.stderr).toContain("of judge-model could not be read: the endpoint gave no log-prob");
    expect(bodies(endpoint).filter((body) => body.model === "judge-model")).toHaveLength(1);
    expect(manifestOf("run").failures).toMatchObject([{ code: "unreadable-verdict", count: 1 }]);
    expect(rowIn("run")).toMatchObject({ n: 0, invalid: 1, missing: 3, winRate: null });
  });

  it("is asked for the other verdicts once it gives them", async () => {
    writeOwn(bench);
    bench.write("token.yaml", LOGPROB_JUDGE);
    const lacking = await serve({ reply: sampled() });
    await run(lacking.baseUrl);
    await lacking.close();
    const giving = await serve();
    expect(await run(giving.baseUrl)).toMatchObject({ code: 0 });
    expect(rowIn("run")).toMatchObject({ n: 4, invalid: 0, missing: 0 });
  });

  it("is sampled with --judge-samples, as a protocol of its own", async () => {
    writeOwn(bench);
    bench.write("token.yaml", LOGPROB_JUDGE);
    const endpoint = await serve({ reply: sampled() });
    expect(await run(endpoint.baseUrl, "--judge-samples", "8")).toMatchObject({ code: 0 });
    expect(manifestOf("run").protocols[0]?.id).toMatch(/^by-token-k8@judge-model~/);
    const judging = bodies(endpoint).filter((body) => body.model === "judge-model");
    expect(judging).toHaveLength(32);
    for (const body of judging) expect(body).toMatchObject({ temperature: 1, max_tokens: 1 });
    expect(judging.some((body) => "logprobs" in body)).toBe(false);
    const weights = judgmentsIn("run").map((one) => one.status === "judged" && one.verdict);
    for (const verdict of weights) expect(verdict).toMatchObject({ kind: "preference", weightB: 0.25 });
  });
});

describe.skipIf(mirror === "")("AlpacaEval through the whole command (needs ASSAY_MIRROR)", () => {
  const run = (baseUrl: string, judge: string, ...more: string[]) => {
    vi.stubEnv("ASSAY_MIRROR", mirror);
    const args = ["--model", "ckpt", "--judge", judge, "--base-url", baseUrl, "--out", "run"];
    return bench.assay("run", ...args, ...more);
  };

  it("2: greedy answers, one judge call each with alpaca_eval's parameters, preferences", async () => {
    const endpoint = await serve();
    const args = ["--suite", "alpaca-eval-2", "--limit", "40"];
    const done = await run(endpoint.baseUrl, "weighted_alpaca_eval_gpt4_turbo", ...args);
    expect(done.code).toBe(0);
    expect(done.stderr).toMatch(/gpt-4-1106-preview was shut down .*successor is gpt-4\.1-2025-04-14/);
    const [asking, judging] = [bodies(endpoint).slice(), bodies(endpoint)].map((all, index) =>
      all.filter((body) => (body.model === "ckpt") === (index === 0)),
    );
    expect(asking).toHaveLength(40);
    for (const body of asking ?? []) expect(body).toMatchObject({ temperature: 0, max_tokens: 2048 });
    expect(judging).toHaveLength(40);
    for (const body of judging ?? []) {
      expect(body).toMatchObject({
        model: "gpt-4-1106-preview",
        max_tokens: 1,
        temperature: 1,
        logprobs: true,
        top_logprobs: 5,
      });
    }
    const row = rowIn("run");
    expect(row).toMatchObject({ model: "ckpt", n: 40, missing: 0 });
    expect(row.winRate).toBeCloseTo(meanPreference(judgmentsIn("run"), "ckpt"), 9);
    expect(row.lengthControlled?.coefficients.difficulty).not.toBeNull();
    expect(manifestOf("run").protocols).toMatchObject([
      { baseline: "gpt4_1106_preview", metric: "preference", planned: 40 },
    ]);
    // The same command again asks nothing.
    const { calls } = endpoint.counts;
    await run(endpoint.baseUrl, "weighted_alpaca_eval_gpt4_turbo", ...args);
    expect(endpoint.counts.calls).toBe(calls);
  });

  it("1: a ranking against text_davinci_003", async () => {
    const ranks = "[{'model': 'model_1', 'rank': 2}, {'model': 'model_2', 'rank': 1}]";
    const endpoint = await serve({ reply: (call) => (call.model === "ckpt" ? "new" : ranks) });
    const done = await run(endpoint.baseUrl, "alpaca_eval_gpt4", "--suite", "alpaca-eval", "--limit", "12");
    expect(done).toMatchObject({ code: 0, stderr: expect.stringContaining("gpt-4 was shut down") });
    expect(scoresIn("run").boards).toMatchObject([{ baseline: "text_davinci_003", judge: "gpt-4" }]);
    // The judge prefers the second slot: the model wins where it stood there.
    const second = judgmentsIn("run").filter((one) => one.b === "ckpt").length;
    expect(rowIn("run")).toMatchObject({ n: 12, wins: second, losses: 12 - second });
  });

  it("any model of the mirror is a recorded baseline, in either version", async () => {
    const endpoint = await serve();
    for (const baseline of ["claude-2", "text_davinci_003"]) {
      const args = ["--suite", "alpaca-eval-2", "--limit", "3", "--baseline", baseline, "--replace"];
      const done = await run(endpoint.baseUrl, "weighted_alpaca_eval_gpt4.1", ...args);
      expect(done).toMatchObject({ code: 0 });
      expect(done.stderr).not.toContain("no recorded answers");
      expect(scoresIn("run").boards).toMatchObject([{ baseline }]);
    }
    expect(
      bodies(endpoint).every((body) => ["ckpt", "gpt-4.1-2025-04-14"].includes(String(body.model))),
    ).toBe(true);
  });

  it.each([
    "alpaca_eval_clf_gpt4_turbo",
    "alpaca_eval_cot_gpt4_turbo_fn",
    "alpaca_eval_gpt4",
    "weighted_alpaca_eval_gpt4.1",
    "weighted_alpaca_eval_gpt4_turbo",
  ])("alpaca_eval's own folder %s judges as it is", async (name) => {
    const ranks = "[{'model': 'model_1', 'rank': 1}, {'model': 'model_2', 'rank': 2}]";
    const reply = (call: ModelCall): string | ModelReply | Promise<string | ModelReply> =>
      call.body.logprobs === undefined && call.body.tools === undefined && call.model !== "ckpt"
        ? ranks
        : defaultReply(call);
    const { baseUrl } = await serve({ reply });
    const folder = join(mirror, "alpaca_eval", "evaluators_configs", name);
    const done = await run(baseUrl, folder, "--suite", "alpaca-eval-2", "--limit", "5");
    expect(done).toMatchObject({ code: 0 });
    expect(manifestOf("run").protocols[0]).toMatchObject({ judge: name, metric: "preference" });
    expect(manifestOf("run").protocols[0]?.judgeModel).toMatch(/^gpt-4/);
    expect(rowIn("run")).toMatchObject({ n: 5, invalid: 0 });
  });

  it("a tool-call judge on an endpoint without tools has unreadable verdicts that say why", async () => {
    const { baseUrl } = await serve({ reply: () => "I prefer m." });
    const folder = join(mirror, "alpaca_eval/evaluators_configs/alpaca_eval_cot_gpt4_turbo_fn");
    const done = await run(baseUrl, folder, "--suite", "alpaca-eval-2", "--limit", "2");
    expect(done.code).toBe(3);
    expect(done.stderr).toMatch(/1 verdict of .* could not be read: .*has to be a model that calls tools/);
  });
});

it("without a mirror or a network, the missing asset is named with the ways to get it", async () => {
  vi.stubGlobal("fetch", () => Promise.resolve(new Response("", { status: 404 })));
  const done = await bench.assay(
    ...["run", "--suite", "alpaca-eval-2", "--model", "m", "--judge", "j", "--out", "run"],
  );
  expect(done.code).toBe(2);
  expect(done.stderr).toContain("asset alpaca-eval/outputs/gpt4_1106_preview is not here");
  expect(done.stderr).toContain("ASSAY_MIRROR");
  expect(done.stderr).toContain("assay data fetch");
});
