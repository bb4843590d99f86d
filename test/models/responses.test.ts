import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { GenerationParameters, GenerationRequest } from "../../harness/core/records.js";
import { createModel } from "../../harness/models/create-model.js";
import type { EndpointModelOptions } from "../../harness/models/endpoint-model.js";
import { openaiModel } from "../../harness/models/openai.js";
import { loadJudge } from "../../judges/registry.js";
import { describeModelContract, rejectionOf, requestAbout } from "../contracts/model-contract.js";
import { makeFixtures } from "../judges/judge-fixtures.js";
import type { ModelReply } from "../server/replies.js";
import { startServer, type TestServer } from "../server/server.js";

const KEY = "sk-very-secret-key-0123456789";
const idle = () => new AbortController().signal;

describeModelContract("openai over the Responses API", async () => {
  const waiting = new Map<string, () => void>();
  const server = await startServer({
    apiKey: KEY,
    faults: (call) => {
      waiting.get(call.prompt)?.();
      if (call.prompt === "fail") return { kind: "unauthorized", echoKey: true };
      return call.prompt === "hang" ? { kind: "no-answer" } : undefined;
    },
  });
  const options = { id: "m", model: "m-1", baseUrl: server.baseUrl, apiKey: KEY, api: "responses" } as const;
  return {
    model: openaiModel(options),
    twin: openaiModel(options),
    answerable: (index) => ({
      request: requestAbout(`q${index}`, `question <${index}>`),
      text: `<${index}>`,
    }),
    failing: requestAbout("x", "fail"),
    hanging: {
      request: requestAbout("x", "hang"),
      begun: () => new Promise<void>((resolve) => waiting.set("hang", resolve)),
    },
    secrets: [KEY],
    close: () => server.close(),
  };
});

