import type { NewestRecord, RecordPlace } from "../core/live-run.js";
import { presentFields } from "../core/present-fields.js";
import type { Answer, Judgment } from "../core/records.js";

/** Characters of a text in a list of newest records. */
const MOST_CHARACTERS = 240;

/** The beginning of an untrusted text, on one line; as hostile as it was. */
function beginning(text: string): string {
  return text
    .slice(0, 4 * MOST_CHARACTERS)
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, MOST_CHARACTERS);
}

function answerText(answer: Answer): string {
  if (answer.status === "failed") return answer.error.message;
  return answer.turns.map(({ text }) => beginning(text)).join(" · ");
}

/** One line of an answer. */
export function newestAnswer(answer: Answer, { file, offset }: RecordPlace): NewestRecord {
  const { at, suite, questionId, category, trial, model, status } = answer;
  return {
    ...{ file, offset, stage: "answers", at, suite, questionId, category, trial, status },
    models: [model],
    text: beginning(answerText(answer)),
  };
}

function judgmentText(judgment: Judgment): string {
  if (judgment.status === "skipped") return judgment.reason;
  if (judgment.status === "failed") return judgment.error.message;
  return judgment.replies.at(-1)?.text ?? "";
}

/** One line of a judgment. */
export function newestJudgment(
  judgment: Judgment,
  { file, offset }: RecordPlace,
  judgeModel: string,
): NewestRecord {
  const { at, suite, questionId, category, trial, turn, a, b, status } = judgment;
  return {
    ...{ file, offset, stage: "judgments", at, suite, questionId, category, trial, turn, status, judgeModel },
    models: b === undefined ? [a] : [a, b],
    ...presentFields({ verdict: judgment.status === "judged" ? judgment.verdict : undefined }),
    text: beginning(judgmentText(judgment)),
  };
}
