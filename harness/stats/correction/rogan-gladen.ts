import { countOf } from "../../core/count-of.js";
import type { Interval } from "../../core/interval.js";
import { normalQuantile } from "../distributions.js";
import type { IntervalEstimate } from "../estimate.js";
import { DEFAULT_LEVEL, upperShare } from "../intervals.js";

/** What a binary judge said, and how right it was where people voted. */
export interface BinaryCalibration {
  /** Share of the judged things that the judge calls 1, and how many there are. */
  readonly share: number;
  readonly judged: number;
  /** Share of 0 among the verdicts on what people call 0, and how many these are. */
  readonly specificity: number;
  readonly zeros: number;
  /** Share of 1 among the verdicts on what people call 1, and how many these are. */
  readonly sensitivity: number;
  readonly ones: number;
}

/** How {@link roganGladen} is computed. */
export interface RoganGladenOptions {
  /** Percent; default 95. */
  readonly level?: number;
  /** As published, with intervals that have no width where the estimate lies beyond an end. */
  readonly compat?: boolean;
}

/** Sensitivity + specificity − 1 at or below which a judge hardly tells 0 from 1, so that dividing by it says nothing. */
const LEAST_YOUDEN = 0.1;
/** 0.5 + 0.6 − 1 is a little more than 0.1. */
const ROUNDING = 1e-12;

interface Adjusted {
  readonly share: number;
  readonly judged: number;
  readonly specificity: number;
  readonly zeros: number;
  readonly sensitivity: number;
  readonly ones: number;
}

/** z²/2 judged and one vote of each outcome are added, as Agresti and Coull add them. */
function adjusted(input: BinaryCalibration, z: number): Adjusted {
  const { share, judged, specificity, zeros, sensitivity, ones } = input;
  return {
    share: (judged * share + (z * z) / 2) / (judged + z * z),
    judged: judged + z * z,
    specificity: (zeros * specificity + 1) / (zeros + 2),
    zeros: zeros + 2,
    sensitivity: (ones * sensitivity + 1) / (ones + 2),
    ones: ones + 2,
  };
}

function clipped(share: number): number {
  return Math.min(1, Math.max(0, share));
}

/** Both ends for a share that they are computed at, before they are kept within 0–1. */
function endsAt(at: number, numbers: Adjusted, z: number): readonly [number, number] {
  const { share, judged, specificity, zeros, sensitivity, ones } = numbers;
  const onZeros = (specificity * (1 - specificity)) / zeros;
  const onOnes = (sensitivity * (1 - sensitivity)) / ones;
  const shift = 2 * z * z * (-(1 - at) * onZeros + at * onOnes);
  const variance = (share * (1 - share)) / judged + (1 - at) ** 2 * onZeros + at ** 2 * onOnes;
  const half = (z * Math.sqrt(variance)) / (specificity + sensitivity - 1);
  return [at + shift - half, at + shift + half];
}

function requireShares(input: BinaryCalibration): void {
  for (const name of ["share", "specificity", "sensitivity"] as const)
    if (!(input[name] >= 0 && input[name] <= 1))
      throw new RangeError(`Rogan–Gladen: ${name} is a share from 0 to 1, not ${input[name]}`);
}

/**
 * Share of 1 that people would see, from a binary judge with known errors: θ = (p + q₀ − 1)/(q₀ + q₁ − 1) with the judge's
 * share p, specificity q₀ and sensitivity q₁ (Rogan & Gladen 1978), with the interval of Lang & Reiczigel (2014) as
 * arXiv 2511.21140 has it, which counts the uncertainty of q₀ and q₁ too. It holds only where both are the same on what
 * people did not see.
 *
 * The published interval has no width where it lies beyond 0 or 1 altogether; it is then computed at that end instead,
 * unless `compat` asks for it as published.
 *
 * @returns nothing, with the reason, for a judge that hardly discriminates ({@link LEAST_YOUDEN}).
 * @throws RangeError for shares outside 0–1 or an impossible level.
 */
export function roganGladen(input: BinaryCalibration, options: RoganGladenOptions = {}): IntervalEstimate {
  requireShares(input);
  const level = options.level ?? DEFAULT_LEVEL;
  const z = normalQuantile(upperShare(level));
  if (input.judged < 1 || input.zeros < 1 || input.ones < 1) {
    const reason = "people's votes must hold both outcomes, and the judge must have judged something";
    return { value: null, interval: null, reason };
  }
  const youden = input.specificity + input.sensitivity - 1;
  if (!(youden > LEAST_YOUDEN + ROUNDING)) {
    const reason = `the judge hardly tells the outcomes apart: sensitivity + specificity − 1 is ${youden.toFixed(2)}, and ${LEAST_YOUDEN} is too little to divide by`;
    return { value: null, interval: null, reason };
  }
  const value = clipped((input.share + input.specificity - 1) / youden);
  const numbers = adjusted(input, z);
  const discriminates = numbers.specificity + numbers.sensitivity - 1;
  if (!(discriminates > 0))
    return { value, interval: null, reason: "too few votes to tell how the judge errs" };
  const raw = (numbers.share + numbers.specificity - 1) / discriminates;
  const [low = 0, high = 1] = endsAt(raw, numbers, z).map(clipped);
  const method = "Rogan–Gladen interval (Lang & Reiczigel), every vote and verdict taken as independent";
  if (high > low || options.compat === true)
    return { value, interval: { low, high, level, method }, reason: null };
  const capped = endsAt(clipped(raw), numbers, z).map(clipped);
  const interval: Interval = {
    low: Math.min(value, ...capped),
    high: Math.max(value, ...capped),
    level,
    method: `${method}, computed at the end of the scale`,
  };
  return { value, interval, reason: null };
}

/** What is known of a judge before votes are asked for. */
export interface AllocationInput {
  /** Votes there are to give. */
  readonly votes: number;
  /** Share of the verdicts that are 1. */
  readonly share: number;
  readonly specificity: number;
  readonly sensitivity: number;
  /** Votes per outcome that these two come from; 0 for a guess. */
  readonly pilot: number;
}

/**
 * How many votes to spend on what the judge calls 0 and 1 so that the interval of {@link roganGladen} gets as narrow as
 * it can (arXiv 2511.21140): ones = votes/(1 + (1/p − 1)·√κ) with κ the ratio of both error rates, each side at least
 * the pilot's size.
 * @throws RangeError for shares at or beyond 0 and 1, or fewer votes than both pilots.
 */
export function allocateVotes(input: AllocationInput): { readonly zeros: number; readonly ones: number } {
  const { votes, share, specificity, sensitivity, pilot } = input;
  if (!(share > 0 && share < 1)) throw new RangeError(`allocation needs 0 < share < 1, not ${share}`);
  if (!(votes >= 2 * pilot && pilot >= 0))
    throw new RangeError(`${countOf(votes, "vote")} cannot hold two pilots of ${pilot}`);
  const errors = (quality: number) => (pilot === 0 ? 1 - quality : pilot * (1 - quality) + 1);
  const ratio = errors(specificity) / errors(sensitivity);
  if (!Number.isFinite(ratio)) throw new RangeError("allocation needs a judge that errs, or a pilot");
  const wished = Math.round(votes / (1 + (1 / share - 1) * Math.sqrt(ratio)));
  const ones = Math.min(votes - pilot, Math.max(pilot, wished));
  return { zeros: votes - ones, ones };
}
