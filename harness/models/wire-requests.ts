import { EndpointError } from "../core/errors.js";
import { isJsonObject } from "../core/json.js";
import { presentFields } from "../core/present-fields.js";
import type { ChatMessage, GenerationParameters, GenerationRequest } from "../core/records.js";
import type { TokenLimitParameter } from "./parameter-support.js";

/** Members of a request body that the adapters alone decide; `parameters.extra` may not hold them. */
export const RESERVED_MEMBERS: readonly string[] = ["model", "messages", "prompt", "stream", "n"];

/** The same of the Responses API, whose replies come whole, at once and without a stored conversation. */
const RESERVED_IN_RESPONSES = ["input", "background", "conversation", "previous_response_id"];

function samplingMembers(parameters: GenerationParameters, tokenLimit: TokenLimitParameter) {
  const { responseSchema } = parameters;
  return {
    [tokenLimit]: parameters.maxTokens,
    temperature: parameters.temperature,
    top_p: parameters.topP,
    seed: parameters.seed,
    response_format: responseSchema && {
      type: "json_schema",
      json_schema: { name: responseSchema.name, schema: responseSchema.schema, strict: true },
    },
  };
}

function extraMembers(
  parameters: GenerationParameters,
  reserved: readonly string[] = RESERVED_MEMBERS,
): Record<string, unknown> {
  const extra: Record<string, unknown> = { ...parameters.extra };
  for (const name of reserved) delete extra[name];
  return extra;
}

/** The body of a Chat Completions request; members that are undefined are not sent. */
export function chatBody(
  model: string,
  request: GenerationRequest,
  tokenLimit: TokenLimitParameter,
): Record<string, unknown> {
  const { parameters } = request;
  return {
    model,
    messages: request.messages.map(({ role, content }: ChatMessage) => ({ role, content })),
    ...samplingMembers(parameters, tokenLimit),
    stop: parameters.stop?.length ? parameters.stop : undefined,
    logprobs: parameters.topLogprobs === undefined ? undefined : true,
    top_logprobs: parameters.topLogprobs,
    tools: parameters.tools?.map((tool) => ({
      type: "function",
      function: {
        name: tool.name,
        ...(tool.description === undefined ? {} : { description: tool.description }),
        parameters: tool.parameters,
        ...(tool.strict === undefined ? {} : { strict: tool.strict }),
      },
    })),
    tool_choice:
      parameters.toolChoice === undefined
        ? undefined
        : { type: "function", function: { name: parameters.toolChoice } },
    ...extraMembers(parameters),
  };
}

/** Where log-probabilities are asked for in the Responses API. */
const LOGPROBS = "message.output_text.logprobs";

/** `extra.text` may say more about the text than its form, such as `verbosity`. */
function textMember({ responseSchema, extra }: GenerationParameters): unknown {
  if (responseSchema === undefined) return extra?.text;
  const { name, schema } = responseSchema;
  const format = { type: "json_schema", name, schema, strict: true };
  return { ...(isJsonObject(extra?.text) ? extra.text : {}), format };
}

/**
 * The body of a `/v1/responses` request; members that are undefined are not sent. Nothing is stored. The API has neither
 * `seed` nor `stop`; they are written here so that leaving them out is noted as of any parameter.
 */
export function responsesBody(model: string, request: GenerationRequest): Record<string, unknown> {
  const { parameters } = request;
  const { topLogprobs, toolChoice } = parameters;
  const {
    text: _,
    include,
    ...extra
  } = extraMembers(parameters, [...RESERVED_MEMBERS, ...RESERVED_IN_RESPONSES]);
  return {
    model,
    input: request.messages.map(({ role, content }: ChatMessage) => ({ role, content })),
    store: false,
    max_output_tokens: parameters.maxTokens,
    temperature: parameters.temperature,
    top_p: parameters.topP,
    seed: parameters.seed,
    stop: parameters.stop?.length ? parameters.stop : undefined,
    text: textMember(parameters),
    include: topLogprobs === undefined ? include : [...(Array.isArray(include) ? include : []), LOGPROBS],
    top_logprobs: topLogprobs,
    tools: parameters.tools?.map(({ name, description, parameters: schema, strict }) => ({
      type: "function",
      name,
      ...presentFields({ description }),
      parameters: schema,
      // Left out it would mean true here, and false in Chat Completions.
      strict: strict ?? false,
    })),
    tool_choice: toolChoice === undefined ? undefined : { type: "function", name: toolChoice },
    ...extra,
  };
}

/**
 * The body of a `/v1/completions` request for a prompt that a chat template made.
 * @throws EndpointError `bad-request` when the request needs tools, which raw text does not have.
 */
export function textBody(
  model: string,
  prompt: string,
  stops: readonly string[],
  parameters: GenerationParameters,
  tokenLimit: TokenLimitParameter,
): Record<string, unknown> {
  if (parameters.tools !== undefined && parameters.tools.length > 0) {
    throw new EndpointError("raw completions have no tools", {
      code: "bad-request",
      retryable: false,
      remedy: 'Use a model with adapter "openai" for a judge that calls a tool.',
    });
  }
  const stop = [...new Set([...stops, ...(parameters.stop ?? [])])];
  return {
    model,
    prompt,
    ...samplingMembers(parameters, tokenLimit),
    stop: stop.length === 0 ? undefined : stop,
    logprobs: parameters.topLogprobs,
    ...extraMembers(parameters),
  };
}
