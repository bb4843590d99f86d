import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isObject, readModelCall } from "../../server/model-calls.js";
import { defaultReply, replyBody } from "../../server/replies.js";
import { startServer, type TestServer } from "../../server/server.js";
import { useBench } from "../command-runner.js";

const bench = useBench();

let server: TestServer;
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.close());

/** Five two-turn questions of the user's own. */
function writeSuite(count = 5): string {
  const questions = Array.from({ length: count }, (_, index) => ({
    id: `q${index}`,
    category: ["writing", "math"][index % 2],
    turns: [`Question ${index}?`, `And again, ${index}?`],
  }));
  return bench.write("suite.yaml", JSON.stringify({ questions }));
}

/** Answers a request file as `vllm run-batch` does, in any order; `spoil` may replace a line. */
async function runBatchFile(
  path: string,
  spoil: (customId: string, index: number) => object | null | undefined = () => undefined,
): Promise<string> {
  const results: string[] = [];
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  for (const [index, line] of lines.entries()) {
    const request: unknown = JSON.parse(line);
    if (!isObject(request) || !isObject(request.body)) throw new Error(`not a request: ${line}`);
    const customId = String(request.custom_id);
    const spoilt = spoil(customId, index);
    if (spoilt === null) continue;
    const call = readModelCall(index, "chat", request.body, {});
    const response = {
      status_code: 200,
      request_id: `vllm-batch-${index}`,
      body: replyBody(call, await defaultReply(call)),
    };
    const row = { id: `vllm-${index}`, custom_id: customId, response, error: null, ...spoilt };
    results.push(JSON.stringify(row));
  }
  const name = join("results", path.split("/").at(-1) ?? "");
  mkdirSync(join(bench.folder, "results"), { recursive: true });
  writeFileSync(join(bench.folder, name), `${results.reverse().join("\n")}\n`);
  return name;
}

interface Exported {
  readonly code: number;
  readonly round: number;
  readonly files: readonly {
    readonly path: string;
    readonly stage: string;
    readonly model: string;
    readonly requests: number;
  }[];
}

async function exportRound(...target: string[]): Promise<Exported> {
  const { code, document } = await bench.json("batch", "export", ...target);
  if (!isObject(document)) throw new Error("no document");
  return { code, round: Number(document.round), files: document.files as Exported["files"] };
}

function boardsOf(run: string): unknown {
  return JSON.parse(readFileSync(join(bench.folder, run, "scores.json"), "utf8")).boards;
}

const evaluation = () => [
  "--suite",
  writeSuite(),
  "--model",
  "small",
  "--model",
  "large",
  "--judge",
  "referee",
];

