import type { Clock } from "../core/clock.js";
import { isoTime } from "../core/clock.js";
import { messageOf } from "../core/errors.js";
import { presentFields } from "../core/present-fields.js";
import type {
  CallSubject,
  Generation,
  GenerationRequest,
  Judge,
  JudgeItem,
  JudgeReply,
  JudgeRequest,
  Judgment,
  JudgmentTask,
  Verdict,
} from "../core/records.js";
import type { CallOutcome, Dispatcher } from "./dispatch/dispatcher.js";
import type { PlannedProtocol } from "./plan.js";

/** What {@link produceJudgment} works with. */
export interface JudgingContext {
  readonly dispatcher: Pick<Dispatcher, "call">;
  readonly clock: Clock;
  /** How often an unreadable verdict is asked for, the first time included; at least 1. */
  readonly judgeAttempts: number;
}

/** A judge of a user's module may throw; that is one unreadable verdict, not the end of the run. */
function readVerdict(judge: Judge, generation: Generation, item: JudgeItem): Verdict {
  try {
    return judge.read(generation, item);
  } catch (thrown) {
    return { kind: "unreadable", reason: `the judge's parser failed: ${messageOf(thrown).slice(0, 200)}` };
  }
}

function replyOf(outcome: Extract<CallOutcome, { ok: true }>, verdict: Verdict): JudgeReply {
  const { text, reasoning, logprobs, toolCalls } = outcome.generation;
  return {
    text,
    ...presentFields({ reasoning, logprobs, toolCalls }),
    ...outcome.record,
    verdict,
  };
}

function keyOf(task: JudgmentTask) {
  const { question, turn } = task.item;
  return {
    taskId: task.id,
    protocol: task.protocol.id,
    suite: task.protocol.suite,
    questionId: question.id,
    category: question.category,
    turn,
    trial: task.trial,
    a: task.a,
    ...presentFields({ b: task.b, ranked: task.ranked, order: task.order }),
    answers: task.answers,
  };
}

function callFor(
  task: JudgmentTask,
  request: JudgeRequest,
  planned: PlannedProtocol,
  attempt: number,
): GenerationRequest {
  const subject: CallSubject = {
    kind: "judgment",
    suite: task.protocol.suite,
    questionId: task.item.question.id,
    turn: task.item.turn,
    trial: task.trial,
    a: task.a,
    ...presentFields({ b: task.b }),
    attempt,
  };
  const parameters = { ...request.parameters, ...planned.judgeModel.parameters };
  return { messages: request.messages, parameters, subject };
}

/**
 * Seeks one verdict: asks the judge model, reads the reply, and asks again while it is unreadable. A judge
 * that wants several samples is asked so often, and once more while the samples together are unreadable.
 * @returns The record with every attempt, or undefined when the run was stopped before there was one.
 */
export async function produceJudgment(
  task: JudgmentTask,
  planned: PlannedProtocol,
  context: JudgingContext,
): Promise<Judgment | undefined> {
  const { judge, judgeModel } = planned;
  const key = keyOf(task);
  const at = () => isoTime(context.clock.now());
  const request = judge.request(task.item);
  const settled = judge.settle?.(task.item);
  if (settled !== undefined)
    return { ...key, at: at(), status: "judged", request, replies: [], verdict: settled };
  const replies: JudgeReply[] = [];
  const samples = judge.samples ?? 1;
  let asked = request;
  for (let attempt = 1; ; ) {
    const call = callFor(task, asked, planned, replies.length + 1);
    const outcome = await context.dispatcher.call(judgeModel, call, "judgments");
    if (!outcome.ok) {
      if ("stopped" in outcome) return undefined;
      const { error, attempts } = outcome;
      return { ...key, at: at(), status: "failed", request, replies, error, attempts };
    }
    const read = readVerdict(judge, outcome.generation, task.item);
    replies.push(replyOf(outcome, read));
    if (replies.length < samples) continue;
    const verdict = judge.combine?.(replies.map((reply) => reply.verdict)) ?? read;
    const isDone = verdict.kind !== "unreadable" || verdict.final === true;
    const followUp =
      isDone || asked !== request ? undefined : judge.followUp?.(task.item, outcome.generation);
    if (isDone || (followUp === undefined && attempt >= context.judgeAttempts))
      return { ...key, at: at(), status: "judged", request, replies, verdict };
    if (followUp === undefined) attempt++;
    asked = followUp ?? request;
  }
}
