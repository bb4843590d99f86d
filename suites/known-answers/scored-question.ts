import { choiceLetter, type LikelihoodAsk, type TextToScore } from "../../harness/core/likelihood.js";
import { presentFields } from "../../harness/core/present-fields.js";
import type { Question } from "../../harness/core/records.js";
import { type KnownItem, materialOf, type ScoredForm, shownAnswer } from "./known-item.js";

/** How a suite is asked by the log-probabilities of its choices. */
export interface LikelihoodScoring {
  readonly headline: LikelihoodAsk["headline"];
  /** What is scored: the text of each choice, or its letter after a list of all of them. */
  readonly continuation: "text" | "letter";
  /** Set where the choices are scored without their contexts too. */
  readonly alone: boolean;
  /** Stands before a choice that is scored alone, where the server puts no token before a prompt. */
  readonly prefix?: string | undefined;
  /** Stands before everything else, with a blank line behind it; `{category}` is the question's, with blanks for `_`. */
  readonly description?: string | undefined;
}

/** Between a context and a choice, as lm-evaluation-harness has it by default; no part of the choice's length. */
const DELIMITER = " ";
const BETWEEN_EXAMPLES = "\n\n";

/** The form of a question: the choices themselves, or their letters after all of them, as MMLU is asked. */
function formOf(item: KnownItem, continuation: LikelihoodScoring["continuation"]): ScoredForm {
  const { passage, question, key } = item;
  const choices = key.kind === "choice" ? key.choices : [];
  const head = passage === undefined || passage === "" ? [] : [passage];
  if (continuation === "letter") {
    const listed = choices.map((text, index) => `${choiceLetter(index)}. ${text}`);
    const context = [...head, question.trim(), ...listed, "Answer:"].join("\n");
    return { context, options: choices.map((_, index) => choiceLetter(index)) };
  }
  return (
    item.scored ?? { context: [...head, `Question: ${question}`, "Answer:"].join("\n"), options: choices }
  );
}

function textsOf(form: ScoredForm): readonly TextToScore[] {
  if ("contexts" in form)
    return form.contexts.map((context) => ({ context, continuation: DELIMITER + form.continuation }));
  return form.options.map((option) => ({ context: form.context, continuation: DELIMITER + option }));
}

/** An example with its right answer, as it stands before a question. */
function exampleOf(item: KnownItem, { continuation }: LikelihoodScoring): string {
  const right = item.key.kind === "choice" ? (item.key.right[0] ?? "A") : "A";
  const { context, continuation: text } = textsOf(formOf(item, continuation))[right.charCodeAt(0) - 65] ?? {
    context: "",
    continuation: "",
  };
  return context + text;
}

function descriptionOf({ category }: KnownItem, { description }: LikelihoodScoring): string {
  if (description === undefined) return "";
  return description.trimEnd().replaceAll("{category}", category.replaceAll("_", " ")) + BETWEEN_EXAMPLES;
}

/** Blanks at the end of a context belong to the text behind it, so that words are split into tokens as they are read. */
function parted({ context, continuation }: TextToScore): TextToScore {
  const bare = context.trimEnd();
  return { context: bare, continuation: context.slice(bare.length) + continuation };
}

/** A question whose choices are scored: examples, context and choices as raw text. */
export function scoredQuestionOf(
  item: KnownItem,
  examples: readonly KnownItem[],
  scoring: LikelihoodScoring,
): Question {
  const { id, category, key, metadata } = item;
  const form = formOf(item, scoring.continuation);
  const head = [
    descriptionOf(item, scoring),
    ...examples.map((example) => exampleOf(example, scoring) + BETWEEN_EXAMPLES),
  ].join("");
  const texts = textsOf(form).map(({ context, continuation }) =>
    parted({ context: head + context, continuation }),
  );
  const alone = "options" in form && scoring.alone ? form.options : undefined;
  const likelihood: LikelihoodAsk = {
    texts,
    headline: scoring.headline,
    ...presentFields({
      alone: alone?.map((option) =>
        parted({ context: scoring.prefix ?? "", continuation: DELIMITER + option }),
      ),
      options: "options" in form ? form.options : undefined,
    }),
  };
  const shown = "contexts" in form ? head + materialOf(item) : (texts[0]?.context ?? "");
  return {
    id,
    category,
    turns: [shown],
    reference: [shownAnswer(key)],
    key,
    likelihood,
    ...presentFields({ metadata }),
  };
}
