import type { Judgment, JudgmentTask } from "../core/records.js";
import type { PlannedProtocol } from "./plan.js";

/**
 * Seeks the first verdict of a protocol that reads log-probabilities before the others: an endpoint that gives none
 * would be paid for every one of them.
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
    if (judge.parameters.topLogprobs === undefined || judge.settle?.(task.item) !== undefined) {
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

function reasonWithoutHope(judgment: Judgment | undefined): string | undefined {
  if (judgment?.status !== "judged" || judgment.verdict.kind !== "unreadable") return undefined;
  return judgment.verdict.final === true ? judgment.verdict.reason : undefined;
}
