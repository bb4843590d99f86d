import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { refuseSecondJudge } from "../../harness/assemble/second-judge.js";
import { resolveConfig } from "../../harness/config/resolve.js";
import type { Judge } from "../../harness/core/records.js";
import { drawForSecond, isUnclear } from "../../harness/core/second-judging.js";
import { estimatePlan, plannedCalls } from "../../harness/pipeline/estimate.js";
import type { RunEvent } from "../../harness/pipeline/events.js";
import { mergeRuns } from "../../harness/pipeline/merge/merge-runs.js";
import { createPlan, type JudgeBinding } from "../../harness/pipeline/plan.js";
import { MOST_UNREADABLE } from "../../harness/pipeline/readable-verdicts.js";
import { scoreRun } from "../../harness/pipeline/scores/score-run.js";
import { sentinelCalls } from "../../harness/pipeline/sentinel/rounds-due.js";
import { questionsOfShard } from "../../harness/pipeline/shard.js";
import { readJudgments, readManifest } from "../../harness/store/run-folder.js";
import { renderConsole } from "../../reports/console/console.js";
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

const suite = sampleSuite(40);

/** A part of the questions, as a shard asks it. */
interface Part {
  readonly index: number;
  readonly count: number;
  readonly seed?: number;
}

function plan(judge: Judge, cheap: SampleModel, strong: SampleModel, share = 0.25, part?: Part) {
  const isPair = judge.kind === "pair";
  const common = samplePairing(suite, judge);
  const first: JudgeBinding = { ...common, model: cheap };
  const ids = part && new Set(questionsOfShard([suite], part).get(suite.id));
  const questions = suite.questions.filter(({ id }) => ids?.has(id) !== false);
  return createPlan({
    suites: [{ ...suite, questions }],
    models: [sampleModel("m1"), ...(isPair ? [sampleModel("base")] : [])],
    judges: [first, { ...common, model: strong, second: { after: first, share, margin: 25 } }],
    trials: 1,
    seed: part?.seed ?? 1,
    ...(part === undefined ? {} : { shard: { ...part, wholeSuites: [suite] } }),
  });
}

/** Rates every third answer in the middle, one in ten not at all, and the others high. */
const cheap = () =>
  sampleModel("cheap", ({ messages }) => {
    const at = numberIn(messages.at(-1)?.content ?? "");
    return at % 10 === 0 ? "hm" : at % 3 === 0 ? "=5" : "=9";
  });
const strong = () =>
  sampleModel("strong", ({ messages }) => (numberIn(messages.at(-1)?.content ?? "") % 2 === 0 ? "=8" : "=6"));

let run = "";
beforeEach(() => {
  run = temporaryFolder();
});

