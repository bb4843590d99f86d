import { countOf } from "../../core/count-of.js";
import type { GateResult } from "../../core/gate.js";
import { presentFields } from "../../core/present-fields.js";
import type { SequenceRecord, SequenceStanding } from "../../core/sequence.js";
import { formatFixed, formatSigned, formatTrimmed } from "../../core/shown-number.js";
import type { GateRequest } from "./gate-request.js";

/** A gate of one model on one board. */
export interface BoardGate {
  readonly name: string;
  readonly gate: GateRequest;
  readonly model: string;
  readonly protocol: string;
  readonly limit: number;
}

/** Whether a standing is that of a gate on a board. */
function isOf(standing: SequenceStanding, { gate, model, protocol, limit }: BoardGate): boolean {
  return (
    standing.protocol === protocol &&
    standing.metric === gate.metric &&
    standing.model === model &&
    standing.against === gate.against &&
    standing.category === gate.category &&
    standing.limit === limit
  );
}

/**
 * A gate on an estimate in a run that was looked at as it went: what its sequence decided. A gate whose sequence came to no
 * decision, or that had none, is inconclusive: an interval for a fixed number of questions would be too narrow.
 */
export function sequencedGate(open: BoardGate, sequence: SequenceRecord): GateResult {
  const { name, gate, model, limit } = open;
  const standing = sequence.aims.find((one) => isOf(one, open));
  const { outcome, estimate = null, interval = null } = standing ?? {};
  return {
    name,
    outcome: outcome === "pass" || outcome === "fail" ? outcome : "inconclusive",
    metric: gate.metric,
    model,
    ...presentFields({ category: gate.category }),
    value: estimate,
    limit,
    interval,
    message: standing === undefined ? WITHOUT_SEQUENCE : sequenceSentence(standing, sequence),
    pValue: null,
  };
}

const WITHOUT_SEQUENCE =
  "The run was looked at as it went, and this gate was not part of what it looked for: ask to the end (--stop-when never) to decide it.";

/** What became of one aim, in one sentence. */
export function sequenceSentence(standing: SequenceStanding, { of }: SequenceRecord): string {
  const { model, against, estimate, interval, questions, outcome, limit, halfWidth } = standing;
  const subject = against === undefined ? model : `${model} against ${against}`;
  if (estimate === null) return `${subject}: no question with a usable verdict was looked at.`;
  const shown = against === undefined ? formatFixed(estimate, 2) : formatSigned(estimate, 2);
  const unit =
    standing.metric === "winRate" ? (against === undefined ? "%" : " percentage points") : " points";
  const between =
    interval === null
      ? ""
      : ` (${interval.level}% interval at all looks ${formatFixed(interval.low, 2)} to ${formatFixed(interval.high, 2)})`;
  const after = `after ${countOf(questions, "question")} of ${of}`;
  const shownLimit = formatTrimmed(limit ?? 0);
  const end = {
    pass: `it is above ${shownLimit}`,
    fail: `it is below ${shownLimit}`,
    futile: `the rest would hardly have decided whether it is above ${shownLimit}: inconclusive`,
    precise: `that is within ±${halfWidth}`,
  };
  const told = outcome === undefined ? `whether it is above ${shownLimit} is not decided` : end[outcome];
  return `${subject} is ${against === undefined ? "at " : ""}${shown}${unit}${between} ${after}; ${told}.`;
}
