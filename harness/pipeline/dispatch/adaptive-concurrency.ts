import {
  addSuccess,
  attemptsOf,
  type EndedAttempt,
  emptyRound,
  gains,
  isSaturated,
  meanLatencyMsOf,
  type Round,
  throughputOf,
} from "./attempt-rounds.js";

/** Bounds between which concurrency moves. */
export interface ConcurrencyBounds {
  /** Where it starts, in calls at once. */
  readonly initial: number;
  /** Refusals push concurrency below this only where they are the rule, since some endpoints refuse at random. */
  readonly floor: number;
  readonly maximum: number;
  /** Refusals up to this share of all attempts are hiccups; beyond, concurrency shrinks. */
  readonly toleratedRefusals: number;
}

/** Bounds of `auto`. */
const autoBounds: ConcurrencyBounds = { initial: 8, floor: 1, maximum: 256, toleratedRefusals: 0.05 };

/** A number given by the user is the ceiling; it is left only where so many calls are refused that some might be lost. */
export function fixedBounds(concurrency: number): ConcurrencyBounds {
  return {
    initial: concurrency,
    floor: Math.ceil(concurrency / 4),
    maximum: concurrency,
    toleratedRefusals: 0.2,
  };
}

/** Bounds of what the user asks for, under the most that this process can bear. */
export function boundsOf(concurrency: number | "auto", most = Number.POSITIVE_INFINITY): ConcurrencyBounds {
  if (concurrency !== "auto") return fixedBounds(Math.min(concurrency, most));
  return {
    ...autoBounds,
    initial: Math.min(autoBounds.initial, most),
    maximum: Math.min(autoBounds.maximum, most),
  };
}

/** Fewer refusals than this are hiccups. */
const LEAST_REFUSALS = 3;
/** Where calls were refused before, two are enough, and a somewhat smaller share. */
const LEAST_REFUSALS_AT_CEILING = 2;
const STRICTNESS_AT_CEILING = 0.8;
/** Up to here the climb doubles per latency, beyond it grows by half, so as not to overshoot a limit by much. */
const FAST_CLIMB_UNTIL = 32;
/** Above this share of faults concurrency stops growing; above the next one it shrinks. */
const FAULTS_THAT_HOLD = 0.2;
const FAULTS_THAT_SHRINK = 0.5;
/** Successes per refusal of the last event that must pass before more is tried again: keeps refusals below 2.5%. */
const SUCCESSES_PER_REFUSAL = 40;
/** At the floor, this share of so many attempts is needed to go below it, and that to go further down. */
const EVIDENCE_AT_FLOOR = 12;
const TOLERATED_AT_FLOOR = 0.5;
const TOLERATED_BELOW_FLOOR = 0.3;
/**
 * Least level. Below 1, calls are spaced out instead: 0.5 means one call at a time with as long a rest after it.
 */
const LEAST_LEVEL = 0.01;
const LONGEST_INTERVAL_MS = 30_000;
const LEAST_ROUND = 8;

/**
 * How many calls an endpoint takes at once, found by trying. Four modes:
 * `climb` adds a slot per success (doubles per latency) until throughput stops growing or calls are refused;
 * after a refusal the level falls by a third and `recover` brings it back to a little under where it was refused;
 * `hold` stays there until enough calls have succeeded; `trial` then tries a larger level and keeps it if it pays.
 * Throughput is slots ÷ mean latency (Little's law), which does not depend on where in a burst one looks.
 * Pure: outcomes and times are passed in.
 */
export class AdaptiveConcurrency {
  private level: number;
  private mode: "climb" | "recover" | "hold" | "trial";
  private round = emptyRound();
  private roundSize: number;
  private previous: Round | undefined;
  private refusedLevel = Number.POSITIVE_INFINITY;
  /** The endpoint's limit was found to lie below the floor. */
  private belowFloor = false;
  private recoverTo = 0;
  private shrunkAtMs = Number.NEGATIVE_INFINITY;
  /** The last round before one that gained nothing. */
  private lastGain: Round | undefined;
  private credit = 0;
  /** A single refusal interrupted the climb: it goes on unless a second one follows. */
  private climbsAgain = false;
  private patience = 1;
  private step = 0.03;
  private trial = { from: 0, sinceMs: 0, base: emptyRound(), seen: emptyRound() };
  private meanLatencyMs = 0;

