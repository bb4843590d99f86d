import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { GenerationParameters } from "../../harness/core/records.js";
import type { EndpointModelOptions } from "../../harness/models/endpoint-model.js";
import { isEndpointModel } from "../../harness/models/endpoint-model.js";
import { openaiModel } from "../../harness/models/openai.js";
import { describeModelContract, rejectionOf, requestAbout } from "../contracts/model-contract.js";
import type { ModelReply } from "../server/replies.js";
import { type ServerOptions, startServer, type TestServer } from "../server/server.js";

const KEY = "sk-very-secret-key-0123456789";
const idle = () => new AbortController().signal;

/** Resolves when the server meets a call with this prompt. */
function arrivals() {
  const waiting = new Map<string, () => void>();
  return {
    note: (prompt: string) => waiting.get(prompt)?.(),
    of: (prompt: string) => new Promise<void>((resolve) => waiting.set(prompt, resolve)),
  };
}

for (const [title, kind] of [
  ["openai, with an endpoint that sends no headers", "no-answer"],
  ["openai, with a body that stalls", "stalled-body"],
] as const) {
  describeModelContract(title, async () => {
    const arrived = arrivals();
    const server = await startServer({
      apiKey: KEY,
      faults: (call) => {
        arrived.note(call.prompt);
        if (call.prompt === "fail") return { kind: "unauthorized", echoKey: true };
        return call.prompt === "hang" ? { kind } : undefined;
      },
    });
    const options = { id: "m", model: "m-1", baseUrl: server.baseUrl, apiKey: KEY };
    return {
      model: openaiModel(options),
      twin: openaiModel(options),
      answerable: (index) => ({
        request: requestAbout(`q${index}`, `question <${index}>`),
        text: `<${index}>`,
      }),
      failing: requestAbout("x", "fail"),
      hanging: { request: requestAbout("x", "hang"), begun: () => arrived.of("hang") },
      secrets: [KEY],
      close: () => server.close(),
    };
  });
}

