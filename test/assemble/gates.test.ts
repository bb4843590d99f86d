import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { baselineOf, chooseModel, isBaselineFile, readBaseline } from "../../harness/assemble/baselines.js";
import { checkGatesOfPlan, evaluateGates } from "../../harness/assemble/gates.js";
import { readFileVerdicts } from "../../harness/interop/score-files.js";
import { decideAllGates } from "../../harness/pipeline/gates/evaluate-gates.js";
import { gateBoard } from "../../harness/pipeline/gates/gate-board.js";
import { createPlan } from "../../harness/pipeline/plan.js";
import { buildBoard } from "../../harness/pipeline/scores/build-board.js";
import { prettyJson } from "../../harness/store/run-folder.js";
import { runSample, sampleModel, samplePairJudge, sampleSuite, singlePlan } from "../pipeline/sample-plan.js";

const suite = sampleSuite(12);

/** A judge that rates `x` one point higher than `y`, give or take the question. */
const judge = () =>
  sampleModel("judge", (request) => {
    const { subject } = request;
    if (subject.kind !== "judgment") return "";
    const ease = Number(subject.questionId.slice(1)) % 3;
    return `=${5 + ease + (subject.a === "x" ? 1 : 0)}`;
  });

describe("gates against what lies outside the run", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "assay-gates-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const makeRun = (name: string, ids: readonly string[]) =>
    runSample(
      join(folder, name),
      singlePlan(
        suite,
        ids.map((id) => sampleModel(id)),
        judge(),
      ),
    );

  const against = (place: string, more: object = {}) =>
    [{ metric: "score", against: place, maxRegression: 0.5, ...more }] as const;

  test("another run: the only model of it, the one of the same id, or the one named", async () => {
    const only = await makeRun("x-alone", ["x"]);
    const both = await makeRun("both", ["x", "y"]);
    const now = await makeRun("now", ["y"]);
    const outcome = async (place: string) => {
      const [gate] = await evaluateGates([...against(place)], now);
      return [gate?.outcome, gate?.value];
    };
    // y is a point below x on every question; so few of them decide nothing, but the value says who was compared.
    expect(await outcome(only.run)).toEqual(["inconclusive", -1]);
    expect(await outcome(both.run)).toEqual(["inconclusive", 0]);
    expect(await outcome(`${both.run}#x`)).toEqual(["inconclusive", -1]);
  });

  test("a baseline file of the same run differs in nothing", async () => {
    const run = await makeRun("run", ["x", "y"]);
    const file = join(folder, "baseline.json");
    writeFileSync(file, prettyJson(baselineOf(run.run, "x")));
    expect(isBaselineFile(file)).toBe(true);
    expect(isBaselineFile(join(run.run, "run.json"))).toBe(false);
    expect(readBaseline(file).model).toBe("x");
    const gates = await evaluateGates([...against(file), ...against(file, { category: "math" })], run);
    expect(gates.map(({ model, category, outcome, value }) => [model, category, outcome, value])).toEqual([
      ["x", undefined, "inconclusive", 0],
      ["y", undefined, "inconclusive", -1],
      ["x", "math", "inconclusive", 0],
      ["y", "math", "inconclusive", -1],
    ]);
  });

  test("a base that is gone, or was measured in another way, makes the gate fail and says so", async () => {
    const run = await makeRun("run", ["y"]);
    const base = await makeRun("base", ["x"]);
    renameSync(base.run, join(folder, "moved"));
    const [gone] = await evaluateGates([...against(base.run)], run);
    expect(gone).toMatchObject({ outcome: "fail", value: null });
    expect(gone?.message).toMatch(/^The gate cannot be applied: ".*base" is neither a model of this run/);
    const other = await runSample(
      join(folder, "other"),
      singlePlan(
        suite,
        [sampleModel("x")],
        sampleModel("judge-2", () => "=5"),
      ),
    );
    const [foreign] = await evaluateGates([...against(other.run)], run);
    expect(foreign?.outcome).toBe("fail");
    expect(foreign?.message).toMatch(/no figures of protocol sample-single@judge~/);
  });

  test("a base with several models wants one of them named", () => {
    const source = { path: "runs/a", named: undefined, models: ["p", "q"] };
    expect(chooseModel(source, "q")).toBe("q");
    expect(() => chooseModel(source, "z")).toThrow("runs/a holds several models, none of them z");
    expect(() => chooseModel({ ...source, models: [] }, "z")).toThrow("runs/a holds no scored model");
    expect(() => chooseModel({ ...source, named: "r" }, "z")).toThrow('runs/a has no model "r"');
  });

  test("a run without usable verdicts gives no baseline", async () => {
    const run = await runSample(
      join(folder, "silent"),
      singlePlan(
        suite,
        [sampleModel("x")],
        sampleModel("judge", () => "no rating"),
      ),
    );
    expect(() => baselineOf(run.run, undefined)).toThrow(/x has no usable verdict/);
    mkdirSync(join(folder, "empty"));
    expect(() => baselineOf(join(folder, "empty"), undefined)).toThrow(/not a run folder/);
  });
});

