import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../harness/core/random.js";
import { parseLeaderboard } from "../../../harness/interop/alpaca-eval/leaderboard.js";
import {
  type BridgeAnchor,
  bridgeHeldOut,
  carryOver,
  type JudgeBridge,
  judgeBridge,
  leastSquaresBridge,
  valueAtLogit,
} from "../../../harness/stats/bridge/judge-bridge.js";
import { errorsInVariablesLine, spearman } from "../../../harness/stats/bridge/logit-line.js";

const scale = { low: 0, high: 100 };

function bridgeOf(anchors: readonly BridgeAnchor[]): JudgeBridge {
  const bridge = judgeBridge(anchors, { scale });
  if ("reason" in bridge) throw new Error(bridge.reason);
  return bridge;
}

/** Anchors at these logits, without sampling errors. */
function exact(points: readonly (readonly [number, number])[]): BridgeAnchor[] {
  return points.map(([x, y]) => ({
    from: { value: valueAtLogit(scale, x), standardError: null },
    to: { value: valueAtLogit(scale, y), standardError: null },
  }));
}

describe("a line between two judges", () => {
  it("is least squares where no sampling error is known, derived by hand", () => {
    // y = 0.3 + 1.05x + e with Σe 0 and Σxe 0.1: slope 1.05 + 0.1/10; Σe² 0.185 less 0.1²/10 leaves 0.184 on 3 degrees of freedom.
    const errors = [0.2, -0.35, 0.1, -0.05, 0.1];
    const anchors = exact(errors.map((e, index) => [index - 2, 0.3 + 1.05 * (index - 2) + e]));
    const { line } = bridgeOf(anchors);
    expect(line.slope).toBeCloseTo(1.06, 10);
    expect(line.intercept).toBeCloseTo(0.3, 10);
    expect(line.residualVariance).toBeCloseTo(0.184 / 3, 10);
    expect(line.slopeVariance).toBeCloseTo(0.184 / 30, 10);
    expect(leastSquaresBridge(anchors, scale)?.slope).toBeCloseTo(1.06, 10);
  });

  it("is steeper by the share of x that is sampling error, and less so where both judges share the error", () => {
    // m_xx 2.5, m_xy 2.5; errors of variance .5 in x: 2.5/(2.5 − .5) = 1.25; with a shared .5: (2.5 − .5)/2 = 1.
    const at = (covariance: number) =>
      [-2, -1, 0, 1, 2].map((x) => ({ x, y: x, xVariance: 0.5, yVariance: 0.5, covariance }));
    expect(errorsInVariablesLine(at(0))).toMatchObject({ slope: 1.25 });
    expect(errorsInVariablesLine(at(0.5))).toMatchObject({ slope: 1 });
  });

  it("ranks with mean ranks for ties", () => {
    // Ranks 1, 2.5, 2.5, 4 and 1, 3, 2, 4: covariance 4.5 over √(4.5 · 5).
    expect(spearman([1, 2, 2, 3], [1, 3, 2, 4])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12);
    expect(spearman([1, 1], [1, 2])).toBeNull();
  });

  it("is refused for three anchors, for anchors that are alike, and far beyond them", () => {
    const three = judgeBridge(
      exact([
        [0, 0],
        [1, 1],
        [2, 2],
      ]),
      { scale },
    );
    expect(three).toMatchObject({ reason: expect.stringContaining("3 anchors are too few") });
    const alike = [49, 50, 51, 52].map((value) => ({
      from: { value, standardError: 3 },
      to: { value, standardError: 3 },
    }));
    expect(judgeBridge(alike, { scale })).toMatchObject({
      reason: expect.stringContaining("sampling errors"),
    });
    const bridge = bridgeOf(
      exact([
        [0, 0],
        [1, 1.1],
        [2, 1.9],
        [3, 3],
      ]),
    );
    expect(bridge.predict({ value: valueAtLogit(scale, 3.9), standardError: null }).value).not.toBeNull();
    expect(bridge.predict({ value: valueAtLogit(scale, 4.1), standardError: null })).toMatchObject({
      value: null,
      reason: expect.stringContaining("1.1 logits beyond"),
    });
    expect(bridge.predict({ value: 100, standardError: 0 }).value).toBeNull();
  });

  it("expects a narrower interval of one more anchor, most of one far from the others", () => {
    const bridge = bridgeOf(
      exact([
        [-1, -1],
        [-0.5, -0.4],
        [0, 0.1],
        [0.5, 0.4],
        [1, 1],
      ]),
    );
    const target = [{ value: valueAtLogit(scale, 1.8), standardError: null }];
    const [none, near, far] = [[], [50], [valueAtLogit(scale, 1.9)]].map((added) =>
      bridge.halfWidthWith(added, target),
    );
    expect(near).toBeLessThan(none as number);
    expect(far).toBeLessThan(near as number);
  });
});

