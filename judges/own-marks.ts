import { isJsonObject } from "../harness/core/json.js";
import type { ManifestProtocol } from "../harness/core/manifest.js";
import type { JudgingMode } from "../harness/core/records.js";
import { holdsArenaHardMarks } from "./arena-hard-verdict.js";
import { NEWEST_VERSION } from "./judge-context.js";
import { readMtBenchPreference, readMtBenchRating } from "./mt-bench-verdict.js";
import { holdsFixedForm } from "./open-weight/fixed-form-marks.js";
import type { PreferenceParser, RatingParser } from "./preference-parser.js";
import { isFixedForm, readPreference } from "./read-preference.js";

/** Whether an answer holds text that a protocol could take for the judge's own. */
export type HoldsMarks = (answer: string) => boolean;

/** Marks that part the messages of alpaca_eval's prompts, and the lines between which its prompts show the outputs. */
const PROMPT_MARKS = /<\|im_(?:start|end)\|>|"?model_identifier"?\s*:|##\s*Best Model Identifier/i;

function mtBenchMarks(mode: JudgingMode): HoldsMarks {
  // As the original reads, which is never less than the default reads.
  const reading = { compat: true, version: NEWEST_VERSION };
  const read = mode === "single" ? readMtBenchRating : readMtBenchPreference;
  return (text) => read({ text, finishReason: "stop" }, reading).kind !== "unreadable";
}

const holdsRanking: HoldsMarks = (text) => PROMPT_MARKS.test(text) || /["']rank["']\s*:/.test(text);

function configuredMarks(parser: PreferenceParser | RatingParser): HoldsMarks {
  if (parser.kind === "rating-mark" || isFixedForm(parser))
    return (text) => PROMPT_MARKS.test(text) || holdsFixedForm(parser, text);
  if (parser.kind === "ranking" || parser.kind === "tool-ranking") return holdsRanking;
  if (parser.kind === "logprobs") return (text) => PROMPT_MARKS.test(text);
  if (parser.kind === "brackets") {
    const marks = [parser.first, parser.second, parser.tie].flatMap((mark) =>
      mark === undefined ? [] : [`[[${mark}]]`],
    );
    return (text) => PROMPT_MARKS.test(text) || marks.some((mark) => text.includes(mark));
  }
  const reading = { compat: true, version: NEWEST_VERSION };
  return (text) =>
    PROMPT_MARKS.test(text) ||
    readPreference(parser, { text, finishReason: "stop" }, reading).kind !== "unreadable";
}

/**
 * Which answers hold marks that could move a verdict of a protocol whose form is fixed by its authors: a judge that
 * quotes such an answer, or only repeats it, may be read as the answer wished. Undefined for assay's own protocol,
 * whose verdicts carry a code that no answer can hold, and for judges of a user's module, whose reading is not known.
 * Of verdicts that another tool gave its common forms are known.
 */
export function fixedProtocolMarks({
  identity,
  mode,
}: Pick<ManifestProtocol, "identity" | "mode">): HoldsMarks | undefined {
  const { parser, imported } = identity;
  if (imported === "fastchat" || (typeof parser === "string" && parser.startsWith("fastchat")))
    return mtBenchMarks(mode);
  if (imported === "alpaca-eval") return holdsRanking;
  if (imported === "arena-hard" || (typeof parser === "string" && parser.startsWith("arena-hard")))
    return holdsArenaHardMarks;
  if (isJsonObject(parser) && typeof parser.kind === "string")
    return configuredMarks(parser as unknown as PreferenceParser | RatingParser);
  return undefined;
}
