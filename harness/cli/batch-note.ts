import { countOf } from "../core/count-of.js";
import type { BatchEvent } from "../pipeline/batch-events.js";
import { cell } from "./terminal.js";

/** What is told of a batch while a run waits for it; undefined for what needs no line of its own. */
export function batchNote(event: BatchEvent): string | undefined {
  const what = event.stage === "answers" ? "answers of" : "judgments by";
  const name = `batch ${cell(event.batch)} (${what} ${cell(event.model)})`;
  switch (event.type) {
    case "submitted":
      return `${name}: ${countOf(event.requests, "request")} submitted`;
    case "resumed":
      return `${name}: ${countOf(event.requests, "request is", "requests are")} under way already`;
    case "progressed":
      return `${name}: ${cell(event.status)}, ${event.completed} of ${event.total} done${event.failed > 0 ? `, ${event.failed} failed` : ""}`;
    case "ended": {
      const failures =
        event.failures > 0 ? `, ${countOf(event.failures, "failure")} (asked again where that can help)` : "";
      return `${name}: ${cell(event.status)}, ${countOf(event.replies, "reply", "replies")}${failures}`;
    }
    case "left-running":
      return `${name} goes on at the endpoint; the same command picks it up`;
    case "refused":
      return undefined;
  }
}