describe("openai over the Responses API", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());
  beforeEach(() => {
    server.reset();
    server.configure({ reply: () => "fine", refuses: [], faults: () => undefined });
  });

  const model = (options: Partial<EndpointModelOptions> = {}) =>
    openaiModel({
      id: "m",
      model: "m-1",
      baseUrl: server.baseUrl,
      apiKey: KEY,
      api: "responses",
      ...options,
    });
  const ask = (parameters: GenerationParameters = {}) =>
    model().generate(requestAbout("q", "hello", { parameters }), { signal: idle() });
  const replying = (reply: ModelReply) => server.configure({ reply: () => reply });
  const lastBody = () => server.requests.at(-1)?.body as Record<string, unknown>;
  const verdictRequest: GenerationRequest = {
    messages: [{ role: "user", content: "judge" }],
    parameters: {},
    subject: { kind: "judgment", suite: "s", questionId: "q", turn: 1, trial: 1, a: "m", attempt: 1 },
  };

  it("sends the conversation and every parameter under its wire name, and stores nothing", async () => {
    const schema = { type: "object", properties: { rating: { type: "number" } } };
    const generation = await model().generate(
      {
        messages: [
          { role: "system", content: "be brief" },
          { role: "user", content: "one" },
        ],
        parameters: {
          temperature: 0.7,
          maxTokens: 1024,
          topP: 0.9,
          seed: 7,
          stop: ["END"],
          topLogprobs: 5,
          responseSchema: { name: "grade", schema },
          tools: [{ name: "rank", description: "ranks", parameters: schema }],
          toolChoice: "rank",
          extra: {
            reasoning: { effort: "none" },
            text: { verbosity: "low" },
            input: "no",
            background: true,
            previous_response_id: "r",
          },
        },
        subject: requestAbout("q", "").subject,
      },
      { signal: idle() },
    );
    expect(server.requests[0]?.path).toBe("/v1/responses");
    expect(lastBody()).toEqual({
      model: "m-1",
      input: [
        { role: "system", content: "be brief" },
        { role: "user", content: "one" },
      ],
      store: false,
      temperature: 0.7,
      max_output_tokens: 1024,
      top_p: 0.9,
      include: ["message.output_text.logprobs"],
      top_logprobs: 5,
      text: { verbosity: "low", format: { type: "json_schema", name: "grade", schema, strict: true } },
      tools: [{ type: "function", name: "rank", description: "ranks", parameters: schema, strict: false }],
      tool_choice: { type: "function", name: "rank" },
      reasoning: { effort: "none" },
    });
    expect(generation.droppedParameters).toEqual(["seed", "stop"]);
  });

  it("reads what the endpoint says about itself and the reply", async () => {
    replying({
      text: "an answer",
      finishReason: "length",
      model: "m-1-0613",
      usage: {
        input_tokens: 10,
        output_tokens: 20,
        output_tokens_details: { reasoning_tokens: 5 },
        input_tokens_details: { cached_tokens: 8 },
      },
    });
    expect(await ask()).toEqual({
      text: "an answer",
      finishReason: "length",
      endpointModel: "m-1-0613",
      usage: { inputTokens: 10, outputTokens: 20, reasoningTokens: 5, cachedInputTokens: 8 },
    });
    replying({ text: "an", finishReason: "content_filter" });
    expect(await ask()).toMatchObject({ text: "an", finishReason: "content-filter" });
  });

  it("reads refusals, calls and log-probabilities", async () => {
    replying({ text: null, refusal: "I cannot help with that." });
    expect(await ask()).toMatchObject({ text: "I cannot help with that.", finishReason: "stop" });
    replying({ text: null, toolCalls: [{ name: "rank", arguments: '{"x":1}' }] });
    expect(await ask()).toMatchObject({
      text: "",
      finishReason: "tool-calls",
      toolCalls: [{ name: "rank", arguments: '{"x":1}' }],
    });
    const top = [
      { token: "m", logprob: -0.1 },
      { token: "M", logprob: -2.4 },
    ];
    replying({ text: "m", logprobs: [{ token: "m", logprob: -0.1, top }] });
    expect((await ask({ topLogprobs: 2 })).logprobs).toEqual([{ token: "m", logprob: -0.1, top }]);
  });

  it("never takes a summary of the reasoning or a remark on the way for the verdict", () => {
    const said = (text: string, more: object = {}) => ({
      type: "message",
      content: [{ type: "output_text", text }],
      ...more,
    });
    const body = {
      status: "completed",
      output: [
        {
          type: "reasoning",
          summary: [{ type: "summary_text", text: "So [[A]]" }],
          content: [{ text: "[[A]]!" }],
        },
        said("First I look. [[A]]", { phase: "commentary" }),
        said("It is [[B]]", { phase: "final_answer" }),
      ],
    };
    expect(model().wire.read(body, verdictRequest)).toMatchObject({
      text: "It is [[B]]",
      reasoning: "So [[A]]\n\n[[A]]!\n\nFirst I look. [[A]]",
    });
    const cut = { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } };
    expect(
      model().wire.read({ ...body, ...cut, output: body.output.slice(0, 2) }, verdictRequest),
    ).toMatchObject({
      text: "",
      finishReason: "length",
    });
  });

  it.each([
    [
      "a failed response",
      { status: "failed", error: { code: "server_error", message: "down" }, output: [] },
      "server-error",
    ],
    ["one that is not there yet", { status: "in_progress", output: [] }, "server-error"],
    ["no output", { status: "completed" }, "invalid-response"],
    ["a chat completion", { choices: [{ message: { content: "hi" } }] }, "invalid-response"],
  ])("refuses %s, and counts what it cost", async (_name, body, code) => {
    const usage = { input_tokens: 3, output_tokens: 4 };
    server.configure({
      reply: () => ({ text: "x", usage, body: { output: undefined, status: undefined, ...body } }),
    });
    const error = await rejectionOf(ask());
    expect(error).toMatchObject({ code, retryable: true, usage: { inputTokens: 3, outputTokens: 4 } });
  });

  it("learns once what a reasoning model takes only with effort none, and says so in every generation", async () => {
    server.configure({ refuses: [{ parameter: "include" }, { parameter: "temperature" }] });
    const asked = model();
    const request = requestAbout("q", "hello", { parameters: { temperature: 0, topLogprobs: 5 } });
    for (let call = 0; call < 2; call++) {
      const { droppedParameters } = await asked.generate(request, { signal: idle() });
      expect(droppedParameters).toEqual(["temperature", "include", "top_logprobs"]);
    }
    expect(server.requests).toHaveLength(4);
  });

  it("leaves out nothing that the user added", async () => {
    server.configure({ refuses: [{ parameter: "include" }] });
    const error = await rejectionOf(ask({ extra: { include: ["reasoning.encrypted_content"] } }));
    expect(error).toMatchObject({ code: "bad-request" });
  });

  it("learns the least limit of tokens, and cuts replies to the limit that was asked for", () => {
    const { wire } = model();
    const request = requestAbout("q", "hello", { parameters: { maxTokens: 1, topLogprobs: 2 } });
    const message =
      "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got 1 instead.";
    const refusal = { error: { message, param: "max_output_tokens", code: "integer_below_min_value" } };
    expect(wire.refuse(400, refusal, Object.keys(wire.write(request).body)).learned).toBe(true);
    expect(wire.write(request)).toMatchObject({
      body: { max_output_tokens: 16 },
      dropped: ["max_output_tokens below 16"],
    });
    const logprobs = ["m", " is", " better"].map((token) => ({ token, logprob: -1, top_logprobs: [] }));
    const content = [{ type: "output_text", text: "m is better", logprobs }];
    const read = wire.read({ status: "completed", output: [{ type: "message", content }] }, request);
    expect(read).toMatchObject({ text: "m", finishReason: "length", logprobs: [{ token: "m" }] });
  });

  it("weighs AlpacaEval's verdict from the first token's log-probabilities", async () => {
    const fixtures = await makeFixtures();
    const judge = await loadJudge(
      "weighted_alpaca_eval_gpt4_turbo",
      { mode: "pairwise-baseline" },
      fixtures.context,
    );
    const item = {
      kind: "pair",
      question: { id: "q", category: "c", turns: ["Hi?"] },
      turn: 1,
      a: ["one"],
      b: ["two"],
      nonce: "c0de",
    } as const;
    const top = [
      { token: "M", logprob: Math.log(0.75) },
      { token: "m", logprob: Math.log(0.25) },
    ];
    replying({ text: "M", logprobs: [{ token: "M", logprob: Math.log(0.75), top }] });
    const generation = await model().generate(
      { ...verdictRequest, ...judge.request(item) },
      { signal: idle() },
    );
    expect(judge.read(generation, item)).toMatchObject({ winner: "b", weightB: expect.closeTo(0.75, 9) });
    await fixtures.remove();
  });

  it("stands in the model's identity, and is an option of the adapter openai alone", async () => {
    expect(model().identity).toEqual({ adapter: "openai", model: "m-1", api: "responses" });
    expect(model().wire.path).toBe("/v1/responses");
    const specification = (adapter: string, api: string) => ({
      id: "m",
      adapter,
      model: "m-1",
      baseUrl: server.baseUrl,
      template: "chatml",
      options: { api },
    });
    const make = async (adapter: string, api: string) =>
      createModel(specification(adapter, api), { environment: {} });
    expect(await make("openai", "responses")).toMatchObject({ identity: { api: "responses" } });
    expect((await make("openai", "chat")).identity).not.toHaveProperty("api");
    await expect(make("openai", "response")).rejects.toThrow(/api/);
    await expect(make("completions", "responses")).rejects.toThrow(/api/);
  });
});