describe("assay batch", () => {
  test("turn by turn and then the judgments, by file alone, comes to the figures of a run call by call", async () => {
    const flags = [...evaluation(), "--run", "by-file", "--out", "requests"];
    const sizes: string[] = [];
    const first = await exportRound(...flags);
    expect(first).toMatchObject({ code: 0, round: 1 });
    let { files } = first;
    for (let round = 1; files.length > 0 && round < 10; round++) {
      sizes.push(...files.map((file) => `${round} ${file.stage} ${file.model} ${file.requests}`));
      const results = await Promise.all(files.map((file) => runBatchFile(file.path)));
      const imported = await bench.json("batch", "import", "by-file", ...results);
      expect(imported.document).toMatchObject({ unknown: 0, failures: 0, repeated: 0 });
      expect(imported.code).toBe(round < 3 ? 3 : 0);
      ({ files } = await exportRound("by-file", "--out", "requests"));
    }
    expect(sizes).toEqual([
      "1 answers small 5",
      "1 answers large 5",
      "2 answers small 5",
      "2 answers large 5",
      "3 judgments referee 20",
    ]);
    expect(readdirSync(join(bench.folder, "requests")).sort()).toEqual([
      "01-answers-large.jsonl",
      "01-answers-small.jsonl",
      "02-answers-large.jsonl",
      "02-answers-small.jsonl",
      "03-judgments-referee.jsonl",
    ]);
    // No endpoint was named, no key is set: nothing was called.
    expect(server.requests).toEqual([]);
    const live = await bench.assay(
      "run",
      ...evaluation(),
      "--base-url",
      server.baseUrl,
      "--out",
      "live",
      "--no-cache",
      "--quiet",
    );
    expect(live.code).toBe(0);
    expect(boardsOf("by-file")).toEqual(boardsOf("live"));
    expect(readdirSync(join(bench.folder, "by-file", "report"))).toContain("index.html");
  });

  test("a request is a line of the OpenAI Batch format, the same every time", async () => {
    const flags = [...evaluation(), "--run", "x", "--out", "requests"];
    const { files } = await exportRound(...flags);
    const text = readFileSync(files[0]?.path ?? "", "utf8");
    const [line = ""] = text.split("\n");
    expect(JSON.parse(line)).toEqual({
      custom_id: expect.stringMatching(/^assay-[0-9a-f]{32}$/),
      method: "POST",
      url: "/v1/chat/completions",
      body: expect.objectContaining({ model: "small", messages: [{ role: "user", content: "Question 0?" }] }),
    });
    const again = await exportRound("x", "--out", "requests");
    expect(again).toMatchObject({ round: 1, files });
    expect(readFileSync(again.files[0]?.path ?? "", "utf8")).toBe(text);
  });

  test("what failed is asked again, what cannot succeed becomes a record, what belongs elsewhere is told", async () => {
    const { files } = await exportRound(...evaluation(), "--run", "x", "--out", "requests");
    const [small = { path: "" }, large = { path: "" }] = files;
    const overflow = {
      error: {
        message: "This model's maximum context length is 10 tokens.",
        type: "BadRequestError",
        code: 400,
      },
    };
    const faults: readonly (object | null)[] = [
      // As vLLM writes an error: the response has no body.
      { response: { status_code: 400, request_id: "r", body: null }, error: overflow },
      // As OpenAI's error file has it.
      { response: { status_code: 500, request_id: "r", body: { error: { message: "overloaded" } } } },
      {
        response: null,
        error: { code: "batch_expired", message: "This request could not be executed in time." },
      },
      { custom_id: "somebody-elses" },
      null,
    ];
    const spoilt = await runBatchFile(small.path, (_, index) => faults[index]);
    const fine = await runBatchFile(large.path);
    const { code, document, stderr } = await bench.json("batch", "import", "x", spoilt, fine);
    expect(code).toBe(3);
    expect(document).toMatchObject({
      replies: 5,
      failures: 3,
      unknown: 1,
      unknownIds: ["somebody-elses"],
      due: 9,
      answers: { failed: 1 },
    });
    expect(stderr).toContain("somebody-elses");
    const repeated = await bench.json("batch", "import", "x", spoilt, fine);
    expect(repeated.document).toMatchObject({ replies: 0, failures: 0, repeated: 8, due: 9 });

    const next = await exportRound("x", "--out", "requests");
    expect(next.round).toBe(2);
    expect(next.files.map((file) => file.requests)).toEqual([4, 5]);
    for (let round = next; round.files.length > 0; round = await exportRound("x", "--out", "requests")) {
      const results = await Promise.all(round.files.map((file) => runBatchFile(file.path)));
      await bench.json("batch", "import", "x", ...results);
    }
    const manifest = JSON.parse(readFileSync(join(bench.folder, "x", "run.json"), "utf8"));
    expect(manifest.answers).toMatchObject({ planned: 10, completed: 9, failed: 1 });
    expect(manifest.judgments).toMatchObject({ judged: 18 });
    expect(manifest.totals).toContainEqual(expect.objectContaining({ model: "small", retries: 2 }));
  });

  test("recorded answers need no file; what runs as a program is left to assay run", async () => {
    const answers = Array.from({ length: 5 }, (_, index) => ({
      questionId: `q${index}`,
      turns: ["It is so.", "It still is."],
    }));
    bench.write("answers.jsonl", answers.map((row) => JSON.stringify(row)).join("\n"));
    const config = {
      suites: [writeSuite()],
      models: [
        { id: "told", adapter: "replay", path: "answers.jsonl" },
        { id: "program", adapter: "command", command: "true" },
      ],
      judges: ["referee"],
    };
    bench.write("assay.json", JSON.stringify(config));
    const { code, document, stderr } = await bench.json(
      "batch",
      "export",
      "assay.json",
      "--run",
      "x",
      "--out",
      "requests",
    );
    expect(code).toBe(0);
    expect(document).toMatchObject({
      files: [{ stage: "judgments", model: "referee", requests: 10 }],
      notBatched: { program: 5 },
    });
    expect(stderr).toContain("program cannot be asked by file");
  });

  test.each([
    [["import", "x"], "result files"],
    [["import", "nowhere", "results.jsonl"], "not a run folder"],
    [["export"], "--out"],
    [["export", "--out", "requests"], "no suite"],
  ])("batch %j is refused", async (words, says) => {
    const { code, stderr } = await bench.assay("batch", ...words);
    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });

  test("files that are no results, or another run's, are refused", async () => {
    await exportRound(...evaluation(), "--run", "x", "--out", "requests");
    bench.write("prose.jsonl", '{"custom_id":"a","response":null,"error":null}\n{"text":"no"}\n');
    const prose = await bench.assay("batch", "import", "x", "prose.jsonl");
    expect(prose).toMatchObject({ code: 2, stderr: expect.stringContaining("prose.jsonl:2") });
    bench.write("other.jsonl", '{"custom_id":"a","response":null,"error":null}\n');
    const other = await bench.assay("batch", "import", "x", "other.jsonl");
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining("belongs to this run") });
    const absent = await bench.assay("batch", "import", "x", "absent.jsonl");
    expect(absent).toMatchObject({ code: 2, stderr: expect.stringContaining("absent.jsonl") });
  });
});

