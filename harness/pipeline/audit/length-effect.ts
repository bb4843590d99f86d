import { compositeKey } from "../../core/composite-key.js";
import { formatSigned } from "../../core/shown-number.js";
import { comparisonsOn, type ModelComparison } from "../agreement/comparisons.js";
import { PairTable } from "../agreement/place-table.js";
import type { BoardInput } from "../scores/build-board.js";
import { type AuditInput, lengthInDoublings } from "./audit-input.js";
import { ACCEPTABLE, type AuditFinding, decideOnInterval } from "./finding.js";
import { ratingPoints } from "./rating-points.js";
import { type GroupedPoint, slopeOfColumns, withinSlope } from "./within-slope.js";

/** Points of comparisons against the ratio of the two lengths, with an intercept for each pair of models. */
function* comparisonPoints(
  suite: string,
  comparisons: readonly ModelComparison[],
  input: AuditInput,
): Generator<GroupedPoint> {
  const groupsOf = new PairTable((first, second) => [compositeKey(first, second)]);
  for (const { questionId, turn, trial, models, share } of comparisons) {
    if (share === undefined) continue;
    const [first, second] = models;
    const own = lengthInDoublings(input, { suite, model: first, questionId, trial, turn });
    const other = lengthInDoublings(input, { suite, model: second, questionId, trial, turn });
    if (own === undefined || other === undefined) continue;
    yield { x: own - other, y: 100 * share, groups: groupsOf.of(first, second), cluster: questionId };
  }
}

/**
 * How far verdicts move with the length of an answer, question by question and beyond the models' overall difference.
 * What longer answers say more is in it too: the check shows where to look, not what is at fault.
 *
 * @param comparisons the board's, where they are at hand
 */
export function lengthEffect(
  board: BoardInput,
  input: AuditInput,
  comparisons = comparisonsOn(board),
): AuditFinding[] {
  const isRating = board.metric === "rating";
  const { slope, interval, reason, n } = isRating
    ? slopeOfColumns(ratingPoints(board, input))
    : withinSlope(comparisonPoints(board.head.suite, comparisons, input));
  const acceptable = isRating ? ACCEPTABLE.ratingPerDoubling : ACCEPTABLE.pointsPerDoubling;
  const unit = isRating ? "points per doubling of length" : "percentage points per doubling of length";
  const { suite, protocol } = board.head;
  const sentence =
    slope === null
      ? `The effect of length cannot be told: ${reason ?? "unknown"}; it takes two models or several trials.`
      : `Between answers to the same question, twice the length goes with ${formatSigned(slope, isRating ? 2 : 1)} ${isRating ? "rating points" : "percentage points"}, the models' overall difference left out; part of it may be deserved.${reason === null ? "" : ` There is no interval: ${reason}.`}`;
  return [
    {
      check: "length-effect",
      suite,
      protocol,
      outcome: decideOnInterval(interval, acceptable),
      value: slope,
      unit,
      interval,
      acceptable,
      n,
      sentence,
    },
  ];
}