describe("a second judge", () => {
  it("is asked on all that is unclear and on a recorded share of the rest", async () => {
    const judge = strong();
    const { manifest, scores, gaps } = await runSample(run, plan(sampleJudge, cheap(), judge));
    const records = [...readJudgments(run)].filter(({ protocol }) => protocol.includes("strong"));
    const unclear = records.filter(({ drawn }) => drawn?.because === "unclear");
    // Of questions 1 to 40, two turns each: 4 that cannot be read, 12 in the middle.
    expect(unclear).toHaveLength(2 * 16);
    expect(unclear.every(({ drawn }) => drawn?.probability === 1)).toBe(true);
    const byChance = records.filter(({ drawn }) => drawn?.because === "share");
    expect(byChance.every(({ drawn }) => drawn?.probability === 0.25)).toBe(true);
    expect(byChance.length).toBeGreaterThan(2);
    expect(byChance.length).toBeLessThan(24);
    expect(judge.requests).toHaveLength(records.length);
    expect(manifest.judgments.planned).toBe(80 + records.length);
    expect(gaps.verdictsMissing).toBe(8);
    const [board, ...others] = scores.boards;
    expect(others).toEqual([]);
    expect(board?.second).toMatchObject({
      judge: "strong",
      judged: 80,
      unclear: 32,
      asked: records.length,
      missing: 0,
    });
    const corrected = board?.second?.models[0]?.corrected;
    // The strong judge's mean of everything is 7; the cheap one's is far above.
    expect(Math.abs((corrected?.estimate ?? 0) - 7)).toBeLessThan(0.5);
    expect(corrected?.interval?.low).toBeLessThan(7);
    expect(corrected?.interval?.high).toBeGreaterThan(7);
    expect(renderConsole(scores)).toContain("corrected to strong");
    const beside = scores.warnings.filter(({ code }) => code === "second-judge-beside");
    expect(beside.map(({ message }) => message)).toEqual([
      expect.stringContaining("gates and policies on sample are corrected to strong"),
    ]);
  });

  it("draws the same when a killed run goes on, and asks nothing twice", async () => {
    const whole = temporaryFolder();
    await runSample(whole, plan(sampleJudge, cheap(), strong()));
    const placesOf = (folder: string) =>
      [...readJudgments(folder)]
        .map(({ protocol, questionId, turn, drawn }) =>
          [protocol, questionId, turn, drawn].map((one) => JSON.stringify(one)).join(" "),
        )
        .sort();
    await runSample(run, plan(sampleJudge, cheap(), strong()));
    const files = readdirSync(join(run, "judgments"), { recursive: true })
      .map(String)
      .filter((name) => name.endsWith(".jsonl"));
    for (const name of files) {
      const file = join(run, "judgments", name);
      const lines = readFileSync(file, "utf8").split("\n");
      // The later half is lost, and the last line that is left is torn.
      writeFileSync(file, lines.slice(0, Math.ceil(lines.length / 2)).join("\n"));
      truncateSync(file, readFileSync(file).length - 5);
    }
    const left = files.reduce(
      (sum, name) => sum + readFileSync(join(run, "judgments", name), "utf8").split("\n").length - 1,
      0,
    );
    const [again, asked] = [cheap(), strong()];
    await runSample(run, plan(sampleJudge, again, asked));
    expect(placesOf(run)).toEqual(placesOf(whole));
    // Unreadable verdicts are asked for twice.
    const wanted = placesOf(whole).length - left;
    expect(asked.requests.length).toBeLessThan(wanted);
    const [third, fourth] = [cheap(), strong()];
    await runSample(run, plan(sampleJudge, third, fourth));
    expect(fourth.requests).toHaveLength(0);
    expect(existsSync(join(run, "scores.json"))).toBe(true);
  });

  it("looks at both orders of a pair together", async () => {
    // Always the answer shown first: the two orders disagree on every comparison.
    const fickle = sampleModel("cheap", () => "A");
    await runSample(
      run,
      plan(
        samplePairJudge,
        fickle,
        sampleModel("strong", ({ messages }) => (String(messages[0]?.content).startsWith("m1") ? "A" : "B")),
      ),
    );
    const [board] = scoreRun(run).boards;
    expect(board?.second).toMatchObject({ judged: 80, unclear: 80, asked: 80, askedShare: 100 });
    expect(board?.second?.models[0]).toMatchObject({
      model: "m1",
      first: 50,
      corrected: { estimate: 100, asked: 80 },
    });
    expect(readManifest(run).protocols[1]).toMatchObject({
      planned: 160,
      second: { share: 0.25, margin: 25 },
    });
  });

  it("gives merged shards the figures and the counts of the undivided run", async () => {
    const whole = await runSample(run, plan(sampleJudge, cheap(), strong()));
    const parts = await Promise.all(
      [1, 2, 3].map(async (index) => {
        const folder = temporaryFolder();
        await runSample(folder, plan(sampleJudge, cheap(), strong(), 0.25, { index, count: 3 }));
        return folder;
      }),
    );
    const clock = {
      now: () => 0,
      monotonic: () => 0,
      sleep: () => Promise.resolve(),
      turn: () => Promise.resolve(),
    };
    const out = join(temporaryFolder(), "merged");
    const { manifest, scores, gaps } = await mergeRuns(parts, { out, clock, version: "0.0.0" });
    expect(manifest.judgments).toEqual(whole.manifest.judgments);
    expect(manifest.protocols.map(({ planned }) => planned)).toEqual(
      whole.manifest.protocols.map(({ planned }) => planned),
    );
    expect(gaps).toEqual(whole.gaps);
    const [board, wholes] = [scores.boards[0], whole.scores.boards[0]];
    expect(board?.models).toEqual(wholes?.models);
    const { models = [], ...counts } = board?.second ?? {};
    const { models: others = [], ...wholeCounts } = wholes?.second ?? {};
    expect(counts).toEqual(wholeCounts);
    // Sums in another order differ in their last digits.
    expect(models[0]?.corrected.estimate).toBeCloseTo(others[0]?.corrected.estimate ?? 0, 10);
    expect(models[0]?.corrected.interval?.low).toBeCloseTo(others[0]?.corrected.interval?.low ?? 0, 10);
    // Nothing is left to be asked for.
    const [again, asked] = [cheap(), strong()];
    await runSample(out, plan(sampleJudge, again, asked));
    expect([again.requests.length, asked.requests.length]).toEqual([0, 0]);
    const manifestFile = join(parts[1] ?? "", "run.json");
    writeFileSync(manifestFile, readFileSync(manifestFile, "utf8").replace('"seed": 1', '"seed": 2'));
    await expect(
      mergeRuns(parts, { out: join(temporaryFolder(), "other"), clock, version: "0.0.0" }),
    ).rejects.toMatchObject({ code: "different-seeds" });
  });

  it("is not asked in the place of a first judge that gives no verdict at all", async () => {
    const events: RunEvent[] = [];
    const asked = strong();
    const { manifest, gaps } = await runSample(
      run,
      plan(
        sampleJudge,
        sampleModel("cheap", () => "hm"),
        asked,
      ),
      { events, judgeAttempts: 1 },
    );
    // What could not be read is unclear; of the other places nothing is known.
    expect(asked.requests).toHaveLength(MOST_UNREADABLE);
    expect(manifest.judgments).toMatchObject({ judged: MOST_UNREADABLE, unreadable: MOST_UNREADABLE });
    expect(gaps.verdictsMissing).toBe(80);
    const told = events.flatMap((event) => (event.type === "warning" ? [event.warning] : []));
    expect(told.filter(({ code }) => code === "judge-given-up")).toEqual([
      expect.objectContaining({ message: expect.stringContaining("strong is not asked about them either") }),
    ]);
  });

  it("makes the calls of a plan the most that there can be", () => {
    const estimate = estimatePlan(plan(sampleJudge, cheap(), strong()), {
      asOf: "2026-01-01",
      models: new Map(),
    });
    expect(plannedCalls(estimate)).toBe("at most 240 calls");
    expect(plannedCalls({ ...estimate, stages: estimate.stages.slice(0, 2) })).toBe("240 calls");
  });

  it("must judge as the first one does", () => {
    const first: JudgeBinding = { suite: suite.id, judge: sampleJudge, model: cheap(), mode: "single" };
    const later = { share: 0.1, margin: 25, after: first };
    const withSecond = (second: JudgeBinding) => () =>
      createPlan({
        suites: [suite],
        models: [sampleModel("m1")],
        judges: [first, { ...second, second: later }],
        trials: 1,
      });
    expect(withSecond({ ...first, judge: { ...sampleJudge, turns: "last" }, model: strong() })).toThrow(
      "every turn",
    );
    expect(withSecond(first)).toThrow("it is the first judge itself");
  });
});

