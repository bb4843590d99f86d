import { compositeKey } from "../../core/composite-key.js";
import type { DriftFigure, ItemDrift } from "../../core/judge-bridge.js";
import { presentFields } from "../../core/present-fields.js";
import { cohenKappa, crossTabulate, rawAgreement } from "../../stats/agreement.js";
import { differenceScale, type ValueScale } from "../../stats/bounded-mean.js";
import type { BridgeAnchor, JudgedScore } from "../../stats/bridge/judge-bridge.js";
import { type SlotGame, slotShift } from "../../stats/bridge/slot-shift.js";
import { clusteredMean, sumByCluster } from "../../stats/clustered-mean.js";
import { comparisonsOn } from "../agreement/comparisons.js";
import type { BoardInput } from "../scores/build-board.js";
import type { BridgeSide } from "./bridge-side.js";

/** One thing that both judges graded: a model's answer to a turn, in units. */
export interface SharedItem {
  readonly model: string;
  readonly questionId: string;
  readonly category: string;
  readonly old: number;
  readonly new: number;
}

interface GradedItem {
  readonly model: string;
  readonly questionId: string;
  readonly turn: number;
  readonly trial: number;
  /** The other answer of a pair. */
  readonly opponent?: string;
  readonly value: number;
}

function ratedItems({ rows, subjects }: BoardInput): GradedItem[] {
  const models = new Set(subjects.flat());
  return [...rows].flatMap(({ a: model, questionId, turn, trial, verdict }) =>
    verdict?.kind === "rating" && models.has(model)
      ? [{ model, questionId, turn, trial, value: verdict.rating }]
      : [],
  );
}

/** Whether both models of a pair are judged, instead of one against a baseline. */
function isMutualBoard({ head, metric }: BoardInput): boolean {
  return metric !== "rating" && head.mode === "pairwise-all";
}

/** Both models of a pair, where neither is the baseline of the board. */
function comparedItems(input: BoardInput): GradedItem[] {
  const isMutual = isMutualBoard(input);
  return comparisonsOn(input).flatMap(({ models: [first, second], share, questionId, turn, trial }) => {
    if (share === undefined) return [];
    const place = { questionId, turn, trial };
    const one = { ...place, model: first, opponent: second, value: 100 * share };
    const other = { ...place, model: second, opponent: first, value: 100 - 100 * share };
    return isMutual ? [one, other] : [one];
  });
}

/** Mean value by thing graded; it may have been graded several times. */
function itemsOf(input: BoardInput): Map<string, GradedItem> {
  const found = new Map<string, { item: GradedItem; values: number[] }>();
  for (const item of input.metric === "rating" ? ratedItems(input) : comparedItems(input)) {
    const { model, opponent = "", questionId, turn, trial, value } = item;
    const key = compositeKey(model, opponent, questionId, turn, trial);
    const entry = found.get(key) ?? { item, values: [] };
    found.set(key, entry);
    entry.values.push(value);
  }
  return new Map(
    Array.from(found, ([key, { item, values }]) => {
      const value = values.reduce((sum, one) => sum + one, 0) / values.length;
      return [key, { ...item, value }] as const;
    }),
  );
}

/** Everything that both judges gave a usable verdict on; empty where one side is a leaderboard. */
export function sharedItems(old: BridgeSide, fresh: BridgeSide): SharedItem[] {
  if (old.verdicts === undefined || fresh.verdicts === undefined) return [];
  const categories = new Map(
    old.verdicts.input.frame.slots.map(({ questionId, category }) => [questionId, category]),
  );
  const others = itemsOf(fresh.verdicts.input);
  return [...itemsOf(old.verdicts.input)].flatMap(([key, { model, questionId, value }]) => {
    const other = others.get(key);
    if (other === undefined || fresh.leftOut?.has(model) === true) return [];
    return [{ model, questionId, category: categories.get(questionId) ?? "", old: value, new: other.value }];
  });
}

/** Covariance of the two judges' means over the same items, clustered by question. */
function covarianceOf(items: readonly SharedItem[]): number {
  const questions = items.map(({ questionId }) => questionId);
  const deviations = (of: (item: SharedItem) => number) => {
    const mean = items.reduce((sum, item) => sum + of(item), 0) / items.length;
    return sumByCluster(
      items.map((item) => of(item) - mean),
      questions,
    ).sums;
  };
  const [old, fresh] = [deviations((item) => item.old), deviations((item) => item.new)];
  const clusters = old.length;
  if (clusters < 2) return 0;
  const products = old.reduce((sum, one, index) => sum + one * (fresh[index] as number), 0);
  return ((clusters / (clusters - 1)) * products) / items.length ** 2;
}

/** A model's anchor over the items that both judges graded. */
export function anchorOfItems(items: readonly SharedItem[], scale: ValueScale): BridgeAnchor | undefined {
  const questions = items.map(({ questionId }) => questionId);
  const scoreOf = (values: readonly number[]): JudgedScore | undefined => {
    const { mean, standardError } = clusteredMean(values, questions, { scale });
    return mean === null ? undefined : { value: mean, standardError };
  };
  const [from, to] = [scoreOf(items.map((item) => item.old)), scoreOf(items.map((item) => item.new))];
  return from && to && { from, to, covariance: covarianceOf(items) };
}

function driftOf(items: readonly SharedItem[], scale: ValueScale): DriftFigure {
  const { mean, standardError, interval, n, clusters, reason } = clusteredMean(
    items.map((item) => item.new - item.old),
    items.map(({ questionId }) => questionId),
    { scale: differenceScale(scale) },
  );
  return {
    difference: mean,
    standardError,
    interval,
    items: n,
    questions: clusters,
    ...presentFields({ reason: reason ?? undefined }),
  };
}

