import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { GenerationRequest } from "../../harness/core/records.js";
import { completionsModel } from "../../harness/models/completions.js";
import { openaiModel } from "../../harness/models/openai.js";
import { describeModelContract, rejectionOf, requestAbout } from "../contracts/model-contract.js";
import type { ModelReply } from "../server/replies.js";
import { startServer, type TestServer } from "../server/server.js";

const KEY = "sk-very-secret-key-0123456789";
const idle = () => new AbortController().signal;

describeModelContract("completions", async () => {
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const server = await startServer({
    apiKey: KEY,
    reply: (call) => `reply to ${call.prompt}`,
    faults: (call) => {
      if (call.prompt.includes("hang")) {
        begin();
        return { kind: "stalled-body" };
      }
      return call.prompt.includes("fail") ? { kind: "unauthorized", echoKey: true } : undefined;
    },
  });
  const options = { id: "m", model: "m-1", baseUrl: server.baseUrl, apiKey: KEY, template: "plain" };
  return {
    model: completionsModel(options),
    twin: completionsModel(options),
    answerable: (index) => ({
      request: requestAbout(`q${index}`, `question <${index}>`),
      text: `<${index}>`,
    }),
    failing: requestAbout("x", "fail"),
    hanging: { request: requestAbout("x", "hang"), begun: () => begun },
    secrets: [KEY],
    close: () => server.close(),
  };
});

describe("completions", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());
  beforeEach(() => {
    server.reset();
    server.configure({ reply: () => "fine", refuses: [] });
  });

  const model = (template = "chatml") =>
    completionsModel({ id: "m", model: "m-1", baseUrl: server.baseUrl, template });
  const ask = (extra: Partial<GenerationRequest> = {}, template?: string) =>
    model(template).generate(requestAbout("q", "Hi", extra), { signal: idle() });
  const replying = (reply: ModelReply) => server.configure({ reply: () => reply });

  it("and the chat endpoint give one text for one answer, without the blanks around it", async () => {
    replying({ text: "\n  First line\n  second line \n" });
    const chat = openaiModel({ id: "m", model: "m-1", baseUrl: server.baseUrl });
    const request = requestAbout("q", "Hi");
    const texts = [await ask(), await chat.generate(request, { signal: idle() })].map(({ text }) => text);
    expect(texts).toEqual(["First line\n  second line", "First line\n  second line"]);
  });

  it("sends the conversation in the template, with its stop strings before one's own", async () => {
    await ask({
      parameters: { maxTokens: 64, temperature: 0, stop: ["\n\n", "<|im_end|>"], topLogprobs: 3 },
    });
    expect(server.requests[0]?.path).toBe("/v1/completions");
    expect(server.requests[0]?.body).toEqual({
      model: "m-1",
      prompt: "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n",
      max_tokens: 64,
      temperature: 0,
      stop: ["<|im_end|>", "\n\n"],
      logprobs: 3,
    });
  });

  it("sends no stop strings when there are none", async () => {
    await ask({}, "plain");
    expect(server.requests[0]?.body).toEqual({ model: "m-1", prompt: "Hi" });
  });

  it("cuts at a stop string that the server let through, and trims", async () => {
    replying({ text: " Hello there.<|im_end|>\n<|im_start|>user\nand", finishReason: "length" });
    expect(await ask()).toMatchObject({ text: "Hello there.", finishReason: "stop" });
    replying({ text: " Hello", finishReason: "length" });
    expect(await ask()).toMatchObject({ text: "Hello", finishReason: "length" });
    replying({ text: "one STOP two" });
    expect((await ask({ parameters: { stop: ["STOP"] } })).text).toBe("one");
  });

  it("keeps reasoning apart", async () => {
    replying({ text: "it is four</think>\n4\n" });
    expect(await ask()).toMatchObject({ text: "4", reasoning: "it is four" });
  });

  it("reads log-probabilities", async () => {
    const top = [
      { token: "a", logprob: -0.2 },
      { token: "b", logprob: -1.7 },
    ];
    replying({ text: "a", logprobs: [{ token: "a", logprob: -0.2, top }] });
    expect((await ask({ parameters: { topLogprobs: 2 } })).logprobs).toEqual([
      { token: "a", logprob: -0.2, top },
    ]);
  });

  it("learns what the endpoint refuses", async () => {
    server.configure({ refuses: [{ parameter: "seed", wording: "vllm" }] });
    expect((await ask({ parameters: { seed: 1 } })).droppedParameters).toEqual(["seed"]);
  });

  it("refuses tools, which raw text does not have", async () => {
    const error = await rejectionOf(ask({ parameters: { tools: [{ name: "t", parameters: {} }] } }));
    expect(error).toMatchObject({ code: "bad-request", retryable: false });
    expect(server.requests).toHaveLength(0);
  });

  it("has its template in its identity: the same model under another template is another model", () => {
    expect(model("chatml").identity).toEqual({ adapter: "completions", model: "m-1", template: "chatml" });
    expect(model("zephyr").identity).not.toEqual(model("chatml").identity);
  });

  it("refuses a reply without text", async () => {
    replying({ text: "x", body: { choices: [{ index: 0 }] } });
    expect(await rejectionOf(ask())).toMatchObject({ code: "invalid-response", retryable: true });
  });
});
