import { describe, expect, it } from "vitest";
import type { Model } from "../../../harness/core/records.js";
import {
  believableUsage,
  checkBudget,
  costOf,
  estimateCallTokens,
  highestCostOf,
  priceOf,
} from "../../../harness/pipeline/dispatch/cost.js";
import { readPrices } from "../../../harness/pipeline/dispatch/price-file.js";
import { knownPrices } from "../../../harness/pipeline/dispatch/prices.js";
import { estimateTokens, highestInputTokens } from "../../../harness/pipeline/dispatch/tokens.js";
import { ask, reply } from "./fake-endpoint.js";

function model(extra: Partial<Model> = {}): Model {
  return {
    id: "m",
    identity: { adapter: "openai" },
    endpoint: "http://x/v1",
    generate: async () => reply(),
    ...extra,
  };
}

describe("costOf", () => {
  it("prices input, cached input and output apart", () => {
    const price = { inputPerMillion: 2.5, outputPerMillion: 10, cachedInputPerMillion: 1.25 };
    expect(costOf({ inputTokens: 1_000, outputTokens: 200 }, price)).toBeCloseTo(0.0045, 12);
    expect(costOf({ inputTokens: 1_000, outputTokens: 200, cachedInputTokens: 400 }, price)).toBeCloseTo(
      0.004,
      12,
    );
  });

  it("does not pay back where an endpoint tells more cached input than input", () => {
    const price = { inputPerMillion: 2, outputPerMillion: 10, cachedInputPerMillion: 1 };
    expect(costOf({ inputTokens: 1_000, outputTokens: 0, cachedInputTokens: 5_000 }, price)).toBeCloseTo(
      0.001,
      12,
    );
  });

  it("prices cached input as any other where no price is given for it", () => {
    const price = { inputPerMillion: 30, outputPerMillion: 60 };
    expect(costOf({ inputTokens: 1_000, outputTokens: 0, cachedInputTokens: 900 }, price)).toBeCloseTo(
      0.03,
      12,
    );
  });
});

describe("priceOf", () => {
  const inputPriceOf = (priceKey: string) => priceOf(model({ priceKey }), knownPrices)?.inputPerMillion;

  it("finds a model by name, with a provider's prefix, and by the name of its dated snapshot", () => {
    expect(inputPriceOf("gpt-4o")).toBe(2.5);
    expect(inputPriceOf("openai/gpt-4o-mini")).toBe(0.15);
    expect(inputPriceOf("gpt-4.1-2025-04-14")).toBe(2);
    expect(inputPriceOf("claude-3-5-sonnet-20241022")).toBe(3);
    expect(inputPriceOf("claude-3-7-sonnet-latest")).toBe(3);
  });

  it("prefers a snapshot's own price", () => {
    expect(inputPriceOf("gpt-4o-2024-05-13")).toBe(5);
    expect(inputPriceOf("gpt-3.5-turbo-1106")).toBe(1);
  });

  it("says of a price that is second hand where it was read", () => {
    const luna = priceOf(model({ priceKey: "gpt-6-luna" }), knownPrices);
    expect(luna).toEqual({
      inputPerMillion: 0.1,
      outputPerMillion: 0.5,
      secondHand: expect.stringContaining("2026"),
    });
    expect(priceOf(model({ priceKey: "gpt-4o" }), knownPrices)).not.toHaveProperty("secondHand");
  });

  it("does not guess", () => {
    expect(inputPriceOf("gpt-4o-audio-preview")).toBeUndefined();
    expect(inputPriceOf("gpt-4-32k-0613")).toBeUndefined();
    expect(inputPriceOf("my-org/gpt-4o-distilled")).toBeUndefined();
    expect(inputPriceOf("")).toBeUndefined();
  });

  it("charges nothing for recordings", () => {
    expect(priceOf(model({ identity: { adapter: "replay" } }), knownPrices)).toEqual({
      inputPerMillion: 0,
      outputPerMillion: 0,
    });
  });
});

describe("checkBudget", () => {
  it("names every model without a price once, and how to give one", () => {
    const models = [
      model({ priceKey: "gpt-4o" }),
      model({ id: "a" }),
      model({ id: "b" }),
      model({ id: "a" }),
    ];
    expect(() => checkBudget(models, knownPrices)).toThrow(
      expect.objectContaining({
        code: "unknown-price",
        message: "a budget is set, but no price is known for a, b",
        remedy: expect.stringContaining("--prices"),
      }),
    );
    expect(() => checkBudget([model({ priceKey: "gpt-4o" })], knownPrices)).not.toThrow();
  });
});