describe("settings of a second judge", () => {
  const config = (more: object) =>
    resolveConfig([{ suites: ["assay-80"], judges: [{ model: "cheap" }], ...more }]);
  it("are refused without one, and it with a jury", () => {
    expect(() => refuseSecondJudge(config({ secondShare: 20 }))).toThrow(/--second-share says how/);
    expect(() => refuseSecondJudge(config({ secondMargin: 5 }))).toThrow(/--second-margin says how/);
    expect(() => refuseSecondJudge(config({ secondJudge: "strong", jury: "mean" }))).toThrow(/a jury reads/);
    expect(() => refuseSecondJudge(config({ secondJudge: "strong", secondShare: 20 }))).not.toThrow();
  });

  it("count a sentinel's calls for it, too", () => {
    const { protocols } = plan(sampleJudge, cheap(), strong());
    const file = join(temporaryFolder(), "none.jsonl");
    const calls = [...sentinelCalls(protocols, { anchors: 5, file }).values()];
    expect(calls.map(({ anchors }) => anchors)).toEqual([5, 5]);
  });
});

describe("what is unclear", () => {
  it("is what cannot be read, and what lies near the middle", () => {
    expect(isUnclear([0, 100], 25)).toBe(true);
    expect(isUnclear([100, 50], 25)).toBe(true);
    expect(isUnclear([100, 50], 20)).toBe(false);
    expect(isUnclear([24.9], 25)).toBe(false);
    expect(isUnclear([100, null], 25)).toBe(true);
  });

  it("is drawn with the chance that is recorded, whichever model is named first", () => {
    const rules = { first: "p", share: 0.2, margin: 25 };
    const places = Array.from({ length: 2000 }, (_, at) => ({ questionId: `q${at}`, turn: 1, trial: 1 }));
    const drawn = places.map((place) => drawForSecond(rules, { ...place, models: ["a", "b"] }, [100], 7));
    const swapped = places.map((place) => drawForSecond(rules, { ...place, models: ["b", "a"] }, [0], 7));
    expect(drawn).toEqual(swapped);
    const count = drawn.filter((one) => one !== undefined).length;
    expect(Math.abs(count - 400)).toBeLessThan(3 * Math.sqrt(2000 * 0.2 * 0.8));
  });
});
