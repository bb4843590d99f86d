import { formatSigned } from "../../core/shown-number.js";
import { differenceScale } from "../../stats/bounded-mean.js";
import { clusteredMean } from "../../stats/clustered-mean.js";
import { comparisonsOn } from "../agreement/comparisons.js";
import type { BoardInput } from "../scores/build-board.js";
import { ratingScale } from "../scores/scale.js";
import type { AuditInput } from "./audit-input.js";
import { ACCEPTABLE, type AuditFinding, decideOnInterval } from "./finding.js";

const POINTS_BEYOND_HALF = { low: -50, high: 50 };

/** By question: how much better a judge finds the models of a family than the others. */
type Advantage = ReadonlyMap<string, number>;

class QuestionMeans {
  private readonly sums = new Map<string, { sum: number; n: number }>();

  add(questionId: string, value: number): void {
    const entry = this.sums.get(questionId) ?? { sum: 0, n: 0 };
    this.sums.set(questionId, entry);
    entry.sum += value;
    entry.n++;
  }

  get(questionId: string): number | undefined {
    const entry = this.sums.get(questionId);
    return entry === undefined ? undefined : entry.sum / entry.n;
  }

  get ids(): string[] {
    return [...this.sums.keys()];
  }
}

function ratingAdvantage(board: BoardInput, isOwn: (model: string) => boolean | undefined): Advantage {
  const [own, others] = [new QuestionMeans(), new QuestionMeans()];
  const models = new Set(board.subjects.flat());
  for (const { a, verdict, questionId } of board.rows) {
    const side = models.has(a) ? isOwn(a) : undefined;
    if (side === undefined || verdict?.kind !== "rating") continue;
    (side ? own : others).add(questionId, verdict.rating);
  }
  return new Map(
    own.ids.flatMap((id) => {
      const [mine, theirs] = [own.get(id), others.get(id)];
      return mine === undefined || theirs === undefined ? [] : [[id, mine - theirs] as const];
    }),
  );
}

/** Comparisons between the family and the others: points of the family beyond one half. */
function comparisonAdvantage(board: BoardInput, isOwn: (model: string) => boolean | undefined): Advantage {
  const own = new QuestionMeans();
  for (const { questionId, models, share } of comparisonsOn(board)) {
    const [first, second] = models.map(isOwn);
    if (share === undefined || first === undefined || second === undefined || first === second) continue;
    own.add(questionId, 100 * (first ? share : 1 - share) - 50);
  }
  return new Map(own.ids.flatMap((id) => [[id, own.get(id) ?? 0] as const]));
}

function advantageOn(board: BoardInput, family: string, input: AuditInput): Advantage {
  const isOwn = (model: string) => {
    const known = input.families.get(model);
    return known === undefined ? undefined : known === family;
  };
  return board.metric === "rating" ? ratingAdvantage(board, isOwn) : comparisonAdvantage(board, isOwn);
}

/** A board of the same suite and kind whose judge is of another family. */
function referenceFor(board: BoardInput, family: string, input: AuditInput): BoardInput | undefined {
  const isRating = board.metric === "rating";
  return input.boards.find((other) => {
    const judgeFamily = input.families.get(other.head.judge);
    return (
      other.head.suite === board.head.suite &&
      (other.metric === "rating") === isRating &&
      judgeFamily !== undefined &&
      judgeFamily !== family
    );
  });
}

/**
 * Whether a judge favours models of its own family. By itself the difference between them and the others may be one of
 * quality; where a judge of another family gave verdicts on the same suite, the difference between the two judges'
 * differences tells (difference in differences, paired by question).
 */
export function familyPreference(board: BoardInput, input: AuditInput): AuditFinding[] {
  const family = input.families.get(board.head.judge);
  if (family === undefined) return [];
  const own = advantageOn(board, family, input);
  if (own.size === 0) return [];
  const reference = referenceFor(board, family, input);
  const other = reference === undefined ? undefined : advantageOn(reference, family, input);
  const isRating = board.metric === "rating";
  const advantage = isRating ? differenceScale(ratingScale) : POINTS_BEYOND_HALF;
  const ids = [...own.keys()].filter((id) => other === undefined || other.has(id));
  const { mean, interval, n } = clusteredMean(
    ids.map((id) => (own.get(id) ?? 0) - (other?.get(id) ?? 0)),
    ids,
    { scale: other === undefined ? advantage : differenceScale(advantage) },
  );
  const acceptable = isRating ? ACCEPTABLE.familyRating : ACCEPTABLE.familyPoints;
  const unit = isRating ? "points" : "percentage points";
  const shown = mean === null ? "an unknown number of" : formatSigned(mean, isRating ? 2 : 1);
  const sentence =
    other === undefined
      ? `${board.head.judge} (${family}) finds models of its family ${shown} ${unit} better than the others; whether that is preference or quality only a judge of another family can tell.`
      : `${board.head.judge} (${family}) favours models of its family by ${shown} ${unit} more than ${reference?.head.judge ?? ""} does.`;
  return [
    {
      check: "same-family",
      suite: board.head.suite,
      protocol: board.head.protocol,
      outcome: other === undefined ? "unknown" : decideOnInterval(interval, acceptable),
      value: mean,
      unit,
      interval,
      acceptable,
      n,
      sentence,
    },
  ];
}
