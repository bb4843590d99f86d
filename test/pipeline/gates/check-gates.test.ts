import { describe, expect, test } from "vitest";
import { checkGates, type GateFacts } from "../../../harness/pipeline/gates/check-gates.js";
import type { GateRequest } from "../../../harness/pipeline/gates/gate-request.js";

const facts: GateFacts = {
  models: ["small", "large"],
  judgeModels: ["gpt-judge"],
  suites: [
    { id: "mt-bench", categories: ["writing", "math"] },
    { id: "mine", categories: ["law"] },
  ],
  protocols: [
    { suite: "mt-bench", metric: "rating" },
    { suite: "mine", metric: "win-rate", orders: "both" },
  ],
};

function refusal(gate: GateRequest, known: GateFacts = facts): string {
  try {
    checkGates([{ metric: "missing", max: 1 }, gate], known);
  } catch (error) {
    return `${(error as Error).message} | ${(error as { remedy?: string }).remedy ?? ""}`;
  }
  return "accepted";
}

describe("checkGates", () => {
  test.each<GateRequest>([
    { metric: "score", min: 6.5 },
    { metric: "score", min: 6.5, category: "math", model: "small", suite: "mt-bench", confidence: 0.9 },
    { metric: "score", against: "runs/main", maxRegression: 0.2 },
    { metric: "score", against: "small", maxRegression: 0 },
    { metric: "winRate", min: 50, suite: "mine" },
    { metric: "positionConsistency", min: 70 },
    { metric: "coverage", min: 100, category: "law" },
    { metric: "cost", max: 2, model: "gpt-judge" },
  ])("takes %j", (gate) => {
    expect(refusal(gate)).toBe("accepted");
  });

  test.each<[GateRequest, RegExp]>([
    [{ metric: "score" }, /^gates\[1\]\.min: there is nothing to hold the figure to/],
    [{ metric: "score", max: 9 }, /^gates\[1\]\.max: a gate on score does not take it/],
    [{ metric: "score", min: 6, against: "small" }, /^gates\[1\]\.against: stands beside min/],
    [{ metric: "score", against: "small" }, /^gates\[1\]\.maxRegression: is missing beside against/],
    [{ metric: "score", min: 6, maxRegression: 1 }, /^gates\[1\]\.maxRegression: .*does not take it/],
    [{ metric: "score", min: 65 }, /^gates\[1\]\.min: 65 is outside .* rating from 1 to 10/],
    [{ metric: "winRate", min: -1 }, /^gates\[1\]\.min: -1 is outside .*percent/],
    [{ metric: "missing", min: 1 }, /^gates\[1\]\.min: a gate on missing does not take it.*max alone/],
    [{ metric: "coverage", max: 1 }, /^gates\[1\]\.max: /],
    [{ metric: "coverage" }, /^gates\[1\]\.min: is missing/],
    [{ metric: "cost", max: 1, suite: "mine" }, /^gates\[1\]\.suite: /],
    [{ metric: "positionConsistency", min: 1, category: "law" }, /^gates\[1\]\.category: /],
    [{ metric: "score", min: 6, model: "smal" }, /"smal" is not a model of this run \| Did you mean "small"/],
    [{ metric: "score", min: 6, model: "gpt-judge" }, /"gpt-judge" is not a model of this run/],
    [{ metric: "score", min: 6, suite: "mtbench" }, /not a suite of this run \| Did you mean "mt-bench"/],
    [
      { metric: "score", min: 6, category: "maths" },
      /not a category of mt-bench, mine \| Did you mean "math"/,
    ],
    [{ metric: "score", min: 6, suite: "mine" }, /^gates\[1\]\.metric: this run has no board with score/],
    [{ metric: "lengthControlledWinRate", min: 50 }, /^gates\[1\]\.metric: .*rating and win-rate/],
    [
      { metric: "score", against: "small", maxRegression: 0.2, model: "small" },
      /^gates\[1\]\.against: "small" would be compared with itself/,
    ],
  ])("refuses %j", (gate, message) => {
    expect(refusal(gate)).toMatch(message);
  });

  test("refuses position consistency where each pair is judged once, and a comparison with the only model", () => {
    const seeded = {
      ...facts,
      protocols: [{ suite: "mine", metric: "win-rate", orders: "seeded" }],
    } as const;
    expect(refusal({ metric: "positionConsistency", min: 70 }, seeded)).toMatch(/one order only/);
    const alone = { ...facts, models: ["small"] };
    expect(refusal({ metric: "score", against: "small", maxRegression: 1 }, alone)).toMatch(/no other model/);
  });

  test("checks the form alone where nothing is judged", () => {
    const answersOnly = { ...facts, protocols: [] };
    expect(refusal({ metric: "lengthControlledWinRate", min: 50 }, answersOnly)).toBe("accepted");
    expect(refusal({ metric: "score" }, answersOnly)).toMatch(/nothing to hold/);
  });
});
