import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Check } from "../../../harness/cli/doctor/check.js";
import { checkFolder, checkNode } from "../../../harness/cli/doctor/machine-checks.js";
import { judgeReply } from "../../server/replies.js";
import { startRewardServer } from "../../server/reward-server.js";
import { scoringReplier } from "../../server/scoring.js";
import { type ServerOptions, startServer, type TestServer } from "../../server/server.js";
import { useBench } from "../command-runner.js";

interface DoctorDocument {
  readonly schema: string;
  readonly ok: boolean;
  readonly checks: readonly Check[];
}

describe("assay doctor", () => {
  const bench = useBench();
  let server: TestServer;
  beforeEach(async () => {
    server = await startServer();
    bench.write(
      "suite.yaml",
      'sampling: { temperature: 0.5 }\nquestions:\n  - { id: "1", category: math, turns: ["What is 2 + 2?"] }\n',
    );
  });
  afterEach(() => server.close());

  /** Doctor over the small suite, with the server as endpoint of models and judge. */
  async function doctor(...words: string[]) {
    const { code, document, stderr } = await bench.json(
      ...["doctor", "--suite", "suite.yaml", "--base-url", server.baseUrl, ...words],
    );
    const { checks, ok } = document as DoctorDocument;
    const of = (area: Check["area"]) => checks.filter((check) => check.area === area);
    return { code, ok, checks, of, stderr };
  }

  const serve = (options: ServerOptions) => server.configure(options);

  test("all is well: one short call to each endpoint, exit 0", async () => {
    serve({
      reply: (call) => judgeReply(call) ?? { text: "yes", model: "served-7b" },
    });
    const { code, ok, of, checks } = await doctor("--model", "m", "--judge", "j");
    expect({ code, ok, failed: checks.filter((check) => check.outcome !== "ok") }).toEqual({
      code: 0,
      ok: true,
      failed: [],
    });
    expect(of("suite")).toMatchObject([{ subject: "suite.yaml", message: "1 question; suite.yaml" }]);
    expect(of("model")).toMatchObject([
      { subject: "m", endpoint: server.baseUrl, endpointModel: "served-7b", latencyMs: expect.any(Number) },
    ]);
    expect(of("plan")).toMatchObject([{ message: expect.stringMatching(/^2 calls, /) }]);
    const asked = server.requests.filter(({ method }) => method === "POST");
    expect(asked.map((request) => request.body)).toMatchObject([
      { model: "m", max_tokens: 2048, temperature: 0.5, messages: [{ content: "Say yes." }] },
      {
        model: "j",
        messages: expect.arrayContaining([{ role: "user", content: expect.stringContaining("2 + 2") }]),
      },
    ]);
  });

  test("one text is scored where a suite asks for log-probabilities", async () => {
    bench.write(
      "scored.yaml",
      "scoring: loglikelihood\nquestions: [{ question: Wet?, choices: [a, b], answer: A }]\n",
    );
    bench.write(
      "scored-run.yaml",
      `suites: [scored.yaml]\nmodels: [{ id: m, adapter: completions, model: m-1, template: plain, baseUrl: "${server.baseUrl}" }]\n`,
    );
    const examine = async () => {
      const { code, document } = await bench.json("doctor", "scored-run.yaml");
      return { code, model: (document as DoctorDocument).checks.filter(({ area }) => area === "model") };
    };
    serve({ reply: scoringReplier("echo", () => -1) });
    expect(await examine()).toMatchObject({
      code: 0,
      model: [{ outcome: "ok", message: expect.stringContaining("scores texts") }],
    });
    serve({ reply: scoringReplier("none", () => -1) });
    expect(await examine()).toMatchObject({
      code: 2,
      model: [{ outcome: "failed", code: "no-prompt-logprobs", remedy: expect.stringContaining("vLLM") }],
    });
  });

  test("judges of every kind give one real verdict, as a run would ask for it", async () => {
    const rewards = await startRewardServer("vllm-classify", { otherwise: 0.5 });
    bench.write(
      "rubric.yaml",
      'questions:\n  - { id: "1", category: c, turns: ["Hi"], rubric: { criteria: [{ text: greets, points: 2 }, { text: is short, points: 1 }] } }\n',
    );
    bench.write("keyed.yaml", "questions: [{ question: Wet?, choices: [a, b], answer: A }]\n");
    const judge = (words: string) => `{ ${words}, baseUrl: "${server.baseUrl}" }`;
    bench.write(
      "kinds.yaml",
      `suites: [suite.yaml]
models: [m, n]
jury: mean
baseUrl: "${server.baseUrl}"
judges:
  - ${judge("model: j-single, mode: single, replacement: j-spare")}
  - ${judge("model: j-other, mode: single")}
  - ${judge("model: j-rank, mode: ranking")}
  - { model: rm, mode: pairwise-all, reward: { endpoint: "${rewards.url}", shape: vllm-classify } }
`,
    );
    bench.write(
      "criteria.yaml",
      `suites: [rubric.yaml]
models: [m]
baseUrl: "${server.baseUrl}"
judges:
  - ${judge("model: j-each, protocol: rubric, calls: each")}
`,
    );
    bench.write("keyed-run.yaml", `suites: [keyed.yaml]\nmodels: [m]\nbaseUrl: "${server.baseUrl}"\n`);
    const prompts = new Map<string, string[]>();
    serve({
      reply: (call) => {
        const text = call.messages.map(({ content }) => content).join("\n");
        prompts.set(call.model, [...(prompts.get(call.model) ?? []), text]);
        const [, code] = /\[(\w+)\]/.exec(text) ?? [];
        if (text.includes("CRITERION K")) return `CRITERION 1 [${code}]: MET`;
        if (text.includes(`RANKING [${code}]`)) return `RANKING [${code}]: B > A`;
        return judgeReply(call) ?? "yes";
      },
    });
    const examine = async (config: string) => {
      const { code, document } = await bench.json("doctor", config);
      const { checks } = document as DoctorDocument;
      return {
        code,
        judges: checks.filter(({ area }) => area === "judge").map((one) => [one.subject, one.outcome]),
      };
    };
    expect(await examine("kinds.yaml")).toEqual({
      code: 0,
      judges: [
        ["j-single (assay)", "ok"],
        ["j-spare (assay), for j-single", "ok"],
        ["j-other (assay)", "ok"],
        ["j-rank (ranking)", "ok"],
        ["rm (reward)", "ok"],
      ],
    });
    expect(await examine("criteria.yaml")).toEqual({ code: 0, judges: [["j-each (rubric)", "ok"]] });
    expect(await examine("keyed-run.yaml")).toEqual({ code: 0, judges: [["answer-key on keyed", "ok"]] });
    await rewards.close();
    expect(rewards.bodies.length).toBeGreaterThan(0);
    expect(Array.from(prompts, ([model, texts]) => [model, texts.length])).toEqual([
      ...["m", "n", "j-single", "j-spare", "j-other", "j-rank"].map((id) => [id, id === "m" ? 3 : 1]),
      ["j-each", 1],
    ]);
    // One criterion, as each call of the run asks for.
    expect(prompts.get("j-each")?.[0]).toContain("1. greets");
    expect(prompts.get("j-each")?.[0]).not.toContain("is short");
  });

  test("--dry-run calls nothing", async () => {
    const { code, of } = await doctor("--model", "m", "--judge", "j", "--dry-run");
    expect(code).toBe(0);
    expect(of("model")[0]?.message).toMatch(/is not called/);
    expect(server.counts.calls).toBe(0);
  });

  test("takes a whole line of run, and checks what it takes", async () => {
    const words = ["--model", "m", "--judge", "j", "--title", "T", "--redact", "--shard", "1/1"];
    const fine = await doctor(...words, "--log-file", "events.jsonl");
    expect(fine.code).toBe(0);
    expect(fine.checks).toContainEqual(expect.objectContaining({ subject: "log file", outcome: "ok" }));
    const closed = await startServer();
    await closed.close();
    const queue = `redis://127.0.0.1:${new URL(closed.baseUrl).port}`;
    const { code, checks } = await doctor(
      ...words,
      "--log-file",
      "none/x.jsonl",
      "--queue",
      queue,
      "--batch",
    );
    expect(code).toBe(2);
    expect(checks.filter((check) => check.outcome === "failed")).toMatchObject([
      { area: "plan", code: "queue-and-batch" },
      { subject: "queue", code: "queue-unreachable" },
      { subject: "log file", code: "log-not-writable" },
    ]);
  });

  test("says that a baseline has no effect without its mode", async () => {
    const { code, of } = await doctor("--model", "m", "--judge", "j", "--baseline", "m");
    expect(code).toBe(0);
    expect(of("plan")).toMatchObject([{ outcome: "warning", remedy: expect.stringContaining("--mode") }]);
  });

  test("without a configuration only the machine is checked", async () => {
    const { code, stdout } = await bench.assay("doctor");
    expect(code).toBe(0);
    expect(stdout).toMatch(/Node\.js[\s\S]*names no suite, model or judge[\s\S]*This machine is ready/);
  });

  test("an endpoint that nobody listens on", async () => {
    const closed = await startServer();
    await closed.close();
    const { code, of } = await doctor("--model", "m", "--judge", "j", "--judge-base-url", closed.baseUrl);
    expect(code).toBe(2);
    expect(of("model")).toMatchObject([{ outcome: "ok" }]);
    expect(of("judge")).toMatchObject([
      {
        outcome: "failed",
        code: "connection-failed",
        message: expect.stringContaining(closed.baseUrl),
        remedy: expect.stringContaining("the server runs"),
      },
    ]);
  });

  test("a wrong key: 401 with the variable's name, and the key nowhere", async () => {
    serve({ apiKey: "the-right-key", faults: () => ({ kind: "unauthorized", echoKey: true }) });
    vi.stubEnv("MY_SERVICE_KEY", "a-wrong-secret-0123456789");
    const words = [
      "doctor",
      "--suite",
      "suite.yaml",
      "--base-url",
      server.baseUrl,
      "--model",
      "m",
      "--judge",
      "j",
    ];
    const { code, stdout, stderr } = await bench.assay(...words, "--api-key-env", "MY_SERVICE_KEY");
    expect(code).toBe(2);
    expect(stdout).toMatch(/key: MY_SERVICE_KEY {2}is set/);
    expect(stdout).toMatch(/FAILED .*model: m.*answered 401[\s\S]*Check that MY_SERVICE_KEY holds a key/);
    expect(stdout + stderr).not.toContain("a-wrong-secret");
  });

  test("a key variable that is named and not set is refused", async () => {
    const { code, of } = await doctor("--model", "m", "--judge", "j", "--judge-api-key-env", "JUDGE_KEY");
    expect(code).toBe(2);
    expect(of("model")).toMatchObject([{ outcome: "ok" }]);
    expect(of("judge")).toMatchObject([
      { outcome: "failed", code: "missing-api-key", remedy: expect.stringContaining("export JUDGE_KEY=") },
    ]);
  });

  test("a model that the endpoint does not have", async () => {
    serve({ models: ["m", "j"] });
    const { code, of } = await doctor("--model", "m", "--model", "wrong-name", "--judge", "j");
    expect(code).toBe(2);
    expect(of("model")).toMatchObject([
      { subject: "m", outcome: "ok" },
      {
        subject: "wrong-name",
        outcome: "failed",
        code: "model-not-found",
        remedy: expect.stringContaining("/models"),
      },
    ]);
  });

  test("parameters that an endpoint refuses are a warning", async () => {
    serve({ refuses: [{ parameter: "temperature" }, { parameter: "max_tokens" }] });
    const { code, of } = await doctor("--model", "m", "--judge", "j");
    expect(code).toBe(0);
    expect(of("model")).toMatchObject([
      {
        outcome: "warning",
        droppedParameters: ["temperature"],
        message: expect.stringContaining("temperature"),
      },
    ]);
  });

  test("a limit that was just reached is a warning, since a run waits", async () => {
    serve({ faults: () => ({ kind: "rate-limit", waitMs: 1000 }) });
    const { code, of } = await doctor("--model", "m", "--judge", "j");
    expect(code).toBe(0);
    expect(of("model")).toMatchObject([{ outcome: "warning", code: "rate-limited" }]);
  });

  test("an endpoint that never answers is given up after the configured time", async () => {
    serve({ faults: () => ({ kind: "no-answer" }) });
    const { code, of } = await doctor("--model", "m", "--judge", "j", "--timeout", "0.2");
    expect(code).toBe(2);
    expect(of("model")).toMatchObject([{ code: "timeout", message: expect.stringContaining("0.2 s") }]);
  });

  test("a web page in place of a reply", async () => {
    serve({ faults: () => ({ kind: "html" }) });
    const { code, of } = await doctor("--model", "m", "--judge", "j");
    expect(code).toBe(2);
    expect(of("model")).toMatchObject([{ outcome: "failed", code: "invalid-response" }]);
  });

  test("a limit on new tokens above the server's whole context fails here, not in each call of a run", async () => {
    const message =
      "max_tokens=1024 cannot be greater than max_model_len=512. Please request fewer output tokens.";
    serve({
      faults: (call) =>
        Number(call.body.max_tokens) > 512
          ? { kind: "response", response: { status: 400, body: { error: { message, param: "max_tokens" } } } }
          : undefined,
    });
    const { code, of } = await doctor("--model", "m", "--judge", "j");
    expect(code).toBe(2);
    expect(of("model")).toMatchObject([
      { code: "context-overflow", remedy: expect.stringContaining("parameters.maxTokens") },
    ]);
  });

  test("a judge that gives no verdict that can be read", async () => {
    serve({ reply: () => ({ text: "The answer is a fine one because", finishReason: "length" }) });
    const { code, of, stderr } = await doctor("--model", "m", "--judge", "j");
    expect({ code, stderr }).toMatchObject({ code: 2 });
    expect(of("judge")).toMatchObject([
      {
        outcome: "failed",
        code: "unreadable-verdict",
        message: expect.stringMatching(
          /the judge's replies end at their limit of \d+ tokens.*"The answer is a fine one/,
        ),
        remedy: expect.stringContaining("parameters.maxTokens"),
      },
    ]);
    expect(server.counts.calls).toBe(3);
  });

  test("a judge by log-probabilities at an endpoint that gives none", async () => {
    bench.write(
      "judge.yaml",
      [
        "name: weighing",
        'template: "{instruction} {output_1} {output_2}"',
        "parameters: { maxTokens: 1, temperature: 1, topLogprobs: 5 }",
        "parser: { kind: logprobs, first: m, second: M }",
      ].join("\n"),
    );
    const words = ["--model", "m", "--model", "n", "--mode", "pairwise-all"];
    const judge = ["--judge", "j", "--judge-protocol", "./judge.yaml"];
    expect((await doctor(...words, ...judge)).code).toBe(0);
    serve({ refuses: [{ parameter: "logprobs" }] });
    const { code, of } = await doctor(...words, ...judge);
    expect(code).toBe(2);
    expect(of("judge")).toMatchObject([
      { outcome: "failed", code: "no-logprobs", remedy: expect.stringContaining("--judge-samples") },
    ]);
  });

  test("every replica is tried", async () => {
    const other = await startServer({ models: ["another"] });
    bench.write(
      "assay.yaml",
      [
        "suites: [suite.yaml]",
        `models: [{ id: m, model: m, baseUrls: ["${server.baseUrl}", "${other.baseUrl}"] }]`,
        `judges: [{ id: j, model: j, baseUrl: "${server.baseUrl}" }]`,
      ].join("\n"),
    );
    const { code, document } = await bench.json("doctor");
    await other.close();
    expect(code).toBe(2);
    const models = (document as DoctorDocument).checks.filter((check) => check.area === "model");
    expect(models).toMatchObject([
      { subject: "m", outcome: "ok", endpoint: server.baseUrl },
      { subject: "m", outcome: "failed", endpoint: other.baseUrl },
    ]);
  });

  test("recordings that lack answers are counted, without a call", async () => {
    bench.write("two.yaml", "questions:\n  - { id: a, turns: [x] }\n  - { id: b, turns: [y] }\n");
    bench.write("recorded.jsonl", '{"questionId": "a", "turns": ["an answer"]}\n');
    bench.write(
      "assay.yaml",
      `suites: [two.yaml]\nmodels: [{ id: r, adapter: replay, path: recorded.jsonl }]\njudges: [j]\njudgeBaseUrl: ${server.baseUrl}\n`,
    );
    const { code, document } = await bench.json("doctor");
    expect(code).toBe(2);
    expect((document as DoctorDocument).checks).toContainEqual(
      expect.objectContaining({
        area: "model",
        subject: "r",
        outcome: "failed",
        code: "no-recording",
        message: expect.stringMatching(/^1 of 2 answers to two are not recorded/),
      }),
    );
    expect((await bench.json("doctor", "--max-missing", "50")).code).toBe(0);
  });

  test("a retired judge model is said, with its successor", async () => {
    const { code, of } = await doctor("--model", "m", "--judge", "gpt-4-1106-preview");
    expect(code).toBe(0);
    expect(of("judge")).toContainEqual(
      expect.objectContaining({
        outcome: "warning",
        message: expect.stringContaining("gpt-4.1-2025-04-14"),
      }),
    );
  });

  test("when a judge model ends is asked of its endpoint, and runs and reports say it", async () => {
    serve({
      models: ["m", "own-judge"],
      shutdownDates: { "own-judge": "2020-01-01" },
      reply: (call) => judgeReply(call) ?? { text: "yes" },
    });
    const line = ["--model", "m", "--judge", "own-judge"];
    const { of } = await doctor(...line);
    const says = `own-judge was shut down on 2020-01-01, as ${server.baseUrl} says`;
    expect(of("judge")).toContainEqual(
      expect.objectContaining({
        outcome: "warning",
        message: expect.stringContaining(says),
        remedy: expect.stringContaining("assay bridge"),
      }),
    );
    const words = ["--suite", "suite.yaml", "--base-url", server.baseUrl, ...line, "--out", "run"];
    const run = await bench.assay("run", ...words, "--format", "markdown");
    expect(run.stderr).toContain(says);
    expect(readFileSync("run/report/summary.md", "utf8").replaceAll("\\", "")).toContain(
      "was shut down on 2020-01-01",
    );
  });

  test("OpenAI without a key: said before anything is called", async () => {
    const fetched = vi.fn(() => Promise.reject(new Error("nothing may be called")));
    vi.stubGlobal("fetch", fetched);
    const { code, stdout } = await bench.assay(
      "doctor",
      "--suite",
      "suite.yaml",
      "--model",
      "m",
      "--judge",
      "j",
    );
    expect(code).toBe(2);
    expect(stdout).toMatch(/FAILED .*model: m.*OPENAI_API_KEY is not set\n.*export OPENAI_API_KEY/);
    expect(fetched).not.toHaveBeenCalled();
  });

  test("all mistakes are found at once, each said once", async () => {
    serve({ models: ["j"] });
    const { code, checks } = await doctor(
      ...[
        "--suite",
        "mt-bnech",
        "--model",
        "m",
        "--judge",
        "j",
        "--format",
        "htlm",
        "--out",
        "suite.yaml/run",
      ],
    );
    expect(code).toBe(2);
    const failed = checks.filter((check) => check.outcome === "failed");
    expect(failed.map((check) => check.area).sort()).toEqual(["model", "output", "plan", "suite"]);
    expect(failed.find((check) => check.area === "suite")?.remedy).toContain('"mt-bench"');
    expect(failed.find((check) => check.area === "plan")?.remedy).toContain('"html"');
    expect(failed.find((check) => check.area === "output")?.message).toMatch(/suite\.yaml is a file/);
  });

  test("a config that cannot be read is one failed check, with file and line", async () => {
    bench.write("assay.yaml", "suites: [assay-80]\nmodel: x\n");
    const { code, document } = await bench.json("doctor");
    expect(code).toBe(2);
    expect((document as DoctorDocument).checks.at(-1)).toMatchObject({
      area: "configuration",
      outcome: "failed",
      message: expect.stringContaining("assay.yaml:2"),
      remedy: expect.stringContaining('"models"'),
    });
  });

  test("a config without a judge would only do for answers", async () => {
    const { code, of } = await doctor("--model", "m");
    expect(code).toBe(2);
    expect(of("plan")).toMatchObject([
      { code: "judge-missing", message: expect.stringContaining("assay answer") },
    ]);
  });

  test("what an endpoint calls itself cannot steer the terminal", async () => {
    serve({ reply: () => ({ text: "yes", model: "evil\u001b[2J\nmodel" }) });
    const { stdout } = await bench.assay(
      ...["doctor", "--suite", "suite.yaml", "--base-url", server.baseUrl, "--model", "m", "--judge", "j"],
    );
    expect(stdout).toContain("evil\\u{1b}[2J⏎model");
    expect(stdout).not.toContain("\u001b[2J");
  });
});

describe("the machine", () => {
  test.each([
    ["20.19.0", "ok"],
    ["22.4.1", "ok"],
    ["24.0.0", "ok"],
    ["20.18.3", "failed"],
    ["18.20.4", "failed"],
  ])("Node.js %s: %s", (version, outcome) => {
    expect(checkNode(version).outcome).toBe(outcome);
  });

  test("a folder below a file cannot be made", async () => {
    const about = { area: "output", subject: "run folder" } as const;
    const check = await checkFolder(about, `${import.meta.filename}/below/it`, "--out");
    expect(check).toMatchObject({ outcome: "failed", remedy: "Choose another folder with --out." });
    expect(check.message).toContain("doctor.test.ts is a file");
    expect(await checkFolder(about, `${import.meta.dirname}/not/there/yet`, "--out")).toMatchObject({
      outcome: "ok",
    });
  });
});
