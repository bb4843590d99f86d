import { presentFields } from "../harness/core/present-fields.js";
/** A judge model of a published protocol that its provider has shut down, or will. */
export interface RetiredJudgeModel {
  /** Names under which it was offered. */
  readonly names: readonly string[];
  /** First day without it, ISO 8601. */
  readonly shutdownOn: string;
  /** Model to use in its place. */
  readonly successor: string;
  /** Judge by assay's name that is the same protocol with the successor, where there is one. */
  readonly successorJudge?: string;
}

/**
 * Judge models of OpenAI with their shutdown dates, as https://developers.openai.com/api/docs/deprecations gave them in
 * November 2026. Figures that they made stay valid under their own protocol; new ones need a successor and are another
 * protocol.
 */
export const RETIRED_JUDGE_MODELS: readonly RetiredJudgeModel[] = [
  {
    names: ["gpt-4", "gpt-4-0613"],
    shutdownOn: "2026-10-23",
    successor: "gpt-4.1-2025-04-14",
  },
  {
    names: ["gpt-4-0314"],
    shutdownOn: "2026-03-26",
    successor: "gpt-4.1-2025-04-14",
  },
  {
    names: ["gpt-4-1106-preview"],
    shutdownOn: "2026-10-23",
    successor: "gpt-4.1-2025-04-14",
    successorJudge: "weighted_alpaca_eval_gpt4.1",
  },
  {
    names: ["gpt-4-0125-preview", "gpt-4-turbo-preview"],
    shutdownOn: "2026-03-26",
    successor: "gpt-4.1-2025-04-14",
    successorJudge: "weighted_alpaca_eval_gpt4.1",
  },
  {
    names: ["gpt-4-turbo", "gpt-4-turbo-2024-04-09"],
    shutdownOn: "2026-10-23",
    successor: "gpt-4.1-2025-04-14",
    successorJudge: "weighted_alpaca_eval_gpt4.1",
  },
  {
    names: ["gpt-4.1", "gpt-4.1-2025-04-14"],
    shutdownOn: "2027-01-14",
    successor: "gpt-6-luna",
  },
];

/** What is to be said of a judge model. */
export interface JudgeModelNotice {
  readonly model: string;
  readonly shutdownOn: string;
  readonly retired: boolean;
  readonly successor: string;
  readonly successorJudge?: string;
  /** A sentence or two for people. */
  readonly message: string;
}

/**
 * What a user who names a judge model should know: that it is shut down, or will be.
 * @param nowMs milliseconds since the epoch
 * @returns undefined for models that are not known to end.
 */
export function judgeModelNotice(model: string, nowMs: number): JudgeModelNotice | undefined {
  const entry = RETIRED_JUDGE_MODELS.find((one) => one.names.includes(model));
  if (entry === undefined) return undefined;
  const { shutdownOn, successor, successorJudge } = entry;
  const retired = nowMs >= Date.parse(`${shutdownOn}T00:00:00Z`);
  const judge = successorJudge === undefined ? "" : ` (judge definition ${successorJudge})`;
  const state = retired
    ? `was shut down by OpenAI on ${shutdownOn}`
    : `will be shut down by OpenAI on ${shutdownOn}`;
  return {
    model,
    shutdownOn,
    retired,
    successor,
    ...presentFields({ successorJudge }),
    message: `${model} ${state}; its successor is ${successor}${judge}. Figures made with another judge model are another protocol and share no column with those of ${model}.`,
  };
}
