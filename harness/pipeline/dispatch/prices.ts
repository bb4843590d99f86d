/** Price of a model in US dollars per million tokens. */
export interface Price {
  readonly inputPerMillion: number;
  readonly outputPerMillion: number;
  /** Input served from the endpoint's prompt cache; as other input where absent. */
  readonly cachedInputPerMillion?: number;
  /** Where the price was read, if that was not the provider's own page: it is second hand then, and shown as that. */
  readonly secondHand?: string;
}

/** Prices by model name, with the date as of which they were known. */
export interface PriceTable {
  readonly asOf: string;
  readonly models: ReadonlyMap<string, Price>;
}

type Row = readonly [name: string, input: number, output: number, cachedInput?: number];

/**
 * List prices of the providers' own endpoints without batch, tier or long-context surcharges. Only models whose price
 * we are sure of (others stand below, marked); a dated snapshot is listed where its price differs from that of the plain name.
 */
const rows: readonly Row[] = [
  ["gpt-5", 1.25, 10, 0.125],
  ["gpt-5-mini", 0.25, 2, 0.025],
  ["gpt-5-nano", 0.05, 0.4, 0.005],
  ["gpt-4.1", 2, 8, 0.5],
  ["gpt-4.1-mini", 0.4, 1.6, 0.1],
  ["gpt-4.1-nano", 0.1, 0.4, 0.025],
  ["gpt-4o", 2.5, 10, 1.25],
  ["gpt-4o-2024-05-13", 5, 15],
  ["gpt-4o-mini", 0.15, 0.6, 0.075],
  ["o1", 15, 60, 7.5],
  ["o1-mini", 1.1, 4.4, 0.55],
  ["o3", 2, 8, 0.5],
  ["o3-mini", 1.1, 4.4, 0.55],
  ["o4-mini", 1.1, 4.4, 0.275],
  ["gpt-4-turbo", 10, 30],
  ["gpt-4-turbo-preview", 10, 30],
  ["gpt-4-0125-preview", 10, 30],
  ["gpt-4-1106-preview", 10, 30],
  ["gpt-4", 30, 60],
  ["gpt-4-0613", 30, 60],
  ["gpt-4-0314", 30, 60],
  ["gpt-4-32k", 60, 120],
  ["gpt-3.5-turbo", 0.5, 1.5],
  ["gpt-3.5-turbo-0125", 0.5, 1.5],
  ["gpt-3.5-turbo-1106", 1, 2],
  ["gpt-3.5-turbo-0613", 1.5, 2],
  ["gpt-3.5-turbo-16k-0613", 3, 4],
  ["claude-opus-4", 15, 75, 1.5],
  ["claude-opus-4-1", 15, 75, 1.5],
  ["claude-sonnet-4", 3, 15, 0.3],
  ["claude-sonnet-4-5", 3, 15, 0.3],
  ["claude-haiku-4-5", 1, 5, 0.1],
  ["claude-3-7-sonnet", 3, 15, 0.3],
  ["claude-3-5-sonnet", 3, 15, 0.3],
  ["claude-3-5-haiku", 0.8, 4, 0.08],
  ["claude-3-opus", 15, 75, 1.5],
  ["claude-3-sonnet", 3, 15],
  ["claude-3-haiku", 0.25, 1.25, 0.03],
  ["gemini-2.5-flash", 0.3, 2.5],
  ["gemini-2.5-flash-lite", 0.1, 0.4],
  ["gemini-2.0-flash", 0.1, 0.4],
];

/** Prices that were read in articles about the provider's list, by model. */
const secondHandPrices: Readonly<Record<string, Price>> = {
  "gpt-6-luna": {
    inputPerMillion: 0.1,
    outputPerMillion: 0.5,
    secondHand: "articles on OpenAI's deprecations, November 2026",
  },
};

/** Prices as known to the authors in 2025; a price file overrides or adds to them. */
export const knownPrices: PriceTable = {
  asOf: "2025, as known to the authors",
  models: new Map([
    ...rows.map(([name, inputPerMillion, outputPerMillion, cachedInputPerMillion]): [string, Price] => [
      name,
      {
        inputPerMillion,
        outputPerMillion,
        ...(cachedInputPerMillion === undefined ? {} : { cachedInputPerMillion }),
      },
    ]),
    ...Object.entries(secondHandPrices),
  ]),
};
