import type { FailureDetail } from "./failure-detail.js";

/** Wire names of the limit on new tokens. */
export type TokenLimitParameter = "max_tokens" | "max_completion_tokens";

/** Parameters that a reply can do without; whatever a user or a protocol cannot do without is never left out. */
const OMISSIBLE: ReadonlySet<string> = new Set([
  "temperature",
  "top_p",
  "seed",
  "stop",
  "logprobs",
  "top_logprobs",
  "response_format",
]);

/** Parameters that mean nothing without each other. */
const TOGETHER: readonly (readonly string[])[] = [["logprobs", "top_logprobs", "include"]];

/** Names that are words of any message; only a message's own field tells that they are meant. */
const WORDS: ReadonlySet<string> = new Set(["text", "include", "store"]);

/** A name as a word; a message may speak of log-probabilities by the shorter of their names. */
function wordPattern(name: string): RegExp {
  return new RegExp(`(?<![A-Za-z0-9_])${name.replace(/^top_l/, "(?:top_)?l")}(?![A-Za-z0-9_])`, "i");
}

/** Nested members by which the Responses API names what is sent as another one. */
const NESTED: Readonly<Record<string, string>> = { "text.format": "text" };

/** The least limit on new tokens, where a refusal tells it: the Responses API takes none below 16. */
function leastTokensIn({ code, message }: FailureDetail): number | undefined {
  if (code !== "integer_below_min_value" && !/below (?:the )?minimum/i.test(message)) return undefined;
  const [, least] = /max_output_tokens.{0,100}>= ?(\d{1,4})\b/i.exec(message) ?? [];
  return least === undefined ? undefined : Number(least);
}

const TOKEN_LIMITS: readonly TokenLimitParameter[] = ["max_tokens", "max_completion_tokens"];

/** Words by which servers say that they do not take a parameter, as opposed to a value out of range. */
const REFUSAL =
  /unsupported|not support|n't support|unrecogni[sz]ed|unknown|not permitted|not allowed|extra[_ ](forbidden|inputs|fields)|not enabled|only the default|cannot both be specified|deprecated/i;

const REFUSAL_CODES = new Set(["unsupported_parameter", "unsupported_value", "unknown_parameter"]);
const REFUSAL_STATUSES = new Set([400, 403, 404, 422, 501]);

/** What may be sent to one endpoint for one model. */
export interface ParameterSupportOptions {
  /** Wire name of the token limit; `auto` starts with the one the endpoint is likely to know and learns. */
  readonly tokenLimitParameter: TokenLimitParameter | "auto";
  /** Name to start with under `auto`. */
  readonly likelyTokenLimit: TokenLimitParameter;
  /** Wire names that the user says are not supported. */
  readonly unsupported: readonly string[];
  /** Further wire names that a reply can do without. */
  readonly omissible?: readonly string[];
}

/**
 * Finds the parameter that an error response refuses among those that were sent: in its `param` field, else the first
 * one that its message names as a word. Undefined when it refuses none of them.
 */
export function findRefusedParameter(
  status: number | undefined,
  detail: FailureDetail,
  sent: readonly string[],
): string | undefined {
  if (status === undefined || !REFUSAL_STATUSES.has(status)) return undefined;
  if (!REFUSAL_CODES.has(detail.code) && !REFUSAL.test(`${detail.type} ${detail.message}`)) return undefined;
  const param = NESTED[detail.param] ?? detail.param;
  if (sent.includes(param)) return param;
  let found: string | undefined;
  let place = Number.POSITIVE_INFINITY;
  for (const name of sent) {
    if (WORDS.has(name)) continue;
    const at = detail.message.search(wordPattern(name));
    if (at >= 0 && at < place) {
      found = name;
      place = at;
    }
  }
  return found;
}

/**
 * What one endpoint takes for one model, as configured and as learned from its refusals. One object serves all calls
 * of a model, so that a refusal is met once and not with every call.
 */
export class ParameterSupport {
  private readonly refused: Set<string>;
  private readonly isPinned: boolean;
  private readonly omissible: ReadonlySet<string>;
  private limit: TokenLimitParameter;
  private leastTokens = 0;

  constructor(options: ParameterSupportOptions) {
    this.refused = new Set(options.unsupported);
    this.omissible = new Set(options.omissible);
    this.isPinned = options.tokenLimitParameter !== "auto";
    this.limit =
      options.tokenLimitParameter === "auto" ? options.likelyTokenLimit : options.tokenLimitParameter;
    if (this.isPinned || !this.refused.has(this.limit)) return;
    const other = TOKEN_LIMITS.find((name) => !this.refused.has(name));
    if (other !== undefined) this.limit = other;
  }

  /** Wire name of the token limit for the next request. */
  get tokenLimit(): TokenLimitParameter {
    return this.limit;
  }

  /**
   * The body without what is not supported, and the wire names that were left out; of a limit that was raised to the
   * least there is, its name with that bound.
   */
  apply(body: Readonly<Record<string, unknown>>): {
    readonly body: Record<string, unknown>;
    readonly dropped: readonly string[];
  } {
    const kept: Record<string, unknown> = {};
    const dropped: string[] = [];
    for (const [name, value] of Object.entries(body)) {
      if (value === undefined) continue;
      if (this.refused.has(name)) dropped.push(name);
      else if (name === "max_output_tokens" && Number(value) < this.leastTokens) {
        kept[name] = this.leastTokens;
        dropped.push(`${name} below ${this.leastTokens}`);
      } else kept[name] = value;
    }
    return { body: kept, dropped };
  }

  /**
   * Learns from a refusal. True when the request would now be sent differently, so that asking again makes sense;
   * false when the error is about something that assay must not leave out.
   */
  learn(status: number | undefined, detail: FailureDetail, sent: readonly string[]): boolean {
    const least = status === 400 ? leastTokensIn(detail) : undefined;
    if (least !== undefined) {
      const isNew = least > this.leastTokens;
      this.leastTokens = Math.max(least, this.leastTokens);
      // Another call in flight may have learned it already.
      return isNew || sent.includes("max_output_tokens");
    }
    const name = findRefusedParameter(status, detail, sent);
    if (name === undefined) return false;
    const isLimit = TOKEN_LIMITS.some((limit) => limit === name);
    if (isLimit) return this.learnTokenLimit(name);
    if (!OMISSIBLE.has(name) && !this.omissible.has(name)) return false;
    // Without log-probabilities it holds nothing but what the user added.
    if (name === "include" && !sent.includes("top_logprobs")) return false;
    for (const refused of TOGETHER.find((group) => group.includes(name)) ?? [name]) this.refused.add(refused);
    return true;
  }

  private learnTokenLimit(name: string): boolean {
    if (this.isPinned) return false;
    // Another call in flight may have learned it already.
    if (this.refused.has(name)) return this.limit !== name && !this.refused.has(this.limit);
    this.refused.add(name);
    const other = TOKEN_LIMITS.find((limit) => limit !== name && !this.refused.has(limit));
    if (other === undefined) return false;
    this.limit = other;
    return true;
  }
}
