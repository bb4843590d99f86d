import type { RatingParser } from "../preference-parser.js";
import { type FixedForm, holdsMark } from "./read-fixed-form.js";

/** A key of the objects that judges write, however it is quoted. */
const keyOf = (name: string) => new RegExp(`["']?${name}["']?\\s{0,8}:`, "i");

const CHOICE_KEYS: Readonly<Record<"choice" | "ranked-scores", RegExp>> = {
  choice: keyOf("choice"),
  "ranked-scores": keyOf("(?:scores|best-to-wors[te])"),
};

/** Whether some line, or its beginning, could be taken for two scores. */
function holdsScoreLine(text: string): boolean {
  return /(?:^|\n)[^\S\n]{0,8}\d{1,3}(?:\.\d{1,4})?[ ,]{1,8}\d/.test(text);
}

/** Whether an answer holds text that an open-weight judge which repeats it could be read by, wherever it stands. */
export function holdsFixedForm(parser: FixedForm | RatingParser, text: string): boolean {
  if (parser.kind === "choice" || parser.kind === "ranked-scores") return CHOICE_KEYS[parser.kind].test(text);
  if (parser.kind === "first-line-scores") return holdsScoreLine(text);
  return holdsMark(parser, text);
}
