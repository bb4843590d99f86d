import type { OpenAI } from "openai";
import type { ChatMessage, Model } from "../core/records.js";
import { chatTemplates } from "./chat-templates.js";
import { type EndpointModel, type EndpointModelOptions, endpointModel } from "./endpoint-model.js";
import { readingOptions, readTextReply } from "./response-reading.js";
import { TextScorer } from "./scoring/text-scorer.js";
import { compareTemplate, type TemplateComparison } from "./template-comparison.js";
import type { NamedTemplate } from "./template-file.js";
import { textBody } from "./wire-requests.js";

/** What a model behind `/v1/completions` needs. */
export interface CompletionsModelOptions extends EndpointModelOptions {
  /** Name of the chat template, see {@link chatTemplates}, or a template of one's own. */
  readonly template: string | NamedTemplate;
}

/** A model behind `/v1/completions`, whose template can be held against the server's own. */
export interface CompletionsModel extends EndpointModel {
  /** Compares the template with the server's own for a conversation of two turns; two short calls at most. */
  compareTemplate(signal: AbortSignal): Promise<TemplateComparison>;
}

/** Whether a model writes its prompts in a template of its own. */
export function isCompletionsModel(model: Model): model is CompletionsModel {
  return "compareTemplate" in model;
}

/** Two turns: most templates that go wrong do so where the second one begins. */
function conversation(system: string | undefined): readonly ChatMessage[] {
  return [
    ...(system === undefined ? [] : [{ role: "system", content: system } as const]),
    { role: "user", content: "Name a colour." },
    { role: "assistant", content: "Blue." },
    { role: "user", content: "Another one?" },
  ];
}

async function posted(client: OpenAI, path: string, body: unknown, signal: AbortSignal): Promise<unknown> {
  return client.post(path, { body, signal }).catch(() => undefined);
}

/**
 * A model that only completes raw text: the conversation is written in the chat template that its family was trained
 * with, and the reply ends at the template's stop strings. The server adds the beginning-of-sequence token. Texts that are
 * to be scored are sent as they are, in no template.
 * @throws ConfigError `unknown-template` or `bad-base-url`.
 */
export function completionsModel(options: CompletionsModelOptions): CompletionsModel {
  const { template: given, model: name } = options;
  const template = typeof given === "string" ? { ...chatTemplates.get(given), name: given } : given;
  const model = endpointModel(options, {
    adapter: "completions",
    path: "/completions",
    identity: { template: template.name },
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
  const scorer = new TextScorer(options);
  const { wire } = model;
  return {
    ...model,
    scoresTexts: true,
    generate: (request, context) =>
      request.parameters.scoresText === true
        ? scorer.generate(request, context)
        : model.generate(request, context),
    wire: {
      ...wire,
      write: (request) =>
        request.parameters.scoresText === true ? scorer.wire.write(request) : wire.write(request),
      read: (body, request) =>
        request?.parameters.scoresText === true ? scorer.wire.read(body, request) : wire.read(body, request),
    },
    compareTemplate: async (signal) => {
      const client = await model.openaiClient();
      const messages = conversation(options.system);
      const root = model.endpoint.replace(/\/v1$/, "");
      return compareTemplate(
        { model: name, messages, prompt: template.render(messages) },
        {
          beside: (path, body) => posted(client, `${root}${path}`, body, signal),
          under: (path, body) => posted(client, path, body, signal),
        },
      );
    },
  };
}