function driftBy(
  items: readonly SharedItem[],
  keyOf: (item: SharedItem) => string,
  scale: ValueScale,
): Record<string, DriftFigure> {
  const keys = [...new Set(items.map(keyOf))];
  return Object.fromEntries(
    keys.map(
      (key) =>
        [
          key,
          driftOf(
            items.filter((item) => keyOf(item) === key),
            scale,
          ),
        ] as const,
    ),
  );
}

function correlationOf(items: readonly SharedItem[]): number | null {
  const mean = (of: (item: SharedItem) => number) =>
    items.reduce((sum, item) => sum + of(item), 0) / items.length;
  const [x, y] = [mean((item) => item.old), mean((item) => item.new)];
  let [xx, yy, xy] = [0, 0, 0];
  for (const item of items) {
    xx += (item.old - x) ** 2;
    yy += (item.new - y) ** 2;
    xy += (item.old - x) * (item.new - y);
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : null;
}

function agreementOn(items: readonly SharedItem[], isRating: boolean, middle: number) {
  const labelOf = (value: number) => (isRating ? value : Math.sign(value - middle));
  const [old, fresh] = [items.map((item) => labelOf(item.old)), items.map((item) => labelOf(item.new))];
  const labels = isRating ? [...new Set([...old, ...fresh])].sort((x, y) => x - y) : [-1, 0, 1];
  const table = crossTabulate(old, fresh, labels);
  const raw = rawAgreement(table).value;
  const kappa = isRating ? ratingKappa(old, fresh) : cohenKappa(table).value;
  return { sameSide: raw === null ? null : 100 * raw, kappa };
}

/** Quadratic weights go by the ratings' distance, so every whole rating between the ends stands in the table. */
function ratingKappa(old: readonly number[], fresh: readonly number[]): number | null {
  const rounded = [old, fresh].map((side) => side.map(Math.round)) as [number[], number[]];
  const all = rounded.flat();
  const [low, high] = [all.reduce((x, y) => Math.min(x, y)), all.reduce((x, y) => Math.max(x, y))];
  const labels = Array.from({ length: high - low + 1 }, (_, index) => low + index);
  return cohenKappa(crossTabulate(...rounded, labels), "quadratic").value;
}

/** Games of the models that are judged, each once: of two models that meet, the first by the board's order. */
function gamesOf({ subjects, rows }: BoardInput): Map<string, SlotGame> {
  const judged = new Map(
    subjects.flatMap(([a = "", b = ""]) => [
      [compositeKey(a, b), a] as const,
      [compositeKey(b, a), a] as const,
    ]),
  );
  const games = new Map<string, SlotGame>();
  for (const { a, b, questionId, turn, trial, verdict } of rows) {
    const model = b === undefined ? undefined : judged.get(compositeKey(a, b));
    if (model === undefined || b === undefined || verdict?.kind !== "preference") continue;
    const isSecond = model === b;
    const points = 100 * (isSecond ? verdict.weightB : 1 - verdict.weightB);
    const opponent = isSecond ? a : b;
    games.set(compositeKey(model, opponent, questionId, turn, trial, isSecond ? 2 : 1), {
      questionId,
      points,
      isSecond,
    });
  }
  return games;
}

function slotEffectOf(old: BoardInput, fresh: BoardInput): ItemDrift["slotEffect"] {
  const [before, after] = [gamesOf(old), gamesOf(fresh)];
  const shared = (one: ReadonlyMap<string, SlotGame>, other: ReadonlyMap<string, SlotGame>) =>
    [...one].flatMap(([key, game]) => (other.has(key) ? [game] : []));
  const [left, right] = [shared(before, after), shared(after, before)];
  // Where the orders were drawn differently, no game is shared, and each judge's own games have to do.
  return left.length > 0 ? slotShift(left, right) : slotShift([...before.values()], [...after.values()]);
}

/** Over all models, where every pair of them is compared: what one gains another loses, under any judge. */
function noDrift(items: readonly SharedItem[]): DriftFigure {
  return {
    difference: null,
    standardError: null,
    interval: null,
    items: items.length,
    questions: new Set(items.map(({ questionId }) => questionId)).size,
    reason:
      "where all models meet, what one gains another loses, so that the mean of all is 50 under any judge: see the models",
  };
}

/** How two judges differ over the same items. */
export function itemDrift(
  items: readonly SharedItem[],
  old: BridgeSide,
  fresh: BridgeSide,
): ItemDrift | undefined {
  if (items.length === 0 || old.verdicts === undefined || fresh.verdicts === undefined) return undefined;
  const { scale } = old;
  const isRating = old.metric === "score";
  const isMutual = isMutualBoard(old.verdicts.input);
  const mean = (of: (item: SharedItem) => number) =>
    items.reduce((sum, item) => sum + of(item), 0) / items.length;
  return {
    old: mean((item) => item.old),
    new: mean((item) => item.new),
    overall: isMutual ? noDrift(items) : driftOf(items, scale),
    categories: isMutual ? {} : driftBy(items, ({ category }) => category, scale),
    models: driftBy(items, ({ model }) => model, scale),
    correlation: correlationOf(items),
    ...agreementOn(items, isRating, (scale.low + scale.high) / 2),
    slotEffect: isRating ? null : slotEffectOf(old.verdicts.input, fresh.verdicts.input),
  };
}
