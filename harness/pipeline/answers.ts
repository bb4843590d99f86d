import type { Clock } from "../core/clock.js";
import { isoTime } from "../core/clock.js";
import { presentFields } from "../core/present-fields.js";
import type {
  Answer,
  AnswerTask,
  AnswerTurn,
  Attempt,
  CallRecord,
  ChatMessage,
  Model,
  RecordedError,
} from "../core/records.js";
import type { Dispatcher } from "./dispatch/dispatcher.js";
import { scoreChoices } from "./scored-turn.js";

function conversation(task: AnswerTask, model: Model, turns: readonly AnswerTurn[]): ChatMessage[] {
  const system = task.question.system ?? model.system;
  const messages: ChatMessage[] = system === undefined ? [] : [{ role: "system", content: system }];
  messages.push(...(task.question.context ?? []));
  for (let index = 0; index <= turns.length; index++) {
    messages.push({ role: "user", content: task.question.turns[index] ?? "" });
    const given = turns[index];
    if (given !== undefined) messages.push({ role: "assistant", content: given.text });
  }
  return messages;
}

/** The attempts of a call whose reply came and holds no answer: the last one was paid for. */
function paidAttemptsOf({ attempts, latencyMs, usage, costUsd, source }: CallRecord, at: string): Attempt[] {
  const last = attempts?.at(-1) ?? { at, latencyMs };
  const isPaid = source === undefined;
  return [
    ...(attempts ?? []).slice(0, -1),
    {
      ...last,
      outcome: "content-filtered",
      ...(isPaid && usage !== undefined ? { usage } : {}),
      ...(isPaid && costUsd !== undefined ? { costUsd } : {}),
    },
  ];
}

/**
 * Asks a model all turns of one question in one conversation; turn 2 follows the model's own answer to turn 1. Where the
 * question's choices are scored, it is asked for their log-probabilities instead.
 * @returns The record, or undefined when the run was stopped before the answer was complete.
 */
export async function produceAnswer(
  task: AnswerTask,
  model: Model,
  dispatcher: Dispatcher,
  clock: Clock,
): Promise<Answer | undefined> {
  const turns: AnswerTurn[] = [];
  const key = () => ({
    taskId: task.id,
    suite: task.suite,
    questionId: task.question.id,
    category: task.question.category,
    model: task.model,
    trial: task.trial,
    at: isoTime(clock.now()),
  });
  const failed = (error: RecordedError, attempts: readonly Attempt[]): Answer => ({
    ...key(),
    status: "failed",
    turns,
    error,
    attempts,
  });
  const { likelihood } = task.question;
  if (likelihood !== undefined) {
    const scored = await scoreChoices(task, likelihood, model, dispatcher);
    if (scored === undefined) return undefined;
    if (scored.turn !== undefined) turns.push(scored.turn);
    return scored.ok ? { ...key(), status: "completed", turns } : failed(scored.error, scored.attempts);
  }
  while (turns.length < task.question.turns.length) {
    const { parameters } = task;
    const subject = {
      kind: "answer",
      suite: task.suite,
      questionId: task.question.id,
      turn: turns.length + 1,
      trial: task.trial,
    } as const;
    const request = { messages: conversation(task, model, turns), parameters, subject };
    const outcome = await dispatcher.call(model, request, "answers");
    if (!outcome.ok) {
      if ("stopped" in outcome) return undefined;
      return failed(outcome.error, outcome.attempts);
    }
    const { text, reasoning } = outcome.generation;
    if (text === "" && outcome.generation.finishReason === "content-filter") {
      const message = "the endpoint's content filter withheld the answer";
      const attempts = paidAttemptsOf(outcome.record, isoTime(clock.now()));
      return failed({ code: "content-filtered", message, retryable: false }, attempts);
    }
    turns.push({ text, ...presentFields({ reasoning }), ...outcome.record, parameters });
  }
  return { ...key(), status: "completed", turns };
}
