import type { Judgment } from "./records.js";

/** A record without the request that it keeps. */
export type WithoutRequest<Kind> = Kind extends unknown ? Omit<Kind, "request"> : never;

/** A judgment as reports show it: without the prompt, which is most of its text and repeats question and answer. */
export type ShownJudgment = WithoutRequest<Judgment>;

/** What reports show of a judgment. */
export function shownJudgment(judgment: Judgment): ShownJudgment {
  if (judgment.status === "skipped") return judgment;
  const { request: _, ...shown } = judgment;
  return shown;
}
