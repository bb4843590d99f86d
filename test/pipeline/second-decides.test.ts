import { beforeEach, describe, expect, it } from "vitest";
import { baselineOf } from "../../harness/assemble/baselines.js";
import { evaluateGates } from "../../harness/assemble/gates.js";
import { readBattles } from "../../harness/assemble/rank/read-battles.js";
import { changeFigure, ownFigure, relativeFigure } from "../../harness/pipeline/changes/change-figures.js";
import type { Measured } from "../../harness/pipeline/changes/measured.js";
import { compareModels } from "../../harness/pipeline/compare/compare-models.js";
import { comparedModels } from "../../harness/pipeline/compare/question-values.js";
import { checkGates } from "../../harness/pipeline/gates/check-gates.js";
import { createPlan, type JudgeBinding } from "../../harness/pipeline/plan.js";
import type { RunResult } from "../../harness/pipeline/run.js";
import { joinVerdicts } from "../../harness/pipeline/scores/join-verdicts.js";
import { scoresOf } from "../../harness/pipeline/scores/verdicts.js";
import { renderComparison, renderConsole } from "../../reports/console/console.js";
import { renderSummary } from "../../reports/markdown/markdown.js";
import { reportView } from "../../reports/view/view.js";
import {
  numberIn,
  runSample,
  type SampleModel,
  sampleJudge,
  sampleModel,
  samplePairing,
  samplePairJudge,
  sampleSuite,
  temporaryFolder,
} from "./sample-plan.js";

const suite = sampleSuite(120);

/** The cheap judge favours `fine`; the strong one rates it a point lower than `plain`. */
function judge(name: string, lead: number): SampleModel {
  return sampleModel(name, ({ messages }) => {
    const text = messages.at(-1)?.content ?? "";
    const at = numberIn(text);
    const own = name === "cheap" ? (at % 3 === 0 ? 5 : 8) : 4 + ((at * 7) % 5);
    return `=${text.startsWith("rate fine") ? own + lead : own}`;
  });
}

async function judged(
  isSeconded = true,
  share = 0.5,
  models: readonly string[] = ["plain", "fine"],
): Promise<RunResult & { folder: string }> {
  const folder = temporaryFolder();
  const common = samplePairing(suite, sampleJudge);
  const first: JudgeBinding = { ...common, model: judge("cheap", 1) };
  const second = { after: first, share, margin: 25 };
  const judges = isSeconded ? [first, { ...common, model: judge("strong", -1), second }] : [first];
  const plan = createPlan({
    suites: [suite],
    models: models.map((name) => sampleModel(name)),
    judges,
    trials: 1,
    seed: 1,
  });
  return { ...(await runSample(folder, plan)), folder };
}

let both: RunResult & { folder: string };
beforeEach(async () => {
  both ??= await judged();
});

const modelsOf = ({ verdicts }: RunResult) => {
  const models = verdicts.inputs.flatMap((input) => comparedModels(input, suite));
  const of = (name: string) => {
    const found = models.find(({ model }) => model === name);
    if (found === undefined) throw new Error(name);
    return found;
  };
  return { plain: of("plain"), fine: of("fine") };
};

