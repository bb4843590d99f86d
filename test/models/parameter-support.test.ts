import { describe, expect, it } from "vitest";
import { describeFailure } from "../../harness/models/failure-detail.js";
import { findRefusedParameter, ParameterSupport } from "../../harness/models/parameter-support.js";

const SENT = [
  "model",
  "messages",
  "max_tokens",
  "temperature",
  "top_p",
  "seed",
  "logprobs",
  "top_logprobs",
  "stop",
];
const find = (status: number, body: unknown) =>
  findRefusedParameter(status, describeFailure(JSON.stringify(body)), SENT);

describe("findRefusedParameter", () => {
  it.each<[string, number, unknown, string | undefined]>([
    [
      "OpenAI, unsupported parameter",
      400,
      {
        error: {
          message:
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
          type: "invalid_request_error",
          param: "max_tokens",
          code: "unsupported_parameter",
        },
      },
      "max_tokens",
    ],
    [
      "OpenAI, unsupported value",
      400,
      {
        error: {
          message:
            "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.",
          param: "temperature",
          code: "unsupported_value",
        },
      },
      "temperature",
    ],
    [
      "a gateway that lost the param",
      400,
      {
        error: {
          message: "Unsupported parameter: 'max_tokens' is not supported with this model.",
          code: "invalid_request_body",
        },
      },
      "max_tokens",
    ],
    [
      "Azure",
      400,
      { error: { message: "Unrecognized request argument supplied: seed", param: null, code: null } },
      "seed",
    ],
    [
      "vLLM",
      400,
      {
        object: "error",
        message:
          "[{'type': 'extra_forbidden', 'loc': ('body', 'top_p'), 'msg': 'Extra inputs are not permitted', 'input': 1}]",
        code: 400,
      },
      "top_p",
    ],
    [
      "vLLM on Gaudi",
      400,
      {
        error: {
          message:
            "Gaudi doesn't support logprobs. Please remove 'logprobs'/'top_logprobs' from your request.",
        },
      },
      "logprobs",
    ],
    [
      "Mistral",
      422,
      {
        message: {
          detail: [{ type: "extra_forbidden", loc: ["body", "seed"], msg: "Extra inputs are not permitted" }],
        },
      },
      "seed",
    ],
    [
      "Gemini",
      400,
      [{ error: { message: 'Invalid JSON payload received. Unknown name "seed": Cannot find field.' } }],
      "seed",
    ],
    [
      "Gemini, logprobs",
      400,
      { error: { message: "Logprobs is not enabled for models/gemini-2.5-pro" } },
      "logprobs",
    ],
    [
      "LiteLLM",
      400,
      { error: { message: "gpt-5 models don't support temperature=0.2. Only temperature=1 is supported." } },
      "temperature",
    ],
    [
      "Claude",
      400,
      { error: { message: "`temperature` and `top_p` cannot both be specified for this model." } },
      "temperature",
    ],
    [
      "OpenAI, forbidden",
      403,
      { error: { message: "You are not allowed to request logprobs from this model" } },
      "logprobs",
    ],
    [
      "a value out of range",
      400,
      { error: { message: "max_tokens is too large: 99999.", param: "max_tokens" } },
      undefined,
    ],
    [
      "something else that is unsupported",
      400,
      { error: { message: "Images are not supported" } },
      undefined,
    ],
    ["a parameter that was not sent", 400, { error: { message: "Unknown parameter: 'min_p'" } }, undefined],
    ["a word that holds a name", 400, { error: { message: "unsupported unstoppable seeds" } }, undefined],
    ["a fault", 500, { error: { message: "seed is not supported" } }, undefined],
  ])("%s", (_who, status, body, expected) => {
    expect(find(status, body)).toBe(expected);
  });
});

const support = (options: Partial<ConstructorParameters<typeof ParameterSupport>[0]> = {}) =>
  new ParameterSupport({
    tokenLimitParameter: "auto",
    likelyTokenLimit: "max_tokens",
    unsupported: [],
    ...options,
  });
const refusal = (param: string) => ({
  message: "not supported",
  code: "unsupported_parameter",
  type: "",
  param,
});

describe("ParameterSupport", () => {
  it("leaves out what the user says is not supported", () => {
    const body = { model: "m", seed: 1, top_p: undefined };
    expect(support({ unsupported: ["seed", "stop"] }).apply(body)).toEqual({
      body: { model: "m" },
      dropped: ["seed"],
    });
  });

  it("uses the other token limit when the user rules one out", () => {
    expect(support({ unsupported: ["max_tokens"] }).tokenLimit).toBe("max_completion_tokens");
  });

  it("never leaves out tools or messages", () => {
    const learned = support();
    expect(learned.learn(400, refusal("tools"), ["tools"])).toBe(false);
    expect(learned.learn(400, refusal("messages"), ["messages"])).toBe(false);
    expect(learned.apply({ tools: [], messages: [] }).dropped).toEqual([]);
  });

  it("drops both parts of log-probabilities together", () => {
    const learned = support();
    expect(learned.learn(400, refusal("top_logprobs"), SENT)).toBe(true);
    expect(learned.apply({ logprobs: true, top_logprobs: 5 }).dropped).toEqual(["logprobs", "top_logprobs"]);
  });

  it("lets a late refusal of a name that was already learned be asked again", () => {
    const learned = support();
    expect(learned.learn(400, refusal("max_tokens"), ["max_tokens"])).toBe(true);
    expect(learned.learn(400, refusal("max_tokens"), ["max_tokens"])).toBe(true);
    expect(learned.tokenLimit).toBe("max_completion_tokens");
    expect(learned.learn(400, refusal("max_completion_tokens"), ["max_completion_tokens"])).toBe(false);
    expect(learned.learn(400, refusal("max_tokens"), ["max_tokens"])).toBe(false);
  });
});
