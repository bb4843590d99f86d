import { createRequire } from "node:module";
import type { RE2JS } from "re2js";
import { countOf } from "../../harness/core/count-of.js";

/** Most characters of a pattern, and most steps of its compiled form: together with the text's length they bound the time. */
const MOST_PATTERN = 1000;
const MOST_STEPS = 5000;

/** The package is loaded with the first pattern, so that a run without checks does not wait for it. */
function compile(pattern: string, ignoreCase: boolean): RE2JS {
  const { RE2JS } = createRequire(import.meta.url)("re2js") as typeof import("re2js");
  return RE2JS.compile(pattern, RE2JS.MULTILINE | (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0));
}

/**
 * A regular expression whose time grows with the length of the text alone (RE2), since answers are not to be trusted:
 * no look-around and no back-references.
 * @throws RangeError for a pattern that is too large, SyntaxError for one that is none
 */
export function linearPattern(pattern: string, ignoreCase: boolean): (text: string) => boolean {
  if (pattern.length > MOST_PATTERN)
    throw new RangeError(`is longer than ${countOf(MOST_PATTERN, "character")}`);
  let compiled: RE2JS;
  try {
    compiled = compile(pattern, ignoreCase);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new SyntaxError(`is no regular expression of RE2's syntax (${message.slice(0, 120)})`);
  }
  if (compiled.programSize() > MOST_STEPS)
    throw new RangeError("is too large once its repetitions are written out");
  return (text) => compiled.matcher(text).find();
}
