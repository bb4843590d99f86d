import { systemClock } from "../../core/clock.js";
import { EndpointError } from "../../core/errors.js";
import { presentFields } from "../../core/present-fields.js";
import type { ChatMessage, Generation, GenerationRequest, Model } from "../../core/records.js";
import { wellFormed } from "../../core/text.js";
import { readBaseUrl } from "../base-url.js";
import type { EndpointModelOptions } from "../endpoint-model.js";
import { commonFields, modelIdentity } from "../identity.js";
import { memberOf, textOf } from "../json-reading.js";
import { createConnection } from "../openai-connection.js";
import type { FileTemplate } from "../template-file.js";
import { type AskRewards, type Reward, RewardQueue } from "./reward-queue.js";
import { type RewardInput, type RewardShape, type RewardShapeName, rewardShapes } from "./reward-shapes.js";
import type { RewardLabel } from "./reward-values.js";

/** What a reward model behind an endpoint needs. */
export interface RewardModelOptions extends Omit<EndpointModelOptions, "tokenLimitParameter" | "reasoning"> {
  /** Root of the server, such as `http://localhost:8000`; `/v1` or the shape's own path at its end is passed over. */
  readonly baseUrl: string;
  readonly shape: RewardShapeName;
  /** The model's chat template from a file; left out, the server writes it. */
  readonly template?: FileTemplate;
  /** `as-served` takes the values with whatever sigmoid or softmax the server applies. */
  readonly activation: "raw" | "as-served";
  readonly label?: RewardLabel;
  /** Most conversations of one call, where the endpoint takes several. */
  readonly batch: number;
}

/** The conversations that the messages of a request hold one after the other, all of one length. */
function conversationsOf({ messages, parameters }: GenerationRequest): readonly (readonly ChatMessage[])[] {
  const count = parameters.conversations ?? 0;
  const length = messages.length / count;
  if (count < 1 || !Number.isInteger(length) || length < 1) {
    throw new EndpointError("a reward model scores answers and writes none", {
      code: "bad-request",
      retryable: false,
      remedy: "Use it as a judge: an entry of `judges` with `reward:` (docs/judges.md#reward-models).",
    });
  }
  return Array.from({ length: count }, (_, index) => messages.slice(index * length, (index + 1) * length));
}

/** What a reranker is shown: everything before the answer as one text, roles named where there are several messages. */
function queryOf(messages: readonly ChatMessage[]): RewardInput {
  const before = messages.slice(0, -1);
  const [only] = before;
  const query =
    before.length === 1 && only !== undefined
      ? only.content
      : before.map(({ role, content }) => `${role}: ${content}`).join("\n\n");
  return { kind: "query", query, document: messages.at(-1)?.content ?? "" };
}

function inputWriter(
  shape: RewardShape,
  template: FileTemplate | undefined,
): (messages: readonly ChatMessage[]) => RewardInput {
  if (shape.templates === "none") return queryOf;
  if (template === undefined)
    return (messages) => ({
      kind: "messages",
      messages: messages.map(({ role, content }) => ({ role, content })),
    });
  return (messages) => ({ kind: "text", text: template.renderAnswered(messages) });
}

function rootOf(endpoint: string, path: string): string {
  const root = endpoint.endsWith(path) ? endpoint.slice(0, -path.length) : endpoint;
  return root.replace(/\/v1$/, "");
}

function tokensOf(body: unknown, shape: RewardShape): number | undefined {
  const told = memberOf(memberOf(body, "usage"), "prompt_tokens") ?? shape.tokens?.(body);
  return typeof told === "number" && Number.isSafeInteger(told) && told >= 0 ? told : undefined;
}

function generationOf(rewards: readonly Reward[]): Generation {
  const inputTokens = rewards.reduce<number | undefined>(
    (sum, { tokens }) => (sum === undefined || tokens === undefined ? undefined : sum + tokens),
    0,
  );
  return {
    text: JSON.stringify(rewards.map(({ value }) => value)),
    finishReason: "stop",
    ...presentFields({
      usage: inputTokens === undefined ? undefined : { inputTokens, outputTokens: 0 },
      endpointModel: rewards[0]?.endpointModel,
    }),
  };
}

/**
 * A model that gives each conversation of a request a number: the reply's text is a JSON list of them. An input that was
 * asked for lately is not asked for again, so that an answer has one reward whomever it meets.
 * @throws ConfigError `bad-base-url`.
 */
export function rewardModel(options: RewardModelOptions): Model {
  const { model, label, template, activation } = options;
  const shape: RewardShape = rewardShapes[options.shape];
  const given = readBaseUrl(options.baseUrl);
  const baseUrl = { ...given, endpoint: rootOf(given.endpoint, shape.path) };
  const connection = createConnection({
    baseUrl,
    ...presentFields({
      apiKey: options.apiKey,
      apiKeyHeader: options.apiKeyHeader,
      apiKeyName: options.apiKeyName,
      headers: options.headers,
      secretHeaders: options.secretHeaders,
      followsRedirects: options.followsRedirects,
      maxReplyMb: options.maxReplyMb,
      fetch: options.fetch,
    }),
    environment: options.environment ?? {},
    now: options.now ?? systemClock.now,
  });
  const ask: AskRewards = async (inputs, signal) => {
    const question = { model, inputs, raw: activation === "raw" };
    const { body } = await connection.post(shape.path, wellFormed(shape.body(question)), signal);
    return {
      readings: shape.read(body, inputs.length, label),
      ...presentFields({ tokens: tokensOf(body, shape), endpointModel: textOf(memberOf(body, "model")) }),
    };
  };
  const queue = new RewardQueue(ask, options.batch);
  const write = inputWriter(shape, template);
  return {
    ...commonFields(options),
    identity: modelIdentity(options, {
      adapter: "reward",
      model,
      shape: options.shape,
      template: shape.templates === "none" ? undefined : (template?.name ?? "server"),
      activation,
      label,
    }),
    endpoint: baseUrl.endpoint,
    priceKey: options.priceKey ?? model,
    generate: async (request, { signal }) =>
      generationOf(await queue.rewards(conversationsOf(request).map(write), signal)),
    prepare: () => connection.prepare(),
  };
}
