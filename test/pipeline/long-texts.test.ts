import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { systemClock } from "../../harness/core/clock.js";
import type { GenerationRequest, Judge, Model } from "../../harness/core/records.js";
import { createDispatcher } from "../../harness/pipeline/dispatch/dispatcher.js";
import { executePlan } from "../../harness/pipeline/execute.js";
import { createPlan, type Plan } from "../../harness/pipeline/plan.js";
import { TextRoom } from "../../harness/pipeline/text-room.js";
import { readAnswers, readJudgments } from "../../harness/store/run-folder.js";
import { RunStore } from "../../harness/store/run-store.js";
import { Scratch } from "../../harness/store/scratch.js";
import { sampleJudge, sampleModel, sampleSuite, singlePlan, temporaryFolder } from "./sample-plan.js";

test("long texts wait for room in line, one that is larger than all of it goes alone, short ones never wait", async () => {
  const room = new TextRoom(1_000_000);
  const first = await room.claim(600_000);
  const order: string[] = [];
  const larger = Promise.resolve(room.claim(5_000_000)).then((giveBack) => {
    order.push("larger");
    return giveBack;
  });
  const behind = Promise.resolve(room.claim(300_000)).then((giveBack) => {
    order.push("behind");
    return giveBack;
  });
  expect(typeof room.claim(200_000)).toBe("function");
  await new Promise(setImmediate);
  expect(order).toEqual([]);
  first();
  first();
  const giveBack = await larger;
  await new Promise(setImmediate);
  expect(order).toEqual(["larger"]);
  giveBack();
  (await behind)();
  expect(order).toEqual(["larger", "behind"]);
});

test("what is put aside comes back as it was, from a file without a name", () => {
  const folder = temporaryFolder();
  const scratch = new Scratch(folder);
  const long = { text: `${"é😀\ud800".repeat(100_000)}\0`, logprob: Number.NEGATIVE_INFINITY };
  const [kept, short] = [scratch.keep(long, 400_000), scratch.keep("short", 5)];
  const other = scratch.keep(["x".repeat(300_000)], 300_000);
  expect(kept()).toEqual(long);
  expect(other()).toEqual(["x".repeat(300_000)]);
  expect(short()).toBe("short");
  expect(readdirSync(folder)).toEqual([]);
  scratch.close();
});

const LENGTH = 9_000_000;

/** Counts the calls that carry a long text, over a few turns of the event loop. */
class LongCalls {
  private underWay = 0;
  most = 0;

  model(id: string, reply: (request: GenerationRequest) => string): Model {
    const model = sampleModel(id, reply);
    const carries = ({ messages }: GenerationRequest) =>
      messages.some(({ content }) => content.length >= LENGTH);
    const generate: typeof model.generate = async (request, context) => {
      if (!carries(request)) return model.generate(request, context);
      this.most = Math.max(this.most, ++this.underWay);
      for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
      this.underWay--;
      return model.generate(request, context);
    };
    return { ...model, generate };
  }
}

async function execute(run: string, plan: Plan): Promise<void> {
  const store = new RunStore(run, () => undefined);
  const dispatcher = createDispatcher({ concurrency: 8, maxRetries: 0, random: () => 0.5 });
  await executePlan(plan, {
    ...{ store, dispatcher, clock: systemClock, judgeAttempts: 1, retry: { retryFailed: false } },
    stages: { answers: true, judgments: true },
    listener: () => undefined,
    onFatal: () => undefined,
  });
  await store.close();
  await dispatcher.close();
}

test("a run with long replies makes few calls on them at once, and records and judges every one", async () => {
  const calls = new LongCalls();
  const [model, judge] = [calls.model("x", () => "y".repeat(LENGTH)), calls.model("judge", () => "fine =7")];
  const run = temporaryFolder();
  await execute(run, singlePlan(sampleSuite(2), [model], judge));
  // One that asks for a second turn, and one that judges.
  expect(calls.most).toBeLessThanOrEqual(2);
  const lengths = [...readAnswers(run)].map(({ turns }) => turns.map(({ text }) => text.length));
  expect(lengths).toEqual(Array(2).fill([LENGTH, LENGTH]));
  expect([...readJudgments(run)].map(({ status }) => status)).toEqual(Array(4).fill("judged"));
  expect(readdirSync(run).sort()).toEqual(["answers", "judgments"]);
});

test("a judge's long replies are on disk, and few are repeated to it at once", async () => {
  const calls = new LongCalls();
  const isAskedAgain = ({ messages }: GenerationRequest) => messages.length > 1;
  const judgeModel = calls.model("judge", (request) => (isAskedAgain(request) ? "=7" : "y".repeat(LENGTH)));
  const judge: Judge = {
    ...sampleJudge,
    followUp: (item, { text }) => {
      const { messages, parameters } = sampleJudge.request(item);
      return { messages: [...messages, { role: "assistant", content: text }], parameters };
    },
  };
  const suite = sampleSuite(1);
  const binding = { suite: suite.id, judge, model: judgeModel, mode: "single" } as const;
  const run = temporaryFolder();
  await execute(
    run,
    createPlan({ suites: [suite], models: [sampleModel("x")], judges: [binding], trials: 1 }),
  );
  expect(calls.most).toBe(1);
  const lengths = [...readJudgments(run)].map((one) =>
    one.status === "judged" ? one.replies.map(({ text }) => text.length) : one.status,
  );
  expect(lengths).toEqual(Array(2).fill([LENGTH, 2]));
});
