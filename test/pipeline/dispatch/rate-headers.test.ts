import { describe, expect, it } from "vitest";
import { createDispatcher } from "../../../harness/pipeline/dispatch/dispatcher.js";
import { RateHeaders, readResetMs } from "../../../harness/pipeline/dispatch/rate-headers.js";
import { ask, failure, fakeEndpoint, reply } from "./fake-endpoint.js";
import { createVirtualClock, virtualEpochMs } from "./virtual-clock.js";

describe("readResetMs", () => {
  const epochMs = Date.UTC(2025, 0, 1);
  it.each([
    ["1s", 1_000],
    ["6m0s", 360_000],
    ["120ms", 120],
    ["1h2m3.5s", 3_723_500],
    ["0s", 0],
    ["2", 2_000],
    ["0.25", 250],
    [String(epochMs / 1_000 + 30), 30_000],
    [String(epochMs + 1_500), 1_500],
    ["2025-01-01T00:00:05Z", 5_000],
    ["Wed, 01 Jan 2025 00:01:00 GMT", 60_000],
    ["2024-12-31T23:59:00Z", 0],
  ])("reads %s", (text, expected) => {
    expect(readResetMs(text, epochMs)).toBe(expected);
  });

  it.each(["", "soon", "-5", "1s2", "NaN", "s"])("makes nothing of %j", (text) => {
    expect(readResetMs(text, epochMs)).toBeUndefined();
  });
});

describe("RateHeaders", () => {
  it("holds calls back when the requests are used up, until they are there again", () => {
    const headers = new RateHeaders();
    headers.observe(
      { "x-ratelimit-remaining-requests": "2", "x-ratelimit-reset-requests": "4s" },
      1_000,
      virtualEpochMs,
    );
    expect(headers.waitMs(1_000, 0)).toBe(0);
    headers.start(1_000, 0);
    headers.start(1_000, 0);
    expect(headers.waitMs(2_000, 0)).toBe(3_000);
    expect(headers.waitMs(5_000, 0)).toBe(0);
  });

  it("holds back a call for which too few tokens are left", () => {
    const headers = new RateHeaders();
    headers.observe(
      { "x-ratelimit-remaining-tokens": "500", "x-ratelimit-reset-tokens": "250ms" },
      0,
      virtualEpochMs,
    );
    expect(headers.waitMs(0, 400)).toBe(0);
    expect(headers.waitMs(0, 600)).toBe(250);
    headers.start(0, 400);
    expect(headers.waitMs(0, 200)).toBe(250);
  });

  it("reads the dialects of other providers and ignores what is no number", () => {
    const headers = new RateHeaders();
    headers.observe(
      {
        "anthropic-ratelimit-requests-remaining": "0",
        "anthropic-ratelimit-requests-reset": "2025-01-01T00:00:07Z",
      },
      0,
      virtualEpochMs,
    );
    expect(headers.waitMs(0, 0)).toBe(7_000);
    const wrong = new RateHeaders();
    wrong.observe(
      { "x-ratelimit-remaining-requests": "none", "x-ratelimit-reset-requests": "1s" },
      0,
      virtualEpochMs,
    );
    wrong.observe(
      { "x-ratelimit-remaining-requests": "", "x-ratelimit-reset-requests": "1s" },
      0,
      virtualEpochMs,
    );
    expect(wrong.waitMs(0, 0)).toBe(0);
  });

  it("never holds for longer than a minute", () => {
    const headers = new RateHeaders();
    headers.observe(
      { "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "23h59m" },
      0,
      virtualEpochMs,
    );
    expect(headers.waitMs(0, 0)).toBe(60_000);
  });
});

/** Runs calls against a sliding window that announces itself as the headers of OpenAI do. */
async function runAgainstWindow(options: {
  readonly requests: number;
  readonly windowMs: number;
  readonly calls: number;
  readonly concurrency: number;
  readonly latencyMs: number;
}) {
  const clock = createVirtualClock();
  const admittedAtMs: number[] = [];
  let refused = 0;
  const endpoint = fakeEndpoint(clock, async () => {
    const nowMs = clock.monotonic();
    while ((admittedAtMs[0] ?? nowMs) <= nowMs - options.windowMs) admittedAtMs.shift();
    const isRefused = admittedAtMs.length >= options.requests;
    if (isRefused) refused++;
    else admittedAtMs.push(nowMs);
    const rateLimit = {
      "x-ratelimit-limit-requests": String(options.requests),
      "x-ratelimit-remaining-requests": String(options.requests - admittedAtMs.length),
      "x-ratelimit-reset-requests": `${(admittedAtMs[0] ?? nowMs) + options.windowMs - nowMs}ms`,
    };
    await clock.sleep(isRefused ? 5 : options.latencyMs);
    if (isRefused) throw failure("rate-limited", { rateLimit });
    return reply({ rateLimit });
  });
  const dispatcher = createDispatcher({ clock, random: () => 0.5, concurrency: options.concurrency });
  const calls = Array.from({ length: options.calls }, (_, index) =>
    dispatcher.call(endpoint.model, ask(index), "answers"),
  );
  const outcomes = await clock.runUntil(Promise.all(calls));
  return { lost: outcomes.filter((outcome) => !outcome.ok).length, refused, durationMs: clock.monotonic() };
}

describe("a dispatcher and an endpoint that announces its limit", () => {
  it("starts nothing while no request is left, and everything as soon as it may", async () => {
    const run = await runAgainstWindow({
      requests: 5,
      windowMs: 2_000,
      calls: 22,
      concurrency: 1,
      latencyMs: 10,
    });
    expect(run.refused).toBe(0);
    expect(run.durationMs).toBeGreaterThan(8_000);
    expect(run.durationMs).toBeLessThan(8_200);
  });

  it("is hardly ever refused at high concurrency, and uses nearly all that the limit allows", async () => {
    const run = await runAgainstWindow({
      requests: 60,
      windowMs: 60_000,
      calls: 400,
      concurrency: 16,
      latencyMs: 700,
    });
    expect(run.lost).toBe(0);
    expect(run.refused / (400 + run.refused)).toBeLessThan(0.05);
    // 60 at once, 340 at one a second.
    expect(run.durationMs).toBeLessThan(1.15 * 360_000);
  });
});
