import { seededRandom } from "../../core/random.js";

/** Smallest inclusion probability, as a share of the uniform one, that an active draw leaves to any pair. */
const LEAST_SHARE = 0.25;

/** Something that can be drawn. */
export interface Drawable {
  /** Draws are spread evenly over the strata: a category's pair of models, say. */
  readonly stratum: string;
  /** How much a vote on it is expected to tell, from 0; only `active` reads it. */
  readonly interest: number;
}

/** One that was drawn. */
export interface Drawn<Unit> {
  readonly unit: Unit;
  /** Probability in (0, 1] with which this design draws it. */
  readonly probability: number;
}

/** How to draw. */
export interface DrawOptions {
  readonly count: number;
  readonly seed: string | number;
  readonly design: "uniform" | "active";
}

/**
 * Probabilities in proportion to weights, none above 1, with the given sum. What would exceed 1 is drawn for certain,
 * and the rest shares what is left, so that no probability falls below its share.
 */
function proportional(weights: readonly number[], sum: number): number[] {
  const certain = new Set<number>();
  for (;;) {
    const rest = weights.reduce((total, weight, place) => total + (certain.has(place) ? 0 : weight), 0);
    const scale = (sum - certain.size) / rest;
    const exceeding = weights.flatMap((weight, place) =>
      !certain.has(place) && weight * scale >= 1 ? [place] : [],
    );
    if (exceeding.length === 0)
      return weights.map((weight, place) => (certain.has(place) ? 1 : weight * scale));
    for (const place of exceeding) certain.add(place);
    if (certain.size === weights.length) return weights.map(() => 1);
  }
}

/**
 * Inclusion probabilities of a design. `uniform`: count / units each. `active`: a mixture of the uniform one with one in
 * proportion to interest, of which every unit keeps {@link LEAST_SHARE} of the uniform one: the weights of an unbiased
 * estimate, and with them its variance, stay bounded (the defensive mixture of importance sampling, Hesterberg 1995).
 */
export function inclusionProbabilities(units: readonly Drawable[], { count, design }: DrawOptions): number[] {
  if (count >= units.length) return units.map(() => 1);
  const total = units.reduce((sum, { interest }) => sum + interest, 0);
  if (design === "uniform" || total === 0) return units.map(() => count / units.length);
  const weights = units.map(
    ({ interest }) => LEAST_SHARE + (1 - LEAST_SHARE) * ((interest * units.length) / total),
  );
  return proportional(weights, count);
}

/**
 * Draws units with given inclusion probabilities, systematically: units stand in a line, stratum by stratum and in
 * random order within, each as long as its probability, and a comb with teeth at distance 1 and a random start hits as
 * many as their sum. Every stratum gets its share up to rounding, and every unit exactly its probability (Madow 1949).
 * All units are drawn where there are no more than `count`.
 */
export function drawPairs<Unit extends Drawable>(
  units: readonly Unit[],
  options: DrawOptions,
): Drawn<Unit>[] {
  const { count, seed } = options;
  const random = seededRandom(`${seed}/votes`);
  const probabilities = inclusionProbabilities(units, options);
  const line = random
    .shuffle(units.map((unit, place) => ({ unit, probability: probabilities[place] as number })))
    .sort((x, y) => (x.unit.stratum < y.unit.stratum ? -1 : x.unit.stratum > y.unit.stratum ? 1 : 0));
  if (count >= units.length) return random.shuffle(line);
  const start = random.next();
  let reached = 0;
  const drawn = line.filter(({ probability }) => {
    const teethBefore = Math.ceil(reached - start);
    reached += probability;
    return Math.ceil(reached - start) > teethBefore;
  });
  return random.shuffle(drawn);
}
