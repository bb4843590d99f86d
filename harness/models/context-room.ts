/** What an endpoint says of a request whose prompt and answer together exceed its context. In tokens. */
export interface ContextClaim {
  readonly context: number;
  readonly prompt: number;
  /** The answer's limit, where it is told. */
  readonly limit?: number;
}

/**
 * The wordings by which servers tell context and prompt: OpenAI, older vLLM and OpenRouter; vLLM 0.6 to 0.10; vLLM
 * since; SGLang; text-generation-inference; Anthropic.
 */
const WORDINGS: readonly RegExp[] = [
  /maximum context length is (?<context>\d+) tokens\b.*?requested (?:about )?\d+ tokens \((?<prompt>\d+) (?:in the messages|in your prompt|of text input).*?(?<limit>\d+) (?:in|for) the (?:completion|output)/is,
  /is too large: (?<limit>\d+).*?maximum context length is (?<context>\d+) tokens and your request has (?<prompt>\d+) input tokens/is,
  /maximum context length is (?<context>\d+) tokens.*?requested (?<limit>\d+) output tokens and your prompt contains (?<least>at least )?(?<prompt>\d+) input tokens/is,
  /maximum context length of (?<context>\d+) tokens.*?: (?<prompt>\d+) tokens from the input messages and (?<limit>\d+) tokens for the completion/is,
  /`inputs` tokens \+ `max_new_tokens` must be <= (?<context>\d+).*?Given: (?<prompt>\d+) `inputs` tokens and (?<limit>\d+) `max_new_tokens`/is,
  /exceed context limit: (?<prompt>\d+) \+ (?<limit>\d+) > (?<context>\d+)/is,
];

/** Reads what an error message tells of context and prompt; undefined where it does not tell both. */
export function readContextClaim(message: string): ContextClaim | undefined {
  for (const wording of WORDINGS) {
    const groups = wording.exec(message)?.groups;
    if (groups === undefined) continue;
    const [context, prompt, limit] = [groups.context, groups.prompt, groups.limit].map(Number);
    if (context === undefined || prompt === undefined) continue;
    // "At least" counts no further than where prompt and limit exceed the context: that tells nothing.
    if (groups.least !== undefined && limit !== undefined && prompt === context - limit + 1) return undefined;
    return { context, prompt, ...(limit === undefined || Number.isNaN(limit) ? {} : { limit }) };
  }
  return undefined;
}

/** Tokens that are left for the answer; undefined where the prompt alone fills the context. */
export function roomOf({ context, prompt }: ContextClaim): number | undefined {
  return prompt < context ? context - prompt : undefined;
}

/** Whether the answer's limit alone exceeds the whole context: a mistake in the configuration, not a long prompt. */
export function isLimitAboveContext({ context, limit }: ContextClaim): boolean {
  return limit !== undefined && limit > context;
}