const mirror = process.env.ASSAY_MIRROR ?? "";

describe.skipIf(mirror === "")("gates on published MT-Bench judgments (needs ASSAY_MIRROR)", () => {
  async function decide(base: string, model: string, maxRegression: number) {
    const finder = { locateAsset: () => Promise.reject(new Error("no asset is needed")) };
    const file = join(mirror, "mt_bench/model_judgment/gpt-4_single.jsonl");
    const { inputs } = await readFileVerdicts([file], { compat: false, finder, seed: 1 });
    const boards = inputs.map((input) => gateBoard(buildBoard(input).board, input));
    const [gate] = decideAllGates([{ metric: "score", against: base, maxRegression, model }], {
      boards,
      totals: [],
      seed: 1,
      baseFor: (against, candidate, board) => {
        const [one, other] = [against, candidate].map((id) =>
          board.models.find((model) => model.model === id),
        );
        if (one === undefined || other === undefined) throw new Error("both models are in the file");
        return { base: one, candidate: other, lengthControlled: null };
      },
    });
    return gate;
  }

  test("ultrachat_sai against ultrachat_baseline is +0.28 (−0.03 to +0.59): no loss of 0.2, no proof of a gain", async () => {
    const gate = await decide("ultrachat_baseline", "ultrachat_sai", 0.2);
    expect(gate).toMatchObject({ value: 0.28125, outcome: "pass", limit: -0.2 });
    expect(gate?.interval?.low).toBeCloseTo(-0.027989125884, 9);
    expect((await decide("ultrachat_baseline", "ultrachat_sai", 0))?.outcome).toBe("inconclusive");
  });

  test("the other way round 80 questions cannot tell, and the sentence says what they can", async () => {
    const gate = await decide("ultrachat_sai", "ultrachat_baseline", 0.2);
    expect(gate?.outcome).toBe("inconclusive");
    expect(gate?.message).toContain("80 questions tell only differences from about 0.44 on");
  });
});

describe("gates are checked against the boards that the run will have", () => {
  const planFor = (orders: "seeded" | "both") =>
    createPlan({
      suites: [suite],
      models: [sampleModel("x"), sampleModel("base")],
      judges: [
        {
          suite: suite.id,
          judge: { ...samplePairJudge, orders },
          model: judge(),
          mode: "pairwise-baseline",
          baseline: "base",
        },
      ],
      trials: 1,
    });
  const gate = { metric: "lengthControlledWinRate", min: 30 } as const;

  test("one order for each pair gives preferences, which have a length-controlled win rate", () => {
    expect(() => checkGatesOfPlan([gate], planFor("seeded"), ["x"])).not.toThrow();
  });

  test("both orders give win rates, which have none", () => {
    expect(() => checkGatesOfPlan([gate], planFor("both"), ["x"])).toThrow(
      "this run has no board with lengthControlledWinRate (its boards hold win-rate figures)",
    );
  });
});
