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
  JudgmentKey,
  JudgmentTask,
  Verdict,
} from "../core/records.js";
import type { CallOutcome, Dispatcher } from "./dispatch/dispatcher.js";
import type { PlannedProtocol } from "./plan.js";
import { type KeptReply, type RunTexts, sizeOfAll } from "./run-texts.js";
import type { GiveBack } from "./text-room.js";

/** What {@link produceJudgment} works with. */
export interface JudgingContext {
  readonly dispatcher: Pick<Dispatcher, "call">;
  readonly clock: Clock;
  /** How often an unreadable verdict is asked for, the first time included; at least 1. */
  readonly judgeAttempts: number;
  /** Where replies are until their record is written; in memory where it is left out. */
  readonly texts?: RunTexts;
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

/** What the record of a task's verdict says of the task. */
export function judgmentKeyOf(task: JudgmentTask): Omit<JudgmentKey, "at"> {
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
    ...presentFields({ b: task.b, ranked: task.ranked, order: task.order, drawn: task.drawn }),
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

/** A judgment, with what gives the room back that it takes until it is on disk. */
export interface ProducedJudgment {
  readonly judgment: Judgment;
  readonly release: GiveBack;
}

/** What one call comes to: an end, or the next request. */
type Step =
  | { readonly kind: "asked-again"; readonly asked: JudgeRequest }
  | { readonly kind: "verdict"; readonly verdict: Verdict }
  | { readonly kind: "failed"; readonly failure: Pick<Failed, "error" | "attempts"> }
  | { readonly kind: "stopped" };

type Failed = Extract<Judgment, { status: "failed" }>;

/** One verdict that is asked for. */
class WantedVerdict {
  private readonly replies: KeptReply<JudgeReply>[] = [];
  /** Of the part that is asked for. */
  private verdicts: Verdict[] = [];
  private attempt = 1;

  constructor(
    private readonly task: JudgmentTask,
    private readonly planned: PlannedProtocol,
    private readonly context: JudgingContext,
  ) {}

  async seek(): Promise<ProducedJudgment | undefined> {
    const { judge } = this.planned;
    const { item } = this.task;
    const parts = judge.parted?.parts(item) ?? [item];
    const request = judge.request(parts[0] ?? item);
    const settled = judge.settle?.(item);
    if (settled !== undefined) return this.recorded({ status: "judged", request, verdict: settled });
    const decided: Verdict[] = [];
    for (const part of parts) {
      const end = await this.seekPart(part);
      if (end.kind === "stopped") return undefined;
      if (end.kind === "failed") return this.recorded({ status: "failed", request, ...end.failure });
      const { verdict } = end;
      const isNone = verdict.kind === "unreadable" || verdict.kind === "abstained";
      if (judge.parted === undefined || isNone) return this.recorded({ status: "judged", request, verdict });
      decided.push(verdict);
    }
    const verdict: Verdict = judge.parted?.join(decided, item) ?? {
      kind: "unreadable",
      reason: "the item has no parts",
    };
    return this.recorded({ status: "judged", request, verdict });
  }

  private async seekPart(part: JudgeItem): Promise<Exclude<Step, { kind: "asked-again" }>> {
    const request = this.planned.judge.request(part);
    this.verdicts = [];
    this.attempt = 1;
    for (let asked = request; ; ) {
      const step = await this.ask(asked, request, part);
      if (step.kind !== "asked-again") return step;
      asked = step.asked;
    }
  }

  /** A method of its own, so that no reply stays in memory while the next is waited for. */
  private async ask(asked: JudgeRequest, request: JudgeRequest, item: JudgeItem): Promise<Step> {
    const { task, planned, context, replies, verdicts } = this;
    const { judge, judgeModel } = planned;
    const call = callFor(task, asked, planned, replies.length + 1);
    const outcome = await context.dispatcher.call(judgeModel, call, "judgments");
    if (!outcome.ok) return "stopped" in outcome ? { kind: "stopped" } : { kind: "failed", failure: outcome };
    const read = readVerdict(judge, outcome.generation, item);
    const reply = replyOf(outcome, read);
    replies.push(context.texts?.keepReply(reply) ?? { size: 0, read: () => reply });
    verdicts.push(read);
    const samples = judge.samples ?? 1;
    if (verdicts.length < samples) return { kind: "asked-again", asked };
    const verdict = judge.combine?.(verdicts) ?? read;
    const isDone = verdict.kind !== "unreadable" || verdict.final === true;
    const followUp = isDone || asked !== request ? undefined : judge.followUp?.(item, outcome.generation);
    if (isDone || (followUp === undefined && this.attempt >= context.judgeAttempts))
      return { kind: "verdict", verdict };
    if (followUp === undefined) this.attempt++;
    return { kind: "asked-again", asked: followUp ?? request };
  }

  private async recorded(
    end:
      | Pick<Extract<Judgment, { status: "judged" }>, "status" | "request" | "verdict">
      | (Pick<Failed, "status" | "error" | "attempts"> & { readonly request: JudgeRequest }),
  ): Promise<ProducedJudgment> {
    const { task, context, replies } = this;
    const release = (await context.texts?.forRecord(sizeOfAll(replies))) ?? (() => undefined);
    const key = { ...judgmentKeyOf(task), at: isoTime(context.clock.now()) };
    const given = replies.map(({ read }) => read());
    if (end.status === "judged") {
      const { status, request, verdict } = end;
      return { judgment: { ...key, status, request, replies: given, verdict }, release };
    }
    const { status, request, error, attempts } = end;
    return { judgment: { ...key, status, request, replies: given, error, attempts }, release };
  }
}

/**
 * Seeks one verdict: asks the judge model, reads the reply, and asks again while it is unreadable. A judge
 * that wants several samples is asked so often, and once more while the samples together are unreadable; one whose verdict
 * takes several calls is asked for each part in turn, and no further behind a part that cannot be read.
 * @returns The record with every attempt, or undefined when the run was stopped before there was one. Its request is that
 * of the first part.
 */
export function produceJudgment(
  task: JudgmentTask,
  planned: PlannedProtocol,
  context: JudgingContext,
): Promise<ProducedJudgment | undefined> {
  return new WantedVerdict(task, planned, context).seek();
}
