import { EndpointError } from "../../core/errors.js";
import { presentFields } from "../../core/present-fields.js";
import type { CallContext, Generation, GenerationRequest } from "../../core/records.js";
import { type EndpointModel, type EndpointModelOptions, endpointModel } from "../endpoint-model.js";
import { replyFacts } from "../response-reading.js";
import { RESERVED_MEMBERS } from "../wire-requests.js";
import { type PromptShape, type PromptToken, promptShapes } from "./prompt-tokens.js";
import { tailTokens } from "./tail-tokens.js";

/** What a request asks to be scored, and after what. */
function textsOf({ messages }: GenerationRequest): { readonly context: string; readonly text: string } {
  const text = messages.at(-1)?.content ?? "";
  const context = messages.slice(0, -1).map(({ content }) => content);
  return { context: context.join(""), text };
}

const NONE_GIVEN = "no-prompt-logprobs";

function noneGiven(endpoint: string): EndpointError {
  return new EndpointError(`${endpoint} gives no log-probabilities of the prompt`, {
    code: NONE_GIVEN,
    retryable: false,
    concernsEndpoint: true,
    remedy:
      "Serve the model with vLLM or another server that knows `echo` with `logprobs`, or `prompt_logprobs` (llama.cpp's has neither), or use `scoring: generation` in the suite's file.",
  });
}

function notSpelt(text: string): EndpointError {
  return new EndpointError(`the reply's tokens do not spell the end of the prompt, "${text.slice(-40)}"`, {
    code: "tokens-not-read",
    retryable: false,
    remedy: "The server sends tokens in a form that assay does not know; report it with the reply.",
  });
}

function noFirst(): EndpointError {
  return new EndpointError("the endpoint gives no log-probability of a prompt's first token", {
    code: "first-token-unscored",
    retryable: false,
    remedy:
      "The server puts no token before a prompt: name one in the suite's file, such as `prefix: <|endoftext|>`, or leave `mutualInformation` out.",
  });
}

/** The tokens of the scored text with their log-probabilities. @throws EndpointError */
function scoredTokens(tokens: readonly PromptToken[], context: string, text: string) {
  const own = tailTokens(tokens, context, text);
  if (own === undefined || own.length === 0) throw context === "" ? noFirst() : notSpelt(text);
  return own.map(({ token, logprob }) => {
    if (logprob === null) throw noFirst();
    return { token, logprob, top: [] };
  });
}

function scorerOf(options: EndpointModelOptions, shape: PromptShape): EndpointModel {
  return endpointModel(options, {
    adapter: "completions",
    path: "/completions",
    write: (request) => {
      const { context, text } = textsOf(request);
      const extra = Object.entries(request.parameters.extra ?? {}).filter(
        ([name]) => !RESERVED_MEMBERS.includes(name),
      );
      return { model: options.model, prompt: context + text, ...Object.fromEntries(extra), ...shape.members };
    },
    read: (body, request) => {
      if (request === undefined) throw new Error("a reply with a prompt's tokens is read beside its request");
      const { context, text } = textsOf(request);
      const tokens = shape.read(body, context + text);
      if (tokens === undefined) throw noneGiven(options.baseUrl ?? "the endpoint");
      const logprobs = scoredTokens(tokens, context, text);
      return { text, finishReason: "stop", ...replyFacts(body), ...presentFields({ logprobs }) };
    },
  });
}

/** Failures after which another way of asking is tried: this one is refused, or ignored. */
const OF_SHAPE: ReadonlySet<string> = new Set([NONE_GIVEN, "bad-request"]);

/**
 * Asks an endpoint for log-probabilities of texts, in whichever way it knows: the first that it answers is kept.
 * Rejects with an EndpointError `no-prompt-logprobs`, which concerns the endpoint, where it knows none.
 */
export class TextScorer {
  private readonly scorers: readonly EndpointModel[];
  /** The way that the endpoint is known to answer, or is thought to. */
  private current = 0;

  /** @param options of the model */
  constructor(options: EndpointModelOptions) {
    this.scorers = promptShapes.map((shape) => scorerOf(options, shape));
  }

  /** The way of asking that is used now, as batch files write and read it. */
  get wire(): EndpointModel["wire"] {
    return this.at(this.current).wire;
  }

  /** Scores one text. */
  async generate(request: GenerationRequest, context: CallContext): Promise<Generation> {
    let refused: unknown;
    for (let at = this.current; at < this.scorers.length; at++) {
      try {
        const generation = await this.at(at).generate(request, context);
        this.current = at;
        return generation;
      } catch (error) {
        if (!(error instanceof EndpointError) || !OF_SHAPE.has(error.code)) throw error;
        // What the endpoint says of the first way is worth more than that it ignores the others.
        if (refused === undefined || error.code !== NONE_GIVEN) refused = error;
      }
    }
    throw refused;
  }

  private at(index: number): EndpointModel {
    const scorer = this.scorers[index];
    if (scorer === undefined) throw new Error("there is a way of asking at every index");
    return scorer;
  }
}
