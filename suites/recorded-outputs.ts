import { isoTime } from "../harness/core/clock.js";
import { contentId } from "../harness/core/hash.js";
import type { Answer } from "../harness/core/records.js";
import type { ReadQuestion } from "./read-questions.js";

/**
 * The outputs that came in a file of instructions, as answers. AlpacaEval files do not say when an output was made;
 * the records bear the start of the epoch.
 * @param fallbackModel for records without `generator`
 */
export function recordedOutputs(
  suite: string,
  questions: readonly ReadQuestion[],
  fallbackModel: string,
): Answer[] {
  return questions.flatMap(({ question, output, generator }) => {
    if (output === undefined) return [];
    const model = generator ?? fallbackModel;
    return [
      {
        taskId: contentId({ kind: "recorded-output", instruction: question.turns, output, model }),
        suite,
        questionId: question.id,
        category: question.category,
        model,
        trial: 1,
        at: isoTime(0),
        status: "completed",
        turns: [{ text: output, parameters: {}, finishReason: "unknown", latencyMs: 0, source: "recording" }],
      },
    ];
  });
}
