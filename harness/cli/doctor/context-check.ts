import { countOf } from "../../core/count-of.js";
import type { Model, Suite } from "../../core/records.js";
import { isEndpointModel } from "../../models/endpoint-model.js";
import { estimateTokens } from "../../pipeline/dispatch/tokens.js";
import { type Check, type Subject, warned } from "./check.js";

/** Longest wait for a list of models, in milliseconds. */
const LONGEST_WAIT_MS = 10_000;

/** Tokens that the longest question of suites needs with all its answers at their limit. */
function mostTokens(suites: readonly Suite[], maxTokens: number): number {
  const needs = suites.flatMap(({ questions }) =>
    questions.map(
      ({ turns }) => turns.reduce((sum, turn) => sum + estimateTokens(turn), 0) + turns.length * maxTokens,
    ),
  );
  return needs.reduce((most, need) => Math.max(most, need), 0);
}

/**
 * Says where a model's context, as its endpoint tells it, may be too short for the questions of a run. The limit alone
 * being too high is refused by the endpoint itself.
 */
export async function checkContext(
  about: Subject,
  model: Model,
  suites: readonly Suite[],
  maxTokens: number | undefined,
): Promise<Check[]> {
  if (!isEndpointModel(model) || maxTokens === undefined) return [];
  const context = await model.contextLength(AbortSignal.timeout(LONGEST_WAIT_MS)).catch(() => undefined);
  if (context === undefined) return [];
  const needed = mostTokens(suites, maxTokens);
  if (needed <= context) return [];
  const message = `the context of ${countOf(context, "token")} may be too short: the longest question takes up to ${needed} with answers of ${maxTokens}`;
  const remedy =
    "Serve the model with a longer context or lower parameters.maxTokens; answers that do not fit get the room that is left.";
  return [warned(about, message, remedy)];
}
