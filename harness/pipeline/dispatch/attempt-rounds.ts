/** What is known about an attempt that ended. Times are monotonic milliseconds. */
export interface EndedAttempt {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** Slots that were open when it started. */
  readonly slots: number;
  /** Whether the slots were the bottleneck: all taken, or calls waiting. */
  readonly saturated: boolean;
  /** Other attempts that were still under way. */
  readonly underWay: number;
}

/** Outcomes over one turnover of the slots, and over how many slots and how long the successful ones took. */
export interface Round {
  succeeded: number;
  refused: number;
  faulted: number;
  slotsSum: number;
  latencySumMs: number;
  saturated: number;
}

/** A round before its first outcome. */
export function emptyRound(): Round {
  return { succeeded: 0, refused: 0, faulted: 0, slotsSum: 0, latencySumMs: 0, saturated: 0 };
}

/** Attempts of a round, whatever became of them. */
export function attemptsOf(round: Round): number {
  return round.succeeded + round.refused + round.faulted;
}

/** Counts an attempt that brought a generation. */
export function addSuccess(round: Round, attempt: EndedAttempt): void {
  round.succeeded++;
  round.slotsSum += attempt.slots;
  round.latencySumMs += attempt.endedAtMs - attempt.startedAtMs;
  if (attempt.saturated) round.saturated++;
}

/** Whether the slots were the bottleneck for most of a round: otherwise it says nothing about what more slots would do. */
export function isSaturated(round: Round): boolean {
  return round.saturated * 2 > attemptsOf(round);
}

/** Mean latency of the successful attempts, in milliseconds. */
export function meanLatencyMsOf(round: Round): number {
  return round.latencySumMs / Math.max(1, round.succeeded);
}

/** Calls per millisecond: mean slots ÷ mean latency (Little's law). */
export function throughputOf(round: Round): number {
  return round.slotsSum / Math.max(1e-9, round.latencySumMs);
}

/** Share of the growth in slots that must come back as growth in throughput. */
const REQUIRED_GAIN = 0.25;
/** Growth in slots that is too small to be told from chance. */
const LEAST_GROWTH = 0.1;

/** Whether throughput grew by a fair part of what the slots grew by; true where the slots hardly grew. */
export function gains(before: Round, after: Round): boolean {
  const slotsBefore = before.slotsSum / Math.max(1, before.succeeded);
  const slotsAfter = after.slotsSum / Math.max(1, after.succeeded);
  const growth = slotsAfter / Math.max(1e-9, slotsBefore) - 1;
  if (growth < LEAST_GROWTH) return true;
  return throughputOf(after) / Math.max(1e-12, throughputOf(before)) >= 1 + REQUIRED_GAIN * growth;
}
