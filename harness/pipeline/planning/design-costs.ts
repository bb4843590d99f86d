import { minimumDetectableEffect } from "../../stats/power.js";
import type { SequentialPlan } from "../../stats/sequential/sequential-plan.js";
import { simulateDesign } from "../../stats/sequential/simulate-design.js";
import type { MeasuredPair } from "./pair-evidence.js";

/** What a design takes at one true difference, simulated from recorded differences. */
export interface DesignCost {
  readonly design: "fixed" | "anytime" | "anytime, futility" | "obrien-fleming" | "pocock";
  /** `unchanged`: a model that is as good as its base, held to the gate's margin. */
  readonly effect: "unchanged" | "twice the MDE" | "the MDE" | "none";
  /** Distance of the truth from the limit, in the unit of the metric. */
  readonly distance: number;
  /** Questions on average; all of them where nothing is decided. */
  readonly questions: number;
  /** Percent of runs that pass, fail, and stop as futile. */
  readonly pass: number;
  readonly fail: number;
  readonly futile: number;
}

const DESIGNS: readonly (readonly [DesignCost["design"], Partial<SequentialPlan>])[] = [
  ["fixed", { design: "obrien-fleming", looks: 1 }],
  ["anytime", { design: "anytime" }],
  ["anytime, futility", { design: "anytime", futility: 0.05 }],
  ["obrien-fleming", { design: "obrien-fleming" }],
  ["pocock", { design: "pocock" }],
];

/**
 * Simulates what each design takes on a pair's recorded differences, drawn with replacement, the limit as far from their
 * mean as each effect says.
 * @param horizon Questions that the planned run asks.
 * @param margin Of the gate; undefined without one.
 * @returns none where the differences show no spread.
 */
export function designCosts(
  pair: MeasuredPair,
  horizon: number,
  margin: number | undefined,
  options: { readonly repetitions: number; readonly seed: number },
): DesignCost[] {
  const pool = Float64Array.from(pair.differences.values());
  const { delta, standardDeviation } = pair.evidence;
  const effect = minimumDetectableEffect(standardDeviation, horizon).value;
  if (effect === null || delta === null) return [];
  const effects: readonly (readonly [DesignCost["effect"], number])[] = [
    ...(margin === undefined ? [] : [["unchanged", margin] as const]),
    ["twice the MDE", 2 * effect],
    ["the MDE", effect],
    ["none", 0],
  ];
  return effects.flatMap(([name, distance]) =>
    DESIGNS.map(([design, chosen]) => {
      const plan: SequentialPlan = {
        design: "anytime",
        horizon,
        scale: pair.scale,
        level: 95,
        limit: delta - distance,
        population: "questions",
        steps: 0,
        ...chosen,
      };
      const seed = `${options.seed}/plan/${name}`;
      const { used, pass, fail, futile } = simulateDesign(pool, plan, options.repetitions, seed);
      return { design, effect: name, distance, questions: (used / 100) * horizon, pass, fail, futile };
    }),
  );
}
