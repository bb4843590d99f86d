import type { Board, PartialScore, PreferenceRow, RatingRow } from "../../core/board.js";
import { countOf } from "../../core/count-of.js";
import { presentFields } from "../../core/present-fields.js";
import type { Warning } from "../../core/records.js";
import { excerpt } from "../../core/text.js";
import type { BuiltBoard } from "../../pipeline/scores/build-board.js";
import { summarizePreferences } from "../../stats/preference-summary.js";
import {
  adjustedScore,
  judgedPairs,
  macroOf,
  type PairCounts,
  preferencesOf,
  rewardOf,
  unadjustedScore,
} from "./figures.js";
import type { RewardRow, ScoreRow } from "./rows.js";

/** Published figures agree with those of the counts to this. */
const SAME = 1e-9;

/** What all boards of WildBench's files say of themselves: the files name neither the judge nor the questions. */
const HEAD = { suite: "wildbench", judge: "wildbench", answersChecked: false } as const;

const NOT_IN_FILE = "the file holds no figure for each task";

function bestFirst<Row>(rows: readonly Row[], headline: (row: Row) => number | null): Row[] {
  const key = (row: Row) => headline(row) ?? Number.NEGATIVE_INFINITY;
  return [...rows].sort((x, y) => key(y) - key(x) || 0);
}

/** Tasks that are expected of every model: what any row of the board has. */
function tasksOf(rows: readonly { readonly total: number }[]): number {
  return Math.max(0, ...rows.map(({ total }) => total));
}

/** Says which models' own published figures do not follow from the same file. */
function differing(models: readonly string[]): Warning[] {
  if (models.length === 0) return [];
  const names = models.map((model) => excerpt(model, 40)).join(", ");
  const message = `WildBench: published figures of ${names} do not follow from the counts of the same file; those of the counts are shown`;
  return [{ code: "published-differs", message, count: models.length }];
}

function groupPart(counts: PairCounts): PartialScore {
  const n = judgedPairs(counts);
  const { winRate, standardError, interval } = summarizePreferences({ preferences: preferencesOf(counts) });
  return { score: winRate, standardError, interval, n, reward: rewardOf(counts, n) };
}

function groupRewards({ groups }: RewardRow): ReadonlyMap<string, number | null> {
  return new Map(Array.from(groups, ([group, counts]) => [group, rewardOf(counts, judgedPairs(counts))]));
}

function preferenceRow(row: RewardRow, tasks: number, compat: boolean): PreferenceRow {
  const { model, averageLength, total } = row;
  const judged = preferencesOf(row);
  const own = summarizePreferences({ preferences: judged, expected: tasks });
  // A pair without a verdict adds nothing to the sum and one to the divisor: it counts as a tie.
  const padded = new Float64Array(total).fill(0.5);
  padded.set(judged);
  const shown = compat ? summarizePreferences({ preferences: padded, expected: tasks }) : own;
  const { slots: _, reason, ...figures } = own;
  const { winRate, standardError, interval, bounds } = shown;
  return {
    model,
    ...figures,
    ...{ winRate, standardError, interval, bounds },
    reward: rewardOf(row, compat ? total : judged.length),
    macroReward: macroOf(groupRewards(row)),
    invalid: 0,
    questions: own.n,
    averageLength,
    lengthControlledWinRate: null,
    lengthControlledStandardError: null,
    lengthControlled: null,
    categories: Object.fromEntries(Array.from(row.groups, ([group, counts]) => [group, groupPart(counts)])),
    reasons: {
      ...presentFields({ winRate: reason ?? undefined }),
      lengthControlledWinRate: "WildBench has a length rule instead, which its counts hold already",
    },
  };
}

function isOff(found: number | null, published: number | null): boolean {
  return found !== null && published !== null && Math.abs(found - published) > SAME;
}

function rewardWarnings(rows: readonly RewardRow[], against: string, compat: boolean): Warning[] {
  const count = rows.reduce((sum, row) => sum + row.total - judgedPairs(row), 0);
  const rule = compat
    ? "the overall reward is divided by all pairs, as WildBench does, which draws it towards 0; those of the groups are not"
    : "rewards are divided by the judged ones; WildBench divides the overall reward by all (--compat)";
  const pairs = countOf(count, "pair has", "pairs have");
  const unjudged: Warning[] =
    count === 0
      ? []
      : [
          {
            code: "unjudged-pairs",
            message: `WildBench against ${against}: ${pairs} no verdict; ${rule}`,
            count,
          },
        ];
  const other = rows.filter(
    (row) =>
      isOff(rewardOf(row, row.total), row.reward) || isOff(macroOf(groupRewards(row)), row.macroReward),
  );
  return [...unjudged, ...differing(other.map(({ model }) => model))];
}

/** What the rows of a board of rewards share. */
export interface RewardFrame {
  /** The model that all were compared with, as far as it is known. */
  readonly reference: string;
  /** {@link RewardRow.k}. */
  readonly k: number;
  /** As WildBench computes it: unjudged pairs in the divisor of the overall reward. */
  readonly compat: boolean;
}

/** A board of WB-Rewards against one reference: win rate 50 + 50·reward, the reward itself beside it. */
export function rewardBoard(rows: readonly RewardRow[], { reference, k, compat }: RewardFrame): BuiltBoard {
  const tasks = tasksOf(rows);
  const models = bestFirst(
    rows.map((row) => preferenceRow(row, tasks, compat)),
    ({ winRate }) => winRate,
  );
  const rule = k < 0 ? "no-length-rule" : `K=${k}`;
  const board: Board = {
    ...HEAD,
    mode: "pairwise-baseline",
    protocol: `wildbench-reward-${rule}@published`,
    baseline: reference,
    metric: "preference",
    models,
  };
  return { board, warnings: rewardWarnings(rows, excerpt(reference, 60), compat) };
}

function ratingRow(row: ScoreRow, tasks: number): RatingRow {
  const { model, score, total, averageLength, groups } = row;
  const missing = tasks - total;
  const withMissing = (rating: number) => (tasks === 0 ? null : (score * total + rating * missing) / tasks);
  const part = (adjusted: number): PartialScore => ({
    score: unadjustedScore(adjusted),
    adjustedScore: adjusted,
    n: null,
  });
  return {
    model,
    score,
    adjustedScore: adjustedScore(score),
    macroScore: macroOf(groups),
    standardError: null,
    interval: null,
    n: total,
    invalid: 0,
    missing,
    questions: total,
    averageLength,
    bounds: { low: withMissing(1), high: withMissing(10) },
    turns: {},
    categories: Object.fromEntries(Array.from(groups, ([group, adjusted]) => [group, part(adjusted)])),
    reasons: {
      standardError: NOT_IN_FILE,
      interval: NOT_IN_FILE,
      n: "the file does not count its groups' tasks",
    },
  };
}

/** A board of WB-Scores: mean rating, the adjusted score and the macro score beside it. */
export function scoreBoard(rows: readonly ScoreRow[]): BuiltBoard {
  const tasks = tasksOf(rows);
  const models = bestFirst(
    rows.map((row) => ratingRow(row, tasks)),
    ({ score }) => score,
  );
  const board: Board = {
    ...HEAD,
    mode: "single",
    protocol: "wildbench-score@published",
    metric: "rating",
    scale: { low: 1, high: 10 },
    models,
  };
  const other = rows.filter((row) => isOff(macroOf(row.groups), row.macroScore));
  return { board, warnings: differing(other.map(({ model }) => model)) };
}
