import type { Interval } from "../../core/board.js";
import { presentFields } from "../../core/present-fields.js";
import type { SequenceAim, SequenceLookLine, SequenceStanding } from "../../core/sequence.js";
import type { SequentialLook, SequentialTest } from "../../stats/sequential/sequential-plan.js";
import { sequentialTest } from "../../stats/sequential/sequential-test.js";
import type { MeasuredAim, SequenceSettings } from "./sequence-settings.js";

/** Steps of the grid that intervals are found on: a quarter of a percentage point of a difference of win rates. */
const STEPS = 800;
const METHODS = {
  anytime: "betting confidence sequence",
  "obrien-fleming": "repeated confidence interval, O'Brien–Fleming",
  pocock: "repeated confidence interval, Pocock",
} as const;

/** One aim as its values come in. */
export class AimState {
  private readonly test: SequentialTest;
  private left: number;
  private taken = 0;
  private look: SequentialLook | undefined;

  /** @param aims Number of aims, which share the error of failing. */
  constructor(
    readonly aim: MeasuredAim,
    private readonly settings: SequenceSettings,
    aims: number,
  ) {
    const { design, population, looks, futility } = settings;
    const { horizon, scale, level, limit, halfWidth } = aim;
    this.left = horizon;
    this.test = sequentialTest({
      design,
      population,
      horizon,
      scale,
      level,
      decisions: aims,
      steps: STEPS,
      ...presentFields({ looks, futility, limit, halfWidth }),
    });
  }

  /**
   * Takes in a block of questions that belong to the aim.
   * @param values One per question; a block in which one is missing is passed over, since it would not be in proportion.
   * @returns The look, where the design looks.
   */
  take(values: readonly (number | undefined)[]): SequentialLook | undefined {
    this.left -= values.length;
    const usable = values.flatMap((value) => (value === undefined ? [] : [this.onScale(value)]));
    const isComplete = usable.length === values.length;
    const isLast = this.left <= 0;
    if (!isComplete && !(isLast && this.taken > 0)) return undefined;
    const look = this.test.take(isComplete ? usable : [], isLast);
    if (isComplete) this.taken += usable.length;
    if (look !== undefined) this.look = look;
    return look;
  }

  /** The decision, where there is one. */
  get outcome(): SequenceStanding["outcome"] {
    return this.look?.outcome;
  }

  standing(): SequenceStanding {
    const { estimate = null, interval } = this.look ?? {};
    return {
      ...publicAim(this.aim),
      ...presentFields({ outcome: this.outcome }),
      estimate,
      interval: interval === undefined || interval === null ? null : this.shown(interval),
      questions: this.taken,
    };
  }

  private shown({ low, high }: { readonly low: number; readonly high: number }): Interval {
    const { design, population } = this.settings;
    const suite = population === "suite" ? ", of this suite's questions" : "";
    return { low, high, level: this.aim.level, method: `${METHODS[design]}${suite}` };
  }

  private onScale(value: number): number {
    const { low, high } = this.aim.scale;
    return Math.min(high, Math.max(low, value));
  }
}

/** An aim without how its values are found. */
export function publicAim(aim: MeasuredAim): SequenceAim {
  const { name, metric, model, suite, protocol, level, horizon } = aim;
  const { against, category, limit, halfWidth, source } = aim;
  return {
    name,
    metric,
    model,
    ...presentFields({ against }),
    suite,
    protocol,
    ...presentFields({ category, limit, halfWidth }),
    level,
    horizon,
    ...presentFields({ source }),
  };
}

/** A look as `sequence.jsonl` keeps it. */
export function lookLine(
  plan: string,
  aim: number,
  position: number,
  look: SequentialLook,
): SequenceLookLine {
  const { count, estimate, interval, outcome } = look;
  return {
    kind: "look",
    plan,
    aim,
    position,
    n: count,
    estimate,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    ...presentFields({ outcome }),
  };
}
