import { compositeKey } from "../../core/composite-key.js";
import { formatFixed } from "../../core/shown-number.js";
import { componentsOf, type NestedGroup, type NestedValues } from "../../stats/variance-components.js";
import { comparisonsOn, type ModelComparison } from "../agreement/comparisons.js";
import { PairTable } from "../agreement/place-table.js";
import { spreadWithin } from "../repeats/scatter.js";
import type { BoardInput } from "../scores/build-board.js";
import { VerdictGrid } from "../scores/verdict-grid/grid.js";
import type { AuditInput } from "./audit-input.js";
import { ACCEPTABLE, type AuditFinding, decideOnInterval } from "./finding.js";
import { Growing } from "./within-slope.js";

/** Values of what is judged again and again: one model's (or pair's) answer to one turn. */
interface RepeatedUnit extends NestedGroup {
  readonly questionId: string;
}

/** Units in the order in which they are met. */
interface RepeatedValues extends NestedValues {
  readonly groups: Iterable<RepeatedUnit>;
}

function repeatedPairs(board: BoardInput, comparisons: readonly ModelComparison[]): RepeatedValues {
  const nameOf = new PairTable((first, second) => compositeKey(first, second));
  // Without a rule, a comparison was repeated only where there are several trials.
  if (board.frame.isRepeated !== true && comparisons.every(({ trial }) => trial === comparisons[0]?.trial))
    return { groups: [], sum: 0, n: 0 };
  const units = new Map<string, RepeatedUnit & { readonly trials: number[]; readonly values: number[] }>();
  let [sum, n] = [0, 0];
  for (const { questionId, turn, trial, models, share, shares } of comparisons) {
    if (share === undefined) continue;
    const key = compositeKey(questionId, turn, nameOf.of(...models));
    const unit = units.get(key) ?? { questionId, trials: [], values: [] };
    units.set(key, unit);
    // Those that no rule asked for are averaged, as on their board.
    for (const one of board.frame.isRepeated === true ? shares : [share]) {
      unit.trials.push(trial);
      unit.values.push(100 * one);
      sum += 100 * one;
      n++;
    }
  }
  return { groups: [...units.values()], sum, n };
}

/** Units are taken out of the grid one after the other, so that a million ratings need no copy. */
function repeatedRatings(board: BoardInput): RepeatedValues {
  const { columns, slots } = VerdictGrid.of(board.rows);
  const names = [...new Set(board.subjects.flat())];
  const models = names.map((model) => columns.filter(({ a }) => a === model));
  const numbers = new Map(names.map((model, number) => [model, number]));
  const width = slots.slots.length;
  const isMet = new Uint8Array(numbers.size * width);
  const met = new Growing(new Int32Array(0));
  const total = new Float64Array(1);
  let n = 0;
  for (const column of columns) {
    const model = numbers.get(column.a);
    if (model === undefined) continue;
    column.forEach((slot, _, kind, value) => {
      if (kind !== "rating") return;
      total[0] = (total[0] ?? 0) + value;
      n++;
      const unit = model * width + slot;
      if (isMet[unit] === 1) return;
      isMet[unit] = 1;
      met.add(unit);
    });
  }
  const unitAt = (unit: number): RepeatedUnit => {
    const slot = unit % width;
    const trials: number[] = [];
    const values: number[] = [];
    for (const column of models[Math.floor(unit / width)] ?? [])
      column.forEachAt(slot, (_, trial, kind, value) => {
        if (kind !== "rating") return;
        trials.push(trial);
        values.push(value);
      });
    return { questionId: slots.slots[slot]?.questionId ?? "", trials, values };
  };
  const groups = {
    *[Symbol.iterator]() {
      for (const unit of met.all()) yield unitAt(unit);
    },
  };
  return { groups, sum: total[0] ?? 0, n };
}

/**
 * How far a verdict on the same question changes when the question is answered (or judged) again: the standard
 * deviation within what was repeated, with a bootstrap interval over questions, and the variance split into questions,
 * trials and judge repeats. Nothing where nothing was repeated.
 *
 * @param comparisons the board's, where they are at hand
 */
export function retestVariance(
  board: BoardInput,
  input: AuditInput,
  comparisons = comparisonsOn(board),
): AuditFinding[] {
  const isRating = board.metric === "rating";
  const repeated = isRating ? repeatedRatings(board) : repeatedPairs(board, comparisons);
  const spread = spreadWithin(repeated.groups, `${input.seed}/retest`);
  if (spread === undefined) return [];
  const { estimate, interval } = spread;
  const acceptable = isRating ? ACCEPTABLE.retestRating : ACCEPTABLE.retestPoints;
  const components = componentsOf(repeated);
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
  // Trials pay for new answers; where most of it is the judge's own, asking it again is enough.
  const more = (shares.judgeRepeats ?? 0) > (shares.trials ?? 0) ? "judge repeats" : "trials";
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
      sentence: `Asked again, the same verdict varies by ${estimate === null ? "an unknown number of" : formatFixed(estimate, isRating ? 2 : 1)} ${unit}${split}; more ${more} average this out.`,
    },
  ];
}
