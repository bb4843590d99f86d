import { EndpointError, messageOf } from "../core/errors.js";
import { modelFacts } from "../core/model-facts.js";
import type { FinishReason, Generation, Model, ModelFacts } from "../core/records.js";
import { excerpt } from "../core/text.js";
import { untilAborted } from "./abort.js";
import { isJsonObject } from "./json-reading.js";

const FINISH_REASONS: readonly FinishReason[] = ["stop", "length", "content-filter", "tool-calls", "unknown"];

/** What a user's value lacks to be asked as a model, as the end of a sentence; undefined where it lacks nothing. */
export function missingModelPart(made: unknown): string | undefined {
  if (!isJsonObject(made)) return `${made === null ? "null" : typeof made} and not a model`;
  if (typeof made.generate !== "function") return "an object without generate(request, context)";
  if (made.close !== undefined && typeof made.close !== "function")
    return "a model whose close is no function";
  if (made.identity !== undefined && !isJsonObject(made.identity))
    return "a model whose identity is not an object";
  return undefined;
}

function checkGeneration(value: unknown, name: string): Generation {
  if (!isJsonObject(value) || typeof value.text !== "string") {
    throw new EndpointError(`${name} gave a generation without text`, {
      code: "adapter-failed",
      retryable: false,
    });
  }
  const finishReason = FINISH_REASONS.find((reason) => reason === value.finishReason) ?? "unknown";
  return { ...(value as unknown as Generation), finishReason };
}

function adapterError(error: unknown, name: string, redact: (text: string) => string): EndpointError {
  // By name as well: a module may bring its own copy of the class.
  if (error instanceof EndpointError) return error;
  const message = `${name} failed: ${excerpt(redact(messageOf(error)), 300)}`;
  const details = isJsonObject(error) && error.name === "EndpointError" ? error : undefined;
  const { status, retryAfterMs } = details ?? {};
  return new EndpointError(message, {
    code: typeof details?.code === "string" ? details.code : "adapter-failed",
    retryable: details === undefined ? true : details.retryable === true,
    ...(typeof status === "number" ? { status } : {}),
    ...(typeof retryAfterMs === "number" ? { retryAfterMs } : {}),
  });
}

/**
 * A model of a user's own code. What the code gets wrong is made good or named: errors become EndpointErrors
 * (`adapter-failed` unless they say otherwise), an abort is prompt, and a generation without text is refused.
 * @param facts What the model is known by; the rest comes from `inner`.
 * @param name How it is called in messages.
 * @param redact Takes secrets out of messages.
 */
export function ownModel(
  inner: Pick<Model, "generate" | "prepare">,
  facts: ModelFacts,
  name: string,
  redact: (text: string) => string = (text) => text,
): Model {
  return {
    ...modelFacts(facts),
    generate: (request, { signal }) =>
      untilAborted(signal, async (innerSignal) => {
        try {
          return checkGeneration(await inner.generate(request, { signal: innerSignal }), name);
        } catch (error) {
          throw adapterError(error, name, redact);
        }
      }),
    ...(inner.prepare === undefined ? {} : { prepare: async () => inner.prepare?.() }),
  };
}
