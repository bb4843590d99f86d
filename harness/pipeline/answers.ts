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
} from "../core/records.js";
import type { CallOutcome, Dispatcher } from "./dispatch/dispatcher.js";
import { type KeptReply, type RunTexts, sizeOfAll } from "./run-texts.js";
import { scoreChoices } from "./scored-turn.js";
import type { GiveBack } from "./text-room.js";

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

/** What {@link produceAnswer} works with. */
export interface AnsweringContext {
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly texts: RunTexts;
  /** Whether no call is to be made any more. */
  readonly wasStopped: () => boolean;
}

type Failure = Pick<Extract<Answer, { status: "failed" }>, "error" | "attempts">;

/** An answer, with what gives the room back that it takes until it is on disk. */
export interface ProducedAnswer {
  readonly answer: Answer;
  readonly release: GiveBack;
}

/**
 * Asks a model all turns of one question in one conversation; turn 2 follows the model's own answer to turn 1. Where the
 * question's choices are scored, it is asked for their log-probabilities instead.
 * @returns The record, or undefined when the run was stopped before the answer was complete.
 */
export async function produceAnswer(
  task: AnswerTask,
  model: Model,
  { dispatcher, clock, texts, wasStopped }: AnsweringContext,
): Promise<ProducedAnswer | undefined> {
  const turns: KeptReply<AnswerTurn>[] = [];
  const key = () => ({
    taskId: task.id,
    suite: task.suite,
    questionId: task.question.id,
    category: task.question.category,
    model: task.model,
    trial: task.trial,
    at: isoTime(clock.now()),
  });
  const recorded = async (failure?: Failure): Promise<ProducedAnswer> => {
    const release = await texts.room(sizeOfAll(turns));
    const given = turns.map(({ read }) => read());
    if (failure === undefined) return { answer: { ...key(), status: "completed", turns: given }, release };
    const { error, attempts } = failure;
    return { answer: { ...key(), status: "failed", turns: given, error, attempts }, release };
  };
  const { likelihood } = task.question;
  if (likelihood !== undefined) {
    const scored = await scoreChoices(task, likelihood, model, dispatcher);
    if (scored === undefined) return undefined;
    if (scored.turn !== undefined) turns.push(texts.keepReply(scored.turn));
    return recorded(scored.ok ? undefined : scored);
  }
  const { parameters } = task;
  const call = async (): Promise<CallOutcome> => {
    const giveBack = await texts.room(sizeOfAll(turns));
    try {
      if (wasStopped()) return { ok: false, stopped: "cancelled" };
      const given = turns.map(({ read }) => read());
      const subject = {
        kind: "answer",
        suite: task.suite,
        questionId: task.question.id,
        turn: turns.length + 1,
        trial: task.trial,
      } as const;
      const request = { messages: conversation(task, model, given), parameters, subject };
      return await dispatcher.call(model, request, "answers");
    } finally {
      giveBack();
    }
  };
  /** A function of its own, so that no reply stays in memory while the next is waited for. */
  const seekTurn = async (): Promise<"obtained" | "stopped" | Failure> => {
    const outcome = await call();
    if (!outcome.ok) return "stopped" in outcome ? "stopped" : outcome;
    const { text, reasoning, finishReason } = outcome.generation;
    if (text === "" && finishReason === "content-filter") {
      const message = "the endpoint's content filter withheld the answer";
      const attempts = paidAttemptsOf(outcome.record, isoTime(clock.now()));
      return { error: { code: "content-filtered", message, retryable: false }, attempts };
    }
    turns.push(texts.keepReply({ text, ...presentFields({ reasoning }), ...outcome.record, parameters }));
    return "obtained";
  };
  while (turns.length < task.question.turns.length) {
    const ending = await seekTurn();
    if (ending === "stopped") return undefined;
    if (ending !== "obtained") return recorded(ending);
  }
  return recorded();
}