describe("openai", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());
  beforeEach(() => {
    server.reset();
    server.configure({ reply: () => "fine", refuses: [], headers: {}, faults: () => undefined });
  });

  const model = (options: Partial<EndpointModelOptions> = {}) =>
    openaiModel({ id: "m", model: "m-1", baseUrl: server.baseUrl, apiKey: KEY, ...options });
  const ask = (parameters: GenerationParameters = {}, options: Partial<EndpointModelOptions> = {}) =>
    model(options).generate(requestAbout("q", "hello", { parameters }), { signal: idle() });
  const replying = (reply: ModelReply, more: ServerOptions = {}) =>
    server.configure({ reply: () => reply, ...more });
  const lastBody = () => server.requests.at(-1)?.body as Record<string, unknown>;

  it("sends well-formed text alone, in every member", async () => {
    const request = requestAbout("q", "smile \ud83d done", { parameters: { stop: ["\udc00"] } });
    await model().generate(request, { signal: idle() });
    expect(lastBody()).toMatchObject({ messages: [{ content: "smile \ufffd done" }], stop: ["\ufffd"] });
    expect(model().wire.write(request).body).toMatchObject({ messages: [{ content: "smile \ufffd done" }] });
  });

  it("sends the conversation and every parameter under its wire name", async () => {
    const schema = { type: "object", properties: { rating: { type: "number" } } };
    await model().generate(
      {
        messages: [
          { role: "system", content: "be brief" },
          { role: "user", content: "one" },
          { role: "assistant", content: "two" },
          { role: "user", content: "three" },
        ],
        parameters: {
          temperature: 0.7,
          maxTokens: 1024,
          topP: 0.9,
          seed: 7,
          stop: ["END"],
          topLogprobs: 5,
          responseSchema: { name: "grade", schema },
          tools: [{ name: "rank", description: "ranks", parameters: schema, strict: true }],
          toolChoice: "rank",
          extra: { top_k: 40, n: 3, stream: true },
        },
        subject: requestAbout("q", "").subject,
      },
      { signal: idle() },
    );
    expect(server.requests[0]?.path).toBe("/v1/chat/completions");
    expect(lastBody()).toEqual({
      model: "m-1",
      messages: [
        { role: "system", content: "be brief" },
        { role: "user", content: "one" },
        { role: "assistant", content: "two" },
        { role: "user", content: "three" },
      ],
      temperature: 0.7,
      max_tokens: 1024,
      top_p: 0.9,
      seed: 7,
      stop: ["END"],
      logprobs: true,
      top_logprobs: 5,
      response_format: { type: "json_schema", json_schema: { name: "grade", schema, strict: true } },
      tools: [
        {
          type: "function",
          function: { name: "rank", description: "ranks", parameters: schema, strict: true },
        },
      ],
      tool_choice: { type: "function", function: { name: "rank" } },
      top_k: 40,
    });
  });

  it("sends nothing that was not asked for", async () => {
    await ask();
    expect(Object.keys(lastBody())).toEqual(["model", "messages"]);
  });

  it("sends the key as a bearer token and tells nothing about this machine", async () => {
    await ask();
    const headers = server.requests[0]?.headers ?? {};
    expect(headers.authorization).toBe(`Bearer ${KEY}`);
    expect(Object.keys(headers).filter((name) => name.startsWith("x-stainless"))).toEqual([]);
  });

  it("sends keys and headers as a gateway wants them", async () => {
    await ask(
      {},
      {
        apiKeyHeader: "api-key",
        headers: { "X-Team": "evals" },
        baseUrl: `${server.baseUrl}/?api-version=1`,
      },
    );
    const request = server.requests[0];
    expect(request?.headers["api-key"]).toBe(KEY);
    expect(request?.headers.authorization).toBeUndefined();
    expect(request?.headers["x-team"]).toBe("evals");
    expect(request?.path).toBe("/v1/chat/completions?api-version=1");
  });

  // DeepSeek, Moonshot, Anthropic behind a gateway, an endpoint whose count leaves the cache out; then Anthropic's own form.
  it.each([
    [
      { prompt_tokens: 10, completion_tokens: 2, prompt_cache_hit_tokens: 8, prompt_cache_miss_tokens: 2 },
      10,
      8,
    ],
    [{ prompt_tokens: 10, completion_tokens: 2, cached_tokens: 7 }, 10, 7],
    [{ prompt_tokens: 10, completion_tokens: 2, cache_read_input_tokens: 6 }, 10, 6],
    [{ prompt_tokens: 3, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 9 } }, 12, 9],
    [
      { input_tokens: 3, output_tokens: 2, cache_read_input_tokens: 6, cache_creation_input_tokens: 1 },
      10,
      6,
    ],
  ])("reads the tokens from a prompt cache of %o", async (usage, inputTokens, cachedInputTokens) => {
    replying({ text: "an answer", usage });
    expect((await ask()).usage).toEqual({ inputTokens, outputTokens: 2, cachedInputTokens });
  });

  it("reads what the endpoint says about itself and the reply", async () => {
    replying(
      {
        text: "an answer",
        finishReason: "length",
        model: "m-1-0613",
        systemFingerprint: "fp_1",
        usage: {
          prompt_tokens: 10,
          completion_tokens: 20,
          completion_tokens_details: { reasoning_tokens: 5 },
          prompt_tokens_details: { cached_tokens: 8 },
        },
      },
      { headers: { "X-RateLimit-Remaining-Requests": "59", "x-ratelimit-reset-tokens": "6m0s" } },
    );
    expect(await ask()).toEqual({
      text: "an answer",
      finishReason: "length",
      endpointModel: "m-1-0613",
      systemFingerprint: "fp_1",
      usage: { inputTokens: 10, outputTokens: 20, reasoningTokens: 5, cachedInputTokens: 8 },
      rateLimit: { "x-ratelimit-remaining-requests": "59", "x-ratelimit-reset-tokens": "6m0s" },
    });
  });

  it("reads log-probabilities and tool calls", async () => {
    const top = [
      { token: "m", logprob: -0.1 },
      { token: "M", logprob: -2.4 },
    ];
    replying({ text: "m", logprobs: [{ token: "m", logprob: -0.1, top }] });
    expect((await ask({ topLogprobs: 2 })).logprobs).toEqual([{ token: "m", logprob: -0.1, top }]);
    replying({ text: null, finishReason: "tool_calls", toolCalls: [{ name: "rank", arguments: '{"x":1}' }] });
    expect(await ask()).toMatchObject({
      text: "",
      finishReason: "tool-calls",
      toolCalls: [{ name: "rank", arguments: '{"x":1}' }],
    });
  });

  it("keeps reasoning apart, whatever way the endpoint sends it", async () => {
    replying({ text: "<think>\nhmm\n</think>\n\n4" });
    expect(await ask()).toMatchObject({ text: "4", reasoning: "hmm" });
    replying({ text: "4", reasoningContent: "hmm" });
    expect(await ask()).toMatchObject({ text: "4", reasoning: "hmm" });
    replying({ text: "4", reasoning: "hmm" });
    expect(await ask()).toMatchObject({ text: "4", reasoning: "hmm" });
    replying({
      text: null,
      message: {
        content: [
          { type: "thinking", thinking: [{ type: "text", text: "hmm" }] },
          { type: "text", text: "4" },
        ],
      },
    });
    expect(await ask()).toMatchObject({ text: "4", reasoning: "hmm" });
    replying({ text: "<think>hmm</think>4" });
    expect(await ask({}, { reasoning: "keep" })).toMatchObject({ text: "<think>hmm</think>4" });
  });

  it("gives a refusal as the text", async () => {
    replying({ text: null, refusal: "I cannot help with that." });
    expect((await ask()).text).toBe("I cannot help with that.");
  });

  it.each([
    ["stop", "stop"],
    ["eos", "stop"],
    ["length", "length"],
    ["content_filter", "content-filter"],
    ["tool_calls", "tool-calls"],
    ["something", "unknown"],
    [null, "unknown"],
  ])("reads finish reason %s as %s", async (wire, read) => {
    replying({ text: "x", finishReason: wire });
    expect((await ask()).finishReason).toBe(read);
  });

  it("takes an empty answer for an answer, and leaves out usage that cannot be", async () => {
    server.configure({ faults: () => ({ kind: "null-content" }) });
    expect((await ask()).text).toBe("");
    server.configure({ faults: () => ({ kind: "wrong-usage" }) });
    expect(await ask()).not.toHaveProperty("usage");
  });

  it("says which model answered when the endpoint changes it in mid-run", async () => {
    server.configure({
      faults: (call) => (call.index === 1 ? { kind: "other-model", model: "m-2" } : undefined),
    });
    const asked = model();
    const request = requestAbout("q", "hello");
    const first = await asked.generate(request, { signal: idle() });
    const second = await asked.generate(request, { signal: idle() });
    expect([first.endpointModel, second.endpointModel]).toEqual(["m-1", "m-2"]);
  });

  it("opens no more connections than calls at the same time", async () => {
    const asked = model();
    const before = server.counts.connections;
    for (let index = 0; index < 10; index++) {
      await asked.generate(requestAbout("q", "hello"), { signal: idle() });
    }
    expect(server.counts.connections - before).toBeLessThanOrEqual(1);
  });

  it("closes the connection of a call that was given up", async () => {
    let arrive: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    server.configure({
      faults: () => {
        arrive();
        return { kind: "stalled-body" };
      },
    });
    const controller = new AbortController();
    const pending = rejectionOf(model().generate(requestAbout("q", "x"), { signal: controller.signal }));
    await arrived;
    controller.abort();
    await pending;
    await expect.poll(() => server.inFlight).toBe(0);
  });

  it("says what it would send and reads what comes back, for batches", async () => {
    const asked = model({ unsupported: ["seed"] });
    expect(isEndpointModel(asked)).toBe(true);
    const request = requestAbout("q", "hello", { parameters: { seed: 1, maxTokens: 5 } });
    expect(asked.wire.path).toBe("/v1/chat/completions");
    expect(asked.wire.write(request)).toEqual({
      body: { model: "m-1", messages: [{ role: "user", content: "hello" }], max_tokens: 5 },
      dropped: ["seed"],
    });
    expect(asked.wire.read({ choices: [{ message: { content: "hi" }, finish_reason: "stop" }] })).toEqual({
      text: "hi",
      finishReason: "stop",
    });
    const client = await asked.openaiClient();
    expect((await client.models.list()).data.map((entry) => entry.id)).toEqual(["test-model"]);
  });

  it("describes itself by what decides its replies", () => {
    expect(
      model({ parameters: { temperature: 0 }, system: "be brief", unsupported: ["seed"] }).identity,
    ).toEqual({
      adapter: "openai",
      model: "m-1",
      parameters: { temperature: 0 },
      system: "be brief",
      unsupported: ["seed"],
    });
    expect(model({ baseUrl: "http://gpu-7:8000/v1/" })).toMatchObject({
      endpoint: "http://gpu-7:8000/v1",
      priceKey: "m-1",
    });
  });

  describe("learning what an endpoint takes", () => {
    it("renames the token limit once and remembers it", async () => {
      server.configure({ refuses: [{ parameter: "max_tokens" }] });
      const asked = model();
      const request = requestAbout("q", "hello", { parameters: { maxTokens: 100 } });
      const first = await asked.generate(request, { signal: idle() });
      expect(first).not.toHaveProperty("droppedParameters");
      await asked.generate(request, { signal: idle() });
      expect(server.requests).toHaveLength(3);
      expect(lastBody()).toMatchObject({ max_completion_tokens: 100 });
      expect(lastBody()).not.toHaveProperty("max_tokens");
    });

    it.each(["openai", "vllm", "azure", "mistral"] as const)(
      "leaves out what is refused in the words of %s, and says so",
      async (wording) => {
        server.configure({ refuses: [{ parameter: "seed", wording }] });
        const asked = model();
        const request = requestAbout("q", "hello", { parameters: { seed: 1, temperature: 0 } });
        expect((await asked.generate(request, { signal: idle() })).droppedParameters).toEqual(["seed"]);
        expect((await asked.generate(request, { signal: idle() })).droppedParameters).toEqual(["seed"]);
        expect(server.requests).toHaveLength(3);
        expect(lastBody()).toMatchObject({ temperature: 0 });
      },
    );

    it("learns several refusals in one call", async () => {
      server.configure({
        refuses: [
          { parameter: "max_tokens" },
          { parameter: "temperature", value: 0.2 },
          { parameter: "logprobs" },
          { parameter: "stop" },
        ],
      });
      const generation = await ask({ maxTokens: 9, temperature: 0.2, topLogprobs: 5, stop: ["x"] });
      expect(generation.text).toBe("fine");
      expect(generation.droppedParameters).toEqual(["temperature", "stop", "logprobs", "top_logprobs"]);
      expect(server.requests).toHaveLength(5);
    });

    it("lets calls at the same time learn together", async () => {
      server.configure({
        refuses: [{ parameter: "max_tokens" }, { parameter: "temperature" }],
        latencyMs: 5,
      });
      const asked = model();
      const request = requestAbout("q", "hello", { parameters: { maxTokens: 9, temperature: 0.5 } });
      const all = await Promise.all(
        Array.from({ length: 16 }, () => asked.generate(request, { signal: idle() })),
      );
      expect(all.every(({ text }) => text === "fine")).toBe(true);
      server.configure({ latencyMs: 0 });
    });

    it("does not guess: a refused parameter of the user's own is an error", async () => {
      server.configure({ refuses: [{ parameter: "top_k", wording: "azure" }] });
      const error = await rejectionOf(ask({ extra: { top_k: 40 } }));
      expect(error).toMatchObject({ code: "bad-request", retryable: false, status: 400 });
      expect(error.message).toContain("Unrecognized request argument supplied: top_k");
    });

    it("does not send tokens without a limit when the endpoint refuses both names", async () => {
      server.configure({ refuses: [{ parameter: "max_tokens" }, { parameter: "max_completion_tokens" }] });
      expect(await rejectionOf(ask({ maxTokens: 9 }))).toMatchObject({
        code: "bad-request",
        retryable: false,
      });
    });

    it("sends what the user pinned and does not learn otherwise", async () => {
      await ask({ maxTokens: 9 }, { tokenLimitParameter: "max_completion_tokens" });
      expect(lastBody()).toMatchObject({ max_completion_tokens: 9 });
      server.configure({ refuses: [{ parameter: "max_completion_tokens" }] });
      await rejectionOf(ask({ maxTokens: 9 }, { tokenLimitParameter: "max_completion_tokens" }));
    });
  });
});
