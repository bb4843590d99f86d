import type { Model } from "../../core/records.js";
import { isCompletionsModel } from "../../models/completions.js";
import { type Check, passed, type Subject, warned } from "./check.js";

/** Longest time for all that a comparison asks, in milliseconds. */
const LONGEST_WAIT_MS = 60_000;

/** Holds the template of a model that completes raw text against the one that its server uses for chats. */
export async function checkTemplate(about: Subject, model: Model): Promise<Check[]> {
  if (!isCompletionsModel(model)) return [];
  const template = String(model.identity.template);
  const compared = await model
    .compareTemplate(AbortSignal.timeout(LONGEST_WAIT_MS))
    .catch(() => ({ kind: "unknown" }) as const);
  if (compared.kind === "unknown") {
    const message = `template ${template} could not be held against the server's own, which it does not tell`;
    return [passed(about, message)];
  }
  if (compared.kind === "same")
    return [passed(about, `template ${template} is the server's own (by ${compared.by})`)];
  const message = `template ${template} is not the server's own (by ${compared.by}): "${compared.own}" here, "${compared.server}" there`;
  const remedy =
    "Use adapter openai, or the model's own template: tokenizer_config.json. A base model, or a system line that the server adds, may be meant: docs/adapters.md.";
  return [warned(about, message, remedy)];
}
