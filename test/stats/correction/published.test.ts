import { describe, expect, it } from "vitest";
import {
  efficient,
  predictionPowered,
  predictionPoweredPlus,
} from "../../../harness/stats/correction/published.js";
import { allocateVotes, roganGladen } from "../../../harness/stats/correction/rogan-gladen.js";

const TINY = {
  voted: [1, 1, 0, 1, 0, 0, 1, 1, 0, 1],
  judged: [1, 1, 0, 0, 0, 1, 1, 1, 0, 1],
  rest: [1, 0, 1, 1, 1, 0, 0, 1, 1, 0, 1, 1, 0, 1, 1, 1, 0, 0, 1, 1],
};

/** Values of the R package debias-llm-as-a-judge on ten votes, at 90%. */
describe("published corrections of a binary judge", () => {
  it.each([
    ["PPI", predictionPowered, 0.65, 0.03419590643274853, 1, 0.32784116506523364, 0.876104168390646],
    [
      "PPI++",
      predictionPoweredPlus,
      0.6201286416950436,
      0.02040442258376424,
      0.4025728339008701,
      0.3758244194953848,
      0.81570246910364,
    ],
    ["EIF", efficient, 0.6291666666666668, 0.019392939814814814, null, 0.3886204264907463, 0.819120750963391],
  ] as const)("%s", (_, estimator, estimate, variance, lambda, low, high) => {
    const found = estimator(TINY, 90);
    if (found.estimate === null) throw new Error(found.reason);
    expect(found.estimate).toBeCloseTo(estimate, 12);
    expect(found.variance).toBeCloseTo(variance, 12);
    if (lambda === null) expect(found.lambda).toBeNull();
    else expect(found.lambda).toBeCloseTo(lambda, 12);
    expect(found.interval?.low).toBeCloseTo(low, 11);
    expect(found.interval?.high).toBeCloseTo(high, 11);
  });

  it("make no interval of votes that show no variation", () => {
    const alike = { voted: [1, 1, 1], judged: [1, 1, 1], rest: [1, 1, 1] };
    for (const estimator of [predictionPowered, predictionPoweredPlus, efficient])
      expect(estimator(alike)).toMatchObject({ estimate: 1, interval: null });
    expect(predictionPowered({ voted: [1], judged: [1], rest: [1, 0] })).toMatchObject({ estimate: null });
  });

  it("average votes by win, tie and loss, and by nothing finer", () => {
    const halves = { voted: [1, 0.5, 0, 1], judged: [1, 0.5, 0, 1], rest: [1, 1, 0.5, 0] };
    expect(efficient(halves).estimate).toBeCloseTo(0.625, 12);
    expect(efficient({ ...halves, rest: [0.1, 0.2, 0.3, 0.4] })).toMatchObject({ estimate: null });
    expect(efficient({ voted: [1, 1], judged: [1, 1], rest: [1, 0] })).toMatchObject({
      estimate: null,
      reason: "one kind of the judge's verdicts has no vote",
    });
  });
});

/** Values of the code published with arXiv 2511.21140. */
describe("Rogan–Gladen", () => {
  it.each([
    [0.6, 1000, 0.7, 100, 0.9, 100, 0.5, 0.3935389644723897, 0.6032632459388532],
    [0.5, 805, 0.85, 60, 0.8, 40, 0.5384615384615387, 0.4130276432549569, 0.689915594013639],
    [0.95, 200, 0.9, 50, 0.9, 50, 1, 0.9627505585509, 1],
    [0.42, 160, 0.95, 30, 0.75, 30, 0.5285714285714285, 0.3591401862594745, 0.7210772012165714],
  ])("share %d of %d", (share, judged, specificity, zeros, sensitivity, ones, value, low, high) => {
    const found = roganGladen({ share, judged, specificity, zeros, sensitivity, ones });
    expect(found.value).toBeCloseTo(value, 12);
    expect(found.interval?.low).toBeCloseTo(low, 10);
    expect(found.interval?.high).toBeCloseTo(high, 10);
  });

  it("gives an interval beyond the scale the width that it has at the end, and none as published", () => {
    const beyond = { share: 0.2, judged: 500, specificity: 0.7, zeros: 200, sensitivity: 0.9, ones: 200 };
    expect(roganGladen(beyond, { compat: true }).interval).toMatchObject({ low: 0, high: 0 });
    const { value, interval } = roganGladen(beyond);
    expect(value).toBe(0);
    expect(interval?.low).toBe(0);
    expect(interval?.high).toBeGreaterThan(0.05);
    expect(interval?.high).toBeLessThan(0.2);
  });

  it("refuses a judge that hardly discriminates, and one that nobody voted on", () => {
    const weak = { share: 0.5, judged: 500, specificity: 0.5, zeros: 50, sensitivity: 0.6, ones: 50 };
    expect(roganGladen(weak).reason).toContain("hardly tells the outcomes apart");
    expect(roganGladen({ ...weak, sensitivity: 0.9, ones: 0 }).reason).toContain("both outcomes");
  });

  it.each([
    [200, 0.6, 0.7, 0.9, 0, 107, 93],
    [200, 0.6, 0.7, 0.9, 10, 97, 103],
    [100, 0.1, 0.9, 0.9, 5, 90, 10],
    [300, 0.9, 0.8, 0.95, 20, 45, 255],
  ])("splits %d votes at a share of %d", (votes, share, specificity, sensitivity, pilot, zeros, ones) => {
    expect(allocateVotes({ votes, share, specificity, sensitivity, pilot })).toEqual({ zeros, ones });
  });
});
