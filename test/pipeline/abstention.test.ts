import { describe, expect, test } from "vitest";
import type { Judge, Model } from "../../harness/core/records.js";
import { itemOf } from "../../harness/pipeline/judge-items.js";
import { createPlan } from "../../harness/pipeline/plan.js";
import { scoreRun } from "../../harness/pipeline/scores/score-run.js";
import { createAssayPairJudge, createAssaySingleJudge } from "../../judges/assay.js";
import { loadJudge } from "../../judges/registry.js";
import { preferenceFromSamples } from "../../judges/sampled-judge.js";
import {
  runSample,
  sampleJudge,
  sampleModel,
  samplePairJudge,
  sampleSuite,
  temporaryFolder,
} from "./sample-plan.js";

const suite = sampleSuite(2);

/** A judge of one's own that passes on what it cannot decide. */
function passing(judge: Judge): Judge {
  const read: Judge["read"] = (generation, item) =>
    generation.text === "PASS" ? { kind: "abstained", reason: "it passes" } : judge.read(generation, item);
  return { ...judge, read };
}

function planOf(judge: Judge, judgeModel: Model) {
  const models = [sampleModel("x"), sampleModel("y")];
  const mode = judge.kind === "single" ? ("single" as const) : ("pairwise-all" as const);
  return createPlan({
    suites: [suite],
    models,
    judges: [{ suite: suite.id, judge, model: judgeModel, mode }],
    trials: 1,
  });
}

describe("a judge that abstains", () => {
  test("gives a verdict of its own kind: asked once, no gap, counted apart, and within the bounds alone", async () => {
    const run = temporaryFolder();
    const judge = () =>
      sampleModel("judge", ({ messages }) => (messages[0]?.content.includes("second 2") ? "PASS" : "=7"));
    const first = judge();
    const { manifest, gaps } = await runSample(run, planOf(passing(sampleJudge), first));
    expect(first.requests).toHaveLength(8);
    expect(manifest).toMatchObject({
      status: "complete",
      failures: [],
      judgments: { planned: 8, judged: 6, abstained: 2, unreadable: 0, failed: 0 },
    });
    expect(gaps.verdictsMissing).toBe(0);
    const [board] = scoreRun(run).boards;
    expect(board?.models[0]).toMatchObject({ score: 7, n: 3, abstained: 1, invalid: 0, missing: 0 });
    expect(board?.models[0]?.bounds).toEqual({ low: 5.5, high: 7.75 });
    expect(board?.models[0]?.categories.math).toMatchObject({ n: 1, abstained: 1 });
    expect(scoreRun(run).warnings).toMatchObject([{ code: "abstained-verdicts", count: 2 }]);
    const again = judge();
    await runSample(run, planOf(passing(sampleJudge), again), { retryFailed: true });
    expect(again.requests).toHaveLength(0);
  });

  test("is not counted any more where another judge takes its place, so that gaps stay gaps", async () => {
    const run = temporaryFolder();
    const replying = (id: string, odd: string) =>
      sampleModel(id, ({ messages }) => (messages[0]?.content.includes("second 2") ? odd : "=7"));
    await runSample(run, planOf(passing(sampleJudge), replying("judge", "PASS")));
    const { manifest, gaps } = await runSample(run, planOf(sampleJudge, replying("other", "hm")));
    expect(manifest.judgments).toEqual({ planned: 8, judged: 6, unreadable: 2, failed: 0, skipped: 0 });
    expect(gaps.verdictsMissing).toBe(2);
  });

  test("leaves a comparison open where it abstains in either order", async () => {
    const run = temporaryFolder();
    const judge = sampleModel("judge", ({ messages }) => {
      const shown = messages[0]?.content ?? "";
      if (shown.includes("second 2")) return shown.startsWith("x") ? "PASS" : "A";
      return shown.startsWith("x") ? "A" : "B";
    });
    await runSample(run, planOf(passing(samplePairJudge), judge));
    const [board] = scoreRun(run).boards;
    if (board?.metric !== "win-rate") throw new Error("no pairs");
    expect(board.pairs).toMatchObject([{ wins: 3, errors: 0, missing: 0, abstained: 1 }]);
    expect(board.models[0]).toMatchObject({ model: "x", n: 3, abstained: 1, bounds: { low: 75, high: 100 } });
  });
});

