import { EndpointError } from "../core/errors.js";
import type { ChatMessage, GenerationParameters, GenerationRequest } from "../core/records.js";
import type { TokenLimitParameter } from "./parameter-support.js";

/** Members of a request body that the adapters alone decide; `parameters.extra` may not hold them. */
export const RESERVED_MEMBERS: readonly string[] = ["model", "messages", "prompt", "stream", "n"];

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

function extraMembers(parameters: GenerationParameters): Record<string, unknown> {
  const extra: Record<string, unknown> = { ...parameters.extra };
  for (const name of RESERVED_MEMBERS) delete extra[name];
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
