import { presentFields } from "../harness/core/present-fields.js";
import { RETIREMENTS, type Retirement } from "./retirement-data.js";

/** What is to be said of a judge model. */
export interface JudgeModelNotice {
  readonly model: string;
  /** First day without it, ISO 8601. */
  readonly shutdownOn: string;
  readonly retired: boolean;
  /** Where the date was read: an address, or the endpoint that told it. */
  readonly source: string;
  readonly secondHand?: true;
  /** A model that is alive at the time asked about; absent where none is known. */
  readonly successor?: string;
  /** When the successor ends in its turn, where that is known. */
  readonly successorEndsOn?: string;
  readonly successorJudge?: string;
  /** A sentence or two for people. */
  readonly message: string;
}

/** What an endpoint's list of models says of a model's end. */
export interface ToldShutdown {
  /** ISO 8601; null where the endpoint says that no end is announced. */
  readonly shutdownOn: string | null;
  readonly endpoint: string;
}

function hasEnded(shutdownOn: string, nowMs: number): boolean {
  return nowMs >= Date.parse(`${shutdownOn}T00:00:00Z`);
}

function entryOf(model: string): Retirement | undefined {
  return RETIREMENTS.find((one) => one.names.includes(model));
}

type Successor = Pick<JudgeModelNotice, "successor" | "successorEndsOn" | "successorJudge">;

/** The first model down the line of successors that is alive; a successor's own end is not passed over in silence. */
function livingSuccessor(model: string, nowMs: number): Successor {
  let entry = entryOf(model);
  for (const seen = new Set<string>(); entry !== undefined && !seen.has(entry.successor); ) {
    const { successor, successorJudge } = entry;
    seen.add(successor);
    const next = entryOf(successor);
    if (next === undefined || !hasEnded(next.shutdownOn, nowMs))
      return { successor, ...presentFields({ successorEndsOn: next?.shutdownOn, successorJudge }) };
    entry = next;
  }
  return {};
}

function successorText({ successor, successorEndsOn, successorJudge }: Successor): string {
  if (successor === undefined) return "no successor is known";
  const then = entryOf(successor)?.successor;
  const ends =
    successorEndsOn === undefined
      ? ""
      : `, which ends on ${successorEndsOn} itself${then === undefined ? "" : ` (then ${then})`}`;
  const judge = successorJudge === undefined ? "" : ` (judge definition ${successorJudge})`;
  return `its successor is ${successor}${judge}${ends}`;
}

/**
 * What a user who names a judge model should know: that it is shut down, or will be.
 * @param nowMs milliseconds since the epoch
 * @param told what the model's own endpoint says, which counts more than the list that assay holds
 * @returns undefined for models that are not known to end.
 */
export function judgeModelNotice(
  model: string,
  nowMs: number,
  told?: ToldShutdown,
): JudgeModelNotice | undefined {
  const entry = entryOf(model);
  const shutdownOn = told === undefined ? entry?.shutdownOn : told.shutdownOn;
  if (shutdownOn === undefined || shutdownOn === null) return undefined;
  const retired = hasEnded(shutdownOn, nowMs);
  const following = livingSuccessor(model, nowMs);
  const source = told?.endpoint ?? entry?.source ?? "";
  const secondHand = told === undefined ? entry?.secondHand : undefined;
  const by = told === undefined ? "by OpenAI " : "";
  const doubt = secondHand === undefined ? "" : " (second hand)";
  const says = told === undefined ? "" : `, as ${told.endpoint} says`;
  const state = `${retired ? "was" : "will be"} shut down ${by}on ${shutdownOn}${doubt}${says}`;
  const bridge = retired
    ? "let the new judge grade answers that the old one graded"
    : "let both judge the same answers while both run";
  return {
    model,
    shutdownOn,
    retired,
    source,
    ...presentFields({ secondHand }),
    ...following,
    message: `${model} ${state}; ${successorText(following)}. Figures made with another judge model are another protocol and share no column with those of ${model}: ${bridge}, and \`assay bridge\` says what the one means under the other.`,
  };
}
