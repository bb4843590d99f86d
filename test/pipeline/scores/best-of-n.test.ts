import { describe, expect, it } from "vitest";
import type { ManifestProtocol } from "../../../harness/core/manifest.js";
import type { Judgment, Verdict } from "../../../harness/core/records.js";
import { BestOfN } from "../../../harness/pipeline/scores/best-of-n.js";
import { VerdictGrid } from "../../../harness/pipeline/scores/verdict-grid/grid.js";
import { verdictRows } from "../../../harness/pipeline/scores/verdict-grid/row.js";

function protocol(id: string, metric: "rating" | "win-rate"): ManifestProtocol {
  return {
    id,
    suite: "s",
    judge: id,
    judgeModel: `${id}-model`,
    mode: metric === "rating" ? "single" : "pairwise-all",
    metric,
    subjects: [],
    turns: "each",
    identity: {},
    assets: [],
    planned: 0,
  };
}

const PROTOCOLS = [protocol("reward", "win-rate"), protocol("grades", "rating")];

function judged(name: string, questionId: string, trial: number, verdict: Verdict, order?: 1 | 2): Judgment {
  return {
    taskId: "t",
    protocol: name,
    suite: "s",
    questionId,
    category: "c",
    turn: 1,
    trial,
    a: "m",
    ...(order === undefined ? {} : { b: "other", order }),
    answers: [],
    at: "",
    status: "judged",
    request: { messages: [], parameters: {} },
    replies: [],
    verdict,
  };
}

const rewarded = (a: number, b: number): Verdict => ({
  kind: "preference",
  winner: "a",
  weightB: 0,
  rewards: [a, b],
});
const rated = (rating: number): Verdict => ({ kind: "rating", rating });

/** Rewards and ratings of three trials on each question; the picks are trials 2, 1 (the first of equal ones) and 3. */
const GIVEN = [
  { id: "q1", rewards: [-1, 2.5, 0], ratings: [4, 8, 6] },
  { id: "q2", rewards: [3, 3, 1], ratings: [7, 9, 5] },
  { id: "q3", rewards: [-9, -8, -7.5], ratings: [2, 3, 10] },
];

/** In the order of the suite; records come in another one. */
const SUITE = { questions: GIVEN.map(({ id }) => ({ id, category: "c", turns: ["Why?"] })) };

function filled(trials = 3): BestOfN {
  const grids = new Map(PROTOCOLS.map(({ id }) => [id, new VerdictGrid()]));
  const best = new BestOfN(PROTOCOLS, trials, (id) => grids.get(id));
  const give = (judgment: Judgment) => {
    for (const row of verdictRows(judgment)) grids.get(judgment.protocol)?.put(row, false);
    best.judgment(judgment, "counts");
  };
  for (const { id, rewards, ratings } of [...GIVEN].reverse()) {
    rewards.forEach((reward, index) => {
      give(judged("reward", id, index + 1, rewarded(99, 0), 1));
      give(judged("reward", id, index + 1, rewarded(reward, 0), 1));
      give(judged("grades", id, index + 1, rated(ratings[index] ?? 0)));
    });
  }
  return best;
}

describe("best of n", () => {
  it("picks the trial with the highest reward, by the last record of each place", () => {
    const row = filled()
      .rowsOf("reward", SUITE)
      ?.find(({ model }) => model === "m");
    expect(row?.picks).toEqual([
      { questionId: "q1", turn: 1, trial: 2, reward: 2.5, of: 3 },
      { questionId: "q2", turn: 1, trial: 1, reward: 3, of: 3 },
      { questionId: "q3", turn: 1, trial: 3, reward: -7.5, of: 3 },
    ]);
  });

  it("says what another judge gives the picks beside the mean of all trials", () => {
    const row = filled()
      .rowsOf("reward", SUITE)
      ?.find(({ model }) => model === "m");
    // Picked 8, 7, 10; means 6, 7, 5; gains 2, 0, 5.
    expect(row?.judges).toMatchObject([
      { protocol: "grades", judge: "grades-model", mean: 6, n: 3, questions: 3 },
    ]);
    expect(row?.judges[0]?.picked).toBeCloseTo(25 / 3, 12);
    expect(row?.judges[0]?.gain).toBeCloseTo(7 / 3, 12);
  });

  it("says nothing of one trial, of judges without rewards and of verdicts on replaced answers", () => {
    expect(filled(1).rowsOf("reward", SUITE)).toBeUndefined();
    expect(filled().rowsOf("grades", SUITE)).toBeUndefined();
    const stale = new BestOfN(PROTOCOLS, 3, () => undefined);
    stale.judgment(judged("reward", "q1", 1, rewarded(1, 0), 1), "stale");
    expect(stale.rowsOf("reward", SUITE)).toBeUndefined();
  });
});
