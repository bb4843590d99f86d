import { describe, expect, it } from "vitest";
import {
  type FailureContext,
  readFailure,
  readHiddenFailure,
} from "../../harness/models/endpoint-failures.js";

const context: FailureContext = {
  endpoint: "http://localhost:8000/v1",
  keyName: "MY_KEY",
  redact: (text) => text,
  nowMs: 0,
};
const refused = (status: number, body: unknown) =>
  readFailure(status, JSON.stringify(body), new Headers(), context);
const hidden = (body: unknown) => readHiddenFailure(body, new Headers(), context);

describe("a model that Chat Completions does not have", () => {
  it.each([
    "This model is only supported in v1/responses and not in v1/chat/completions.",
    "Function tools with reasoning_effort are not supported for m in /v1/chat/completions. Please use /v1/responses instead.",
  ])("is said to need the Responses API: %s", (message) => {
    const body = { error: { message, type: "invalid_request_error", param: "model", code: null } };
    expect(refused(404, body)).toMatchObject({
      code: "bad-request",
      retryable: false,
      concernsEndpoint: true,
      remedy: expect.stringContaining("api: responses"),
    });
  });
});

describe("an error inside a 200", () => {
  it.each<[string, unknown, Record<string, unknown>]>([
    [
      "an unknown model",
      {
        error: {
          message: "The model does not exist",
          type: "invalid_request_error",
          code: "model_not_found",
        },
      },
      { code: "model-not-found", status: 404, retryable: false },
    ],
    [
      "a wrong key",
      { error: { message: "no", code: "invalid_api_key" } },
      { code: "unauthorized", status: 401, retryable: false },
    ],
    [
      "an empty account",
      { error: { message: "pay", code: 402 } },
      { code: "quota-exceeded", status: 402, retryable: false },
    ],
    [
      "a code as text",
      { error: { message: "no", code: "403" } },
      { code: "unauthorized", status: 403, retryable: false },
    ],
    [
      "a name of Gemini's",
      { error: { message: "slow down", status: "RESOURCE_EXHAUSTED" } },
      { code: "rate-limited", status: 429, retryable: true },
    ],
    [
      "a bad request by its type",
      { error: { message: "no", type: "invalid_request_error" } },
      { code: "bad-request", status: 400, retryable: false },
    ],
    [
      "an error at the top",
      { object: "error", message: "Only tiny allowed now, your model nope", code: 40301 },
      { code: "model-not-found", retryable: false },
    ],
    [
      "mere words that mean a refusal",
      { error: "model 'nope' not found, try pulling it first" },
      { code: "model-not-found", retryable: false },
    ],
    [
      "words that say nothing",
      { error: { message: "Provider returned error" } },
      { code: "server-error", status: undefined, retryable: true },
    ],
    [
      "an error of a choice",
      {
        choices: [
          {
            finish_reason: "error",
            error: { code: 402, message: "Insufficient credits on provider Q" },
            message: { content: "Half an ans" },
          },
        ],
      },
      { code: "quota-exceeded", status: 402, retryable: false },
    ],
    [
      "an error beside a choice that it broke off",
      {
        error: { code: 502, message: "upstream went away" },
        choices: [{ finish_reason: "error", message: { content: "Half" } }],
      },
      { code: "server-error", status: 502, retryable: true },
    ],
  ])("is read under its own status: %s", (_what, body, expected) => {
    expect(hidden(body)).toMatchObject(expected);
  });

  it("keeps its words and is not called a 500", () => {
    const error = hidden({ choices: [{ error: { message: "Insufficient credits on provider Q" } }] });
    expect(error?.message).toContain("Insufficient credits on provider Q");
    expect(hidden({ error: { message: "odd" } })?.message).toBe(
      "http://localhost:8000/v1 answered 200 with an error: odd",
    );
  });

  it.each([
    { choices: [{ message: { content: "fine" }, finish_reason: "stop" }] },
    { error: null, choices: [{ message: { content: "fine" }, finish_reason: "stop", error: null }] },
    {
      error: { message: "a warning beside a whole answer" },
      choices: [{ finish_reason: "stop", message: {} }],
    },
  ])("is none in %j", (body) => {
    expect(hidden(body)).toBeUndefined();
  });
});

