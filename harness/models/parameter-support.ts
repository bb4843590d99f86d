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
  if (sent.includes(detail.param)) return detail.param;
  let found: string | undefined;
  let place = Number.POSITIVE_INFINITY;
  for (const name of sent) {
    const at = detail.message.search(new RegExp(`(?<![A-Za-z0-9_])${name}(?![A-Za-z0-9_])`, "i"));
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
  private limit: TokenLimitParameter;

  constructor(options: ParameterSupportOptions) {
    this.refused = new Set(options.unsupported);
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

  /** The body without what is not supported, and the wire names that were left out. */
  apply(body: Readonly<Record<string, unknown>>): {
    readonly body: Record<string, unknown>;
    readonly dropped: readonly string[];
  } {
    const kept: Record<string, unknown> = {};
    const dropped: string[] = [];
    for (const [name, value] of Object.entries(body)) {
      if (value === undefined) continue;
      if (this.refused.has(name)) dropped.push(name);
      else kept[name] = value;
    }
    return { body: kept, dropped };
  }

  /**
   * Learns from a refusal. True when the request would now be sent differently, so that asking again makes sense;
   * false when the error is about something that assay must not leave out.
   */
  learn(status: number | undefined, detail: FailureDetail, sent: readonly string[]): boolean {
    const name = findRefusedParameter(status, detail, sent);
    if (name === undefined) return false;
    const isLimit = TOKEN_LIMITS.some((limit) => limit === name);
    if (isLimit) return this.learnTokenLimit(name);
    if (!OMISSIBLE.has(name)) return false;
    const isLogprobs = name === "logprobs" || name === "top_logprobs";
    for (const refused of isLogprobs ? ["logprobs", "top_logprobs"] : [name]) this.refused.add(refused);
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
