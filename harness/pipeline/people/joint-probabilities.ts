/** A place that some ballots drew. */
export interface DrawnPlace {
  /** What the ballots drew from: the models' pair. A ballot that drew none of it did not ask about it. */
  readonly population: string;
  /** Chance that each ballot that drew it had of drawing it. */
  readonly ballots: Map<string, number>;
}

/** A ballot's part of one population. */
interface BallotPart {
  drawn: number;
  /** The chance of all its places; undefined where they differ. */
  even: number | undefined;
}

function partsOf(places: Iterable<DrawnPlace>): Map<string, Map<string, BallotPart>> {
  const populations = new Map<string, Map<string, BallotPart>>();
  for (const { population, ballots } of places) {
    const parts = populations.get(population) ?? new Map<string, BallotPart>();
    populations.set(population, parts);
    for (const [ballot, chance] of ballots) {
      const part = parts.get(ballot);
      if (part === undefined) parts.set(ballot, { drawn: 1, even: chance });
      else parts.set(ballot, { drawn: part.drawn + 1, even: part.even === chance ? chance : undefined });
    }
  }
  return populations;
}

function chanceOf({ ballots }: DrawnPlace, parts: ReadonlyMap<string, BallotPart>): number {
  const all = [...parts.values()];
  const evens = all.flatMap(({ even }) => even ?? []);
  if (evens.length === all.length) return 1 - evens.reduce((rest, chance) => rest * (1 - chance), 1);
  const drawn = all.reduce((sum, part) => sum + part.drawn, 0);
  let weight = 0;
  for (const [ballot, chance] of ballots) weight += (parts.get(ballot)?.drawn ?? 0) / drawn / chance;
  return 1 / weight;
}

/**
 * Chances by whose inverse votes of several ballots are weighed, in (0, 1]. Where all ballots drew evenly every place had
 * the same chance of being in one of them, 1 − Π(1 − p). Where one did not, a place's chance in the ballots that passed it
 * over is not known, and it takes none of them: each ballot's own estimate Σ y/p is unbiased, however they depend on one
 * another, and so is their mean by size, in which a place weighs Σ (drawn share)/p over the ballots that drew it (the
 * combination of samples by multiplicity, Sirken 1970; Skinner & Rao 1996). Weights count relatively, so that chances
 * above 1 are brought down with all others.
 *
 * @returns by the keys given.
 */
export function jointProbabilities(places: ReadonlyMap<string, DrawnPlace>): Map<string, number> {
  const populations = partsOf(places.values());
  const chances = new Map<string, number>();
  let most = 1;
  for (const [key, place] of places) {
    const { size } = place.ballots;
    const parts = populations.get(place.population) ?? new Map<string, BallotPart>();
    const [alone = 1] = place.ballots.values();
    const chance = size === 1 && parts.size === 1 ? alone : chanceOf(place, parts);
    chances.set(key, chance);
    most = Math.max(most, chance);
  }
  return most > 1 ? new Map([...chances].map(([key, chance]) => [key, chance / most])) : chances;
}
