import type { LiveHolder, LiveRun, LiveStatus, NewestRecord } from "../../../harness/core/live-run.js";
import type { Verdict } from "../../../harness/core/records.js";

/** Words of each status, and how it is marked. */
export const STATUS: Readonly<
  Record<LiveStatus, { readonly word: string; readonly mark: "good" | "doubt" | "live" | "plain" }>
> = {
  running: { word: "running", mark: "live" },
  killed: { word: "killed", mark: "doubt" },
  silent: { word: "silent", mark: "doubt" },
  interrupted: { word: "interrupted", mark: "doubt" },
  incomplete: { word: "incomplete", mark: "doubt" },
  complete: { word: "complete", mark: "good" },
};

const RESUME = "The same command resumes it, and this page goes on by itself.";

function who(holder: LiveHolder | null): string {
  return holder === null ? "its process" : `process ${holder.pid} on ${holder.host}`;
}

/** What a status means, in a sentence. */
export function statusSentence({ status, holder }: Pick<LiveRun, "status" | "holder">): string {
  switch (status) {
    case "running":
      return holder === null ? "Records are coming in." : `In the hands of ${who(holder)}.`;
    case "killed":
      return `The run ended without a word: ${who(holder)} is gone. Everything recorded is kept. ${RESUME}`;
    case "silent":
      return `No sign of life from ${who(holder)} for more than a minute.`;
    case "interrupted":
      return `The run was stopped. ${RESUME}`;
    case "incomplete":
      return `The run ended with answers or verdicts missing. ${RESUME}`;
    case "complete":
      return "Everything that was asked for is there.";
  }
}

const named = (models: readonly string[], slot: "a" | "b") =>
  models[slot === "a" ? 0 : 1] ?? `answer ${slot}`;

/** A verdict in a few words. */
export function verdictWords(verdict: Verdict, models: readonly string[]): string {
  switch (verdict.kind) {
    case "rating":
      return `rated ${verdict.rating}`;
    case "preference":
      return verdict.winner === "tie" ? "tie" : `prefers ${named(models, verdict.winner)}`;
    case "ranking":
      return `ranks ${verdict.ranking.join(" > ")}`;
    case "unreadable":
    case "abstained":
      return `${verdict.kind}: ${verdict.reason}`;
  }
}

/** What became of a record, in a few words. */
export function outcomeWords({ status, verdict, models }: NewestRecord): string {
  if (verdict !== undefined) return verdictWords(verdict, models);
  return status === "completed" ? "answered" : status;
}

/** Whether a record is one to look at: it failed, or could not be read. */
export function isTrouble({ status, verdict }: NewestRecord): boolean {
  return status === "failed" || verdict?.kind === "unreadable";
}

/** Time of day in UTC, such as `14:05:09`; of a text that is no moment, nothing. */
export function timeOfDay(iso: string): string {
  return /^\d{4}-\d\d-\d\dT(\d\d:\d\d:\d\d)/.exec(iso)?.[1] ?? "";
}
