import { type EndpointModel, type EndpointModelOptions, endpointModel } from "./endpoint-model.js";
import { readChatReply, readingOptions } from "./response-reading.js";
import { responsesModel } from "./responses.js";
import { chatBody } from "./wire-requests.js";

/**
 * A model that is asked through Chat Completions, or with `api: "responses"` through the Responses API: OpenAI, Azure,
 * vLLM, SGLang, llama.cpp, Ollama, OpenRouter and whatever else speaks these. Parameters that the endpoint refuses are learned from its 400 answers, left out
 * (or renamed) from then on and reported in each generation.
 * @throws ConfigError `bad-base-url`.
 */
export function openaiModel(options: EndpointModelOptions): EndpointModel {
  if (options.api === "responses") return responsesModel(options);
  return endpointModel(options, {
    adapter: "openai",
    path: "/chat/completions",
    write: (request, tokenLimit) => chatBody(options.model, request, tokenLimit),
    read: (body, request) => {
      const generation = readChatReply(body, readingOptions(options.reasoning, request));
      // As `completions` does: blanks around an answer are no part of it. A judge's reply stays as it came.
      if (request?.subject.kind !== "answer") return generation;
      return { ...generation, text: generation.text.trim() };
    },
  });
}
