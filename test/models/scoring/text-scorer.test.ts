import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { completionsModel } from "../../../harness/models/completions.js";
import { tailTokens } from "../../../harness/models/scoring/tail-tokens.js";
import { rejectionOf, requestAbout } from "../../contracts/model-contract.js";
import { scoringReplier } from "../../server/scoring.js";
import { startServer, type TestServer } from "../../server/server.js";

const spelt = (tokens: readonly string[], context: string, text: string) =>
  tailTokens(
    tokens.map((token, index) => ({ token, logprob: index === 0 ? null : -1 })),
    context,
    text,
  )?.map(({ token }) => token);

describe("the tokens of a text at the end of a prompt", () => {
  it.each([
    ["its own", ["<s>", "The", " sky", ":", " dark", " blue"], "The sky:", " dark blue", 2],
    ["those behind one that straddles the boundary", ["a", " n", "o w", "ay"], "a no", " way", 1],
    [
      "decoded one by one, without their blanks",
      ["<s>", "The", "sky:", "dark", "blue"],
      "The sky:",
      " dark blue",
      2,
    ],
    ["a blank that such decoding leaves nothing of", ["x", ":", "", "12"], "x:", " 12", 2],
    ["as pieces of the vocabulary", ["<s>", "The:", "Ġdark", "ĊĠblue"], "The:", " dark\n blue", 2],
    ["as bytes by name", ["<s>", "x:", "▁", "<0xE6>", "<0xB0>", "<0xB4>"], "x:", " 水", 4],
    ["as OpenAI names bytes", ["<s>", "x:", " ", "bytes:\\xe6\\xb0", "bytes:\\xb4"], "x:", " 水", 3],
    ["parts of a character of four bytes", ["<s>", "x:", " \ufffd", "\ufffd", " y"], "x:", " 👩 y", 3],
    // The same marks end the context.
    [
      "parts of characters on both sides",
      ["<s>", "x", " \ufffd", "\ufffd", "\ufffd", " \ufffd", "\ufffd", "\ufffd"],
      "x 水",
      " 水",
      3,
    ],
    ["a character shown with its last token", ["<s>", "x", ":", "", "", " 水", " y"], "x:", " 水 y", 4],
    ["all of them", ["", " dark", " blue"], "", " dark blue", 2],
    ["none where one token holds it with what stands before", ["The", " sky blue"], "The sky", " blue", 0],
  ])("%s", (_, tokens, context, text, own) => {
    expect(spelt(tokens, context, text)).toEqual(tokens.slice(tokens.length - own));
  });

  it.each([
    ["spell something else", ["The", " sky", " green"], " blue"],
    ["spell less than the text", ["x", " blue"], " very blue"],
    ["are none", [], " blue"],
  ])("are not had where they %s", (_, tokens, text) => {
    expect(spelt(tokens, "The sky", text)).toBeUndefined();
  });
});

describe("a model behind raw completions scores texts", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());
  beforeEach(() => {
    server.reset();
    server.configure({ refuses: [] });
  });

  /** A token costs as many nats as it has characters; more where it is said again. */
  const byLength = (before: string, token: string) => -token.length - (before.includes(token) ? 10 : 0);
  const model = () =>
    completionsModel({
      id: "m",
      model: "m-1",
      baseUrl: server.baseUrl,
      template: "chatml",
      system: "Be kind.",
    });
  const score = (context: string, text: string, asked = model()) =>
    asked.generate(
      {
        ...requestAbout("q", "", { parameters: { scoresText: true, maxTokens: 1 } }),
        messages: [
          ...(context === "" ? [] : [{ role: "user", content: context } as const]),
          { role: "assistant", content: text },
        ],
      },
      { signal: new AbortController().signal },
    );

  it("echoed, as raw text, with the generated token cut off", async () => {
    server.configure({ reply: scoringReplier("echo", byLength) });
    const generation = await score("The sky:", " dark blue");
    expect(server.requests.map(({ body }) => body)).toEqual([
      { model: "m-1", prompt: "The sky: dark blue", echo: true, logprobs: 1, max_tokens: 1, temperature: 0 },
    ]);
    expect(generation).toMatchObject({
      text: " dark blue",
      finishReason: "stop",
      logprobs: [
        { token: " dark", logprob: -5, top: [] },
        { token: " blue", logprob: -5, top: [] },
      ],
      usage: { inputTokens: 5, outputTokens: 1 },
    });
  });

  it("as vLLM lists them, whatever stands beside a position's own token, and goes on so", async () => {
    server.configure({ reply: scoringReplier("prompt_logprobs", byLength) });
    const asked = model();
    const first = await score("The sky:", " dark blue", asked);
    const second = await score("The sky:", " dark dark", asked);
    expect([first, second].map(({ logprobs }) => logprobs?.map(({ logprob }) => logprob))).toEqual([
      [-5, -5],
      [-5, -15],
    ]);
    expect(server.requests.map(({ body }) => Object.keys(body as object))).toEqual([
      ["model", "prompt", "echo", "logprobs", "max_tokens", "temperature"],
      ["model", "prompt", "prompt_logprobs", "max_tokens", "temperature"],
      ["model", "prompt", "prompt_logprobs", "max_tokens", "temperature"],
    ]);
  });

  it("or refuses as a whole where the server gives none", async () => {
    server.configure({ reply: scoringReplier("none", byLength) });
    const error = await rejectionOf(score("The sky:", " dark"));
    expect(error).toMatchObject({ code: "no-prompt-logprobs", retryable: false, concernsEndpoint: true });
    expect(error.remedy).toContain("vLLM");
    expect(server.requests).toHaveLength(2);
  });

  it("and says why a text alone cannot be scored", async () => {
    server.configure({ reply: scoringReplier("echo", byLength, false) });
    const error = await rejectionOf(score("", " dark blue"));
    expect(error).toMatchObject({ code: "first-token-unscored", retryable: false, concernsEndpoint: false });
    server.configure({ reply: scoringReplier("echo", byLength) });
    expect((await score("", " dark blue")).logprobs?.map(({ logprob }) => logprob)).toEqual([-5, -5]);
  });
});