describe("a refusal means what it says, whatever its status", () => {
  it.each<[string, number, unknown, string, RegExp]>([
    [
      "vLLM's limit above the whole context",
      400,
      {
        error: {
          message:
            "max_tokens=100000 cannot be greater than max_model_len=2048. Please request fewer output tokens.",
          type: "BadRequestError",
          param: "max_tokens",
          code: 400,
        },
      },
      "context-overflow",
      /parameters\.maxTokens/,
    ],
    [
      "the same in vLLM 0.9's words",
      400,
      {
        message:
          "'max_tokens' or 'max_completion_tokens' is too large: 100000. This model's maximum context length is 2048 tokens and your request has 12 input tokens (100000 > 2048 - 12).",
      },
      "context-overflow",
      /parameters\.maxTokens/,
    ],
    [
      "OpenAI's limit of a model's answers",
      400,
      {
        error: {
          message:
            "max_tokens is too large: 100000. This model supports at most 16384 completion tokens, whereas you provided 100000.",
          param: "max_tokens",
          code: "invalid_value",
        },
      },
      "bad-request",
      /parameters\.maxTokens/,
    ],
    [
      "LiteLLM's wrong key without a database",
      400,
      { error: { message: "No connected db.", type: "no_db_connection", param: null, code: "400" } },
      "unauthorized",
      /MY_KEY holds the proxy's master key/,
    ],
    [
      "the key of a proxy for its backend",
      401,
      {
        error: { message: "litellm.AuthenticationError: AuthenticationError: OpenAIException", code: "401" },
      },
      "unauthorized",
      /proxy's own key/,
    ],
    [
      "Gemini's wrong key",
      400,
      [
        {
          error: {
            code: 400,
            message: "API key not valid. Please pass a valid API key.",
            status: "INVALID_ARGUMENT",
          },
        },
      ],
      "unauthorized",
      /MY_KEY/,
    ],
    [
      "LiteLLM's unknown model",
      400,
      {
        error: {
          message:
            "/chat/completions: Invalid model name passed in model=nope-404. Call `/v1/models` to view",
          type: "None",
          param: "None",
          code: "400",
        },
      },
      "model-not-found",
      /\/models/,
    ],
    [
      "FastChat's unknown model",
      400,
      { object: "error", message: "Only tiny allowed now, your model nope-404", code: 40301 },
      "model-not-found",
      /\/models/,
    ],
    [
      "transformers serve's unknown model",
      400,
      { detail: "Server is pinned to 'tiny', and cannot serve 'nope-404'" },
      "model-not-found",
      /\/models/,
    ],
    [
      "LiteLLM's spent budget",
      400,
      {
        error: {
          message: "Budget has been exceeded! Current cost: 5.1, Max budget: 5.0",
          type: "budget_exceeded",
        },
      },
      "quota-exceeded",
      /credit/,
    ],
  ])("%s", (_what, status, body, code, remedy) => {
    const error = refused(status, body);
    expect(error).toMatchObject({ code, status, retryable: false, concernsEndpoint: true });
    expect(error.remedy).toMatch(remedy);
  });

  it.each<[string, number, unknown, Record<string, unknown>]>([
    [
      "a long prompt",
      400,
      { error: { message: "request (2131 tokens) exceeds the available context size (512 tokens)" } },
      { code: "context-overflow" },
    ],
    [
      "a prompt that leaves too little room",
      400,
      {
        message:
          "'max_tokens' or 'max_completion_tokens' is too large: 1024. This model's maximum context length is 4096 tokens and your request has 3200 input tokens (1024 > 4096 - 3200).",
      },
      { code: "context-overflow" },
    ],
    [
      "a parameter that the model does not take",
      400,
      { error: { message: "Unsupported parameter: 'max_tokens' is not supported with this model." } },
      { code: "bad-request" },
    ],
  ])("%s concerns its own request alone", (_what, status, body, expected) => {
    expect(refused(status, body)).toMatchObject({ ...expected, retryable: false, concernsEndpoint: false });
  });
});
