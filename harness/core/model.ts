import type { Json } from "./json.js";

/** One message of a chat. */
export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** A tool that a judge may be asked to call (JSON Schema parameters). */
export interface ToolDefinition {
  readonly name: string;
  readonly description?: string;
  readonly parameters: Json;
  readonly strict?: boolean;
}

/** Sampling parameters of one call. What is absent is left to the endpoint. */
export interface GenerationParameters {
  readonly temperature?: number;
  /** Most new tokens; the adapter chooses the wire name. */
  readonly maxTokens?: number;
  readonly topP?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
  /** Ask for log-probabilities of this many alternatives per token. */
  readonly topLogprobs?: number;
  /** Structured reply: the name and JSON Schema that the text must satisfy. */
  readonly responseSchema?: { readonly name: string; readonly schema: Json };
  readonly tools?: readonly ToolDefinition[];
  /** Name of the tool that must be called. */
  readonly toolChoice?: string;
  /**
   * The messages are so many conversations one after the other, all of one length, and each is to be given a number of its
   * own: what is asked of a reward model, whose reply is a JSON list of them.
   */
  readonly conversations?: number;
  /**
   * Nothing is to be generated: the last message is a text whose log-probability after the message before it is asked for,
   * both as raw text. The reply's text is that text, and its `logprobs` are those of its tokens.
   */
  readonly scoresText?: true;
  /** Passed to the endpoint as they are. */
  readonly extra?: Readonly<Record<string, Json>>;
}

/** What a call is about, for adapters that look things up instead of generating them. */
export type CallSubject =
  | {
      readonly kind: "answer";
      readonly suite: string;
      readonly questionId: string;
      readonly turn: number;
      readonly trial: number;
      /** Which of a question's texts is scored, from 1. */
      readonly text?: number;
    }
  | {
      readonly kind: "judgment";
      readonly suite: string;
      readonly questionId: string;
      readonly turn: number;
      readonly trial: number;
      /** The judged model in single grading; the model shown first in pairwise. */
      readonly a: string;
      /** The model shown second; absent in single grading. */
      readonly b?: string;
      /** Which verdict on the same answers, from 2 on; the first has none. */
      readonly repeat?: number;
      /** Attempt at an unreadable verdict, from 1. */
      readonly attempt: number;
    };

/** What is asked of a model, once. */
export interface GenerationRequest {
  readonly messages: readonly ChatMessage[];
  readonly parameters: GenerationParameters;
  readonly subject: CallSubject;
}

/** Why a generation ended. `unknown` when the endpoint did not say. */
export type FinishReason = "stop" | "length" | "content-filter" | "tool-calls" | "unknown";

/** Tokens of one call as the endpoint counted them. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Part of `outputTokens` spent on hidden reasoning, where told. */
  readonly reasoningTokens?: number;
  /** Part of `inputTokens` served from the endpoint's prompt cache, where told. */
  readonly cachedInputTokens?: number;
}

/** One position of the reply with its alternatives; natural-log probabilities. */
export interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
  readonly top: readonly { readonly token: string; readonly logprob: number }[];
}

/** What came back of one successful call. */
export interface Generation {
  /** The answer's text, without reasoning. May be empty. */
  readonly text: string;
  /** `<think>…</think>` or `reasoning_content`, kept apart. */
  readonly reasoning?: string;
  readonly finishReason: FinishReason;
  readonly usage?: Usage;
  /** What the endpoint said it is. */
  readonly endpointModel?: string;
  readonly systemFingerprint?: string;
  readonly logprobs?: readonly TokenLogprob[];
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: string }[];
  /** Parameters that the endpoint refused and that were left out, by wire name. */
  readonly droppedParameters?: readonly string[];
  /** Limit on new tokens that was asked for instead, since prompt and answer together exceed the context. */
  readonly reducedMaxTokens?: number;
  /** True where the endpoint counted far fewer input tokens than the messages can have: it cut the prompt in silence. */
  readonly promptCut?: boolean;
  /** Rate-limit headers of the response, lower-case names. */
  readonly rateLimit?: Readonly<Record<string, string>>;
  /** True for replies that were looked up, not generated; they cost nothing. */
  readonly recorded?: boolean;
}

/** What a call is given besides its request. */
export interface CallContext {
  /** Aborted at the deadline of the attempt or when the run stops; the adapter must then reject promptly. */
  readonly signal: AbortSignal;
}

/** What is known of a model besides how to ask it. */
export interface ModelFacts {
  /** Display id, unique in the run; names files and columns. */
  readonly id: string;
  /** Everything besides the request that decides a reply (adapter, model name, template, parameters); goes into task ids. No secrets, no addresses. */
  readonly identity: { readonly [key: string]: Json };
  /** Name of the endpoint whose limits the model shares, such as its base URL's origin and path. */
  readonly endpoint: string;
  /** Key into the price table, such as the endpoint's model name. */
  readonly priceKey?: string;
  /** Family, such as `llama`, for same-family judge checks. */
  readonly family?: string;
  /** The model's own parameters, which override those a suite or a judge asks for. */
  readonly parameters?: GenerationParameters;
  /** System message put before each conversation (answers only). */
  readonly system?: string;
  /** Whether it gives log-probabilities of texts that it is shown: {@link GenerationParameters.scoresText}. */
  readonly scoresTexts?: true;
}

/**
 * A model that can be asked. One method; stateless towards the pipeline, which owns retries, limits, deadlines,
 * budget and storage. `generate` rejects with an {@link EndpointError}.
 */
export interface Model extends ModelFacts {
  generate(request: GenerationRequest, context: CallContext): Promise<Generation>;
  /** Loads what the first call needs, so that it does not count as that call's latency; what fails, fails in `generate` again. */
  prepare?(): Promise<void>;
  /** Releases what the model holds (a child process, sockets). */
  close?(): Promise<void>;
}
