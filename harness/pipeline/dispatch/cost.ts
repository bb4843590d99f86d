import { ConfigError } from "../../core/errors.js";
import type {
  Generation,
  GenerationParameters,
  GenerationRequest,
  Model,
  Usage,
} from "../../core/records.js";
import type { Price, PriceTable } from "./prices.js";
import { assumedMaxTokens, estimateInputTokens, estimateTokens, highestInputTokens } from "./tokens.js";

const MILLION = 1_000_000;

/** What a call cost in dollars, by the endpoint's own count of tokens. */
export function costOf(usage: Usage, price: Price): number {
  const cached = Math.min(usage.inputTokens, usage.cachedInputTokens ?? 0);
  return (
    ((usage.inputTokens - cached) * price.inputPerMillion +
      cached * (price.cachedInputPerMillion ?? price.inputPerMillion) +
      usage.outputTokens * price.outputPerMillion) /
    MILLION
  );
}

/** Whether a model looks replies up instead of generating them; such a model costs nothing and is never cached. */
export function isReplay(model: Model): boolean {
  return model.identity.adapter === "replay";
}

/** The name under which a model's price is looked up. */
export function priceNameOf(model: Model): string {
  return model.priceKey ?? model.id;
}

/**
 * Price of a model: its very name; else the name without a provider's prefix (`openai/…`); else without the date or
 * `-latest` of a snapshot. Undefined where none of these is listed. Replayed models cost nothing.
 */
export function priceOf(model: Model, prices: PriceTable): Price | undefined {
  if (isReplay(model)) return { inputPerMillion: 0, outputPerMillion: 0 };
  const name = priceNameOf(model);
  const bare = name.slice(name.lastIndexOf("/") + 1);
  const undated = (text: string) => text.replace(/-(?:\d{4}-\d{2}-\d{2}|\d{8}|latest)$/, "");
  for (const candidate of [name, bare, undated(name), undated(bare)]) {
    const price = prices.models.get(candidate);
    if (price !== undefined) return price;
  }
  return undefined;
}

/**
 * Refuses a budget that could not be kept.
 *
 * @throws ConfigError `unknown-price` when a model's price is not known, naming all such models
 */
export function checkBudget(models: readonly Model[], prices: PriceTable): void {
  const unknown = [
    ...new Set(models.filter((model) => priceOf(model, prices) === undefined).map(priceNameOf)),
  ];
  if (unknown.length === 0) return;
  throw new ConfigError(`a budget is set, but no price is known for ${unknown.join(", ")}`, {
    code: "unknown-price",
    remedy: `Give prices with --prices FILE, such as {"${unknown[0]}": {"input": 0.5, "output": 1.5}} in dollars per million tokens (0 for a model of your own), or leave the budget out.`,
  });
}

/** The parameters that will hold: a model's own override those that are asked for. */
function effective(model: Model, request: GenerationRequest): GenerationParameters {
  return model.parameters === undefined ? request.parameters : { ...request.parameters, ...model.parameters };
}

/** Most tokens that a reply may take; {@link assumedMaxTokens} where nothing limits it. */
function maxTokensOf(model: Model, request: GenerationRequest): number {
  if (request.parameters.scoresText === true) return 1;
  return model.parameters?.maxTokens ?? request.parameters.maxTokens ?? assumedMaxTokens;
}

/** Estimated tokens of a call, the reply at its full length: what is reserved under a limit per minute. */
export function estimateCallTokens(model: Model, request: GenerationRequest): number {
  return estimateInputTokens(request.messages) + maxTokensOf(model, request);
}

/** An upper bound on what a call costs in dollars: a token per byte of input, and the reply at its full length. */
export function highestCostOf(model: Model, request: GenerationRequest, price: Price): number {
  const inputPrice = Math.max(price.inputPerMillion, price.cachedInputPerMillion ?? 0);
  const input = inputPrice === 0 ? 0 : highestInputTokens(request.messages, effective(model, request));
  return (input * inputPrice + maxTokensOf(model, request) * price.outputPerMillion) / MILLION;
}

/** Usage as far as it can be believed: endpoints have been seen to send negative, fractional and missing counts. */
export function believableUsage(usage: Usage | undefined): Usage | undefined {
  if (usage === undefined) return undefined;
  const counts = [
    usage.inputTokens,
    usage.outputTokens,
    usage.reasoningTokens ?? 0,
    usage.cachedInputTokens ?? 0,
  ];
  return counts.every((count) => Number.isSafeInteger(count) && count >= 0) ? usage : undefined;
}

/** Usage estimated from characters, for endpoints that tell none. */
export function estimateUsage(request: GenerationRequest, generation: Generation): Usage {
  return {
    inputTokens: estimateInputTokens(request.messages),
    outputTokens: estimateTokens(generation.text) + estimateTokens(generation.reasoning ?? ""),
  };
}
