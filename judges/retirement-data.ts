/** A model that its provider has shut down, or will. */
export interface Retirement {
  /** Names under which it is offered. */
  readonly names: readonly string[];
  /** First day without it, ISO 8601. */
  readonly shutdownOn: string;
  /** Where the date was read. */
  readonly source: string;
  /** Read in a copy or an article, not on the provider's own page. */
  readonly secondHand?: true;
  /** Model to use in its place; it may end too, which the entry of its own then says. */
  readonly successor: string;
  /** Judge by assay's name that is the same protocol with the successor, where there is one. */
  readonly successorJudge?: string;
}

const OFFICIAL = "https://developers.openai.com/api/docs/deprecations";
/** Says that it is copied from the official page and agrees with `GET /v1/models` of 2026-10-27. */
const COPY =
  "https://dev.to/max_bob/openai-api-deprecations-2026-2027-every-shutdown-date-and-recommended-replacement-gpt-4o-2ffm";
const LIST =
  "https://dev.to/importstatic/every-openai-model-shutdown-date-until-january-2027-and-what-replaces-it-1dfk";

/**
 * Models of OpenAI that people judge with, as of November 2026. Dates change: `assay doctor` asks an endpoint's `/models`,
 * whose word counts more than this list.
 */
export const RETIREMENTS: readonly Retirement[] = [
  {
    names: ["gpt-4", "gpt-4-0613"],
    shutdownOn: "2026-10-23",
    source: OFFICIAL,
    successor: "gpt-4.1-2025-04-14",
  },
  { names: ["gpt-4-0314"], shutdownOn: "2026-03-26", source: OFFICIAL, successor: "gpt-4.1-2025-04-14" },
  {
    names: ["gpt-4-1106-preview"],
    shutdownOn: "2026-10-23",
    source: OFFICIAL,
    successor: "gpt-4.1-2025-04-14",
    successorJudge: "weighted_alpaca_eval_gpt4.1",
  },
  {
    names: ["gpt-4-0125-preview", "gpt-4-turbo-preview"],
    shutdownOn: "2026-03-26",
    source: OFFICIAL,
    successor: "gpt-4.1-2025-04-14",
    successorJudge: "weighted_alpaca_eval_gpt4.1",
  },
  {
    names: ["gpt-4-turbo", "gpt-4-turbo-2024-04-09"],
    shutdownOn: "2026-10-23",
    source: OFFICIAL,
    successor: "gpt-4.1-2025-04-14",
    successorJudge: "weighted_alpaca_eval_gpt4.1",
  },
  {
    names: ["gpt-4.1", "gpt-4.1-2025-04-14", "gpt-4.1-mini", "gpt-4.1-mini-2025-04-14"],
    shutdownOn: "2027-01-14",
    source: COPY,
    secondHand: true,
    successor: "gpt-6-luna",
  },
  {
    names: ["gpt-4o", "gpt-4o-2024-08-06", "gpt-4o-2024-11-20", "gpt-4o-mini", "gpt-4o-mini-2024-07-18"],
    shutdownOn: "2027-01-14",
    source: COPY,
    secondHand: true,
    successor: "gpt-6-luna",
  },
  {
    names: ["gpt-4o-2024-05-13", "o1", "o1-2024-12-17", "o3-mini", "o3-mini-2025-01-31"],
    shutdownOn: "2026-10-23",
    source: LIST,
    secondHand: true,
    successor: "gpt-5.6-sol",
  },
  {
    names: ["o4-mini", "o4-mini-2025-04-16", "gpt-3.5-turbo", "gpt-3.5-turbo-0125"],
    shutdownOn: "2026-10-23",
    source: LIST,
    secondHand: true,
    successor: "gpt-5.6-terra",
  },
  {
    names: ["gpt-4.1-nano", "gpt-4.1-nano-2025-04-14"],
    shutdownOn: "2026-10-23",
    source: LIST,
    secondHand: true,
    successor: "gpt-6-luna",
  },
  {
    names: ["gpt-5", "gpt-5-2025-08-07"],
    shutdownOn: "2026-12-11",
    source: OFFICIAL,
    successor: "gpt-6.1-sol",
  },
  {
    names: ["gpt-5-mini", "gpt-5-mini-2025-08-07"],
    shutdownOn: "2026-12-11",
    source: OFFICIAL,
    successor: "gpt-6.1-terra",
  },
  {
    names: ["gpt-5-nano", "gpt-5-nano-2025-08-07"],
    shutdownOn: "2026-12-11",
    source: OFFICIAL,
    successor: "gpt-6-luna",
  },
  { names: ["o3"], shutdownOn: "2026-12-11", source: COPY, secondHand: true, successor: "gpt-5.6-sol" },
];
