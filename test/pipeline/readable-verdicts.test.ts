import { describe, expect, test } from "vitest";
import type { Judge } from "../../harness/core/records.js";
import type { RunEvent } from "../../harness/pipeline/events.js";
import { createPlan } from "../../harness/pipeline/plan.js";
import {
  runSample,
  sampleJudge,
  sampleModel,
  sampleSuite,
  singlePlan,
  temporaryFolder,
} from "./sample-plan.js";

const warningsOf = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.type === "warning" ? [event.warning] : []));

describe("a judge that has to call a function", () => {
  const forced: Judge = {
    ...sampleJudge,
    parameters: { tools: [{ name: "rate", parameters: {} }], toolChoice: "rate" },
    request: (item) => ({
      ...sampleJudge.request(item),
      parameters: { tools: [{ name: "rate", parameters: {} }], toolChoice: "rate" },
    }),
    read: ({ toolCalls }) =>
      toolCalls === undefined
        ? { kind: "unreadable", reason: "no call" }
        : { kind: "rating", rating: Number(toolCalls[0]?.arguments) },
  };
  const seek = async (reply: Parameters<typeof sampleModel>[1]) => {
    const judge = sampleModel("judge", reply);
    const suite = sampleSuite(5);
    const binding = { suite: suite.id, judge: forced, model: judge, mode: "single" } as const;
    const plan = createPlan({ suites: [suite], models: [sampleModel("x")], judges: [binding], trials: 1 });
    const events: RunEvent[] = [];
    await runSample(temporaryFolder(), plan, { judgeAttempts: 1, events });
    return { asked: judge.requests.length, warnings: warningsOf(events) };
  };

  test("is asked once by an endpoint that answers with text, and for all by one that calls it", async () => {
    const ignoring = await seek(() => "I would say seven");
    expect(ignoring.asked).toBe(1);
    expect(ignoring.warnings).toMatchObject([
      { code: "judge-given-up", message: expect.stringContaining("told to call a function") },
    ]);
    const calling = await seek(() => ({ toolCalls: [{ name: "rate", arguments: "7" }] }));
    expect(calling).toEqual({ asked: 10, warnings: [] });
  });
});

describe("a judge that never gives a readable verdict", () => {
  test("is asked for 20, told once with a reply and the remedy; the same command asks nothing", async () => {
    const run = temporaryFolder();
    const mute = () =>
      sampleModel("judge", () => ({
        text: "I would say that",
        finishReason: "length",
        usage: { inputTokens: 9, outputTokens: 160 },
      }));
    const judge = mute();
    const events: RunEvent[] = [];
    const plan = singlePlan(sampleSuite(100), [sampleModel("x")], judge);
    const result = await runSample(run, plan, { judgeAttempts: 1, events });
    expect(judge.requests).toHaveLength(20);
    expect(warningsOf(events)).toEqual([
      {
        code: "judge-given-up",
        message: expect.stringMatching(
          /none of the first 20 verdicts could be read: the judge's replies end at their limit of 160 tokens \(no rating\)\. A reply: "I would say that" Raise parameters\.maxTokens/,
        ),
      },
    ]);
    expect(result.manifest).toMatchObject({
      status: "incomplete",
      judgments: { planned: 200, judged: 0, unreadable: 20 },
      failures: [
        { code: "unreadable-verdict", count: 20, final: true, remedy: expect.stringMatching(/maxTokens/) },
      ],
    });
    expect(result.gaps.verdictsMissing).toBe(200);
    const again = mute();
    await runSample(run, singlePlan(sampleSuite(100), [sampleModel("x")], again), { judgeAttempts: 1 });
    expect(again.requests).toHaveLength(0);
    const fixed = sampleModel("judge", () => "=7");
    const plainPlan = singlePlan(sampleSuite(100), [sampleModel("x")], fixed);
    const ended = await runSample(run, plainPlan, { judgeAttempts: 1, retryFailed: true });
    expect(fixed.requests).toHaveLength(200);
    expect(ended.gaps.verdictsMissing).toBe(0);
  });

  test("is not given up for 19 unreadable verdicts, nor after one that could be read", async () => {
    let asked = 0;
    const judge = sampleModel("judge", () => (++asked === 20 ? "=7" : "mumble"));
    const plan = singlePlan(sampleSuite(30), [sampleModel("x")], judge);
    const events: RunEvent[] = [];
    await runSample(temporaryFolder(), plan, { judgeAttempts: 1, events });
    expect(judge.requests).toHaveLength(60);
    expect(warningsOf(events)).toEqual([]);
  });
});
