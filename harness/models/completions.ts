import { chatTemplates } from "./chat-templates.js";
import { type EndpointModel, type EndpointModelOptions, endpointModel } from "./endpoint-model.js";
import { readingOptions, readTextReply } from "./response-reading.js";
import { textBody } from "./wire-requests.js";

/** What a model behind `/v1/completions` needs. */
export interface CompletionsModelOptions extends EndpointModelOptions {
  /** Name of the chat template, see {@link chatTemplates}. */
  readonly template: string;
}

/**
 * A model that only completes raw text: the conversation is written in the chat template that its family was trained
 * with, and the reply ends at the template's stop strings. The server adds the beginning-of-sequence token.
 * @throws ConfigError `unknown-template` or `bad-base-url`.
 */
export function completionsModel(options: CompletionsModelOptions): EndpointModel {
  const template = chatTemplates.get(options.template);
  return endpointModel(options, {
    adapter: "completions",
    path: "/completions",
    identity: { template: options.template },
    write: (request, tokenLimit) =>
      textBody(
        options.model,
        template.render(request.messages),
        template.stops,
        request.parameters,
        tokenLimit,
      ),
    read: (body, request) =>
      readTextReply(
        body,
        [...template.stops, ...(request?.parameters.stop ?? [])],
        readingOptions(options.reasoning, request),
      ),
  });
}
