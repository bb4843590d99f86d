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
import { noteText } from "../core/text-garbage.js";
import type { CallOutcome, Dispatcher } from "./dispatch/dispatcher.js";
import type { PlannedProtocol } from "./plan.js";
import { type KeptReply, lengthOf, type RunTexts, sizeOfAll } from "./run-texts.js";
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
    ...presentFields({ b: task.b, ranked: task.ranked, order: task.order }),
    ...presentFields({ repeat: task.repeat, drawn: task.drawn }),
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
    ...presentFields({ b: task.b, repeat: task.repeat }),
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
  | { readonly kind: "asked-again"; readonly next: NextRequest; readonly isFollowUp: boolean }
  | { readonly kind: "verdict"; readonly verdict: Verdict }
  | { readonly kind: "failed"; readonly failure: Pick<Failed, "error" | "attempts"> }
  | { readonly kind: "stopped" };

type Failed = Extract<Judgment, { status: "failed" }>;

/** Characters of the answers that a judge is shown. */
function charactersShownIn(item: JudgeItem): number {
  switch (item.kind) {
    case "single":
      return lengthOf(item.answer);
    case "pair":
      return lengthOf(item.a) + lengthOf(item.b);
    case "ranking":
      return lengthOf(item.answers.flat());
  }
}

function sizeOfRequest({ messages }: JudgeRequest): number {
  return lengthOf(messages.map(({ content }) => content));
}

/** A request that is still to be made; what it repeats may be on disk until there is room for it. */
interface NextRequest {
  /** Characters of what it repeats of replies. */
  readonly size: number;
  readonly read: () => JudgeRequest;
}

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
    const request = this.requestFor(parts[0] ?? item);
    const settled = judge.settle?.(item);
    if (settled !== undefined) return this.recorded({ status: "judged", request, verdict: settled });
    const decided: Verdict[] = [];
    for (const [index, part] of parts.entries()) {
      const end = await this.seekPart(part, index === 0 ? request : this.requestFor(part));
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

  /** A prompt repeats the texts that are judged. */
  private requestFor(part: JudgeItem): JudgeRequest {
    noteText(charactersShownIn(part));
    return this.planned.judge.request(part);
  }

  private async seekPart(
    part: JudgeItem,
    request: JudgeRequest,
  ): Promise<Exclude<Step, { kind: "asked-again" }>> {
    this.verdicts = [];
    this.attempt = 1;
    const first: NextRequest = { size: sizeOfRequest(request), read: () => request };
    let next = first;
    for (let isFollowUp = false; ; ) {
      const step = await this.ask(next, first, isFollowUp, part);
      if (step.kind !== "asked-again") return step;
      ({ next, isFollowUp } = step);
    }
  }

  /** Calls in room for what the request repeats. */
  private async call(next: NextRequest): Promise<CallOutcome> {
    const { task, planned, context, replies } = this;
    const giveBack = await this.roomFor(next.size);
    try {
      const call = callFor(task, next.read(), planned, replies.length + 1);
      return await context.dispatcher.call(planned.judgeModel, call, "judgments");
    } finally {
      giveBack();
    }
  }

  private roomFor(size: number): Promise<GiveBack> | GiveBack {
    return this.context.texts?.room(size) ?? (() => undefined);
  }

  /** A method of its own, so that no reply stays in memory while the next is waited for. */
  private async ask(
    next: NextRequest,
    first: NextRequest,
    isFollowUp: boolean,
    item: JudgeItem,
  ): Promise<Step> {
    const { planned, context, replies, verdicts } = this;
    const { judge } = planned;
    const outcome = await this.call(next);
    if (!outcome.ok) return "stopped" in outcome ? { kind: "stopped" } : { kind: "failed", failure: outcome };
    const read = readVerdict(judge, outcome.generation, item);
    const reply = replyOf(outcome, read);
    replies.push(context.texts?.keepReply(reply) ?? { size: 0, read: () => reply });
    verdicts.push(read);
    const samples = judge.samples ?? 1;
    if (verdicts.length < samples) return { kind: "asked-again", next, isFollowUp };
    const verdict = judge.combine?.(verdicts) ?? read;
    const isDone = verdict.kind !== "unreadable" || verdict.final === true;
    const followUp = isDone || isFollowUp ? undefined : judge.followUp?.(item, outcome.generation);
    if (isDone || (followUp === undefined && this.attempt >= context.judgeAttempts))
      return { kind: "verdict", verdict };
    if (followUp !== undefined)
      return { kind: "asked-again", next: this.keptRequest(followUp), isFollowUp: true };
    this.attempt++;
    return { kind: "asked-again", next: first, isFollowUp: false };
  }

  /** A request that repeats a reply, on disk where that is long. */
  private keptRequest(request: JudgeRequest): NextRequest {
    const size = sizeOfRequest(request);
    return { size, read: this.context.texts?.keepBriefly(request, size) ?? (() => request) };
  }

  private async recorded(
    end:
      | Pick<Extract<Judgment, { status: "judged" }>, "status" | "request" | "verdict">
      | (Pick<Failed, "status" | "error" | "attempts"> & { readonly request: JudgeRequest }),
  ): Promise<ProducedJudgment> {
    const { task, context, replies } = this;
    const release = await this.roomFor(sizeOfAll(replies));
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
