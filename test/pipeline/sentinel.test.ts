import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../harness/core/clock.js";
import { createDispatcher } from "../../harness/pipeline/dispatch/dispatcher.js";
import { knownPrices } from "../../harness/pipeline/dispatch/prices.js";
import { openResponseCache } from "../../harness/pipeline/dispatch/response-cache.js";
import { estimatePlan } from "../../harness/pipeline/estimate.js";
import type { RunEvent } from "../../harness/pipeline/events.js";
import { mergeRuns } from "../../harness/pipeline/merge/merge-runs.js";
import { sentinelCalls } from "../../harness/pipeline/sentinel/rounds-due.js";
import { readSentinel } from "../../harness/store/sentinel-file.js";
import { spentOn } from "../../harness/store/spending.js";
import {
  endpointError,
  runSample,
  sampleModel,
  sampleSuite,
  singlePlan,
  temporaryFolder,
} from "./sample-plan.js";

/** A judge that gives each answer a rating of its own, moved by `shift`. */
function judgeWith(shift: number, name = "judge-0613") {
  return sampleModel("judge", (request) => {
    const text = request.messages.at(-1)?.content ?? "";
    const own = 4 + (text.length % 3);
    return { text: `=${own + shift}`, endpointModel: name, systemFingerprint: `fp-${name}` };
  });
}

const suite = sampleSuite(6);
const planWith = (judge: ReturnType<typeof judgeWith>) =>
  singlePlan(suite, [sampleModel("x"), sampleModel("y")], judge);

