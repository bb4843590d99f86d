import type { Generation, GenerationRequest, Model } from "../core/records.js";
import { believableUsage, costOf, estimateUsage, priceNameOf, priceOf } from "../pipeline/dispatch/cost.js";
import type { Price, PriceTable } from "../pipeline/dispatch/prices.js";

/** What a call costs in a batch, as a share of its price elsewhere: OpenAI, Azure and the others ask half. */
const BATCH_PRICE_SHARE = 0.5;

function halved({ inputPerMillion, outputPerMillion, cachedInputPerMillion }: Price): Price {
  return {
    inputPerMillion: inputPerMillion * BATCH_PRICE_SHARE,
    outputPerMillion: outputPerMillion * BATCH_PRICE_SHARE,
    ...(cachedInputPerMillion === undefined
      ? {}
      : { cachedInputPerMillion: cachedInputPerMillion * BATCH_PRICE_SHARE }),
  };
}

/** Prices with those of the models that are asked in batches cut in half. */
export function batchPrices(prices: PriceTable, batched: Iterable<Model>): PriceTable {
  const models = new Map(prices.models);
  for (const model of batched) {
    const price = priceOf(model, prices);
    if (price !== undefined) models.set(priceNameOf(model), halved(price));
  }
  return { ...prices, models };
}

/** What a reply cost in dollars; 0 where no price is known. */
export function costOfReply(
  prices: PriceTable,
  model: Model,
  request: GenerationRequest,
  generation: Generation,
): number {
  const price = priceOf(model, prices);
  if (price === undefined) return 0;
  return costOf(believableUsage(generation.usage) ?? estimateUsage(request, generation), price);
}
