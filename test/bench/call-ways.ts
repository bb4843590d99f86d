/**
 * One way of asking an endpoint, in a process of its own so that its memory is its own:
 * `node --import tsx test/bench/call-ways.ts WAY BASE-URL CONCURRENCY ROUNDS` prints one JSON line. All ways ask the same
 * questions; the last one also writes every verdict to disk.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI from "openai";
import pLimit from "p-limit";
import { request as undiciRequest } from "undici";
import { systemClock } from "../../harness/core/clock.js";
import type { GenerationRequest, Judge } from "../../harness/core/records.js";
import { openaiModel } from "../../harness/models/openai.js";
import { createDispatcher } from "../../harness/pipeline/dispatch/dispatcher.js";
import { executePlan } from "../../harness/pipeline/execute.js";
import { createPlan } from "../../harness/pipeline/plan.js";
import { RunStore } from "../../harness/store/run-store.js";
import { sampleJudge, sampleModel, sampleSuite } from "../pipeline/sample-plan.js";
import { CALLS, type Cost, measure, type WayReport } from "./measure.js";

const QUESTION = "Write a short story about a lighthouse. ".repeat(15);
const [way = "", baseUrl = "", concurrencyText = "64", roundsText = "4"] = process.argv.slice(2);
const concurrency = Number(concurrencyText);
const model = openaiModel({ id: "bench", model: "bench", baseUrl });
const questionAt = (index: number) => [{ role: "user" as const, content: `${index} ${QUESTION}` }];
const bodyAt = (index: number) => ({
  model: "bench",
  messages: questionAt(index),
  max_tokens: 256,
  temperature: 0,
});
const wireAt = (index: number) => ({
  method: "POST" as const,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(bodyAt(index)),
});

function loop(ask: (index: number) => Promise<unknown>): Promise<unknown> {
  const limit = pLimit(concurrency);
  return Promise.all(Array.from({ length: CALLS }, (_, index) => limit(() => ask(index))));
}

async function dispatched(): Promise<void> {
  const dispatcher = createDispatcher({ concurrency });
  const requestAt = (index: number): GenerationRequest => ({
    messages: questionAt(index),
    parameters: { maxTokens: 256, temperature: 0 },
    subject: { kind: "answer", suite: "bench", questionId: String(index), turn: 1, trial: 1 },
  });
  const outcomes = await Promise.all(
    Array.from({ length: CALLS }, (_, index) => dispatcher.call(model, requestAt(index), "answers")),
  );
  await dispatcher.close();
  if (!outcomes.every((outcome) => outcome.ok)) throw new Error("calls were lost");
}

const judge: Judge = {
  ...sampleJudge,
  turns: "last",
  request: ({ question }) => ({
    messages: questionAt(Number(question.id.slice(1))),
    parameters: { maxTokens: 256, temperature: 0 },
  }),
  read: ({ text }) => ({ kind: "rating", rating: 1 + (text.length % 10) }),
};

/** Verdicts on answers that are there already, each durably on disk. */
async function judged(): Promise<Cost> {
  const suite = sampleSuite(CALLS);
  const answering = sampleModel("answers");
  const judges = [{ suite: suite.id, judge, model, mode: "single" as const }];
  const plan = createPlan({ suites: [suite], models: [answering], judges, trials: 1 });
  const run = mkdtempSync(join(tmpdir(), "assay-bench-"));
  let verdicts = 0;
  const carryOut = async (stages: { readonly answers: boolean; readonly judgments: boolean }) => {
    const store = new RunStore(run, () => undefined);
    const dispatcher = createDispatcher({ concurrency });
    await executePlan(plan, {
      store,
      dispatcher,
      stages,
      clock: systemClock,
      judgeAttempts: 1,
      retry: { retryFailed: false },
      onFatal: () => undefined,
      listener: (event) => {
        if (event.type === "judgment" && event.judgment.status === "judged") verdicts++;
      },
    });
    await store.close();
    await dispatcher.close();
  };
  await carryOut({ answers: true, judgments: false });
  const cost = await measure(() => carryOut({ answers: false, judgments: true }));
  rmSync(run, { recursive: true });
  if (verdicts !== CALLS) throw new Error(`${verdicts} verdicts of ${CALLS} calls`);
  return cost;
}

const client = new OpenAI({ baseURL: baseUrl, apiKey: "none", maxRetries: 0 });
const rounds: Readonly<Record<string, () => Promise<Cost>>> = {
  undici: () =>
    measure(() =>
      loop(async (index) => (await undiciRequest(`${baseUrl}/chat/completions`, wireAt(index))).body.json()),
    ),
  fetch: () =>
    measure(() => loop(async (index) => (await fetch(`${baseUrl}/chat/completions`, wireAt(index))).json())),
  openai: () => measure(() => loop((index) => client.chat.completions.create(bodyAt(index)))),
  assay: () => measure(dispatched),
  "assay judging": judged,
};

const round = rounds[way];
if (round !== undefined) {
  const costs: Cost[] = [];
  while (costs.length < Number(roundsText)) costs.push(await round());
  const report: WayReport = { rounds: costs, peakMegabytes: process.resourceUsage().maxRSS / 1024 };
  process.stdout.write(`${JSON.stringify(report)}\n`);
}
