import OpenAI, { toFile } from "openai";
import { afterEach, describe, expect, it } from "vitest";
import { contentFilter } from "./error-bodies.js";
import { faultsAt, faultsPerPrompt, passingFaults, seededFaults } from "./faults.js";
import { hashFraction, readModelCall } from "./model-calls.js";
import { startServerProcess } from "./process.js";
import { createRateLimiter } from "./rate-limit.js";
import { judgeReply, type ModelReply } from "./replies.js";
import { type ServerOptions, startServer, type TestServer } from "./server.js";

const call = (index: number, content: string, more: Record<string, unknown> = {}) =>
  readModelCall(index, "chat", { model: "m", messages: [{ role: "user", content }], ...more }, {});

describe("the test server", () => {
  const open: TestServer[] = [];
  afterEach(async () => {
    for (const server of open.splice(0)) await server.close();
  });
  const start = async (options: ServerOptions = {}) => {
    const server = await startServer(options);
    open.push(server);
    const ask = (content: string, body: Record<string, unknown> = {}) =>
      fetch(`${server.baseUrl}/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ model: "m", messages: [{ role: "user", content }], ...body }),
      });
    return { server, ask };
  };

  it("answers in OpenAI's format, counts and records", async () => {
    const { server, ask } = await start();
    const response = await ask("hello there");
    expect(await response.json()).toMatchObject({
      object: "chat.completion",
      model: "m",
      choices: [
        { message: { role: "assistant", content: "m answers turn 1: hello there" }, finish_reason: "stop" },
      ],
      usage: { prompt_tokens: 3, completion_tokens: 8, total_tokens: 11 },
    });
    expect(server.requests[0]).toMatchObject({
      method: "POST",
      path: "/v1/chat/completions",
      body: { model: "m" },
      status: 200,
      outcome: "answered",
    });
    expect(server.counts).toMatchObject({ calls: 1, answered: 1, peakInFlight: 1, connections: 1 });
  });

  it("keeps nothing when it is told so, and still counts", async () => {
    const { server, ask } = await start({ keepRequests: false });
    await (await ask("x")).text();
    expect(server.requests).toHaveLength(0);
    expect(server.counts.calls).toBe(1);
    server.configure({ keepRequests: true, keepBodies: false });
    await (await ask("x")).text();
    expect(server.requests[0]?.body).toBeUndefined();
  });

  it("knows only the models it is given", async () => {
    const { server, ask } = await start({ models: ["a"] });
    expect((await ask("x")).status).toBe(404);
    expect((await ask("x", { model: "a" })).status).toBe(200);
    const list = await (await fetch(`${server.baseUrl}/models`)).json();
    expect(list).toMatchObject({ data: [{ id: "a" }] });
  });

  it("fails by script, by prompt and by seed", async () => {
    const { server, ask } = await start({ faults: faultsAt({ 1: { kind: "server-error", status: 503 } }) });
    const statuses = [];
    for (let index = 0; index < 3; index++) statuses.push((await ask("x")).status);
    expect(statuses).toEqual([200, 503, 200]);
    expect(server.counts.faults).toEqual({ "server-error": 1 });

    const plan = faultsPerPrompt(2, { kind: "html" });
    expect([0, 1, 2].map((index) => plan(call(index, "a"))?.kind)).toEqual(["html", "html", undefined]);
    expect(plan(call(3, "b"))?.kind).toBe("html");

    const seeded = seededFaults(0.3, 7);
    const drawn = Array.from({ length: 10_000 }, (_, index) => seeded(call(index, "x")));
    const share = drawn.filter((fault) => fault !== undefined).length / drawn.length;
    expect(share).toBeGreaterThan(0.28);
    expect(share).toBeLessThan(0.32);
    expect(new Set(drawn.map((fault) => JSON.stringify(fault))).size).toBe(passingFaults.length + 1);
    expect(drawn).toEqual(Array.from({ length: 10_000 }, (_, index) => seeded(call(index, "y"))));
  });

  it("refuses more calls at a time than it allows", async () => {
    let refused = 0;
    let release: (text: string) => void = () => undefined;
    const held = new Promise<string>((resolve) => {
      release = resolve;
    });
    const { server, ask } = await start({ reply: () => held, rateLimit: { maxInFlight: 2 } });
    const statusOf = async () => {
      const { status } = await ask("x");
      if (status === 429 && ++refused === 2) release("answered at last");
      return status;
    };
    const statuses = await Promise.all([1, 2, 3, 4].map(statusOf));
    expect(statuses.sort()).toEqual([200, 200, 429, 429]);
    expect(server.counts).toMatchObject({ answered: 2, rateLimited: 2 });
  });

  it("judges by what the prompt asks for, the same each time", () => {
    const textOf = (reply: string | ModelReply | undefined) =>
      typeof reply === "string" ? reply : reply?.text;
    expect(textOf(judgeReply(call(0, 'Rate like "[[rating]]", such as [[5]].')))).toMatch(
      /Rating: \[\[(10|[1-9])\]\]$/,
    );
    expect(textOf(judgeReply(call(0, 'Say "[[A]]", "[[B]]" or "[[C]]".')))).toMatch(/\[\[[ABC]\]\]$/);
    expect(textOf(judgeReply(call(0, "end with FINAL RATING: n")))).toMatch(/\nFINAL RATING: (10|[1-9])$/);
    expect(textOf(judgeReply(call(0, "end with FINAL VERDICT: A|B|TIE")))).toMatch(
      /\nFINAL VERDICT: (A|B|TIE)$/,
    );
    expect(textOf(judgeReply(call(0, "one of [[A>>B]] …")))).toMatch(/\[\[(A>B|B>>A|A=B)\]\]/);
    const schema = (properties: object) => ({
      response_format: { type: "json_schema", json_schema: { name: "x", schema: { properties } } },
    });
    expect(JSON.parse(textOf(judgeReply(call(0, "x", schema({ rating: {} })))) ?? "")).toMatchObject({
      rating: expect.any(Number),
    });
    expect(JSON.parse(textOf(judgeReply(call(0, "x", schema({ verdict: {} })))) ?? "").verdict).toMatch(
      /^(A|B|TIE)$/,
    );
    const labelled = judgeReply(call(0, "m or M?", { logprobs: true, top_logprobs: 5 })) as ModelReply;
    const top = labelled.logprobs?.[0]?.top ?? [];
    expect(top.reduce((sum, { logprob }) => sum + Math.exp(logprob), 0)).toBeCloseTo(1);
    const tools = [{ type: "function", function: { name: "rank" } }];
    expect(judgeReply(call(0, "x", { tools }))).toMatchObject({ toolCalls: [{ name: "rank" }] });
    expect(judgeReply(call(0, "What is the tallest mountain?"))).toBeUndefined();
    expect(judgeReply(call(5, "FINAL RATING: ?"))).toEqual(judgeReply(call(9, "FINAL RATING: ?")));
  });

  it("draws fractions evenly", () => {
    const mean = Array.from({ length: 10_000 }, (_, index) => hashFraction(`text ${index}`)).reduce(
      (sum, fraction) => sum + fraction / 10_000,
      0,
    );
    expect(mean).toBeGreaterThan(0.49);
    expect(mean).toBeLessThan(0.51);
  });

  it("limits requests and tokens in a sliding window and says what is left", () => {
    let now = 0;
    const limiter = createRateLimiter({ requests: 2, tokens: 100, windowMs: 1000, headers: true }, () => now);
    expect(limiter.admit(1, 10)).toBeUndefined();
    now = 400;
    expect(limiter.admit(1, 10)).toBeUndefined();
    expect(limiter.headers()).toEqual({
      "x-ratelimit-limit-requests": "2",
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-requests": "600ms",
      "x-ratelimit-limit-tokens": "100",
      "x-ratelimit-remaining-tokens": "80",
      "x-ratelimit-reset-tokens": "600ms",
    });
    expect(limiter.admit(1, 10)).toBe(600);
    now = 1000;
    expect(limiter.admit(1, 95)).toBe(400);
    expect(limiter.admit(1, 10)).toBeUndefined();
  });

  it("runs batches: files up, statuses in turn, output and errors apart", async () => {
    const { server } = await start({
      batch: {
        reversed: true,
        fate: (customId) => {
          if (customId === "c") return { kind: "failed", response: contentFilter() };
          return customId === "d" ? { kind: "expired" } : undefined;
        },
      },
    });
    const client = new OpenAI({ baseURL: server.baseUrl, apiKey: "none" });
    const rows = ["a", "b", "c", "d"].map((id) => ({
      custom_id: id,
      method: "POST",
      url: "/v1/chat/completions",
      body: { model: "m", messages: [{ role: "user", content: `prompt ${id}` }] },
    }));
    const text = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
    const file = await client.files.create({
      file: await toFile(Buffer.from(text), "in.jsonl"),
      purpose: "batch",
    });
    expect(file).toMatchObject({ bytes: Buffer.byteLength(text), filename: "in.jsonl", purpose: "batch" });
    expect(server.batches.files.get(file.id)?.data.toString()).toBe(text);
    const created = await client.batches.create({
      input_file_id: file.id,
      endpoint: "/v1/chat/completions",
      completion_window: "24h",
      metadata: { run: "1" },
    });
    expect(created).toMatchObject({ status: "validating", output_file_id: null, metadata: { run: "1" } });
    const statuses = [];
    let batch = created;
    for (let poll = 0; poll < 3; poll++) {
      batch = await client.batches.retrieve(created.id);
      statuses.push(batch.status);
    }
    expect(statuses).toEqual(["in_progress", "finalizing", "completed"]);
    expect(batch.request_counts).toEqual({ total: 4, completed: 2, failed: 2 });
    const lines = async (id: string | null | undefined) =>
      (await (await client.files.content(id ?? "")).text())
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
    const output = await lines(batch.output_file_id);
    expect(output.map((row) => row.custom_id)).toEqual(["b", "a"]);
    expect(output[0].response).toMatchObject({
      status_code: 200,
      body: { choices: [{ message: { content: "m answers turn 1: prompt b" } }] },
    });
    const errors = await lines(batch.error_file_id);
    expect(errors).toMatchObject([
      { custom_id: "c", response: { status_code: 400 }, error: null },
      { custom_id: "d", response: null, error: { code: "batch_expired" } },
    ]);
  });

  it("ends batches in other ways", async () => {
    const { server } = await start({ batch: { statuses: [], finalStatus: "failed" } });
    const client = new OpenAI({ baseURL: server.baseUrl, apiKey: "none" });
    const file = await client.files.create({
      file: await toFile(Buffer.from("{}"), "in.jsonl"),
      purpose: "batch",
    });
    const batch = await client.batches.create({
      input_file_id: file.id,
      endpoint: "/v1/chat/completions",
      completion_window: "24h",
    });
    expect(batch).toMatchObject({ status: "failed", output_file_id: null, errors: { data: [{ line: 1 }] } });
    await expect(client.batches.retrieve("batch_none")).rejects.toMatchObject({ status: 404 });
    await expect(
      client.batches.create({
        input_file_id: "file-none",
        endpoint: "/v1/chat/completions",
        completion_window: "24h",
      }),
    ).rejects.toMatchObject({ status: 400 });
  });

  it("runs as a process of its own", async () => {
    const server = await startServerProcess({
      replyCharacters: 40,
      faultRate: 0.5,
      faultKinds: [{ kind: "html" }],
    });
    const client = new OpenAI({ baseURL: server.baseUrl, apiKey: "none" });
    for (let index = 0; index < 8; index++) {
      await client.chat.completions.create({ model: "m", messages: [{ role: "user", content: "x" }] });
    }
    const { calls, answered, faults } = await server.report();
    expect(calls).toBe(8);
    expect(answered + (faults.html ?? 0)).toBe(8);
    await server.reset();
    expect((await server.report()).calls).toBe(0);
    await server.close();
  });
});
