/** Error responses in the words of the servers that people use, so that adapters are tested against what they will meet. */

/** An HTTP error as a server sends it. */
export interface ErrorResponse {
  readonly status: number;
  /** Sent as JSON, or as it is when it is text. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Whose words an error is in. */
export type Wording = "openai" | "vllm" | "llama.cpp" | "azure" | "mistral" | "sglang";

function openaiError(
  status: number,
  message: string,
  details: { readonly type?: string; readonly param?: string | null; readonly code?: string | null } = {},
): ErrorResponse {
  const { type = "invalid_request_error", param = null, code = null } = details;
  return { status, body: { error: { message, type, param, code } } };
}

/** What vLLM before 0.10 sends: the error's fields stand at the top. */
function vllmError(status: number, message: string, type = "BadRequestError"): ErrorResponse {
  return { status, body: { object: "error", message, type, param: null, code: status } };
}

/** A refusal of a parameter; `value` makes OpenAI refuse the value and not the name. */
export function unsupportedParameter(
  parameter: string,
  wording: Wording = "openai",
  value?: number,
): ErrorResponse {
  if (wording === "vllm") {
    return vllmError(
      400,
      `[{'type': 'extra_forbidden', 'loc': ('body', '${parameter}'), 'msg': 'Extra inputs are not permitted', 'input': 1}]`,
    );
  }
  if (wording === "mistral") {
    const detail = [
      { type: "extra_forbidden", loc: ["body", parameter], msg: "Extra inputs are not permitted", input: 1 },
    ];
    return {
      status: 422,
      body: { object: "error", message: { detail }, type: "invalid_request_error", param: null, code: null },
    };
  }
  if (wording === "azure") {
    return openaiError(400, `Unrecognized request argument supplied: ${parameter}`);
  }
  if (value !== undefined) {
    return openaiError(
      400,
      `Unsupported value: '${parameter}' does not support ${value} with this model. Only the default (1) value is supported.`,
      { param: parameter, code: "unsupported_value" },
    );
  }
  const instead = parameter === "max_tokens" ? " Use 'max_completion_tokens' instead." : "";
  return openaiError(
    400,
    `Unsupported parameter: '${parameter}' is not supported with this model.${instead}`,
    { param: parameter, code: "unsupported_parameter" },
  );
}

/** A prompt that does not fit the model's context. */
export function contextOverflow(wording: Wording = "openai"): ErrorResponse {
  if (wording === "vllm") {
    return vllmError(
      400,
      "This model's maximum context length is 4096 tokens. However, you requested 5120 tokens (4096 in the messages, 1024 in the completion). Please reduce the length of the messages or completion.",
    );
  }
  if (wording === "sglang") {
    return vllmError(
      400,
      "The input (61709 tokens) is longer than the model's context length (40960 tokens).",
    );
  }
  if (wording === "llama.cpp") {
    return {
      status: 400,
      body: {
        error: {
          code: 400,
          message: "the request exceeds the available context size, try increasing it",
          type: "exceed_context_size_error",
          n_prompt_tokens: 1407,
          n_ctx: 256,
        },
      },
    };
  }
  return openaiError(
    400,
    "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens. Please reduce the length of the messages.",
    { param: "messages", code: "context_length_exceeded" },
  );
}

/** A prompt that a filter refused, as Azure says it. */
export function contentFilter(): ErrorResponse {
  const filtered = {
    hate: { filtered: false, severity: "safe" },
    violence: { filtered: true, severity: "medium" },
  };
  return {
    status: 400,
    body: {
      error: {
        message:
          "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry.",
        type: null,
        param: "prompt",
        code: "content_filter",
        status: 400,
        innererror: { code: "ResponsibleAIPolicyViolation", content_filter_result: filtered },
      },
    },
  };
}

/** A wrong key; `echoed` is repeated in the message, as careless gateways do. */
export function unauthorized(echoed?: string): ErrorResponse {
  return openaiError(
    401,
    `Incorrect API key provided${echoed === undefined ? "" : `: ${echoed}`}. You can find your API key in your account.`,
    { code: "invalid_api_key" },
  );
}

/** A model name that the endpoint does not know. */
export function modelNotFound(model: string, wording: Wording = "openai"): ErrorResponse {
  if (wording === "vllm") return vllmError(404, `The model \`${model}\` does not exist.`, "NotFoundError");
  return openaiError(404, `The model \`${model}\` does not exist or you do not have access to it.`, {
    code: "model_not_found",
  });
}

/** An account without money, which OpenAI sends with the status of a rate limit. */
export function insufficientQuota(): ErrorResponse {
  return openaiError(429, "You exceeded your current quota, please check your plan and billing details.", {
    type: "insufficient_quota",
    code: "insufficient_quota",
  });
}

/** How a 429 says when to come back. */
export type RetryAfterForm = "seconds" | "http-date" | "milliseconds" | "none";

/** A rate limit. `waitMs` is what the header asks for; an HTTP date is rounded up to whole seconds. */
export function rateLimited(form: RetryAfterForm, waitMs: number, nowMs: number): ErrorResponse {
  const headers: Record<string, string> = {};
  if (form === "seconds") headers["retry-after"] = String(waitMs / 1000);
  if (form === "milliseconds") headers["retry-after-ms"] = String(waitMs);
  if (form === "http-date") {
    headers["retry-after"] = new Date(Math.ceil((nowMs + waitMs) / 1000) * 1000).toUTCString();
  }
  const response = openaiError(429, "Rate limit reached for requests.", {
    type: "requests",
    code: "rate_limit_exceeded",
  });
  return { ...response, headers };
}

/** A fault of the server itself. */
export function serverError(status: number): ErrorResponse {
  return openaiError(status, "The server had an error while processing your request.", {
    type: "server_error",
  });
}
