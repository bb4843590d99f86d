import type { Figure } from "./board.js";

/** One time that a judge judged the anchors of a sentinel. */
export interface SentinelRound {
  /** The run that asked; the first rounds are all of one run. */
  readonly run: string;
  /** ISO 8601, of its first verdict. */
  readonly at: string;
  /** Whether it is one of the first rounds, which later ones are held against. */
  readonly isBase: boolean;
  /** Mean of its verdicts: rating points, or points for the answer shown second in percent. */
  readonly mean: Figure;
  readonly verdicts: number;
  /** Anchors without a usable verdict. */
  readonly lost: number;
  /** Evidence for a change up to this round; null for the first rounds. */
  readonly eValue: Figure;
  /** Names under which the endpoint presented itself, and its fingerprints, with how often. */
  readonly endpointModels: Readonly<Record<string, number>>;
  readonly systemFingerprints: Readonly<Record<string, number>>;
}

/** What a sentinel knows of one judge protocol, over all runs that share its file. */
export interface SentinelHistory {
  readonly protocol: string;
  readonly judge: string;
  /** The file that runs share. */
  readonly file: string;
  readonly anchors: number;
  /** Percent of all histories without a change that ever alarm, at most. */
  readonly falseAlarmPercent: number;
  /** The e-value from which on it alarms: 100/falseAlarmPercent. */
  readonly threshold: number;
  readonly rounds: readonly SentinelRound[];
  /** The latest one. */
  readonly eValue: number;
  /** The first round at which the threshold was reached; null where it never was. */
  readonly alarm: { readonly run: string; readonly at: string; readonly eValue: number } | null;
  /** Names or fingerprints of the latest round that no earlier round met. */
  readonly newNames: readonly string[];
  readonly sentence: string;
}
