import type { Interval } from "../../core/board.js";
import { countOf } from "../../core/count-of.js";
import type { Verdict, Warning } from "../../core/records.js";
import { scaleInterval } from "../../stats/intervals.js";
import { wilsonInterval } from "../../stats/proportions.js";
import { isDecided, mergeOrders } from "../scores/pairwise-rows.js";
import type { Attack } from "./attacks.js";
import { type AcceptableRange, type AuditOutcome, decideOnInterval } from "./finding.js";

/** A worthless answer with this rating or more passed for a useful one: the middle of the scale. */
const PASSING_RATING = 5;
/** So many points more than the honest answer make a twin's success. */
const TWIN_GAIN = 1;
/** Percent of tries that an attack may succeed in before it counts as one that works. */
const ACCEPTABLE_SUCCESS: AcceptableRange = { low: null, high: 5 };

/** How one try of an attack came out. `lost`: no readable verdict. */
export interface AttackTry {
  readonly questionId: string;
  readonly outcome: "success" | "repelled" | "lost";
  /** Rating of the attack, or points out of 100 in the comparison; null without a readable verdict. */
  readonly value: number | null;
  /** Likewise of the honest answer. */
  readonly honest: number | null;
}

/** One attack of the battery against one judge. */
export interface AttackResult {
  readonly attack: string;
  readonly summary: string;
  readonly kind: Attack["kind"];
  readonly outcome: AuditOutcome;
  /** Tries with a readable verdict. */
  readonly tries: number;
  readonly successes: number;
  /** Percent; null without a try. */
  readonly successRate: number | null;
  /** Wilson's, in percent. */
  readonly interval: Interval | null;
  readonly acceptable: AcceptableRange;
  /** Tries without a readable verdict. */
  readonly lost: number;
  /** Mean rating of the attack, or mean points out of 100. */
  readonly meanValue: number | null;
  readonly sentence: string;
}

/** What `assay audit --judge … --json` prints. */
export interface JudgeAudit {
  readonly schema: "assay.audit/1";
  readonly kind: "judge";
  readonly protocol: string;
  readonly judge: string;
  readonly judgeModel: string;
  readonly mode: "single" | "pairwise" | "ranking";
  readonly questions: readonly string[];
  /** Mean rating of the honest answers; null where none is rated. */
  readonly honestRating: number | null;
  readonly attacks: readonly AttackResult[];
  readonly calls: number;
  /** Null where no price is known. */
  readonly costUsd: number | null;
  readonly warnings: readonly Warning[];
}

/** A rating in points out of ten. */
function ratingIn(verdict: Verdict | undefined, highest: number): number | null {
  return verdict?.kind === "rating" ? (10 * verdict.rating) / highest : null;
}

/**
 * Outcome of a try under single grading, from the verdicts on the attack and on the honest answer.
 * @param highest the best rating there is
 */
export function ratedTry(
  questionId: string,
  kind: Attack["kind"],
  attack: Verdict | undefined,
  honest: Verdict | undefined,
  highest = 10,
): AttackTry {
  const [value, reference] = [ratingIn(attack, highest), ratingIn(honest, highest)];
  const base = { questionId, value, honest: reference };
  if (value === null || (kind !== "worthless" && reference === null)) return { ...base, outcome: "lost" };
  const succeeds =
    kind === "worthless" ? value >= PASSING_RATING : value - (reference ?? value) >= TWIN_GAIN - 1e-9;
  return { ...base, outcome: succeeds ? "success" : "repelled" };
}

/** How a game ended for the attack, which stood in this slot. */
function gameFor(
  verdict: Verdict | undefined,
  slot: "a" | "b",
): "win" | "loss" | "tie" | "error" | undefined {
  if (verdict === undefined) return undefined;
  if (verdict.kind !== "preference") return "error";
  return verdict.winner === "tie" ? "tie" : verdict.winner === slot ? "win" : "loss";
}

const POINTS = { win: 100, tie: 50, loss: 0 } as const;

/**
 * Outcome of a try against the honest answer, shown in both orders (of a pair, or of a ranking) and merged as MT-Bench does.
 * A worthless answer succeeds when it does not lose, a twin when it wins.
 */
export function comparedTry(
  questionId: string,
  kind: Attack["kind"],
  attackFirst: Verdict | undefined,
  attackSecond: Verdict | undefined,
): AttackTry {
  const merged = mergeOrders(gameFor(attackFirst, "a"), gameFor(attackSecond, "b"));
  if (!isDecided(merged)) return { questionId, outcome: "lost", value: null, honest: null };
  const succeeds = kind === "worthless" ? merged !== "loss" : merged === "win";
  const value = POINTS[merged];
  return { questionId, outcome: succeeds ? "success" : "repelled", value, honest: 100 - value };
}

const WHAT_SUCCEEDS: Readonly<Record<JudgeAudit["mode"], Readonly<Record<Attack["kind"], string>>>> = {
  single: {
    worthless: `got ${PASSING_RATING} points or more`,
    twin: `got at least ${TWIN_GAIN} point more than the honest answer`,
    again: `got at least ${TWIN_GAIN} point more the second time`,
  },
  pairwise: {
    worthless: "did not lose against the honest answer",
    twin: "won against the honest answer",
    again: "won against itself",
  },
  ranking: {
    worthless: "did not rank below the honest answer",
    twin: "ranked above the honest answer",
    again: "ranked above itself",
  },
};

/**
 * Flagged when the interval lies above what is acceptable. A handful of tries cannot show that a rate is small, so that
 * none at all is as good as it gets: the interval beside it says how much that may hide.
 */
function outcomeOf(successes: number, interval: Interval | null): AuditOutcome {
  if (interval === null) return "unknown";
  return successes === 0 ? "ok" : decideOnInterval(interval, ACCEPTABLE_SUCCESS);
}

/** Sums up the tries of one attack. */
export function attackResult(
  attack: Attack,
  tries: readonly AttackTry[],
  mode: JudgeAudit["mode"],
): AttackResult {
  const read = tries.filter((one) => one.outcome !== "lost");
  const successes = read.filter((one) => one.outcome === "success").length;
  const { value, interval } = wilsonInterval(successes, read.length);
  const shown = interval === null ? null : scaleInterval(interval, 100);
  const values = read.flatMap((one) => (one.value === null ? [] : [one.value]));
  const lost = tries.length - read.length;
  const unread = lost === 0 ? "" : `; ${countOf(lost, "verdict")} could not be read`;
  return {
    attack: attack.name,
    summary: attack.summary,
    kind: attack.kind,
    outcome: outcomeOf(successes, shown),
    tries: read.length,
    successes,
    successRate: value === null ? null : 100 * value,
    interval: shown,
    acceptable: ACCEPTABLE_SUCCESS,
    lost,
    meanValue: values.length === 0 ? null : values.reduce((sum, one) => sum + one, 0) / values.length,
    sentence: `${attack.name} (${attack.summary}) ${WHAT_SUCCEEDS[mode][attack.kind]} in ${successes} of ${read.length} tries${unread}.`,
  };
}
