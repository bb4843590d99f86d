import { presentFields } from "../harness/core/present-fields.js";
import type { Verdict } from "../harness/core/records.js";

/** A verdict that may not be used. @param reason a short sentence without a full stop */
export function unreadable(reason: string): Verdict {
  return { kind: "unreadable", reason };
}

/** The judge says that it cannot or will not decide. @param reason a short sentence without a full stop */
export function abstention(reason: string): Verdict {
  return { kind: "abstained", reason };
}

/** Why a reply that ended at its token limit gives no verdict. */
export const CUT_OFF = "the reply was cut off at the token limit";

/** A choice between two answers from the weight (0–1) on the second one, and from which rewards it comes. */
export function preference(weightB: number, rewards?: readonly [number, number]): Verdict {
  return {
    kind: "preference",
    winner: weightB > 0.5 ? "b" : weightB < 0.5 ? "a" : "tie",
    weightB,
    ...presentFields({ rewards }),
  };
}

/**
 * Text without characters that cannot be seen (zero-width ones, byte order marks, direction marks, variation
 * selectors, soft hyphens), so that two replies which look alike are read alike.
 */
export function visibleText(text: string): string {
  return text.replace(/[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu, "");
}
