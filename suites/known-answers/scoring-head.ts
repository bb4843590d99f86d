import { z } from "zod";
import { ACCURACY_NORMS, type AccuracyNorm } from "../../harness/core/likelihood.js";
import { misfit } from "../read-questions.js";
import type { SourceFile } from "../source-file.js";
import type { KnownItem } from "./known-item.js";
import type { LayoutName } from "./layouts.js";
import type { LikelihoodScoring } from "./scored-question.js";

const words = (what: string) => z.string().min(1, { error: `should be ${what}` });

/** Keys of a file's head that say how its questions are asked. */
export const scoringShape = {
  scoring: z
    .enum(["generation", "loglikelihood"], { error: "should be generation or loglikelihood" })
    .optional(),
  headline: z.enum(ACCURACY_NORMS, { error: `should be one of ${ACCURACY_NORMS.join(", ")}` }).optional(),
  continuation: z.enum(["text", "letter"], { error: "should be text or letter" }).optional(),
  mutualInformation: z.boolean({ error: "should be true or false" }).optional(),
  prefix: words("a text, such as the model's end-of-text token").optional(),
  description: words("a text").optional(),
};

const ONLY_SCORED = ["headline", "continuation", "mutualInformation", "prefix", "description"] as const;

/** What a file's head says of scoring. */
export type ScoringHead = {
  readonly [Key in keyof typeof scoringShape]?: z.output<(typeof scoringShape)[Key]>;
};

interface LayoutDefaults {
  readonly headline: AccuracyNorm;
  readonly continuation: "text" | "letter";
}

const TEXTS: LayoutDefaults = { headline: "acc_norm", continuation: "text" };
const LETTERS: LayoutDefaults = { headline: "acc", continuation: "letter" };

/** What lm-evaluation-harness and the GPT4All set report of each layout. */
const DEFAULTS: Readonly<Record<LayoutName, LayoutDefaults>> = {
  questions: TEXTS,
  agieval: LETTERS,
  arc: TEXTS,
  openbookqa: TEXTS,
  hellaswag: TEXTS,
  piqa: TEXTS,
  boolq: { headline: "acc", continuation: "text" },
  winogrande: { headline: "acc", continuation: "text" },
  mmlu: LETTERS,
};

/** Why an item cannot be scored; undefined where it can. */
function obstacle({ key, system }: KnownItem): string | undefined {
  if (key.kind === "text") return "has no choices";
  if (key.right.length > 1 || key.several === true) return "has several right choices";
  return system === undefined ? undefined : "has a system message, which raw text has no place for";
}

/**
 * How a file's questions are scored; undefined where they are answered.
 * @throws DataError at the key that cannot hold.
 */
export async function scoringOf(
  source: SourceFile,
  head: ScoringHead,
  layout: LayoutName,
  items: readonly KnownItem[],
): Promise<LikelihoodScoring | undefined> {
  if (head.scoring !== "loglikelihood") {
    const stray = ONLY_SCORED.find((key) => head[key] !== undefined);
    if (stray === undefined) return undefined;
    throw await misfit(
      source,
      [stray],
      `\`${stray}\` stands without \`scoring: loglikelihood\``,
      "Add `scoring: loglikelihood`, or leave the key out.",
    );
  }
  const bad = items.find((item) => obstacle(item) !== undefined);
  if (bad !== undefined)
    throw await misfit(
      source,
      ["scoring"],
      `\`scoring\` cannot be loglikelihood: question "${bad.id}" ${obstacle(bad)}`,
      "Ask such questions by generation, in a file of their own.",
    );
  const { headline = DEFAULTS[layout].headline, continuation = DEFAULTS[layout].continuation } = head;
  const isShared =
    continuation === "text" && items.some(({ scored }) => scored !== undefined && "contexts" in scored);
  const impossible =
    headline !== "acc" ? "headline" : head.mutualInformation === true ? "mutualInformation" : undefined;
  if (isShared && impossible !== undefined)
    throw await misfit(
      source,
      [impossible],
      `\`${impossible}\` cannot be had where all choices share the text that is scored`,
      "Leave it out: `acc` is what this layout has.",
    );
  return {
    headline,
    continuation,
    alone: head.mutualInformation === true || headline === "acc_mutual_info",
    prefix: head.prefix,
    description: head.description,
  };
}
