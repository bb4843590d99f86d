import { compositeKey } from "../../core/composite-key.js";
import type { Interval } from "../../core/interval.js";
import { differenceScale, type ValueScale } from "../../stats/bounded-mean.js";
import { normalQuantile } from "../../stats/distributions.js";
import { pairedDifference } from "../../stats/paired-difference.js";
import { minimumDetectableEffect } from "../../stats/power.js";
import { pairedMeans } from "../compare/paired-values.js";
import { type ComparedModel, isSameProtocol } from "../compare/question-values.js";
import { type Budget, NO_BUDGET, type PairSpread, pairSpread } from "./pair-spread.js";

/** What earlier runs say of two models. */
export interface PairEvidence {
  readonly base: string;
  readonly candidate: string;
  readonly questions: number;
  /** candidate − base. */
  readonly delta: number | null;
  readonly interval: Interval | null;
  readonly standardDeviation: number | null;
  /** At as many questions. */
  readonly minimumDetectableEffect: number | null;
  /** Whether the interval leaves 0 out. */
  readonly state: "better" | "worse" | "undecided";
  /** Questions that decide it with a power of 80%, if difference and spread stay as they are; null without them. */
  readonly questionsToDecide: number | null;
  /** Where the spread comes from, and how a budget is spent best on questions and rounds of verdicts. */
  readonly spread: PairSpread;
  /** The category whose difference is known least. */
  readonly widestCategory: { readonly category: string; readonly halfWidth: number } | null;
}

/** Two models with the differences behind the evidence. */
export interface MeasuredPair {
  readonly evidence: PairEvidence;
  /** By question id. */
  readonly differences: ReadonlyMap<string, number>;
  readonly scale: ValueScale;
}

const LEVEL = 95;
const POWER = 0.8;

/**
 * All pairs of models of one suite and protocol; of models that several runs hold the last counts.
 * @param budgetFor Of a pair; left out, nothing is split.
 */
export function pairsAmong(
  models: readonly ComparedModel[],
  budgetFor: (base: string, candidate: string) => Budget = () => ({
    amount: undefined,
    prices: { reason: NO_BUDGET },
  }),
): MeasuredPair[] {
  const last = new Map(models.map((model) => [compositeKey(model.model), model]));
  const distinct = [...last.values()];
  return distinct.flatMap((base, index) =>
    distinct
      .slice(index + 1)
      .filter((candidate) => isSameProtocol(base, candidate))
      .map((candidate) => measuredPair(base, candidate, budgetFor(base.model, candidate.model))),
  );
}

function measuredPair(base: ComparedModel, candidate: ComparedModel, budget: Budget): MeasuredPair {
  const scale = differenceScale(base.scale);
  const { ids, differences } = pairedMeans(base.slots, candidate.slots);
  const { delta, interval, standardDeviation, n } = pairedDifference(differences, { level: LEVEL, scale });
  const state =
    interval === null ? "undecided" : interval.low > 0 ? "better" : interval.high < 0 ? "worse" : "undecided";
  return {
    evidence: {
      base: base.model,
      candidate: candidate.model,
      questions: n,
      delta,
      interval,
      standardDeviation,
      minimumDetectableEffect: minimumDetectableEffect(standardDeviation, n, { power: POWER }).value,
      state,
      questionsToDecide: questionsToDecide(delta, standardDeviation),
      spread: pairSpread(base, candidate, standardDeviation, budget),
      widestCategory: widestCategory(base, candidate, scale),
    },
    differences: new Map(ids.map((id, index) => [id, differences[index] as number])),
    scale,
  };
}

/** ((z(0.975) + z(0.8))·sd/δ)². */
function questionsToDecide(delta: number | null, deviation: number | null): number | null {
  if (delta === null || deviation === null || delta === 0 || deviation === 0) return null;
  const factor = normalQuantile(1 - (1 - LEVEL / 100) / 2) + normalQuantile(POWER);
  return Math.ceil(((factor * deviation) / delta) ** 2);
}

function widestCategory(
  base: ComparedModel,
  candidate: ComparedModel,
  scale: ValueScale,
): PairEvidence["widestCategory"] {
  const categories = [...new Set(candidate.slots.map(({ slot }) => slot.category))];
  if (categories.length < 2) return null;
  const widths = categories.flatMap((category) => {
    const within = ({ slots }: ComparedModel) => slots.filter(({ slot }) => slot.category === category);
    const { differences } = pairedMeans(within(base), within(candidate));
    const { interval } = pairedDifference(differences, { level: LEVEL, scale });
    return interval === null ? [] : [{ category, halfWidth: (interval.high - interval.low) / 2 }];
  });
  return widths.sort((one, other) => other.halfWidth - one.halfWidth)[0] ?? null;
}