/** How often the 95% interval of a new model holds what the other judge says of it. */
function coverage(anchors: number, questions: number, equationError: number, shared: number): number {
  const random = seededRandom(`${anchors}/${questions}/${equationError}/${shared}`);
  const rounds = 2500;
  let held = 0;
  let asked = 0;
  const draw = (): BridgeAnchor => {
    const truth = 0.2 + 0.9 * random.normal();
    const other = -0.1 + 0.6 * truth + equationError * random.normal();
    const common = random.normal();
    const observe = (logit: number) => {
      const rate = valueAtLogit({ low: 0, high: 1 }, logit);
      const error =
        (Math.sqrt(shared) * common + Math.sqrt(1 - shared) * random.normal()) /
        Math.sqrt(questions * rate * (1 - rate));
      const value = valueAtLogit(scale, logit + error);
      return { value, standardError: Math.sqrt((value * (100 - value)) / questions) };
    };
    const [from, to] = [observe(truth), observe(other)];
    return { from, to, covariance: shared * (from.standardError ?? 0) * (to.standardError ?? 0) };
  };
  while (asked < rounds) {
    const bridge = judgeBridge(Array.from({ length: anchors }, draw), { scale });
    if ("reason" in bridge) continue;
    for (let one = 0; one < 2; one++) {
      const { from, to } = draw();
      const found = bridge.predict(from);
      if (found.reason !== null) continue;
      asked++;
      if (found.low <= to.value && to.value <= found.high) held++;
    }
  }
  return (100 * held) / asked;
}

describe("prediction intervals of a bridge", () => {
  it.each([6, 12, 28])("hold the other judge's score at the nominal rate with %i anchors", (anchors) => {
    const found = [
      coverage(anchors, 805, 0.25, 0),
      coverage(anchors, 80, 0.25, 0),
      coverage(anchors, 80, 0.25, 0.6),
      coverage(anchors, 805, 0.05, 0.6),
    ];
    for (const rate of found) {
      expect(rate).toBeGreaterThan(93.5);
      expect(rate).toBeLessThan(96.5);
    }
  });
});

const mirror = process.env.ASSAY_MIRROR;

describe.skipIf(mirror === undefined)("bridges between published boards (needs ASSAY_MIRROR)", () => {
  const rowsOf = (name: string) => {
    const file = join(mirror ?? "", "alpaca_eval/leaderboards", `${name}_leaderboard.csv`);
    return parseLeaderboard(readFileSync(file, "utf8"), file).rows.filter((row) => row.standardError !== 0);
  };
  const anchorsOf = (old: string, fresh: string) => {
    const others = new Map(rowsOf(fresh).map((row) => [row.model, row]));
    return rowsOf(old).flatMap((row) => {
      const other = others.get(row.model);
      if (other?.winRate == null || row.winRate === null) return [];
      return [
        {
          from: { value: row.winRate, standardError: row.standardError },
          to: { value: other.winRate, standardError: other.standardError },
        },
      ];
    });
  };

  it("equal the ones computed independently", () => {
    const claude = anchorsOf("alpaca_eval_gpt4", "claude");
    expect(claude).toHaveLength(28);
    const line = leastSquaresBridge(claude, scale);
    expect(line?.slope).toBeCloseTo(0.5078837760600716, 9);
    expect(line?.intercept).toBeCloseTo(-0.1190955359220106, 9);
    expect(line?.leaveOneOutError).toBeCloseTo(3.997251392706151, 9);
    expect(carryOver(claude).naiveError).toBeCloseTo(9.946792964116511, 9);
    expect(carryOver(claude).spearman).toBeCloseTo(0.9329318368464277, 9);
    const cot = anchorsOf("weighted_alpaca_eval_gpt4_turbo", "alpaca_eval_cot_gpt4_turbo_fn");
    expect(cot).toHaveLength(11);
    expect(leastSquaresBridge(cot, scale)).toMatchObject({
      slope: expect.closeTo(1.035356392972197, 9),
      intercept: expect.closeTo(0.10028613538839537, 9),
      leaveOneOutError: expect.closeTo(2.2822511247149775, 9),
    });
    expect(carryOver(cot)).toMatchObject({
      naiveError: expect.closeTo(2.101981368087094, 9),
      spearman: expect.closeTo(0.8, 9),
    });
    // The default line, which knows the published standard errors, is a little steeper and no worse.
    expect(bridgeOf(claude).line.slope).toBeCloseTo(0.5109889641729065, 9);
    expect(bridgeHeldOut(claude, { scale })).toEqual({
      leaveOneOutError: expect.closeTo(3.9969, 3),
      covered: 27,
    });
    expect(bridgeHeldOut(cot, { scale }).covered).toBe(10);
  });
});