describe("where a second judge corrects the figures", () => {
  it("gates hold the corrected figure to their limits, and say what the first judge says alone", async () => {
    const gates = await evaluateGates(
      [
        { metric: "score", against: "plain", maxRegression: 0.5, model: "fine" },
        { metric: "score", min: 7, model: "fine" },
        { metric: "score", min: 3, model: "fine", category: "math" },
      ],
      both,
    );
    const [against, min, category] = gates;
    // By the cheap judge alone it gains a point; by the strong one it loses one.
    expect(against).toMatchObject({ outcome: "fail", decidedBy: "strong", firstJudge: 1 });
    expect(against?.value).toBeCloseTo(-1, 0);
    expect(against?.message).toContain("as corrected to strong, which decides, +1.00 by cheap alone");
    expect(min).toMatchObject({ outcome: "fail", decidedBy: "strong", firstJudge: 8 });
    expect(min?.value).toBeCloseTo(5, 0);
    expect(category).toMatchObject({ outcome: "pass", decidedBy: "strong", category: "math" });
  });

  it("refuses a gate against a run that the second judge has not judged, with the remedy", async () => {
    const single = await judged(false);
    const [gate] = await evaluateGates(
      [{ metric: "score", against: single.folder, maxRegression: 0.5, model: "fine" }],
      both,
    );
    expect(gate).toMatchObject({ outcome: "fail", value: null });
    expect(gate?.message).toContain("no verdicts of the second judge strong");
    expect(gate?.message).toContain("--second-judge");
  });

  it("refuses a baseline file, which could keep the first judge's figures alone", async () => {
    expect(() => baselineOf(both.folder, "fine")).toThrow("corrected to the second judge strong");
    const single = await judged(false);
    expect(baselineOf(single.folder, "fine").boards).toHaveLength(1);
  });

  it("refuses a gate on a length-controlled win rate before anything is called", () => {
    const facts = {
      models: ["m"],
      judgeModels: [],
      suites: [{ id: "s", categories: [] }],
      protocols: [{ suite: "s", metric: "preference" as const, second: "strong" }],
    };
    expect(() => checkGates([{ metric: "lengthControlledWinRate", min: 50 }], facts)).toThrow(
      "corrects the win rate",
    );
    expect(() => checkGates([{ metric: "winRate", min: 50 }], facts)).not.toThrow();
  });

  it("comparisons are decided by the corrected difference, with the first judge's beside it", () => {
    const { plain, fine } = modelsOf(both);
    const options = { margin: 0.5, level: 95, seed: 1 };
    const comparison = compareModels(plain, fine, options);
    expect(comparison).toMatchObject({
      delta: 1,
      decidedBy: "second",
      verdict: "fail",
      second: { judge: "strong", first: "cheap" },
    });
    expect(comparison.second?.estimate).toBeCloseTo(-1, 0);
    expect(comparison.second?.interval?.high).toBeLessThan(-0.5);
    expect(comparison.sentence).toContain("fine is worse than plain");
    expect(comparison.sentence).toContain("as corrected to strong");
    expect(comparison.minimumDetectableEffect).toBeGreaterThan(0);
    // Two models in one another's place: the same difference, turned.
    const back = compareModels(fine, plain, options).second;
    expect(back?.estimate).toBeCloseTo(-(comparison.second?.estimate ?? 0), 10);
  });

  it("compares by the first judge alone, and says so, where one side has no second judge", async () => {
    const single = await judged(false);
    const comparison = compareModels(modelsOf(single).plain, modelsOf(both).fine, {
      margin: 0,
      level: 95,
      seed: 1,
    });
    expect(comparison.decidedBy).toBeUndefined();
    expect(comparison.verdict).toBe("pass");
    expect(comparison.warnings.map(({ code }) => code)).toContain("second-judge-missing");
  });

  it("policies and cards take the corrected figures, and no share of the base", () => {
    const { plain, fine } = modelsOf(both);
    const measured = (values: typeof plain): Measured =>
      ({
        by: { kind: "records", values },
        model: values.model,
        protocol: values.protocol,
      }) as unknown as Measured;
    const pair = { base: measured(plain), candidate: measured(fine) };
    expect(ownFigure(pair.candidate, 95)).toMatchObject({ corrected: { judge: "strong" } });
    const change = changeFigure(pair, 95);
    expect(change.estimate).toBeCloseTo(-1, 0);
    expect(change.interval?.high).toBeLessThan(0);
    const relative = relativeFigure(pair, 0.05, 95).figure;
    expect(relative).toMatchObject({ interval: null, reason: expect.stringContaining("maxDrop") });
  });

  it("reports conclude from the corrected difference, and keep the first judge's beside it", () => {
    const { plain, fine } = modelsOf(both);
    const comparison = compareModels(plain, fine, { margin: 0.5, level: 95, seed: 1 });
    const { manifest, scores } = both;
    const text = renderSummary(
      reportView({
        ...{ manifests: [manifest], scores, suites: [suite], gates: [], comparisons: [comparison] },
        ...{ answers: [], judgments: [], title: "T", version: "0.0.0", generatedAt: "2026-01-01" },
      } as never),
    );
    expect(text).toContain("Even the high end of the interval is a loss");
    expect(text).not.toContain("Even the low end of the interval is a gain");
    expect(text).toMatch(/By cheap alone: \d\.\d\d → \d\.\d\d, \+1\.00/);
    // Nothing was tested of the corrected difference, and the questions that moved are the first judge's.
    expect(renderComparison(comparison).replace(/\s+/g, " ")).toMatch(
      /difference −\S+ \(95% interval −\S+ to −\S+\)\. 120 better, 0 worse, 0 alike on 120 questions by cheap alone\./,
    );
    expect(text).toMatch(/Difference −\S+ \(95% interval [^)]*\); 120 better, .* by cheap alone/);
    expect(text).not.toContain("p – by");
  });

  it("boards are headed and ordered by the corrected figures", () => {
    const text = renderConsole(both.scores);
    expect(text).toContain("Score, corrected");
    expect(text).toContain("by cheap alone");
    expect(text.indexOf("plain")).toBeLessThan(text.indexOf("fine"));
  });

  it("a report of two runs keeps the corrected figures of both", async () => {
    const [earlier, newer] = [await judged(true, 0.5, ["plain"]), await judged(true, 0.5, ["fine"])];
    const joined = joinVerdicts(newer.verdicts, earlier.verdicts);
    if (joined === undefined) throw new Error("nothing was joined");
    const secondOf = ({ boards }: Pick<RunResult["scores"], "boards">) => boards[0]?.second;
    const [before, after] = [secondOf(earlier.scores), secondOf(newer.scores)];
    const second = secondOf(scoresOf(joined.verdicts));
    expect(second?.models).toHaveLength(2);
    for (const row of [...(before?.models ?? []), ...(after?.models ?? [])])
      expect(second?.models.find(({ model }) => model === row.model)).toEqual(row);
    expect(second).toMatchObject({
      judged: 480,
      asked: (before?.asked ?? 0) + (after?.asked ?? 0),
      cost: { second: null },
    });
    const [plain, fine] = joined.verdicts.inputs.flatMap((input) => comparedModels(input, suite));
    if (plain === undefined || fine === undefined) throw new Error("no models");
    const comparison = compareModels(plain, fine, { margin: 0.5, level: 95, seed: 1 });
    expect(comparison).toMatchObject({ base: "plain", decidedBy: "second", verdict: "fail" });
  });

  it("ratings by comparisons are refused", async () => {
    const folder = temporaryFolder();
    const common = { suite: suite.id, judge: samplePairJudge, mode: "pairwise-all" as const };
    const first: JudgeBinding = { ...common, model: sampleModel("cheap", () => "TIE") };
    const second = { after: first, share: 0.5, margin: 25 };
    const judges = [first, { ...common, model: sampleModel("strong", () => "A"), second }];
    const models = [sampleModel("plain"), sampleModel("fine")];
    await runSample(folder, createPlan({ suites: [suite], models, judges, trials: 1, seed: 1 }));
    const options = { baseline: undefined, styled: false } as never;
    await expect(readBattles([folder], options)).rejects.toMatchObject({ code: "second-judge-not-ranked" });
  });
});
