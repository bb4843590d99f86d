import type { Answer } from "../../../harness/core/records.js";
import { textTrace } from "../../../harness/core/text-trace.js";
import { AnswerTracer, type AuditInput } from "../../../harness/pipeline/audit/audit-input.js";
import type { BoardInput } from "../../../harness/pipeline/scores/build-board.js";

/** A completed answer to question `questionId` of suite `sample`. */
export function answerOf(
  model: string,
  questionId: string,
  texts: readonly string[],
  more: { readonly trial?: number; readonly status?: "failed" } = {},
): Answer {
  const key = {
    taskId: `${model}/${questionId}`,
    suite: "sample",
    questionId,
    category: "writing",
    model,
    trial: more.trial ?? 1,
    at: "2025-01-01T00:00:00.000Z",
  };
  const turns = texts.map((text) => ({ text, parameters: {}, finishReason: "stop" as const, latencyMs: 1 }));
  if (more.status === "failed") {
    const error = { code: "timeout", message: "late", retryable: true };
    return { ...key, status: "failed", turns, error, attempts: [] };
  }
  return { ...key, status: "completed", turns };
}

/** What an audit is given, from boards and answers. */
export function auditInput(
  boards: readonly BoardInput[],
  answers: readonly Answer[] = [],
  families: Readonly<Record<string, string>> = {},
): AuditInput {
  const tracer = new AnswerTracer();
  for (const answer of answers)
    tracer.answer(
      answer,
      true,
      answer.turns.map(({ text }) => textTrace(text)),
    );
  return { boards, answers: tracer.traces, families: new Map(Object.entries(families)), seed: 1 };
}
