import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { prepare, prepareEvaluation } from "../../harness/assemble/evaluation.js";
import { resolveConfig } from "../../harness/config/resolve.js";
import { systemClock } from "../../harness/core/clock.js";
import { sampleModel, sampleSuite } from "../pipeline/sample-plan.js";

const services = {
  environment: { ASSAY_HOME: mkdtempSync(join(tmpdir(), "assay-evaluation-")) },
  clock: systemClock,
  random: () => 0,
};

describe("one way to prepare an evaluation", () => {
  test("a live baseline without a price is refused under a budget, before a call", async () => {
    const config = resolveConfig([
      {
        suites: ["assay-80"],
        models: ["gpt-4.1"],
        judges: ["gpt-4.1"],
        mode: "pairwise-baseline",
        baseline: "nobody-knows-its-price",
        baseUrl: "http://localhost:1/v1",
        budget: 1,
      },
    ]);
    await expect(prepareEvaluation(config, services)).rejects.toMatchObject({
      code: "unknown-price",
      message: expect.stringContaining("nobody-knows-its-price"),
    });
  });

  test("protocols that stay in the folder are scored with their calibration", async () => {
    const source = {
      suites: [sampleSuite(2)],
      models: [sampleModel("x")],
      asked: [],
      trials: 1,
      held: new Set<string>(),
      findOpponents: async () => ({
        models: {},
        names: new Map(),
        answers: new Map(),
        asked: [],
        warnings: [],
      }),
    };
    const config = resolveConfig([{}]);
    const codes = async (kept: Parameters<typeof prepare>[0]["kept"]) =>
      (await prepare({ ...source, kept }, config, services)).warnings.map(({ code }) => code);
    expect(await codes([])).toEqual([]);
    // Neither assets nor a network are here, so it cannot be had, and that is said.
    expect(await codes([{ id: "p", suite: "alpaca-eval-2", metric: "preference", judgeModel: "j" }])).toEqual(
      ["no-calibration"],
    );
  });
});
