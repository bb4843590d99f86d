import { arenaHardAnswer, arenaHardRow } from "../harness/core/arena-hard-row.js";
import { contentId } from "../harness/core/hash.js";
import { readJsonLines } from "../harness/core/jsonl.js";
import { presentFields } from "../harness/core/present-fields.js";
import type { Answer, Question } from "../harness/core/records.js";

/**
 * Answers of an Arena-Hard file, of either layout, to these questions. An answer without text (a call that failed) is
 * left out, so that it shows as missing.
 * @throws DataError naming file and line.
 */
export function recordedArenaHardAnswers(
  suite: string,
  file: string,
  questions: readonly Question[],
): Answer[] {
  const asked = new Map(questions.map((question) => [question.id, question]));
  return [...readJsonLines(file)].flatMap(({ line, value }): Answer[] => {
    const { questionId, model, text, reasoning, answerId, at } = arenaHardAnswer(
      arenaHardRow(file, line, value),
    );
    const question = asked.get(questionId);
    if (question === undefined || text === undefined) return [];
    return [
      {
        taskId: answerId ?? contentId({ kind: "arena-hard-answer", questionId, model, text }),
        suite,
        questionId,
        category: question.category,
        model,
        trial: 1,
        at,
        status: "completed",
        turns: [
          {
            text,
            ...presentFields({ reasoning }),
            parameters: {},
            finishReason: "unknown",
            latencyMs: 0,
            source: "recording",
          },
        ],
      },
    ];
  });
}