describe("abstain: true of the assay judge", () => {
  const [question] = suite.questions;
  if (question === undefined) throw new Error("no question");
  const item = itemOf({ kind: "single" }, question, 1, [["an answer"]], "c0de");
  const pair = itemOf({ kind: "pair" }, question, 1, [["one"], ["two"]], "c0de");
  const said = (text: string) => ({ text, finishReason: "stop" }) as const;

  test("is told to the judge model, and is a protocol of its own; without it nothing changes", () => {
    const [plain, abstaining] = [createAssaySingleJudge(), createAssaySingleJudge({ abstain: true })];
    const textOf = (judge: Judge) =>
      judge
        .request(item)
        .messages.map(({ content }) => content)
        .join("\n");
    expect(textOf(abstaining).startsWith(textOf(plain))).toBe(true);
    expect(textOf(abstaining).slice(textOf(plain).length)).toContain("FINAL RATING [c0de]: ABSTAIN");
    expect([plain.protocolPrefix, abstaining.protocolPrefix]).toEqual([
      "assay-single",
      "assay-single-abstain",
    ]);
    expect(createAssaySingleJudge({ abstain: false }).identity).toEqual(plain.identity);
    expect(abstaining.identity).not.toEqual(plain.identity);
    // An earlier version never knew it.
    expect(createAssaySingleJudge({ abstain: true, version: 1 }).identity).toEqual(abstaining.identity);
  });

  test("reads the word in the place of a verdict, with the call's code alone, and not together with one", () => {
    const judge = createAssaySingleJudge({ abstain: true });
    const kinds = [
      "Too little.\nFINAL RATING [c0de]: ABSTAIN",
      "FINAL RATING [c0de]: 7",
      "FINAL RATING [beef]: ABSTAIN",
      "FINAL RATING [c0de]: ABSTAIN\nFINAL RATING [c0de]: 7",
      "I cannot decide.",
    ].map((text) => judge.read(said(text), item).kind);
    expect(kinds).toEqual(["abstained", "rating", "unreadable", "unreadable", "unreadable"]);
    expect(createAssaySingleJudge().read(said("FINAL RATING [c0de]: ABSTAIN"), item).kind).toBe("unreadable");
    const structured = createAssaySingleJudge({ abstain: true, structured: true });
    const object = (rating: string) => said(`{"evidence": "e", "code": "c0de", "rating": ${rating}}`);
    expect(['"ABSTAIN"', "7", '"7"'].map((value) => structured.read(object(value), item).kind)).toEqual([
      "abstained",
      "rating",
      "unreadable",
    ]);
    const pairs = createAssayPairJudge({ abstain: true });
    expect(pairs.read(said("FINAL VERDICT [c0de]: ABSTAIN"), pair).kind).toBe("abstained");
    expect(pairs.read(said("FINAL VERDICT [c0de]: TIE"), pair).kind).toBe("preference");
  });

  test("of samples: those that abstain are left out, unless they are most", () => {
    const [a, none] = [
      { kind: "preference", winner: "a", weightB: 0 },
      { kind: "abstained", reason: "" },
    ] as const;
    expect(preferenceFromSamples([a, a, none])).toMatchObject({ kind: "preference", weightB: 0 });
    expect(preferenceFromSamples([a, none, none])).toEqual({
      kind: "abstained",
      reason: "it abstained in 2 of 3 samples",
    });
  });

  test("is refused for judges that have no such form", async () => {
    const context = { locateAsset: () => Promise.reject(new Error("no asset")) };
    const refused = expect.objectContaining({ code: "judge-abstain-unknown" });
    await expect(loadJudge("rubric", { mode: "single", abstain: true }, context)).rejects.toEqual(refused);
    await expect(loadJudge("assay@1", { mode: "single", abstain: true }, context)).rejects.toEqual(refused);
  });
});
