/**
 * Timings of the dispatcher: `npx tsx --expose-gc test/bench/dispatch.ts`. The endpoint is the test server in a process
 * of its own; the yardstick is a bare loop of the openai client under p-limit on the same server in the same run.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI from "openai";
import pLimit from "p-limit";
import type { Generation, GenerationRequest, Model } from "../../harness/core/records.js";
import { openaiModel } from "../../harness/models/openai.js";
import { createDispatcher, type DispatchOptions } from "../../harness/pipeline/dispatch/dispatcher.js";
import { openResponseCache } from "../../harness/pipeline/dispatch/response-cache.js";
import { startServerProcess } from "../server/process.js";

const CALLS = 805;
const QUESTION = "Write a short story about a lighthouse. ".repeat(15);

function request(index: number): GenerationRequest {
  return {
    messages: [{ role: "user", content: `${index} ${QUESTION}` }],
    parameters: { maxTokens: 256, temperature: 0 },
    subject: { kind: "answer", suite: "bench", questionId: String(index), turn: 1, trial: 1 },
  };
}

interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
}

async function measure(work: () => Promise<unknown>): Promise<Cost> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const spent = process.cpuUsage(cpu);
  return { wallMs: performance.now() - start, cpuMs: (spent.user + spent.system) / 1000 };
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function print(name: string, figure: string, bound = ""): void {
  console.log(`${name.padEnd(58)} ${figure.padStart(16)}   ${bound}`);
}

/** All calls through a dispatcher; fails loudly when one is lost, so that no figure is of less work than it says. */
async function dispatchAll(model: Model, options: DispatchOptions, calls = CALLS): Promise<void> {
  const dispatcher = createDispatcher(options);
  const outcomes = await Promise.all(
    Array.from({ length: calls }, (_, index) => dispatcher.call(model, request(index), "answers")),
  );
  await dispatcher.close();
  const lost = outcomes.filter((outcome) => !outcome.ok).length;
  if (lost > 0) throw new Error(`${lost} of ${calls} calls were lost`);
}

async function bareLoop(baseUrl: string, concurrency: number): Promise<void> {
  const client = new OpenAI({ baseURL: baseUrl, apiKey: "none", maxRetries: 0 });
  const limit = pLimit(concurrency);
  await Promise.all(
    Array.from({ length: CALLS }, (_, index) =>
      limit(() =>
        client.chat.completions.create({
          model: "bench",
          messages: [{ role: "user", content: `${index} ${QUESTION}` }],
          max_tokens: 256,
          temperature: 0,
        }),
      ),
    ),
  );
}

/** 805 calls at 50 ms, where the client's own CPU is the limit: bare loop and dispatcher in turns, medians of five. */
async function againstBareLoop(): Promise<void> {
  const server = await startServerProcess({ latencyMs: 50, replyCharacters: 1_000 });
  const model = openaiModel({ id: "bench", model: "bench", baseUrl: server.baseUrl });
  for (const concurrency of [64, 128]) {
    const bare: Cost[] = [];
    const ours: Cost[] = [];
    for (let round = 0; round < 6; round++) {
      const one = await measure(() => bareLoop(server.baseUrl, concurrency));
      const other = await measure(() => dispatchAll(model, { concurrency }));
      // The first round warms both up.
      if (round > 0) bare.push(one);
      if (round > 0) ours.push(other);
    }
    const wall = [bare, ours].map((costs) => median(costs.map((cost) => cost.wallMs)));
    const cpu = [bare, ours].map((costs) => median(costs.map((cost) => cost.cpuMs)) / CALLS);
    const [bareMs = 0, ourMs = 0] = wall;
    const [bareCpuMs = 0, ourCpuMs = 0] = cpu;
    print(`805 calls at 50 ms, concurrency ${concurrency}: bare openai loop`, `${bareMs.toFixed(0)} ms`);
    print("  the same through the dispatcher", `${ourMs.toFixed(0)} ms`);
    print("  ratio", (ourMs / bareMs).toFixed(3), "at most 1.2");
    print("  CPU per call, bare and ours", `${bareCpuMs.toFixed(2)} / ${ourCpuMs.toFixed(2)} ms`);
    print("  ratio", (ourCpuMs / bareCpuMs).toFixed(3), "at most 1.3 with storage");
  }
  await server.close();
}

