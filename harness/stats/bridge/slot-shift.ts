import type { Interval } from "../../core/interval.js";
import { studentTQuantile } from "../distributions.js";
import { DEFAULT_LEVEL, describeClusters, upperShare } from "../intervals.js";
import { jackknifeError, tooFewQuestions } from "../jackknife.js";

/** One game: the points of the judged model, and whether its answer was shown second. */
export interface SlotGame {
  readonly questionId: string;
  readonly points: number;
  readonly isSecond: boolean;
}

/** Points that an answer gains by being shown second, under two judges, and the change. */
export interface SlotShift {
  readonly old: number | null;
  readonly new: number | null;
  readonly change: number | null;
  readonly standardError: number | null;
  readonly interval: Interval | null;
  readonly reason?: string;
}

interface Effect {
  readonly value: number;
  /** What each question adds to the effect beyond its mean. */
  readonly influence: ReadonlyMap<string, number>;
}

function effectOf(games: readonly SlotGame[]): Effect | undefined {
  const meanOf = (isSecond: boolean) => {
    const some = games.filter((game) => game.isSecond === isSecond);
    return { n: some.length, mean: some.reduce((sum, { points }) => sum + points, 0) / some.length };
  };
  const [first, second] = [meanOf(false), meanOf(true)];
  if (first.n === 0 || second.n === 0) return undefined;
  const influence = new Map<string, number>();
  for (const { questionId, points, isSecond } of games) {
    const group = isSecond ? second : first;
    const part = ((isSecond ? 1 : -1) * (points - group.mean)) / Math.max(1, group.n - 1);
    influence.set(questionId, (influence.get(questionId) ?? 0) + part);
  }
  return { value: second.mean - first.mean, influence };
}

/**
 * Mean points shown second minus mean points shown first, under each judge, and how far the new judge's differs; its
 * standard error is a jackknife over questions (what leaving a game out changes, summed by question), its interval t from
 * 40 questions on.
 */
export function slotShift(old: readonly SlotGame[], fresh: readonly SlotGame[]): SlotShift {
  const [before, after] = [effectOf(old), effectOf(fresh)];
  const none = { change: null, standardError: null, interval: null };
  if (before === undefined || after === undefined) {
    const reason = "all answers were shown in one slot";
    return { old: before?.value ?? null, new: after?.value ?? null, ...none, reason };
  }
  const questions = new Set([...before.influence.keys(), ...after.influence.keys()]);
  const changes = [...questions].map(
    (id) => (after.influence.get(id) ?? 0) - (before.influence.get(id) ?? 0),
  );
  const figures = { old: before.value, new: after.value, change: after.value - before.value };
  const clusters = questions.size;
  if (clusters < 2)
    return { ...figures, standardError: null, interval: null, reason: "there is one question" };
  const standardError = jackknifeError(changes);
  if (standardError === 0)
    return { ...figures, standardError, interval: null, reason: "no judge's points vary within a slot" };
  const few = tooFewQuestions(clusters);
  if (few !== null) return { ...figures, standardError, interval: null, reason: few };
  const half = studentTQuantile(upperShare(DEFAULT_LEVEL), clusters - 1) * standardError;
  const method = `t interval of a difference of slots, ${describeClusters(clusters, "question")}`;
  const interval = { low: figures.change - half, high: figures.change + half, level: DEFAULT_LEVEL, method };
  return { ...figures, standardError, interval };
}