  constructor(private readonly bounds: ConcurrencyBounds) {
    this.level = bounds.initial;
    this.roundSize = Math.max(LEAST_ROUND, Math.floor(this.level));
    this.mode = "climb";
  }

  /** Calls that may be in flight at once; at least 1. */
  get slots(): number {
    return Math.max(1, Math.floor(this.level));
  }

  /** Least time between two starts, in milliseconds: above 0 only where even one call at a time is too much. */
  get startIntervalMs(): number {
    return this.level >= 1 ? 0 : Math.min(LONGEST_INTERVAL_MS, this.meanLatencyMs / this.level);
  }

  /** An attempt brought a generation. */
  succeeded(attempt: EndedAttempt): void {
    const latencyMs = attempt.endedAtMs - attempt.startedAtMs;
    this.meanLatencyMs = this.meanLatencyMs === 0 ? latencyMs : this.meanLatencyMs * 0.9 + latencyMs * 0.1;
    addSuccess(this.round, attempt);
    if (this.mode === "trial" && attempt.startedAtMs >= this.trial.sinceMs) {
      addSuccess(this.trial.seen, attempt);
    }
    if (attempt.saturated) this.grow(attempt.endedAtMs);
    this.endRoundIfDue();
  }

  /** An attempt was refused for its rate (429). */
  refused(attempt: EndedAttempt): void {
    if (attempt.startedAtMs < this.shrunkAtMs) return;
    this.round.refused++;
    const seen = attemptsOf(this.round) + (this.previous === undefined ? 0 : attemptsOf(this.previous));
    const refusals = this.round.refused + (this.previous?.refused ?? 0);
    if (this.mode === "climb") {
      this.hold(refusals);
      this.climbsAgain = true;
    }
    if (this.isHiccup(refusals, seen)) this.endRoundIfDue();
    else this.shrink(attempt.endedAtMs, refusals, refusals / seen);
  }

  /** An attempt failed otherwise in a way that may come from load: a fault of the server, a lost connection, a timeout. */
  faulted(attempt: EndedAttempt): void {
    if (attempt.startedAtMs < this.shrunkAtMs) return;
    this.round.faulted++;
    const seen = attemptsOf(this.round) + (this.previous === undefined ? 0 : attemptsOf(this.previous));
    const faults = this.round.faulted + (this.previous?.faulted ?? 0);
    // Faults come back sooner than generations: those under way are counted as if they succeeded, and the first outcomes
    // of many slots say little.
    const isWhole = seen >= Math.max(LEAST_ROUND, this.slots);
    if (isWhole && faults / (seen + attempt.underWay) > FAULTS_THAT_SHRINK)
      this.shrink(attempt.endedAtMs, 1, 0);
    else this.endRoundIfDue();
  }

  private grow(nowMs: number): void {
    if (this.mode === "climb") {
      this.level += this.level < FAST_CLIMB_UNTIL ? 1 : 0.5;
    } else if (this.mode === "recover") {
      const gained = this.level + (0.1 * this.refusedLevel) / Math.max(1, this.level);
      this.level = Math.max(this.level, Math.min(gained, this.recoverTo));
      if (this.level >= this.recoverTo) this.hold();
    } else if (this.mode === "hold") {
      this.credit--;
      if (this.credit <= 0 && this.climbsAgain) this.mode = "climb";
      else if (this.credit <= 0 && this.level < this.bounds.maximum) this.startTrial(nowMs);
    } else {
      this.endTrialIfDue();
    }
    this.level = Math.min(this.level, this.bounds.maximum);
    if (this.level > this.bounds.floor) this.belowFloor = false;
  }

  private hold(refusals?: number): void {
    this.mode = "hold";
    this.climbsAgain = false;
    const calls = refusals === undefined ? this.credit : SUCCESSES_PER_REFUSAL * refusals;
    this.credit = Math.max(calls, 2 * this.slots);
  }

