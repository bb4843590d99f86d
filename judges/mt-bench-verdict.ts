import type { Verdict } from "../harness/core/records.js";
import { preference, unreadable, visibleText } from "./verdicts.js";

/** How MT-Bench's verdicts are read. */
export interface MtBenchReading {
  /** Exactly as FastChat reads: any number counts as a rating, invisible characters are not set aside. */
  readonly compat: boolean;
}

/**
 * A rating out of a judge's text as FastChat's `run_judge_single` finds it: the first `[[number]]`, else the first
 * `[number]`. By default a number outside 1–10 is not a rating.
 */
export function readMtBenchRating(text: string, { compat }: MtBenchReading): Verdict {
  const seen = compat ? text : visibleText(text);
  const match = /\[\[(\d+\.?\d*)\]\]/.exec(seen) ?? /\[(\d+\.?\d*)\]/.exec(seen);
  if (match === null) return unreadable("no rating in double or single brackets");
  const rating = Number(match[1]);
  if (!compat && (rating < 1 || rating > 10)) return unreadable(`the rating ${match[1]} is outside 1 to 10`);
  return { kind: "rating", rating };
}

/**
 * A choice out of a judge's text as FastChat's `run_judge_pair` finds it: `[[A]]` if it occurs anywhere, else `[[B]]`,
 * else `[[C]]` for a tie.
 */
export function readMtBenchPreference(text: string, { compat }: MtBenchReading): Verdict {
  const seen = compat ? text : visibleText(text);
  if (seen.includes("[[A]]")) return preference(0);
  if (seen.includes("[[B]]")) return preference(1);
  if (seen.includes("[[C]]")) return preference(0.5);
  return unreadable("neither [[A]] nor [[B]] nor [[C]]");
}
