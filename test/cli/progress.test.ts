import { describe, expect, test } from "vitest";
import { openProgress, type ProgressTime } from "../../harness/cli/progress.js";
import { callsLine, progressLine } from "../../harness/cli/progress-text.js";
import { openTerminal } from "../../harness/cli/terminal.js";
import type { DispatchProgress } from "../../harness/pipeline/dispatch/events.js";

const live: DispatchProgress = {
  endpoints: [
    {
      endpoint: "http://one/v1",
      inFlight: 22,
      waiting: 100,
      backingOff: 0,
      concurrency: 24,
      circuit: "closed",
    },
  ],
  inFlight: 22,
  waiting: 100,
  backingOff: 0,
  calls: 140,
  failed: 0,
  cached: 0,
  recorded: 0,
  retries: 9,
  retriesByCause: { "server-error": 2, "rate-limited": 7 },
  inputTokens: 60_000,
  outputTokens: 9_000,
  costUsd: 1.25,
  unpricedCalls: 0,
  callsPerSecond: 36.52,
};
const stage = (planned: number, done: number, failed = 0) => ({ planned, done, failed });

describe("the first line", () => {
  test("tells how far the run is, the time left by its own pace, and the cost against the budget", () => {
    const budget = { capUsd: 30, spentUsd: 4.5, reservedUsd: 1, reached: false };
    const figures = { answers: stage(80, 40), judgments: stage(160, 30, 2), kept: 10, elapsedMs: 30_000 };
    // 60 records in 30 s, 170 are left.
    expect(progressLine({ ...figures, live: { ...live, budget } })).toBe(
      "answers 40/80 · judgments 30/160 (2 failed) · about 85 s left · $4.50 of $30",
    );
    expect(progressLine({ ...figures, judgments: stage(0, 0), live })).toBe(
      "answers 40/80 · about 40 s left · $1.25",
    );
  });

  test("promises no time while there is no pace to go by", () => {
    const figures = { answers: stage(80, 4), judgments: stage(0, 0), kept: 4, live: undefined };
    expect(progressLine({ ...figures, elapsedMs: 60_000 })).toBe("answers 4/80");
    expect(progressLine({ ...figures, kept: 0, elapsedMs: 4_000 })).toBe("answers 4/80");
  });
});

describe("the second line", () => {
  test("tells pace, calls in flight of those allowed now, tokens, and retries by cause, most frequent first", () => {
    expect(callsLine(live)).toBe(
      "36.5 calls/s · 22 of 24 in flight · 69k tokens · retries: 7 rate-limited, 2 server-error",
    );
  });

  test("begins with an endpoint that is down and when it is tried again", () => {
    const [endpoint] = live.endpoints;
    if (endpoint === undefined) throw new Error("no endpoint");
    const down = { ...endpoint, inFlight: 0, circuit: "open" as const, resumesInMs: 12_300 };
    expect(callsLine({ ...live, endpoints: [down] })).toMatch(
      /^http:\/\/one\/v1 is down, next try in 13 s · /,
    );
  });
});

/** A screen that understands what the display sends, and a time that the test moves. */
function bench(isTTY: boolean, quiet = false) {
  let ticks: () => void = () => undefined;
  let nowMs = 0;
  let intervalMs = 0;
  const rows = [""];
  const write = (text: string) => {
    for (const part of text.split(/(\u001b\[2K|\u001b\[1A|\r|\n)/)) {
      if (part === "\u001b[2K") rows[rows.length - 1] = "";
      else if (part === "\u001b[1A") rows.pop();
      else if (part === "\n") rows.push("");
      else if (part !== "\r") rows[rows.length - 1] += part;
    }
  };
  const time: ProgressTime = {
    now: () => nowMs,
    every: (ms, work) => {
      intervalMs = ms;
      ticks = work;
      return () => {
        ticks = () => undefined;
      };
    },
  };
  const terminal = { ...openTerminal({ quiet }), note: (line: string) => write(`${line}\n`) };
  let prepare: () => void = () => undefined;
  const watched = {
    ...terminal,
    beforeWriting: (given: () => void) => {
      prepare = given;
    },
    note: (line: string) => {
      prepare();
      terminal.note(line);
    },
  };
  const display = openProgress(watched, { isTTY, columns: 60, write }, time);
  const pass = (ms: number) => {
    nowMs += ms;
    if (intervalMs > 0) ticks();
  };
  return { display, rows, pass, note: watched.note };
}

describe("the display", () => {
  test("draws two lines on a terminal though nothing happens, over and over in the same place, and clears them", () => {
    const { display, rows, pass, note } = bench(true);
    display.follow(() => live);
    display.onEvent({ type: "planned", answers: 80, judgments: 160 });
    pass(250);
    pass(250);
    expect(rows).toEqual([
      "answers 0/80 · judgments 0/160 · $1.25",
      "36.5 calls/s · 22 of 24 in flight · 69k tokens · retries:",
    ]);
    note("a note");
    pass(250);
    expect(rows).toEqual([
      "a note",
      "answers 0/80 · judgments 0/160 · $1.25",
      expect.stringContaining("calls/s"),
    ]);
    display.finish();
    expect(rows).toEqual(["a note", ""]);
    pass(250);
    expect(rows).toEqual(["a note", ""]);
  });

  test("writes one plain line now and then elsewhere, and one at the end", () => {
    const { display, rows, pass } = bench(false);
    display.follow(() => live);
    display.onEvent({ type: "planned", answers: 80, judgments: 0 });
    display.onEvent({ type: "kept", stage: "answers", failed: false });
    pass(30_000);
    display.finish();
    expect(rows).toHaveLength(3);
    expect(rows[0]).toBe(
      "answers 1/80 · $1.25 · 36.5 calls/s · 22 of 24 in flight · 69k tokens · retries: 7 rate-limited, 2 server-error",
    );
  });

  test("is silent with --quiet", () => {
    const { display, rows, pass } = bench(true, true);
    display.onEvent({ type: "planned", answers: 80, judgments: 0 });
    pass(1_000);
    display.finish();
    expect(rows).toEqual([""]);
  });
});