describe("a sentinel", () => {
  test("freezes anchors in the first run, and judges them again first in every later one", async () => {
    const folder = temporaryFolder();
    const sentinel = { anchors: 10, file: join(folder, "sentinel.jsonl") };
    const judge = judgeWith(0);
    const first = await runSample(join(folder, "a"), planWith(judge), { sentinel });
    // 24 verdicts of the run, then 10 anchors five times.
    expect(judge.requests).toHaveLength(24 + 50);
    expect(first.manifest.sentinel).toMatchObject([{ anchors: 10, eValue: 1, alarm: null, threshold: 20 }]);
    expect(first.manifest.totals).toContainEqual(expect.objectContaining({ stage: "judgments", calls: 74 }));
    expect(first.manifest.judgments).toMatchObject({ planned: 24, judged: 24 });
    expect(first.scores.boards[0]?.models[0]).toMatchObject({ n: 12 });

    const again = judgeWith(0);
    const second = await runSample(join(folder, "b"), planWith(again), { sentinel });
    expect(again.requests).toHaveLength(24 + 10);
    const anchored = new Set(judge.requests.slice(24).map((one) => one.messages[0]?.content));
    expect(again.requests.slice(0, 10).every((one) => anchored.has(one.messages[0]?.content))).toBe(true);
    expect(second.manifest.sentinel?.[0]?.rounds).toHaveLength(6);
    expect(second.manifest.sentinel?.[0]?.sentence).toContain("No sign that judge has changed");
  });

  test("says that a judge has changed, before the run's own verdicts are paid for", async () => {
    const folder = temporaryFolder();
    const sentinel = { anchors: 20, file: join(folder, "sentinel.jsonl") };
    await runSample(join(folder, "a"), planWith(judgeWith(0)), { sentinel });
    const events: RunEvent[] = [];
    const result = await runSample(join(folder, "b"), planWith(judgeWith(-1, "judge-1106")), {
      sentinel,
      events,
    });
    const [history] = result.manifest.sentinel ?? [];
    expect(history?.alarm?.eValue).toBeGreaterThanOrEqual(20);
    expect(history?.newNames).toEqual(["judge-1106", "fp-judge-1106"]);
    expect(history?.sentence).toContain("judge has changed");
    const warned = events.findIndex((one) => one.type === "warning" && one.warning.code === "judge-changed");
    const judged = events.findIndex((one) => one.type === "judgment");
    expect(warned).toBeGreaterThanOrEqual(0);
    expect(warned).toBeLessThan(judged);
  });

  test("asks nothing again when a run goes on, and starts a new line after one that a crash cut off", async () => {
    const folder = temporaryFolder();
    const sentinel = { anchors: 4, file: join(folder, "sentinel.jsonl") };
    await runSample(join(folder, "a"), planWith(judgeWith(0)), { sentinel });
    const judge = judgeWith(0);
    await runSample(join(folder, "a"), planWith(judge), { sentinel });
    expect(judge.requests).toHaveLength(0);
    appendFileSync(sentinel.file, '{"kind":"verdict","set":');
    const events: RunEvent[] = [];
    const result = await runSample(join(folder, "b"), planWith(judgeWith(0)), { sentinel, events });
    expect(result.manifest.sentinel?.[0]?.rounds.at(-1)).toMatchObject({ verdicts: 4, lost: 0 });
    expect(events).toContainEqual({
      type: "warning",
      warning: expect.objectContaining({ code: "sentinel-line-unreadable" }),
    });
    expect(readFileSync(sentinel.file, "utf8")).toContain('"set":\n{"kind":"verdict"');
  });

  test("takes a call that failed for no word of the judge, and asks again when the run goes on", async () => {
    const folder = temporaryFolder();
    const sentinel = { anchors: 4, file: join(folder, "sentinel.jsonl") };
    await runSample(join(folder, "a"), planWith(judgeWith(0)), { sentinel });
    let calls = 0;
    const failing = sampleModel("judge", () => {
      calls++;
      if (calls <= 3) throw endpointError("server-error", true);
      return "=5";
    });
    const result = await runSample(join(folder, "b"), planWith(failing), { sentinel });
    expect(result.manifest.sentinel?.[0]?.rounds.at(-1)).toMatchObject({
      isBase: false,
      verdicts: 1,
      lost: 3,
    });
    const again = await runSample(join(folder, "b"), planWith(judgeWith(0)), { sentinel });
    expect(again.manifest.sentinel?.[0]?.rounds).toHaveLength(6);
    expect(again.manifest.sentinel?.[0]?.rounds.at(-1)).toMatchObject({ verdicts: 4, lost: 0 });
  });

  test("is never answered from the cache, whose replies would say that nothing changed", async () => {
    const folder = temporaryFolder();
    const sentinel = { anchors: 5, file: join(folder, "sentinel.jsonl") };
    const cached = async (run: string, judge: ReturnType<typeof judgeWith>) => {
      const cache = openResponseCache(join(folder, "cache"), () => undefined);
      const dispatcher = createDispatcher({ concurrency: 4, maxRetries: 0, random: () => 0.5, cache });
      return runSample(join(folder, run), planWith(judge), { sentinel, dispatcher });
    };
    await cached("a", judgeWith(0));
    const judge = judgeWith(2);
    await cached("b", judge);
    expect(judge.requests).toHaveLength(5);
    const rounds = readSentinel(sentinel.file).verdicts.filter(({ round }) => round === 1);
    expect(rounds.slice(-5).every(({ value }) => (value ?? 0) >= 6)).toBe(true);
  });

  test("stays in a run that goes on without it, and in one that is merged, with what it cost", async () => {
    const folder = temporaryFolder();
    const sentinel = { anchors: 4, file: join(folder, "sentinel.jsonl") };
    const run = (name: string, model: string, watch?: typeof sentinel) =>
      runSample(
        join(folder, name),
        singlePlan(suite, [sampleModel(model)], judgeWith(0)),
        watch === undefined ? {} : { sentinel: watch },
      );
    await run("a", "x", sentinel);
    expect((await run("a", "x")).manifest.sentinel).toHaveLength(1);
    await run("b", "y", sentinel);
    const clock = { ...systemClock, now: () => 1_700_000_000_000 };
    const out = join(folder, "merged");
    const merged = await mergeRuns([join(folder, "a"), join(folder, "b")], { out, clock, version: "0.0.0" });
    expect(merged.manifest.sentinel?.[0]?.rounds).toHaveLength(6);
    const judged = merged.manifest.totals.find(({ stage }) => stage === "judgments");
    // 12 verdicts of each run, 20 at the start of the sentinel, 4 in the later run.
    expect(judged?.calls).toBe(12 + 12 + 20 + 4);
  });

  test("is counted in the plan, and its money in the folder", async () => {
    const folder = temporaryFolder();
    const sentinel = { anchors: 10, file: join(folder, "sentinel.jsonl") };
    const plan = planWith(judgeWith(0));
    const calls = (settings: typeof sentinel) => {
      const estimate = estimatePlan(
        { ...plan, sentinel: sentinelCalls(plan.protocols, settings) },
        knownPrices,
      );
      return estimate.stages.find(({ stage }) => stage === "judgments")?.calls;
    };
    expect(calls(sentinel)).toBe(24 + 50);
    await runSample(join(folder, "a"), plan, { sentinel });
    expect(calls(sentinel)).toBe(24 + 10);
    const line = JSON.parse(readFileSync(join(folder, "a", "sentinel.jsonl"), "utf8").split("\n")[0] ?? "");
    const paid = { ...line, replies: line.replies.map((reply: object) => ({ ...reply, costUsd: 0.25 })) };
    appendFileSync(join(folder, "a", "sentinel.jsonl"), `${JSON.stringify(paid)}\n`);
    expect(spentOn(join(folder, "a"))).toBeCloseTo(0.25, 10);
  });
});