  /** Whether so many refusals among the attempts of this round and the last are no reason to shrink. */
  private isHiccup(refusals: number, seen: number): boolean {
    const share = refusals / seen;
    if (this.level <= this.bounds.floor) {
      return (
        seen < EVIDENCE_AT_FLOOR || share <= (this.belowFloor ? TOLERATED_BELOW_FLOOR : TOLERATED_AT_FLOOR)
      );
    }
    const isKnownCeiling = this.mode === "trial" || this.level >= 0.75 * this.refusedLevel;
    const tolerated = this.bounds.toleratedRefusals;
    if (isKnownCeiling) {
      return refusals < LEAST_REFUSALS_AT_CEILING || share <= STRICTNESS_AT_CEILING * tolerated;
    }
    return refusals < LEAST_REFUSALS || share <= tolerated;
  }

  private shrink(nowMs: number, refusals: number, share: number): void {
    if (this.level <= this.bounds.floor && share > 0) this.belowFloor = true;
    if (this.mode === "trial") {
      // What held before the trial is known to be tolerated, so only the trial is taken back.
      this.level = this.trial.from;
      this.patience = Math.min(this.patience * 2, 16);
      this.mode = "hold";
    } else {
      this.refusedLevel = this.level;
      this.level *= Math.min(0.7, Math.max(0.25, 1 - share));
      // The more was refused, the further the limit lies below: halfway back, in proportion.
      this.recoverTo = Math.min(0.9 * this.refusedLevel, 1.05 * Math.sqrt(this.level * this.refusedLevel));
      this.mode = "recover";
    }
    this.climbsAgain = false;
    this.step = 0.03;
    this.level = Math.max(this.belowFloor ? LEAST_LEVEL : this.bounds.floor, this.level);
    this.credit = SUCCESSES_PER_REFUSAL * refusals * this.patience;
    this.shrunkAtMs = nowMs;
    this.previous = undefined;
    this.startRound();
  }

  private startTrial(nowMs: number): void {
    const base = this.previous ?? this.round;
    this.trial = { from: this.level, sinceMs: nowMs, base, seen: emptyRound() };
    this.mode = "trial";
    const added = this.level * this.step;
    this.level = Math.min(this.bounds.maximum, this.level + (this.level >= 1 ? Math.max(1, added) : added));
  }

  private endTrialIfDue(): void {
    const { from, base, seen } = this.trial;
    if (seen.succeeded < Math.max(2 * LEAST_ROUND, 1.5 * this.slots)) return;
    // Small steps are too small to be seen in the throughput; they stand if nothing was refused.
    if (this.level < from * 1.15 || gains(base, seen)) {
      this.patience = 1;
      this.step = Math.min(1, this.step * 2);
      this.hold(0);
    } else {
      this.level = from;
      this.step = 0.3;
      this.patience = Math.min(this.patience * 2, 16);
      this.credit = 4 * this.slots * this.patience;
      this.hold();
    }
  }

  private endRoundIfDue(): void {
    if (attemptsOf(this.round) < this.roundSize) return;
    const ended = this.round;
    const before = this.previous;
    this.previous = ended;
    this.startRound();
    if (this.mode !== "climb") return;
    if (ended.faulted / attemptsOf(ended) > FAULTS_THAT_HOLD) {
      this.hold(0);
    } else if (before !== undefined && isSaturated(before) && isSaturated(ended)) {
      this.watchPlateau(before, ended);
    }
  }

  /** One round without gain may be chance: latencies of generated text scatter widely. */
  private watchPlateau(before: Round, ended: Round): void {
    const base = this.lastGain ?? before;
    if (gains(base, ended)) this.lastGain = undefined;
    else if (this.lastGain === undefined) this.lastGain = before;
    else this.settleOnPlateau(base, ended);
  }

  /** More slots only made calls slower: back to the slots that this throughput needs at the earlier latency, and a quarter. */
  private settleOnPlateau(before: Round, ended: Round): void {
    const needed = throughputOf(ended) * meanLatencyMsOf(before);
    this.level = Math.min(this.level, Math.max(this.bounds.initial, 1.25 * needed));
    this.lastGain = undefined;
    this.step = 0.3;
    this.credit = 4 * this.slots;
    this.hold();
  }

  private startRound(): void {
    this.round = emptyRound();
    this.roundSize = Math.max(LEAST_ROUND, this.slots);
  }
}
