import { ConfigError } from "../../harness/core/errors.js";
import type { ComparedAnswer, Judge, JudgeItem, RightAnswer, Verdict } from "../../harness/core/records.js";
import { compareLikelihoods } from "./likelihoods.js";
import { compareChoice } from "./read-choice.js";
import { compareText } from "./read-text.js";

/** @throws ConfigError for a question whose right answer is not known */
function keyOf({ question, kind }: JudgeItem): RightAnswer {
  if (question.key !== undefined && kind === "single") return question.key;
  throw new ConfigError(`question "${question.id}" has no right answer to compare with`, {
    code: "answer-key-missing",
    remedy: 'Give it an "answer" (docs/known-answers.md), or judge the suite with another judge.',
  });
}

function compare(item: JudgeItem): ComparedAnswer {
  const key = keyOf(item);
  const answer = item.kind === "single" ? (item.answer.at(-1) ?? "") : "";
  const { likelihood } = item.question;
  if (likelihood !== undefined && key.kind === "choice") return compareLikelihoods(answer, key, likelihood);
  return key.kind === "choice" ? compareChoice(answer, key) : compareText(answer, key);
}

/** A right answer is worth 100, any other 0, so that the mean is the share of right answers in percent. */
function verdictOf(compared: ComparedAnswer): Verdict {
  return { kind: "rating", rating: compared.outcome === "right" ? 100 : 0, compared };
}

/**
 * Compares answers with the right ones that a suite holds. It asks no judge model: every verdict is settled from the
 * answer alone, and recorded like any other.
 */
export function createAnswerKeyJudge(): Judge {
  return {
    name: "answer-key",
    kind: "single",
    protocolPrefix: "accuracy",
    identity: { judge: "answer-key", reading: { choice: 1, text: 1 }, unreadable: "wrong" },
    parameters: {},
    turns: "last",
    callFree: true,
    scale: () => ({ low: 0, high: 100 }),
    figure: "accuracy",
    settle: (item) => verdictOf(compare(item)),
    request: (item) => {
      keyOf(item);
      return { messages: [], parameters: {} };
    },
    read: () => ({ kind: "unreadable", reason: "the answer key reads no reply", final: true }),
  };
}
