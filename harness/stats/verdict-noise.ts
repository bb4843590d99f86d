import { varianceComponents } from "./variance-components.js";

/** One value of a model (or pair) at a place: one turn of a question. */
export interface PlacedValue {
  readonly questionId: string;
  readonly turn: number;
  readonly value: number;
}

/** How far the same place comes out differently when it is done again. */
export interface VerdictNoise {
  /** What was done again: the same answers judged, or questions answered and judged. */
  readonly of: "repeats" | "trials";
  /** Variance that one round leaves in a place's value, in squared units of the values. */
  readonly perRound: number;
  /** Rounds of the values it was estimated from: the harmonic mean over places, since a mean of r rounds has 1/r of the noise. */
  readonly rounds: number;
  /** Places of a question, on average; their noise is independent. */
  readonly places: number;
}

/**
 * The variance within places, from values of which some places have several (one-way analysis of variance, Searle, Casella
 * & McCulloch 1992, section 3.5).
 * @returns null where no place was done again, or where fewer than two places are there.
 */
export function verdictNoise(values: readonly PlacedValue[], of: VerdictNoise["of"]): VerdictNoise | null {
  const places = new Map<string, Map<number, number>>();
  for (const { questionId, turn } of values) {
    const turns = places.get(questionId) ?? new Map<number, number>();
    places.set(questionId, turns.set(turn, (turns.get(turn) ?? 0) + 1));
  }
  const rounds = [...places.values()].flatMap((turns) => [...turns.values()]);
  const count = rounds.length;
  const rows = values.map(({ questionId, turn, value }) => ({
    question: JSON.stringify([questionId, turn]),
    trial: 1,
    value,
  }));
  const { variance } = varianceComponents(rows).judgeRepeats;
  if (variance === null) return null;
  return {
    of,
    perRound: variance,
    rounds: count / rounds.reduce((sum, one) => sum + 1 / one, 0),
    places: count / places.size,
  };
}

/** The noise of the difference of two models' values, whose rounds know nothing of each other. */
export function differenceNoise(one: VerdictNoise | null, other: VerdictNoise | null): VerdictNoise | null {
  if (one === null || other === null) return null;
  return {
    of: one.of,
    perRound: one.perRound + other.perRound,
    // Rounds of the sum's variance: σ²/rounds of it is the sum of both sides' σ²/rounds.
    rounds:
      one.perRound + other.perRound === 0
        ? one.rounds
        : (one.perRound + other.perRound) / (one.perRound / one.rounds + other.perRound / other.rounds),
    places: (one.places + other.places) / 2,
  };
}