describe("assay run --batch", () => {
  const flags = () => [
    ...evaluation(),
    "--base-url",
    server.baseUrl,
    "--batch",
    "--batch-poll",
    "0.01",
    "--no-cache",
  ];

  test("asks nothing directly and says what its batches do", async () => {
    const { code, stderr } = await bench.assay("run", ...flags(), "--out", "x");
    expect(code, stderr).toBe(0);
    expect(server.counts.calls).toBe(0);
    expect(stderr).toContain("batch batch_1 (answers of small): 5 requests submitted");
    expect(stderr).toContain("batch batch_5 (judgments by referee): completed, 20 replies");
    const live = await bench.assay(
      "run",
      ...evaluation(),
      "--base-url",
      server.baseUrl,
      "--out",
      "live",
      "--no-cache",
      "--quiet",
    );
    expect(live.code).toBe(0);
    expect(boardsOf("x")).toEqual(boardsOf("live"));
  });

  test("the plan says half the price", async () => {
    bench.write(
      "prices.yaml",
      "{ small: { input: 2, output: 8 }, large: { input: 2, output: 8 }, referee: { input: 2, output: 8 } }",
    );
    const priced = [...evaluation(), "--base-url", server.baseUrl, "--prices", "prices.yaml", "--dry-run"];
    const [plain, batch] = [
      await bench.json("run", ...priced),
      await bench.json("run", ...priced, "--batch"),
    ];
    const high = (document: unknown) => (document as { costUsd: { high: number } }).costUsd.high;
    expect(high(batch.document)).toBeCloseTo(high(plain.document) / 2, 9);
  });

  test("one entry may be asked in batches while another is called", async () => {
    const config = {
      suites: [writeSuite()],
      models: [{ id: "small", model: "small", baseUrl: server.baseUrl }],
      judges: [{ id: "referee", model: "referee", baseUrl: server.baseUrl, batch: true }],
      batchPoll: 0.01,
      cache: false,
    };
    bench.write("assay.json", JSON.stringify(config));
    const { code, stderr } = await bench.assay("run", "assay.json", "--out", "x", "--quiet");
    expect(code, stderr).toBe(0);
    expect(server.counts.calls).toBe(10);
    expect(server.requests.filter((one) => one.method === "POST" && one.path === "/v1/batches")).toHaveLength(
      1,
    );
  });

  test("only the verdicts of a run that has its answers", async () => {
    await bench.assay(
      "answer",
      ...evaluation(),
      "--base-url",
      server.baseUrl,
      "--out",
      "x",
      "--no-cache",
      "--quiet",
    );
    expect(server.counts.calls).toBe(20);
    const { code, stderr } = await bench.assay("judge", "x", "--batch", "--batch-poll", "0.01", "--quiet");
    expect(code, stderr).toBe(0);
    expect(server.counts.calls).toBe(20);
  });

  test("replies are shared with other runs through the cache", async () => {
    const [, ...rest] = flags().reverse();
    const cached = rest.reverse();
    expect((await bench.assay("run", ...cached, "--out", "x", "--quiet")).code).toBe(0);
    server.reset();
    const live = [...evaluation(), "--base-url", server.baseUrl];
    expect((await bench.assay("run", ...live, "--out", "y", "--quiet")).code).toBe(0);
    expect(server.counts.calls).toBe(0);
  });

  test.each([
    ["a program", { id: "p", adapter: "command", command: "true" }, "adapter command"],
    [
      "a model behind several servers",
      { id: "p", model: "p", baseUrls: ["http://127.0.0.1:1/v1", "http://127.0.0.1:2/v1"] },
      "several base URLs",
    ],
  ])("%s cannot be asked so, and says what to do", async (_, model, says) => {
    const config = {
      suites: [writeSuite()],
      models: [model],
      judges: ["referee"],
      judgeBaseUrl: server.baseUrl,
    };
    bench.write("assay.json", JSON.stringify(config));
    const { code, stderr } = await bench.assay("run", "assay.json", "--batch", "--out", "x");
    expect(code).toBe(2);
    expect(stderr).toContain(says);
    expect(stderr).toContain("batch: false");
    expect(server.requests).toEqual([]);
  });
});
