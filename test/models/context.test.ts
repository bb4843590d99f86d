import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readContextClaim } from "../../harness/models/context-room.js";
import { openaiModel } from "../../harness/models/openai.js";
import { isPromptCut } from "../../harness/models/prompt-cut.js";
import { rejectionOf, requestAbout } from "../contracts/model-contract.js";
import { contextOverflow } from "../server/error-bodies.js";
import { startServer, type TestServer } from "../server/server.js";

const idle = () => new AbortController().signal;

describe("what errors tell of the context", () => {
  it.each([
    [
      "This model's maximum context length is 4096 tokens. However, you requested 4224 tokens (3200 in the messages, 1024 in the completion). Please reduce the length of the messages or completion.",
    ],
    [
      "'max_tokens' or 'max_completion_tokens' is too large: 1024. This model's maximum context length is 4096 tokens and your request has 3200 input tokens (1024 > 4096 - 3200).",
    ],
    [
      "This model's maximum context length is 4096 tokens. However, you requested 1024 output tokens and your prompt contains 3200 input tokens, for a total of 4224 tokens.",
    ],
    [
      "Requested token count exceeds the model's maximum context length of 4096 tokens. You requested a total of 4224 tokens: 3200 tokens from the input messages and 1024 tokens for the completion.",
    ],
    [
      "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 3200 `inputs` tokens and 1024 `max_new_tokens`",
    ],
    [
      "input length and `max_tokens` exceed context limit: 3200 + 1024 > 4096, decrease input length or `max_tokens`",
    ],
    [
      "This endpoint's maximum context length is 4096 tokens. However, you requested about 4224 tokens (3200 of text input, 1024 in the output). Please reduce the length of either one.",
    ],
  ])("is read from: %s", (message) => {
    expect(readContextClaim(message)).toEqual({ context: 4096, prompt: 3200, limit: 1024 });
  });

  it("is nothing where the prompt was only counted up to what exceeds the context", () => {
    const message =
      "This model's maximum context length is 4096 tokens. However, you requested 1024 output tokens and your prompt contains at least 3073 input tokens, for a total of at least 4097 tokens.";
    expect(readContextClaim(message)).toBeUndefined();
  });
});

describe("a prompt that leaves less room than is asked for", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());
  beforeEach(() => server.reset());

  /** A server whose context holds 4096 tokens, of which every prompt takes as many. */
  const serve = (prompt: number) =>
    server.configure({
      faults: (call) => {
        const limit = Number(call.body.max_tokens);
        if (prompt + limit <= 4096) return undefined;
        const message = `This model's maximum context length is 4096 tokens. However, you requested ${prompt + limit} tokens (${prompt} in the messages, ${limit} in the completion).`;
        return { kind: "response", response: { status: 400, body: { object: "error", message, code: 400 } } };
      },
    });
  const model = () => openaiModel({ id: "m", model: "m-1", baseUrl: server.baseUrl });
  const request = (maxTokens: number) => requestAbout("q", "hello", { parameters: { maxTokens } });
  const limits = () => server.requests.map(({ body }) => (body as { max_tokens: number }).max_tokens);

  it("is asked once more with the room that is left, and says so", async () => {
    serve(3200);
    const generation = await model().generate(request(1024), { signal: idle() });
    expect(generation).toMatchObject({ text: expect.stringContaining("hello"), reducedMaxTokens: 896 });
    expect(limits()).toEqual([1024, 896]);
  });

  it("is refused where the prompt alone fills the context, or the limit alone exceeds it", async () => {
    serve(4096);
    expect(await rejectionOf(model().generate(request(1024), { signal: idle() }))).toMatchObject({
      code: "context-overflow",
      concernsEndpoint: false,
    });
    serve(10);
    expect(await rejectionOf(model().generate(request(5000), { signal: idle() }))).toMatchObject({
      code: "context-overflow",
      concernsEndpoint: true,
    });
    expect(limits()).toEqual([1024, 5000]);
  });

  it("is asked no third time", async () => {
    server.configure({ faults: () => ({ kind: "response", response: contextOverflow("vllm") }) });
    await rejectionOf(model().generate(request(1024), { signal: idle() }));
    server.configure({
      faults: () => {
        const message = "input length and `max_tokens` exceed context limit: 3200 + 1024 > 4096";
        return { kind: "response", response: { status: 400, body: { error: { message } } } };
      },
    });
    expect(await rejectionOf(model().generate(request(1024), { signal: idle() }))).toMatchObject({
      code: "context-overflow",
    });
    expect(limits()).toEqual([1024, 1024, 896]);
  });

  it("shows where a prompt was cut in silence", async () => {
    const usage = { prompt_tokens: 2051, completion_tokens: 8, total_tokens: 2059 };
    server.configure({ faults: () => undefined, reply: () => ({ text: "some text?", usage }) });
    const ask = (words: number) =>
      model().generate(requestAbout("q", "plain words again ".repeat(words / 3)), { signal: idle() });
    expect(await ask(6000)).toMatchObject({ promptCut: true });
    expect(await ask(1800)).not.toHaveProperty("promptCut");
  });
});

describe("a count of tokens", () => {
  const cut = (content: string, inputTokens: number, cachedInputTokens?: number) =>
    isPromptCut([{ role: "user", content }], {
      inputTokens,
      outputTokens: 1,
      ...(cachedInputTokens === undefined ? {} : { cachedInputTokens }),
    });

  it.each<[string, string, number, boolean]>([
    ["English at its usual share", "The quick brown fox jumps over it. ".repeat(300), 2400, false],
    ["English at half its words", "The quick brown fox jumps over it. ".repeat(600), 2048, true],
    ["long identifiers", "internationalization_of_configurations ".repeat(300), 1200, false],
    ["code full of blanks", "        x = 1\n".repeat(400), 1200, false],
    ["Chinese at one token for two characters", "今天天气很好我们去公园".repeat(200), 1100, false],
    ["Chinese that was cut", "今天天气很好我们去公园".repeat(1000), 2048, true],
    ["figures that mean nothing", "The quick brown fox ".repeat(500), 10, false],
  ])("of %s", (_what, text, tokens, expected) => {
    expect(cut(text, tokens)).toBe(expected);
  });

  it("counts what came from the cache", () => {
    expect(cut("The quick brown fox jumps over it. ".repeat(600), 2048, 2500)).toBe(false);
  });
});
