/**
 * The dispatcher by itself, on a model that answers at once, and its `auto` concurrency on the test server:
 * `npx tsx --expose-gc test/bench/dispatch.ts`. For calls over a connection see calls.ts, for whole commands command.ts.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Generation, GenerationRequest, Model } from "../../harness/core/records.js";
import { openaiModel } from "../../harness/models/openai.js";
import { createDispatcher, type DispatchOptions } from "../../harness/pipeline/dispatch/dispatcher.js";
import { openResponseCache } from "../../harness/pipeline/dispatch/response-cache.js";
import { startServerProcess } from "../server/process.js";
import { CALLS, measure, median, print } from "./measure.js";

const QUESTION = "Write a short story about a lighthouse. ".repeat(15);

function request(index: number): GenerationRequest {
  return {
    messages: [{ role: "user", content: `${index} ${QUESTION}` }],
    parameters: { maxTokens: 256, temperature: 0 },
    subject: { kind: "answer", suite: "bench", questionId: String(index), turn: 1, trial: 1 },
  };
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

/** `auto` where everything is tolerated, against the most calls that it makes at once. */
async function withoutALimit(): Promise<void> {
  const server = await startServerProcess({ latencyMs: 1_000, replyCharacters: 1_000 });
  const model = openaiModel({ id: "bench", model: "bench", baseUrl: server.baseUrl });
  const auto = await measure(() => dispatchAll(model, { concurrency: "auto" }, 2_000));
  const fixed = await measure(() => dispatchAll(model, { concurrency: 256 }, 2_000));
  print("2,000 calls at 1 s: auto from 8", `${(auto.wallMs / 1_000).toFixed(1)} s`);
  print("  256 at once", `${(fixed.wallMs / 1_000).toFixed(1)} s`);
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
await withoutALimit();
for (const limit of [16, 50]) await underALimit(limit);
