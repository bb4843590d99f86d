import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EndpointError } from "../../harness/core/errors.js";
import { canonicalJson, sha256 } from "../../harness/core/hash.js";
import type {
  Generation,
  GenerationRequest,
  Judge,
  Model,
  Question,
  Suite,
} from "../../harness/core/records.js";
import { createDispatcher, type Dispatcher } from "../../harness/pipeline/dispatch/dispatcher.js";
import type { RunEvent } from "../../harness/pipeline/events.js";
import { createPlan, type JudgeBinding, type Plan } from "../../harness/pipeline/plan.js";
import { type RunResult, runPlan } from "../../harness/pipeline/run.js";
import type { SentinelSettings } from "../../harness/pipeline/sentinel/rounds-due.js";
import type { SequenceSettings } from "../../harness/pipeline/sequence/sequence-settings.js";

/** An empty folder for one test. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "assay-test-"));
}

/** A suite of `count` two-turn questions in two categories. */
export function sampleSuite(count: number): Suite {
  const questions: Question[] = Array.from({ length: count }, (_, index) => ({
    id: `q${index + 1}`,
    category: index % 2 === 0 ? "writing" : "math",
    turns: [`first ${index + 1}`, `second ${index + 1}`],
  }));
  return {
    id: "sample",
    title: "Sample",
    questions,
    categories: ["writing", "math"],
    hash: sha256(canonicalJson(questions)),
    sampling: { maxTokens: 64, temperature: 0, temperatureByCategory: { writing: 0.7 } },
    defaultJudge: "sample",
    defaultMode: "single",
    assets: [],
  };
}

/** A model that records what it was asked and answers by a function. */
export interface SampleModel extends Model {
  readonly requests: GenerationRequest[];
}

/** A model without network; `reply` may throw an EndpointError. */
export function sampleModel(
  id: string,
  reply: (request: GenerationRequest) => string | Partial<Generation> = (request) =>
    `${id} on ${request.messages.at(-1)?.content ?? ""}`,
): SampleModel {
  const requests: GenerationRequest[] = [];
  return {
    id,
    identity: { adapter: "sample", model: id },
    endpoint: "sample",
    requests,
    async generate(request) {
      requests.push(request);
      const answer = reply(request);
      const usage = { inputTokens: 10, outputTokens: 5 };
      const given = typeof answer === "string" ? { text: answer } : answer;
      return { text: "", finishReason: "stop", usage, endpointModel: `${id}-0613`, ...given };
    },
  };
}

/** A judge that reads `=N` ratings. */
export const sampleJudge: Judge = {
  name: "sample",
  kind: "single",
  protocolPrefix: "sample-single",
  identity: { prompt: "rate it" },
  parameters: { temperature: 0 },
  turns: "each",
  request: (item) => ({
    messages: [{ role: "user", content: `rate ${item.kind === "single" ? item.answer.join("|") : ""}` }],
    parameters: { temperature: 0 },
  }),
  read: ({ text }) => {
    const rating = /=(\d+)/.exec(text)?.[1];
    return rating === undefined
      ? { kind: "unreadable", reason: "no rating" }
      : { kind: "rating", rating: Number(rating) };
  },
};

/** A judge that reads `A`, `B` or `TIE`. */
export const samplePairJudge: Judge = {
  ...sampleJudge,
  kind: "pair",
  protocolPrefix: "sample-pair",
  orders: "both",
  request: (item) => ({
    messages: [
      { role: "user", content: item.kind === "pair" ? `${item.a.join("|")} vs ${item.b.join("|")}` : "" },
    ],
    parameters: {},
  }),
  read: ({ text }) => {
    if (text === "A") return { kind: "preference", winner: "a", weightB: 0 };
    if (text === "B") return { kind: "preference", winner: "b", weightB: 1 };
    if (text === "TIE") return { kind: "preference", winner: "tie", weightB: 0.5 };
    return { kind: "unreadable", reason: "neither A nor B" };
  },
};

/** The last number of a text; 0 without one. */
export const numberIn = (text: string): number => Number(/(\d+)\W*$/.exec(text)?.[1] ?? 0);

/** Whom a judge judges: single answers, or pairs with `base`. */
export function samplePairing(suite: Suite, judge: Judge): Omit<JudgeBinding, "model"> {
  const pairing = { suite: suite.id, judge };
  return judge.kind === "pair"
    ? { ...pairing, mode: "pairwise-baseline", baseline: "base" }
    : { ...pairing, mode: "single" };
}

/** An error as endpoints give it. */
export function endpointError(code: string, retryable: boolean): EndpointError {
  return new EndpointError(`sample ${code}`, { code, retryable });
}

/** A plan of single grading over `models`. */
export function singlePlan(suite: Suite, models: readonly Model[], judgeModel: Model, trials = 1): Plan {
  const binding: JudgeBinding = { suite: suite.id, judge: sampleJudge, model: judgeModel, mode: "single" };
  return createPlan({ suites: [suite], models, judges: [binding], trials });
}

/** Runs a plan in a folder, without waiting between retries. */
export async function runSample(
  run: string,
  plan: Plan,
  options: {
    readonly retryFailed?: boolean;
    readonly judgeAttempts?: number;
    readonly stages?: { answers: boolean; judgments: boolean };
    readonly events?: RunEvent[];
    readonly dispatcher?: Dispatcher;
    readonly keepRecords?: boolean;
    readonly sentinel?: SentinelSettings;
    readonly sequence?: SequenceSettings;
  } = {},
): Promise<RunResult> {
  const clock = {
    now: () => 1_700_000_000_000,
    monotonic: () => 0,
    sleep: () => Promise.resolve(),
    turn: () => Promise.resolve(),
  };
  const dispatcher =
    options.dispatcher ?? createDispatcher({ concurrency: 4, maxRetries: 0, random: () => 0.5 });
  try {
    return await runPlan(plan, {
      run,
      dispatcher,
      clock,
      judgeAttempts: options.judgeAttempts ?? 2,
      retry: { retryFailed: options.retryFailed ?? false },
      stages: options.stages ?? { answers: true, judgments: true },
      listener: (event) => options.events?.push(event),
      onFatal: () => undefined,
      wasStopped: () => undefined,
      keepRecords: options.keepRecords ?? false,
      sentinel: options.sentinel,
      sequence: options.sequence,
      version: "0.0.0",
      config: {},
      seed: 1,
    });
  } finally {
    await dispatcher.close();
  }
}
