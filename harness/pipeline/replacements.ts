import { isoTime } from "../core/clock.js";
import type { Judgment, JudgmentTask, Replacement } from "../core/records.js";
import { failsMechanically, reusedRecord } from "../store/resume.js";
import type { RunStore } from "../store/run-store.js";
import { type JudgingContext, judgmentKeyOf, produceJudgment } from "./judgments.js";
import type { PlannedProtocol } from "./plan.js";

/** Who stands in. */
type Substitute = NonNullable<PlannedProtocol["replacement"]>;

/** What the substitute says, as part of the record of the one that failed. */
function replacementOf({ protocol, model }: Substitute, judgment: Judgment): Replacement | undefined {
  if (judgment.status === "skipped") return undefined;
  const { at, replies } = judgment;
  const common = { protocol, judgeModel: model.id, at, replies };
  if (judgment.status === "judged") return { ...common, status: "judged", verdict: judgment.verdict };
  const { error, attempts } = judgment;
  return { ...common, status: "failed", error, attempts };
}

/** The record of a verdict that a judge was not asked for, since none that it gave before could be read. */
export function givenUpJudgment(
  task: JudgmentTask,
  reason: string,
  { clock }: Pick<JudgingContext, "clock">,
): Judgment {
  return {
    ...judgmentKeyOf(task),
    at: isoTime(clock.now()),
    status: "failed",
    replies: [],
    error: { code: "judge-given-up", message: reason, retryable: true },
    attempts: [],
  };
}

/**
 * Has the substitute judge what a judge failed on. What that one said is on disk already, so that a run that is killed
 * in between asks the replacement alone; its record is appended once more, with the replacement's verdict in it.
 * @returns the record with the replacement's verdict, its own calls as they were paid for; undefined where the run was
 * stopped before there was one, or there is nothing to replace.
 */
export async function replaceJudgment(
  judgment: Judgment,
  task: JudgmentTask,
  planned: PlannedProtocol,
  context: JudgingContext & { readonly store: Pick<RunStore, "appendJudgment"> },
): Promise<Judgment | undefined> {
  const { replacement: substitute } = planned;
  if (substitute === undefined || judgment.status === "skipped" || !failsMechanically(judgment))
    return undefined;
  const produced = await produceJudgment(task, { ...planned, judgeModel: substitute.model }, context);
  if (produced === undefined) return undefined;
  try {
    const replacement = replacementOf(substitute, produced.judgment);
    if (replacement === undefined) return undefined;
    const again = reusedRecord(judgment, task);
    await context.store.appendJudgment({ ...again, replacement } as Judgment);
    return { ...judgment, replacement };
  } finally {
    produced.release();
  }
}