async function againstIdeal(): Promise<void> {
  const server = await startServerProcess({ latencyMs: 1_000, replyCharacters: 1_000 });
  const model = openaiModel({ id: "bench", model: "bench", baseUrl: server.baseUrl });
  const idealMs = Math.ceil(CALLS / 128) * 1_000;
  const bare = await measure(() => bareLoop(server.baseUrl, 128));
  const { wallMs } = await measure(() => dispatchAll(model, { concurrency: 128 }));
  print("805 calls at 1 s, concurrency 128: bare loop against the ideal", (bare.wallMs / idealMs).toFixed(3));
  print("  the same through the dispatcher", (wallMs / idealMs).toFixed(3), "at most 1.03 + start-up");
  const auto = await measure(() => dispatchAll(model, { concurrency: "auto" }, 2_000));
  print("2,000 calls at 1 s, auto from 8", `${(auto.wallMs / 1_000).toFixed(1)} s`, "256 at once: 8 s");
  await server.close();
}

/** `auto` on a server that refuses more than so many at once. */
async function underALimit(maxInFlight: number): Promise<void> {
  const server = await startServerProcess({
    latencyMs: 200,
    replyCharacters: 200,
    rateLimit: { maxInFlight },
  });
  const model = openaiModel({ id: "bench", model: "bench", baseUrl: server.baseUrl });
  const dispatcher = createDispatcher({ concurrency: "auto" });
  const { wallMs } = await measure(() =>
    Promise.all(
      Array.from({ length: CALLS }, (_, index) => dispatcher.call(model, request(index), "answers")),
    ),
  );
  const { calls, retries } = dispatcher.progress;
  await dispatcher.close();
  await server.close();
  const idealMs = Math.ceil(CALLS / maxInFlight) * 200;
  print(
    `auto under a limit of ${maxInFlight}: refused`,
    `${((100 * retries) / (calls + retries)).toFixed(1)} %`,
    "below 5 %",
  );
  print("  time against the ideal", (wallMs / idealMs).toFixed(2));
}

/** A model that answers from a promise: what is left is the dispatcher. */
function instantModel(): Model {
  const generation: Generation = {
    text: "yes",
    finishReason: "stop",
    usage: { inputTokens: 10, outputTokens: 5 },
  };
  return {
    id: "instant",
    identity: { adapter: "bench" },
    endpoint: "bench",
    priceKey: "gpt-4o",
    generate: () => new Promise((resolve) => setImmediate(resolve, { ...generation })),
  };
}

async function overhead(): Promise<void> {
  const calls = 20_000;
  const variants: readonly (readonly [string, DispatchOptions])[] = [
    ["fixed", { concurrency: 128 }],
    ["auto", {}],
    ["with limits per minute", { concurrency: 128, rpm: 1e9, tpm: 1e12 }],
    ["with a budget", { concurrency: 128, budgetUsd: 1e6 }],
  ];
  for (const [name, options] of variants) {
    const costs: number[] = [];
    for (let round = 0; round < 4; round++) {
      const { cpuMs } = await measure(() => dispatchAll(instantModel(), options, calls));
      if (round > 0) costs.push(cpuMs / calls);
    }
    print(
      `CPU of the dispatcher per call, ${name}`,
      `${(median(costs) * 1_000).toFixed(0)} µs`,
      "at most 50 µs",
    );
  }
}

async function memory(): Promise<void> {
  const dispatcher = createDispatcher({ concurrency: 128 });
  const model = instantModel();
  const heap: number[] = [];
  for (let batch = 0; batch < 5; batch++) {
    await Promise.all(
      Array.from({ length: 20_000 }, (_, index) => dispatcher.call(model, request(index), "answers")),
    );
    globalThis.gc?.();
    heap.push(process.memoryUsage().heapUsed / 1e6);
  }
  await dispatcher.close();
  print(
    "heap after 20,000, 40,000 … 100,000 calls",
    `${heap.map((megabytes) => megabytes.toFixed(1)).join(" ")} MB`,
    globalThis.gc === undefined ? "run with --expose-gc" : "flat",
  );
}

async function cached(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "assay-bench-"));
  try {
    const first = await measure(() =>
      dispatchAll(instantModel(), { concurrency: 128, cache: openResponseCache(folder) }),
    );
    const second = await measure(() => dispatchAll(instantModel(), { cache: openResponseCache(folder) }));
    print(
      "805 replies stored in the cache, CPU per call",
      `${((first.cpuMs / CALLS) * 1_000).toFixed(0)} µs`,
    );
    print("805 replies from the cache", `${second.wallMs.toFixed(0)} ms`, "whole run: at most 600 ms");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

await overhead();
await memory();
await cached();
await againstBareLoop();
await againstIdeal();
for (const limit of [16, 50]) await underALimit(limit);
