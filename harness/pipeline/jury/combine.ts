import type { JuryMethod } from "../../core/jury.js";
import type { Verdict } from "../../core/records.js";

/** A verdict that was given, and what its judge weighs. */
interface Voice {
  readonly value: number;
  readonly weight: number;
}

/** The weighted mean; judges that weigh nothing count only where all do, and then alike. */
function meanOf(voices: readonly Voice[]): number {
  const all = voices.reduce((sum, { weight }) => sum + weight, 0);
  if (all === 0) return meanOf(voices.map(({ value }) => ({ value, weight: 1 })));
  return voices.reduce((sum, { value, weight }) => sum + value * weight, 0) / all;
}

function medianOf(voices: readonly Voice[]): number {
  const sorted = [...voices].sort((x, y) => x.value - y.value);
  const half = sorted.length / 2;
  return meanOf(sorted.slice(Math.ceil(half) - 1, Math.floor(half) + 1));
}

/** The value most judges gave; of several such the middle one. */
function majorityOf(voices: readonly Voice[]): number {
  const counts = new Map<number, Voice[]>();
  for (const voice of voices) counts.set(voice.value, [...(counts.get(voice.value) ?? []), voice]);
  const most = Math.max(...Array.from(counts.values(), ({ length }) => length));
  return medianOf([...counts.values()].flatMap((same) => (same.length === most ? same.slice(0, 1) : [])));
}

/** Which side a weight is on. */
function sideOf(weightB: number): number {
  return weightB === 0.5 ? 0.5 : Number(weightB > 0.5);
}

/** Sums of weights that should cancel leave a last digit. */
const NO_LEAD = 1e-12;

/** The side with more weight. */
function weightedChoice(voices: readonly Voice[]): number {
  const lead = meanOf(voices.map(({ value, weight }) => ({ value: sideOf(value), weight }))) - 0.5;
  return Math.abs(lead) < NO_LEAD ? 0.5 : sideOf(0.5 + lead);
}

const RATINGS: Readonly<Record<JuryMethod, (voices: readonly Voice[]) => number>> = {
  mean: meanOf,
  median: medianOf,
  majority: majorityOf,
  weighted: meanOf,
  learned: meanOf,
};

/** Learned weights are those of a vote: they say how sure a choice is, and not how far apart two answers are. */
const WEIGHTS_ON_B: typeof RATINGS = {
  ...RATINGS,
  majority: (voices) => majorityOf(voices.map((voice) => ({ ...voice, value: sideOf(voice.value) }))),
  learned: weightedChoice,
};

/**
 * One verdict of those that judges gave on one item; those that gave none count for nothing.
 * @param values in the order of the judges: ratings, or weights on the second answer.
 * @param weights in the same order.
 * @returns undefined where no judge gave one.
 */
export function combinedVerdict(
  values: readonly (number | undefined)[],
  weights: readonly number[],
  { method, isPair }: { readonly method: JuryMethod; readonly isPair: boolean },
): Extract<Verdict, { kind: "rating" | "preference" }> | undefined {
  const voices = values.flatMap((value, judge) =>
    value === undefined ? [] : [{ value, weight: weights[judge] ?? 1 }],
  );
  if (voices.length === 0) return undefined;
  if (!isPair) return { kind: "rating", rating: RATINGS[method](voices) };
  const weightB = WEIGHTS_ON_B[method](voices);
  return { kind: "preference", winner: weightB > 0.5 ? "b" : weightB < 0.5 ? "a" : "tie", weightB };
}
