import { describe, expect, test } from "vitest";
import { rankingAgreement, separability } from "../../harness/stats/separability.js";

const placed = (ends: Readonly<Record<string, readonly [number, number]>>) =>
  Object.entries(ends).map(([model, [low, high]]) => ({ model, value: (low + high) / 2, low, high }));

describe("separability and agreement", () => {
  const own = placed({ a: [10, 12], b: [7, 9], c: [6, 8], d: [1, 2] });

  test("count pairs whose intervals do not meet", () => {
    expect(separability(own)).toEqual({ pairs: 6, separated: 5, share: (100 * 5) / 6 });
    expect(separability(own.slice(0, 1))).toEqual({ pairs: 0, separated: 0, share: null });
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
