import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Clock } from "../../../harness/core/clock.js";
import type { GenerationRequest, Model } from "../../../harness/core/records.js";
import { clearCache, pruneCache, readCacheStats } from "../../../harness/pipeline/dispatch/cache-upkeep.js";
import { createDispatcher } from "../../../harness/pipeline/dispatch/dispatcher.js";
import {
  isCacheable,
  openResponseCache,
  responseKey,
} from "../../../harness/pipeline/dispatch/response-cache.js";
import { ask, fakeEndpoint, reply } from "./fake-endpoint.js";
import { createVirtualClock } from "./virtual-clock.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "assay-cache-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const model: Model = {
  id: "m",
  identity: { adapter: "openai", model: "m-1" },
  endpoint: "http://x/v1",
  generate: async () => reply(),
};
const key = (number: number) => number.toString(16).padStart(64, "0");
const keyOf = (number: number) => `${key(number).slice(62)}${key(number).slice(2)}`;
const fileOf = (of: string) => join(folder, of.slice(0, 2), `${of.slice(2)}.json`);

describe("responseKey", () => {
  const judgment = (attempt: number): GenerationRequest => ({
    messages: [{ role: "user", content: "Judge." }],
    parameters: {},
    subject: { kind: "judgment", suite: "s", questionId: "1", turn: 1, trial: 1, a: "x", attempt },
  });

  it("is the same for the same call, whatever order fields have and whatever the suite is called", () => {
    const one = ask(1, { parameters: { maxTokens: 10, temperature: 0.5 } });
    const other: GenerationRequest = {
      subject: { ...one.subject, suite: "renamed" },
      parameters: { temperature: 0.5, maxTokens: 10 },
      messages: one.messages,
    };
    expect(responseKey(model, one)).toBe(responseKey({ ...model }, other));
    expect(responseKey(model, one)).toMatch(/^[0-9a-f]{64}$/);
  });

  it("differs by everything that decides a reply, and by trial, question, turn and attempt", () => {
    const plain = ask(1, { text: "same" });
    const keys = [
      responseKey(model, plain),
      responseKey({ ...model, identity: { adapter: "openai", model: "m-2" } }, plain),
      responseKey({ ...model, endpoint: "http://y/v1" }, plain),
      responseKey({ ...model, parameters: { topP: 0.5 } }, plain),
      responseKey({ ...model, id: "ckpt-2" }, plain),
      responseKey(model, ask(1, { text: "other" })),
      responseKey(model, ask(1, { text: "same", parameters: { maxTokens: 100, temperature: 0.1 } })),
      responseKey(model, ask(1, { text: "same", trial: 2 })),
      responseKey(model, ask(1, { text: "same", turn: 2 })),
      responseKey(model, ask(2, { text: "same" })),
      responseKey(model, judgment(1)),
      responseKey(model, judgment(2)),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe("isCacheable", () => {
  it.each([
    ["a complete reply", reply(), true],
    [
      "a tool call without text",
      reply({ text: "", finishReason: "tool-calls", toolCalls: [{ name: "f", arguments: "{}" }] }),
      true,
    ],
    ["a truncated reply", reply({ finishReason: "length" }), false],
    [
      "the one token that a weighted judge asks for",
      reply({ text: "m", finishReason: "length", logprobs: [{ token: "m", logprob: -0.1, top: [] }] }),
      true,
    ],
    ["a filtered reply", reply({ finishReason: "content-filter" }), false],
    ["a reply that may be truncated", reply({ finishReason: "unknown" }), false],
    ["an empty reply", reply({ text: " \n" }), false],
    ["a recording", reply({ recorded: true }), false],
  ])("of %s: %#", (_name, generation, expected) => {
    expect(isCacheable(generation)).toBe(expected);
  });
});

describe("openResponseCache", () => {
  it("gives back what was put, in a two-hex folder, without rate-limit headers", async () => {
    const cache = openResponseCache(folder);
    const generation = reply({
      reasoning: "…",
      endpointModel: "m-1",
      rateLimit: { "x-request-id": "secret" },
    });
    cache.put(keyOf(0xab), { generation, latencyMs: 12.5 });
    await cache.flush();
    expect(readdirSync(folder)).toEqual(["ab"]);
    const { rateLimit: _, ...kept } = generation;
    expect(cache.get(keyOf(0xab))).toEqual({ generation: kept, latencyMs: 12.5 });
    expect(openResponseCache(folder).get(keyOf(0xab))?.generation.text).toBe("yes");
    expect(readFileSync(fileOf(keyOf(0xab)), "utf8")).not.toContain("secret");
    expect(cache.get(keyOf(1))).toBeUndefined();
  });

  it("gives back a long reply, which waits for no other", () => {
    let nowMs = 0;
    const monotonic = () => {
      nowMs += 100;
      return nowMs;
    };
    const cache = openResponseCache(folder, undefined, { ...createVirtualClock(), monotonic });
    cache.put(keyOf(1), { generation: reply(), latencyMs: 1 });
    const generation = reply({ text: '\u00e9\ud83d\ude00\u03a9"\n'.repeat(500_000) });
    cache.put(keyOf(2), { generation, latencyMs: 1 });
    expect(cache.get(keyOf(2))).toEqual({ generation, latencyMs: 1 });
    writeFileSync(fileOf(keyOf(2)), readFileSync(fileOf(keyOf(2))).subarray(0, 1_000_000));
    expect(cache.get(keyOf(2))).toBeUndefined();
  });

  it("takes torn, foreign and misplaced files for misses and replaces them", async () => {
    const cache = openResponseCache(folder);
    cache.put(keyOf(1), { generation: reply(), latencyMs: 1 });
    await cache.flush();
    const whole = readFileSync(fileOf(keyOf(1)), "utf8");
    const broken = [
      "",
      whole.slice(0, whole.length / 2),
      "\0".repeat(whole.length),
      "null",
      "[]",
      '{"schema":"assay.cache/1"}',
      whole.replace("assay.cache/1", "assay.cache/0"),
      whole.replace('"inputTokens":10', '"inputTokens":-10'),
      whole.replace('"yes"', "3"),
    ];
    for (const text of broken) {
      writeFileSync(fileOf(keyOf(1)), text);
      expect(cache.get(keyOf(1))).toBeUndefined();
    }
    // A whole entry under another entry's name, as a careless copy leaves it.
    await mkdir(dirname(fileOf(keyOf(2))), { recursive: true });
    writeFileSync(fileOf(keyOf(2)), whole);
    expect(cache.get(keyOf(2))).toBeUndefined();
    cache.put(keyOf(1), { generation: reply({ text: "again" }), latencyMs: 1 });
    await cache.flush();
    expect(cache.get(keyOf(1))?.generation.text).toBe("again");
  });

  it.each([
    ["at once", 0],
    ["off the main thread, after a slow one", 100],
  ])(
    "lets many writers share a folder, writing %s: every reader sees a whole reply or none",
    async (_name, writeMs) => {
      let nowMs = 0;
      const clock: Clock = {
        ...createVirtualClock(),
        monotonic: () => {
          nowMs += writeMs;
          return nowMs;
        },
      };
      const caches = Array.from({ length: 6 }, () => openResponseCache(folder, undefined, clock));
      for (let round = 0; round < 20; round++) {
        for (const [number, cache] of caches.entries()) {
          cache.put(keyOf(7), {
            generation: reply({ text: `writer ${number} `.repeat(2_000) }),
            latencyMs: number,
          });
        }
        for (const cache of caches) {
          const found = cache.get(keyOf(7));
          if (found !== undefined) {
            expect(found.generation.text).toBe(`writer ${found.latencyMs} `.repeat(2_000));
          }
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
      await Promise.all(caches.map((cache) => cache.flush()));
      expect(readdirSync(dirname(fileOf(keyOf(7))))).toHaveLength(1);
      // A reply put last is there after a flush, however it was written.
      caches[3]?.put(keyOf(8), { generation: reply(), latencyMs: 1 });
      await caches[3]?.flush();
      expect(caches[0]?.get(keyOf(8))).toBeDefined();
    },
  );

  it("stores again after its folders were removed in mid-run", async () => {
    const cache = openResponseCache(folder);
    for (let time = 0; time < 3; time++) {
      cache.put(keyOf(1), { generation: reply(), latencyMs: 1 });
      await cache.flush();
      if (time === 0) rmSync(folder, { recursive: true });
    }
    expect(cache.get(keyOf(1))).toBeDefined();
  });

  it.each([0, 100])(
    "tells once when the folder's place is taken by a file, and goes on (%i ms a write)",
    async (writeMs) => {
      let nowMs = 0;
      const clock: Clock = {
        ...createVirtualClock(),
        monotonic: () => {
          nowMs += writeMs;
          return nowMs;
        },
      };
      const taken = join(folder, "file");
      writeFileSync(taken, "");
      const problems: string[] = [];
      const cache = openResponseCache(taken, (message) => problems.push(message), clock);
      for (let number = 0; number < 10; number++) {
        cache.put(keyOf(number), { generation: reply(), latencyMs: 1 });
      }
      await cache.flush();
      expect(problems).toEqual([expect.stringContaining("cannot be stored in the cache")]);
      expect(cache.get(keyOf(1))).toBeUndefined();
    },
  );
});

describe("upkeep", () => {
  /** Stores replies 1…count, reply n on day n of January 2025. */
  async function fill(count: number): Promise<void> {
    const cache = openResponseCache(folder);
    for (let number = 1; number <= count; number++) {
      cache.put(keyOf(number), { generation: reply(), latencyMs: 1 });
    }
    await cache.flush();
    for (let number = 1; number <= count; number++) {
      const at = new Date(Date.UTC(2025, 0, number));
      utimesSync(fileOf(keyOf(number)), at, at);
    }
  }
  const day = (number: number) => Date.UTC(2025, 0, number);

  it("counts entries, bytes and ages", async () => {
    await fill(3);
    const bytes = readFileSync(fileOf(keyOf(1))).length;
    expect(await readCacheStats(folder)).toEqual({
      folder,
      entries: 3,
      bytes: 3 * bytes,
      oldestMs: day(1),
      newestMs: day(3),
    });
    expect(await readCacheStats(join(folder, "absent"))).toMatchObject({
      entries: 0,
      bytes: 0,
      oldestMs: null,
    });
  });

  it("prunes what is too old, and then the oldest until the rest is small enough", async () => {
    await fill(6);
    const bytes = readFileSync(fileOf(keyOf(1))).length;
    expect(await pruneCache(folder, { storedBeforeMs: day(3) }, day(7))).toEqual({
      removed: 2,
      removedBytes: 2 * bytes,
      left: 4,
      leftBytes: 4 * bytes,
    });
    expect(await pruneCache(folder, { maxBytes: 3 * bytes - 1 }, day(7))).toMatchObject({
      removed: 2,
      left: 2,
    });
    const left = [1, 2, 3, 4, 5, 6].filter((number) => existsSync(fileOf(keyOf(number))));
    expect(left).toEqual([5, 6]);
  });

  it("removes what killed processes left, once nobody can still be writing it", async () => {
    await fill(1);
    const aside = (letter: string) =>
      join(dirname(fileOf(keyOf(1))), `${letter.repeat(62)}.${"0".repeat(36)}.tmp`);
    writeFileSync(aside("a"), "{");
    writeFileSync(aside("b"), "{");
    utimesSync(aside("a"), new Date(day(1)), new Date(day(1)));
    utimesSync(aside("b"), new Date(day(2)), new Date(day(2)));
    await pruneCache(folder, {}, day(2) + 60_000);
    expect([existsSync(aside("a")), existsSync(aside("b"))]).toEqual([false, true]);
    expect(existsSync(fileOf(keyOf(1)))).toBe(true);
  });

  it("clears replies and nothing else, since the folder may be the wrong one", async () => {
    await fill(4);
    writeFileSync(join(folder, "thesis.txt"), "years of work");
    await mkdir(join(folder, "ab"), { recursive: true });
    writeFileSync(join(folder, "ab", "notes.json"), "{}");
    expect(await clearCache(folder)).toMatchObject({ removed: 4, left: 0 });
    expect(await readCacheStats(folder)).toMatchObject({ entries: 0 });
    expect(existsSync(join(folder, "thesis.txt"))).toBe(true);
    expect(existsSync(join(folder, "ab", "notes.json"))).toBe(true);
  });
});

describe("a dispatcher with a cache", () => {
  it("asks once for each trial, also in the next run, and accounts for cached replies apart", async () => {
    const clock = createVirtualClock();
    const endpoint = fakeEndpoint(
      clock,
      async ({ number }) => {
        await clock.sleep(250);
        return reply({ text: `reply ${number}`, endpointModel: "m-1-0613" });
      },
      { priceKey: "gpt-4o" },
    );
    const texts: string[][] = [];
    for (let run = 0; run < 2; run++) {
      const dispatcher = createDispatcher({ clock, cache: openResponseCache(folder), budgetUsd: 1 });
      const outcomes = [];
      for (const trial of [1, 2]) {
        outcomes.push(await clock.runUntil(dispatcher.call(endpoint.model, ask(1, { trial }), "answers")));
      }
      texts.push(outcomes.map((outcome) => (outcome.ok ? outcome.generation.text : "failed")));
      if (run === 1) {
        expect(outcomes[0]).toMatchObject({
          ok: true,
          record: {
            source: "cache",
            costUsd: 0,
            latencyMs: 250,
            endpointModel: "m-1-0613",
            finishReason: "stop",
          },
        });
        expect(dispatcher.totals()).toEqual([
          {
            stage: "answers",
            model: "fake",
            calls: 0,
            retries: 0,
            cached: 2,
            recorded: 0,
            usage: { inputTokens: 0, outputTokens: 0 },
            costUsd: 0,
          },
        ]);
      }
      await dispatcher.close();
    }
    expect(texts).toEqual([
      ["reply 1", "reply 2"],
      ["reply 1", "reply 2"],
    ]);
    expect(endpoint.arrivals).toHaveLength(2);
  });

  it("neither reads nor writes it for recordings", async () => {
    const clock = createVirtualClock();
    const recorded = fakeEndpoint(clock, () => reply({ recorded: true }), {
      identity: { adapter: "replay" },
    });
    const dispatcher = createDispatcher({ clock, cache: openResponseCache(folder) });
    for (let time = 0; time < 2; time++) {
      const outcome = await clock.runUntil(dispatcher.call(recorded.model, ask(1), "answers"));
      expect(outcome).toMatchObject({ ok: true, record: { source: "recording", costUsd: 0 } });
    }
    await dispatcher.close();
    expect(readdirSync(folder)).toEqual([]);
    expect(dispatcher.totals()[0]).toMatchObject({ calls: 0, cached: 0, recorded: 2 });
  });
});
