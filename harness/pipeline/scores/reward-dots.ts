import type { Board } from "../../core/board.js";
import type { RewardDots } from "../../core/board-rewards.js";
import { compositeKey } from "../../core/composite-key.js";
import type { Judgment } from "../../core/records.js";
import type { RecordVisitor, Standing } from "../../store/visit-records.js";

/** Dots of one model: more make no picture clearer. */
const MOST_DOTS = 400;

/** Rewards of a board's answers that count: by prompt, then by model. */
export type BoardRewards = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Keeps the rewards of verdicts that come from some. */
export class RewardTracer implements RecordVisitor {
  private readonly byProtocol = new Map<string, Map<string, Map<string, number>>>();

  judgment(judgment: Judgment, standing: Standing): void {
    if (standing !== "counts" || judgment.status !== "judged" || judgment.verdict.kind !== "preference")
      return;
    const { rewards } = judgment.verdict;
    const { protocol, questionId, turn, trial, a, b } = judgment;
    if (rewards === undefined || b === undefined) return;
    const places = this.byProtocol.get(protocol) ?? new Map<string, Map<string, number>>();
    this.byProtocol.set(protocol, places);
    const key = compositeKey(questionId, turn, trial);
    const place = places.get(key) ?? new Map<string, number>();
    places.set(key, place.set(a, rewards[0]).set(b, rewards[1]));
  }

  /** Undefined for a protocol without rewards. */
  of(protocol: string): BoardRewards | undefined {
    return this.byProtocol.get(protocol);
  }
}

/** A prompt's rewards less their mean, so that those of several prompts may stand on one axis. */
function centred(rewards: ReadonlyMap<string, number>): readonly (readonly [string, number])[] {
  const mean = [...rewards.values()].reduce((sum, reward) => sum + reward, 0) / rewards.size;
  return Array.from(rewards, ([model, reward]) => [model, reward - mean] as const);
}

function thinned(sorted: readonly number[]): readonly number[] {
  if (sorted.length <= MOST_DOTS) return sorted;
  const step = (sorted.length - 1) / (MOST_DOTS - 1);
  return Array.from({ length: MOST_DOTS }, (_, at) => sorted[Math.round(at * step)] ?? 0);
}

function medianOf(sorted: readonly number[]): number {
  const half = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(half)] ?? 0) + (sorted[Math.ceil(half)] ?? 0)) / 2;
}

function dotsOf(model: string, values: readonly number[]): RewardDots {
  const sorted = [...values].sort((x, y) => x - y);
  return {
    model,
    n: sorted.length,
    lowest: sorted[0] ?? 0,
    median: medianOf(sorted),
    mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    highest: sorted.at(-1) ?? 0,
    dots: thinned(sorted),
  };
}

/** A board with the rewards of its answers, models in the order of its rows; unchanged where no reward model judged. */
export function boardWithRewards(board: Board, rewards: BoardRewards | undefined): Board {
  if (rewards === undefined) return board;
  const byModel = new Map<string, number[]>();
  for (const place of rewards.values()) {
    if (place.size < 2) continue;
    for (const [model, value] of centred(place)) {
      const values = byModel.get(model);
      if (values === undefined) byModel.set(model, [value]);
      else values.push(value);
    }
  }
  const dots = board.models.flatMap(({ model }) => {
    const values = byModel.get(model);
    return values === undefined ? [] : [dotsOf(model, values)];
  });
  return dots.length === 0 ? board : { ...board, rewards: dots };
}
