import { countOf } from "./count-of.js";
import type { Generation, Verdict } from "./records.js";

/** What is known of a verdict that could not be read. */
export interface UnreadableVerdict {
  /** One sentence without a full stop. */
  readonly message: string;
  /** What the user can change, in one sentence. */
  readonly remedy: string;
}

/**
 * Why a verdict could not be read, and what to change: a reply that its token limit cut off is another
 * matter than a model that does not do as the judge's prompt says. Undefined for verdicts that can be read.
 */
export function unreadableVerdictOf(
  verdict: Verdict,
  last: Pick<Generation, "finishReason" | "usage"> | undefined,
): UnreadableVerdict | undefined {
  if (verdict.kind !== "unreadable") return undefined;
  if (last?.finishReason !== "length") {
    const remedy =
      "Read a reply in the run's judgments/ folder: a model that does not follow the judge's instructions needs a stronger judge model, another --judge-protocol, or a structured reply (structured: true).";
    return { message: verdict.reason, remedy };
  }
  const tokens = last.usage?.outputTokens;
  const limit = tokens === undefined ? "their token limit" : `their limit of ${countOf(tokens, "token")}`;
  const message = `the judge's replies end at ${limit} (${verdict.reason})`;
  return {
    message,
    remedy: "Raise parameters.maxTokens of the judge, or use a judge model that writes less.",
  };
}
