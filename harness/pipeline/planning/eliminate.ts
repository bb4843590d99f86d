import { seededRandom } from "../../core/random.js";
import { sequentialTest } from "../../stats/sequential/sequential-test.js";
import type { MeasuredPair } from "./pair-evidence.js";

/** A model that is not the best, and how soon that was known. */
export interface EliminatedModel {
  readonly model: string;
  /** The model that is better. */
  readonly by: string;
  /** Questions of the random order after which that was decided. */
  readonly after: number;
}

/** What successive elimination makes of several models. */
export interface Elimination {
  /** Percent: the chance that a model is dropped for one that is not better is at most 100 − level, over all of them. */
  readonly level: number;
  readonly kept: readonly string[];
  readonly eliminated: readonly EliminatedModel[];
}

const ALPHA = 0.05;

/**
 * Successive elimination (Even-Dar, Mannor & Mansour 2006) on recorded questions in a random order: a model is dropped when a
 * confidence sequence of its difference from another lies below 0. All pairs share the error alike (Bonferroni), so that
 * the best model is kept with a chance of 95% at least, however one looks.
 */
export function eliminate(
  models: readonly string[],
  pairs: readonly MeasuredPair[],
  seed: number,
): Elimination {
  const level = 100 * (1 - ALPHA / Math.max(1, pairs.length));
  const losses = pairs.flatMap((pair) => lossOf(pair, level, seed) ?? []);
  const first = new Map<string, EliminatedModel>();
  for (const loss of losses.sort((one, other) => one.after - other.after)) {
    if (!first.has(loss.model)) first.set(loss.model, loss);
  }
  return {
    level: 100 * (1 - ALPHA),
    kept: models.filter((model) => !first.has(model)),
    eliminated: [...first.values()],
  };
}

function lossOf(
  { evidence, differences, scale }: MeasuredPair,
  level: number,
  seed: number,
): EliminatedModel | undefined {
  if (differences.size === 0) return undefined;
  const { base, candidate } = evidence;
  // One order of the questions for all pairs.
  const order = seededRandom(`${seed}/elimination`).shuffle([...differences.keys()].sort());
  const plan = { design: "anytime", population: "questions", limit: 0, steps: 0 } as const;
  const test = sequentialTest({ ...plan, horizon: order.length, scale, level });
  for (const [index, id] of order.entries()) {
    const look = test.take([differences.get(id) ?? 0]);
    if (look?.outcome === "pass") return { model: base, by: candidate, after: index + 1 };
    if (look?.outcome === "fail") return { model: candidate, by: base, after: index + 1 };
  }
  return undefined;
}