describe("bounds", () => {
  it("take the model's own limit of tokens before the request's", () => {
    const price = { inputPerMillion: 0, outputPerMillion: 1 };
    const request = ask(1, { parameters: { maxTokens: 1_000_000 } });
    expect(highestCostOf(model(), request, price)).toBe(1);
    expect(highestCostOf(model({ parameters: { maxTokens: 500_000 } }), request, price)).toBe(0.5);
    expect(highestCostOf(model(), ask(1, { parameters: {} }), price)).toBeCloseTo(4_096 / 1e6, 12);
  });

  it("count a token per byte and what templates and schemas add", () => {
    const messages = [{ role: "user", content: "日本語" }] as const;
    expect(highestInputTokens(messages, {})).toBe(9 + 16 + 16);
    const schema = { name: "s", schema: { type: "object" } };
    expect(highestInputTokens(messages, { responseSchema: schema })).toBe(41 + JSON.stringify(schema).length);
  });

  it("reserve the estimated input and the whole reply", () => {
    const request = ask(1, { text: "x".repeat(400), parameters: { maxTokens: 50 } });
    expect(estimateCallTokens(model(), request)).toBe(3 + 4 + 100 + 50);
  });
});

describe("estimateTokens", () => {
  it("counts four Latin letters, or one East Asian one, to a token", () => {
    expect(estimateTokens("")).toBe(0);
    expect(estimateTokens("four letters to one")).toBe(5);
    expect(estimateTokens("日本語の文章")).toBe(6);
    expect(estimateTokens("한국어")).toBe(3);
    expect(estimateTokens("😀")).toBe(2);
  });

  it("is within a third of what cl100k_base makes of these sentences", () => {
    // Counts by tiktoken's cl100k_base, as its documentation and cookbook give them.
    expect(estimateTokens("tiktoken is great!") / 6).toBeGreaterThan(0.66);
    expect(estimateTokens("tiktoken is great!") / 6).toBeLessThan(1.34);
    expect(estimateTokens("お誕生日おめでとう") / 9).toBeCloseTo(1, 5);
  });
});

describe("believableUsage", () => {
  it("takes counts, and nothing else", () => {
    const usage = { inputTokens: 3, outputTokens: 0 };
    expect(believableUsage(usage)).toBe(usage);
    for (const wrong of [
      { inputTokens: -1, outputTokens: 2 },
      { inputTokens: 1.5, outputTokens: 2 },
      { inputTokens: Number.NaN, outputTokens: 2 },
      { inputTokens: 1, outputTokens: 2, cachedInputTokens: -4 },
    ]) {
      expect(believableUsage(wrong)).toBeUndefined();
    }
  });
});

describe("readPrices", () => {
  it("adds to and overrides the known prices", () => {
    const table = readPrices(
      { "gpt-4o": { input: 1, output: 2, cachedInput: 0.1 }, mine: { input: 0, output: 0 } },
      "prices.yaml",
    );
    expect(table.models.get("gpt-4o")).toEqual({
      inputPerMillion: 1,
      outputPerMillion: 2,
      cachedInputPerMillion: 0.1,
    });
    expect(table.models.get("mine")).toEqual({ inputPerMillion: 0, outputPerMillion: 0 });
    expect(table.models.get("gpt-4.1")).toEqual(knownPrices.models.get("gpt-4.1"));
    expect(table.asOf).toBe("prices.yaml");
  });

  it.each([
    [[], "an object of model names"],
    ["text", "an object of model names"],
    [{ m: { input: -1, output: 1 } }, "m.input"],
    [{ m: { input: 1 } }, "m.output"],
    [{ m: null }, "m.input"],
    [{ m: { input: 1, output: "2" } }, "m.output"],
    [{ m: { input: 1, output: 2, per1k: 3 } }, "m.per1k"],
    [{ m: { input: 1, output: 2, cachedInput: Number.POSITIVE_INFINITY } }, "m.cachedInput"],
  ])("refuses %j", (value, named) => {
    expect(() => readPrices(value, "prices.yaml")).toThrow(
      expect.objectContaining({ code: "bad-prices", message: expect.stringContaining(named) }),
    );
  });
});
