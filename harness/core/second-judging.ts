import { compositeKey } from "./composite-key.js";
import type { Verdict } from "./judge.js";
import { seededRandom } from "./random.js";

/** When a second, stronger judge is asked; all of it fixed before the first verdict. */
export interface SecondJudging {
  /** Id of the protocol whose verdicts it looks at. */
  readonly first: string;
  /** Chance, in (0, 1], with which what is clear is drawn all the same. */
  readonly share: number;
  /** Verdicts within so many points of the middle are unclear; 0–50 on a scale of 0 to 100. */
  readonly margin: number;
}

/** Why and with what chance the second judge was asked. */
export interface DrawnForSecond {
  readonly because: "unclear" | "share";
  /** In (0, 1]; a verdict weighs with its inverse. */
  readonly probability: number;
}

/** What one of its verdicts says of the comparison (or answer): 0–100 for the first model; null where it cannot be read. */
export type Reading = number | null;

/** What the first judge was asked about as one: a turn of a question, in one trial, of one model or pair. */
export interface SecondPlace {
  readonly questionId: string;
  readonly turn: number;
  readonly trial: number;
  /** The model or the pair, in the order of the subject. */
  readonly models: readonly string[];
}

const PERCENT = 100;
const MIDDLE = 50;
const USUAL_SCALE = { low: 1, high: 10 };

/** One text for a place, for maps and draws; the same in whichever order a pair is named. */
export function secondKey({ questionId, turn, trial, models }: SecondPlace): string {
  return compositeKey(questionId, turn, trial, ...[...models].sort());
}

/**
 * A verdict as a place on a scale from 0 to 100: a rating between the ends of its scale, a preference as the share of the
 * point that goes to the first model of the subject.
 * @param isForward Whether that model was the one shown first.
 */
export function readingOf(
  verdict: Verdict,
  isForward: boolean,
  { low, high }: { readonly low: number; readonly high: number } = USUAL_SCALE,
): Reading {
  if (verdict.kind === "rating") return (PERCENT * (verdict.rating - low)) / (high - low);
  if (verdict.kind !== "preference") return null;
  return PERCENT * (isForward ? 1 - verdict.weightB : verdict.weightB);
}

/**
 * Whether verdicts leave open who won (or what an answer is worth): one cannot be read, or their mean lies near the
 * middle. Ties, two orders that disagree, weights near a half and middling ratings all do.
 */
export function isUnclear(readings: readonly Reading[], margin: number): boolean {
  const read = readings.filter((one) => one !== null);
  if (read.length < readings.length || read.length === 0) return true;
  const mean = read.reduce((sum, one) => sum + one, 0) / read.length;
  // Rounding must not decide at the very edge.
  return Math.abs(mean - MIDDLE) <= margin + 1e-9;
}

/**
 * Whether the second judge is asked, once the first one's verdicts are there: for certain on what is unclear, on the rest
 * by a draw that depends on seed, protocol and place alone. Neither the order in which verdicts arrive nor how often a run
 * was killed changes it.
 */
export function drawForSecond(
  rules: SecondJudging,
  place: SecondPlace,
  readings: readonly Reading[],
  seed: number,
): DrawnForSecond | undefined {
  if (isUnclear(readings, rules.margin)) return { because: "unclear", probability: 1 };
  const draw = seededRandom(`${seed}/second/${rules.first}/${secondKey(place)}`).next();
  return draw < rules.share ? { because: "share", probability: rules.share } : undefined;
}
