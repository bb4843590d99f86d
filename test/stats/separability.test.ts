import { describe, expect, test } from "vitest";
import { rankClusters, rankingAgreement, separability } from "../../harness/stats/separability.js";

const placed = (ends: Readonly<Record<string, readonly [number, number]>>) =>
  Object.entries(ends).map(([model, [low, high]]) => ({ model, value: (low + high) / 2, low, high }));

describe("separability and agreement", () => {
  const own = placed({ a: [10, 12], b: [7, 9], c: [6, 8], d: [1, 2] });

  test("count pairs whose intervals do not meet", () => {
    expect(separability(own)).toEqual({ pairs: 6, separated: 5, share: (100 * 5) / 6 });
    expect(separability(own.slice(0, 1))).toEqual({ pairs: 0, separated: 0, share: null });
  });

  test("put models into the cluster of the best one that their interval meets", () => {
    const ranked = placed({ a: [8, 12], b: [7, 10], c: [6, 8], d: [6, 7.9], e: [5, 9], f: [1, 2] });
    expect(rankClusters(ranked)).toEqual([
      { leader: "a", from: 1, to: 3 },
      { leader: "d", from: 4, to: 5 },
      { leader: "f", from: 6, to: 6 },
    ]);
    expect(rankClusters([])).toEqual([]);
  });

  test("are found for 20,000 models without comparing their 200 million pairs", () => {
    const many = Array.from({ length: 20_000 }, (_, at) => ({
      model: `m${at}`,
      value: -at,
      low: -at - 5,
      high: -at + 4.5,
    }));
    // Each meets the nine before it and the nine after it.
    const pairs = (20_000 * 19_999) / 2;
    const meeting = 9 * 20_000 - (9 * 10) / 2;
    expect(separability(many)).toMatchObject({ pairs, separated: pairs - meeting });
    expect(rankClusters(many)).toHaveLength(2000);
  });

  test("take a pair off that both rankings tell apart in opposite orders", () => {
    const second = placed({ d: [5, 6], a: [3, 4], b: [1, 3.5], unknown: [0, 1] });
    // a and b meet in the second; d stands above both there, and below both here.
    expect(rankingAgreement(own, second)).toEqual({
      models: 3,
      pairs: 3,
      alike: 0,
      reversed: 2,
      agreement: (100 * -2) / 3,
      spearman: -0.5,
    });
  });
});
