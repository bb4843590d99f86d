import { describe, expect, it } from "vitest";
import type { Board } from "../../../harness/core/board.js";
import type { Judgment } from "../../../harness/core/records.js";
import { boardWithRewards, RewardTracer } from "../../../harness/pipeline/scores/reward-dots.js";
import { rewardsView } from "../../../reports/view/rewards.js";

function judgment(questionId: string, a: string, b: string, rewards: readonly [number, number]): Judgment {
  const verdict = { kind: "preference", winner: "tie", weightB: 0.5, rewards } as const;
  const place = { suite: "s", questionId, category: "c", turn: 1, trial: 1, a, b, answers: [], at: "" };
  return {
    ...place,
    taskId: "",
    protocol: "p",
    status: "judged",
    request: { messages: [], parameters: {} },
    replies: [],
    verdict,
  };
}

const board = (models: readonly string[]) =>
  ({ models: models.map((model) => ({ model })) }) as unknown as Board;

describe("rewards of a board", () => {
  const tracer = new RewardTracer();
  tracer.judgment(judgment("q1", "x", "y", [5, 1]), "counts");
  // The other order shows the same two.
  tracer.judgment(judgment("q1", "y", "x", [1, 5]), "counts");
  tracer.judgment(judgment("q2", "x", "y", [-10, -20]), "counts");
  tracer.judgment(judgment("q3", "x", "y", [900, 100]), "stale");

  it("are each less the mean of their prompt, which has a zero of its own", () => {
    const shown = boardWithRewards(board(["y", "x"]), tracer.of("p"));
    expect(shown.rewards).toEqual([
      { model: "y", n: 2, lowest: -5, median: -3.5, mean: -3.5, highest: -2, dots: [-5, -2] },
      { model: "x", n: 2, lowest: 2, median: 3.5, mean: 3.5, highest: 5, dots: [2, 5] },
    ]);
    const view = rewardsView(shown, "");
    expect([view?.axisLow, view?.axisHigh]).toEqual([expect.any(Number), expect.any(Number)]);
    expect(view?.axisLow).toBeLessThanOrEqual(-5);
    expect(view?.rows[0]?.mean).toMatchObject({ text: "−3.50", from: "/rewards/0/mean" });
  });

  it("are thinned evenly, ends included, and are none where no reward model judged", () => {
    const many = new RewardTracer();
    for (let at = 0; at < 1000; at++) many.judgment(judgment(`q${at}`, "x", "y", [2 * at, 0]), "counts");
    const [x] = boardWithRewards(board(["x"]), many.of("p")).rewards ?? [];
    expect([x?.n, x?.dots.length, x?.dots[0], x?.dots.at(-1)]).toEqual([1000, 400, 0, 999]);
    expect(boardWithRewards(board(["x"]), many.of("other")).rewards).toBeUndefined();
  });
});
