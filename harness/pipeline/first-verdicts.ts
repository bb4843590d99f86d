import type { Judgment, JudgmentTask } from "../core/records.js";
import type { PlannedProtocol } from "./plan.js";

/**
 * Seeks the first verdict of a protocol that reads log-probabilities or a function's call before the others: an endpoint
 * that gives none would be paid for every one of them.
 */
export class FirstVerdicts {
  /** By protocol: why its other verdicts are not worth asking for; undefined where they are. */
  private readonly reasons = new Map<string, Promise<string | undefined>>();

  /**
   * @param seek Seeks the verdict; undefined when the run was stopped before there was one.
   * @param onHopeless Told once, with the reason, when the other verdicts of the protocol are left out.
   */
  async seek(
    planned: PlannedProtocol,
    task: JudgmentTask,
    seek: () => Promise<Judgment | undefined>,
    onHopeless: (reason: string) => void,
  ): Promise<void> {
    const { judge, protocol } = planned;
    if (!relies(judge) || judge.settle?.(task.item) !== undefined) {
      await seek();
      return;
    }
    const known = this.reasons.get(protocol.id);
    if (known !== undefined) {
      if ((await known) === undefined) await seek();
      return;
    }
    const reason = seek().then(reasonWithoutHope);
    this.reasons.set(protocol.id, reason);
    const found = await reason;
    if (found !== undefined) onHopeless(found);
  }
}

/** Whether a judge relies on what some endpoints leave out without a word: log-probabilities, a forced function. */
function relies({ parameters }: PlannedProtocol["judge"]): boolean {
  return parameters.topLogprobs !== undefined || parameters.toolChoice !== undefined;
}

function reasonWithoutHope(judgment: Judgment | undefined): string | undefined {
  if (judgment?.status !== "judged" || judgment.verdict.kind !== "unreadable") return undefined;
  if (judgment.verdict.final === true) return judgment.verdict.reason;
  const isForced = judgment.request.parameters.toolChoice !== undefined;
  if (!isForced || judgment.replies.some(({ toolCalls }) => toolCalls !== undefined)) return undefined;
  return `the endpoint answers with text where it is told to call a function (${judgment.verdict.reason}); use one that honours tool_choice, or another --judge-protocol`;
}
