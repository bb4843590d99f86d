import { compositeKey } from "../../core/composite-key.js";
import { formatFixed } from "../../core/shown-number.js";
import { bootstrapStatistic, FEWEST_RESAMPLED } from "../../stats/bootstrap.js";
import { type NestedValue, varianceComponents } from "../../stats/variance-components.js";
import { comparisonsOn } from "../agreement/comparisons.js";
import type { BoardInput } from "../scores/build-board.js";
import type { AuditInput } from "./audit-input.js";
import { ACCEPTABLE, type AuditFinding, decideOnInterval } from "./finding.js";
import { UnitNumbers } from "./unit-numbers.js";
import { Growing } from "./within-slope.js";

interface RepeatedValue extends NestedValue {
  /** Number of the unit, from 0, in the order in which units are met. */
  readonly question: number;
  readonly questionId: string;
}

/** Values nested in what is judged again and again: one model's (or pair's) answer to one turn. */
function* repeatedValues(board: BoardInput): Generator<RepeatedValue> {
  const units = new UnitNumbers();
  if (board.metric !== "rating") {
    for (const { questionId, turn, trial, models, share } of comparisonsOn(board)) {
      if (share === undefined) continue;
      const question = units.of(questionId, turn, compositeKey(...models));
      yield { questionId, question, trial, value: 100 * share };
    }
    return;
  }
  const models = new Set(board.subjects.flat());
  for (const { questionId, turn, trial, a, verdict } of board.rows) {
    if (verdict?.kind !== "rating" || !models.has(a)) continue;
    yield { questionId, question: units.of(questionId, turn, a), trial, value: verdict.rating };
  }
}

/** Sums of squares around the mean of each unit, and their degrees of freedom, by question. */
function squaresByQuestion(repeated: Iterable<RepeatedValue>): { squares: number; freedom: number }[] {
  const [units, values] = [new Growing(new Int32Array(0)), new Growing(new Float64Array(0))];
  /** By unit, in the order in which they were met. */
  const means: { readonly questionId: string; sum: number; n: number; squares: number }[] = [];
  for (const { question, questionId, value } of repeated) {
    units.add(question);
    values.add(value);
    const unit = means[question];
    if (unit === undefined) means.push({ questionId, sum: value, n: 1, squares: 0 });
    else {
      unit.sum += value;
      unit.n++;
    }
  }
  const all = values.all();
  for (const [row, question] of units.all().entries()) {
    const unit = means[question];
    if (unit !== undefined) unit.squares += ((all[row] ?? 0) - unit.sum / unit.n) ** 2;
  }
  const questions = new Map<string, { squares: number; freedom: number }>();
  for (const { questionId, n, squares } of means) {
    const entry = questions.get(questionId) ?? { squares: 0, freedom: 0 };
    questions.set(questionId, entry);
    entry.squares += squares;
    entry.freedom += n - 1;
  }
  return [...questions.values()];
}

/**
 * How far a verdict on the same question changes when the question is answered (or judged) again: the standard
 * deviation within what was repeated, with a bootstrap interval over questions, and the variance split into questions,
 * trials and judge repeats. Nothing where nothing was repeated.
 */
export function retestVariance(board: BoardInput, input: AuditInput): AuditFinding[] {
  const questions = squaresByQuestion(repeatedValues(board));
  if (questions.every(({ freedom }) => freedom === 0)) return [];
  const deviation = (counts: Float64Array): number | null => {
    let [squares, freedom] = [0, 0];
    questions.forEach((entry, index) => {
      squares += (counts[index] ?? 0) * entry.squares;
      freedom += (counts[index] ?? 0) * entry.freedom;
    });
    return freedom === 0 ? null : Math.sqrt(squares / freedom);
  };
  const { estimate, interval } = bootstrapStatistic(questions.length, deviation, {
    seed: `${input.seed}/retest`,
    replicates: 2000,
    fewest: FEWEST_RESAMPLED,
  });
  const isRating = board.metric === "rating";
  const acceptable = isRating ? ACCEPTABLE.retestRating : ACCEPTABLE.retestPoints;
  const components = varianceComponents(repeatedValues(board));
  const percent = (share: number | null) => (share === null ? null : 100 * share);
  const shares = {
    questions: percent(components.questions.share),
    trials: percent(components.trials.share),
    judgeRepeats: percent(components.judgeRepeats.share),
  };
  const unit = isRating ? "rating points" : "percentage points";
  const parts = [
    shares.trials === null ? [] : [`trials ${formatFixed(shares.trials, 0)}%`],
    shares.judgeRepeats === null ? [] : [`judge repeats ${formatFixed(shares.judgeRepeats, 0)}%`],
  ].flat();
  const split = parts.length === 0 ? "" : ` (${parts.join(" and ")} of all variance)`;
  return [
    {
      check: "retest-variance",
      suite: board.head.suite,
      protocol: board.head.protocol,
      outcome: decideOnInterval(interval, acceptable),
      value: estimate,
      unit: `${unit}, standard deviation`,
      interval,
      acceptable,
      n: components.n,
      shares,
      sentence: `Asked again, the same verdict varies by ${estimate === null ? "an unknown number of" : formatFixed(estimate, isRating ? 2 : 1)} ${unit}${split}; more trials average this out.`,
    },
  ];
}
