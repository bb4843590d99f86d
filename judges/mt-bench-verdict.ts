import type { Generation, Verdict } from "../harness/core/records.js";
import type { JudgeVersion } from "./judge-context.js";
import { CUT_OFF, preference, unreadable, visibleText } from "./verdicts.js";

/** How MT-Bench's verdicts are read. */
export interface MtBenchReading {
  /** Exactly as FastChat reads: any number counts as a rating, and so does one in a reply that was cut off. */
  readonly compat: boolean;
  /** In version 1 invisible characters are set aside and replies that were cut off are read, unless `compat`. */
  readonly version: JudgeVersion;
}

/** The text in which a verdict is looked for; a verdict where there is none to be found. */
function textOf({ text, finishReason }: Generation, { compat, version }: MtBenchReading): string | Verdict {
  if (compat) return text;
  if (version === 1) return visibleText(text);
  return finishReason === "length" ? unreadable(CUT_OFF) : text;
}

/**
 * A rating out of a judge's reply as FastChat's `run_judge_single` finds it: the first `[[number]]`, else the first
 * `[number]`. By default a number outside 1–10 is not a rating, and a reply that ended at its token limit gives none.
 */
export function readMtBenchRating(generation: Generation, reading: MtBenchReading): Verdict {
  const seen = textOf(generation, reading);
  if (typeof seen !== "string") return seen;
  const match = /\[\[(\d+(?:\.\d*)?)\]\]/.exec(seen) ?? /\[(\d+(?:\.\d*)?)\]/.exec(seen);
  if (match === null) return unreadable("no rating in double or single brackets");
  const rating = Number(match[1]);
  if (!reading.compat && (rating < 1 || rating > 10))
    return unreadable(`the rating ${match[1]?.slice(0, 40)} is outside 1 to 10`);
  return { kind: "rating", rating };
}

/**
 * A choice out of a judge's reply as FastChat's `run_judge_pair` finds it: `[[A]]` if it occurs anywhere, else `[[B]]`,
 * else `[[C]]` for a tie.
 */
export function readMtBenchPreference(generation: Generation, reading: MtBenchReading): Verdict {
  const seen = textOf(generation, reading);
  if (typeof seen !== "string") return seen;
  if (seen.includes("[[A]]")) return preference(0);
  if (seen.includes("[[B]]")) return preference(1);
  if (seen.includes("[[C]]")) return preference(0.5);
  return unreadable("neither [[A]] nor [[B]] nor [[C]]");
}
