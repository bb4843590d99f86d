import { describe, expect, test } from "vitest";
import { openProgress, type ProgressTime } from "../../harness/cli/progress.js";
import { callsLine, progressLine } from "../../harness/cli/progress-text.js";
import { openTerminal } from "../../harness/cli/terminal.js";
import type { DispatchProgress } from "../../harness/pipeline/dispatch/events.js";
import type { RunEvent } from "../../harness/pipeline/events.js";

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
  cachedInputTokens: 0,
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
    expect(callsLine({ ...live, cachedInputTokens: 45_000 })).toContain(
      "69k tokens · 75% of the input from prompt caches",
    );
    expect(callsLine({ ...live, endpoints: [down] })).toMatch(
      /^http:\/\/one\/v1 is down, next try in 13 s · /,
    );
  });
});

/** A screen that understands what the display sends, and a time that the test moves. */
function bench(isTTY: boolean, { quiet = false, columns = 60 } = {}) {
  let ticks: () => void = () => undefined;
  let nowMs = 0;
  let intervalMs = 0;
  const rows = [""];
  const writes: string[] = [];
  const at = { row: 0, column: 0 };
  const put = (text: string) => {
    const row = rows[at.row] ?? "";
    rows[at.row] = row.slice(0, at.column) + text + row.slice(at.column + text.length);
    at.column += text.length;
  };
  const write = (text: string) => {
    writes.push(text);
    for (const part of text.split(/(\u001b\[\d*[AKJ]|\r|\n)/)) {
      const [, count = "", command] = /^\u001b\[(\d*)([AKJ])$/.exec(part) ?? [];
      if (command === "A") at.row -= Number(count);
      else if (command === "K") rows[at.row] = (rows[at.row] ?? "").slice(0, at.column);
      else if (command === "J") rows.splice(at.row, rows.length, (rows[at.row] ?? "").slice(0, at.column));
      else if (part === "\n") {
        at.row++;
        at.column = 0;
        rows[at.row] ??= "";
      } else if (part === "\r") at.column = 0;
      else if (part !== "") put(part);
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
  const stream = { isTTY, columns, write };
  const display = openProgress(watched, stream, time);
  const pass = (ms: number) => {
    nowMs += ms;
    if (intervalMs > 0) ticks();
  };
  return { display, rows, pass, note: watched.note, writes, stream };
}

describe("the display", () => {
  const answered: RunEvent = {
    type: "answer",
    answer: {
      ...{ taskId: "t", suite: "s", questionId: "1", category: "c", model: "m", trial: 1, at: "" },
      status: "completed",
      turns: [{ text: "x", parameters: {}, finishReason: "stop", latencyMs: 1, costUsd: 0.25 }],
    },
  };

  test("draws a bar for each stage and a line for the calls, each in its place, and clears them", () => {
    const { display, rows, pass, note } = bench(true);
    display.follow(() => live);
    display.onEvent({ type: "planned", answers: 80, judgments: 160 });
    pass(250);
    const calls = "36.5 calls/s · 22 of 24 in flight · 69k tokens · retries:";
    expect(rows).toEqual([
      "answers    ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░   0/80",
      "judgments  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░    0/160",
      calls,
    ]);
    note("a note");
    // Four a second, over five seconds.
    for (let each = 0; each < 20; each++) {
      display.onEvent(answered);
      pass(250);
    }
    expect(rows).toEqual([
      "a note",
      "answers    ███░░░░░░░░░░░  20/80  15 s left  4.0/s  $5.00",
      "judgments  ░░░░░░░░░░░░░░    0/160",
      calls,
    ]);
    display.finish();
    expect(rows).toEqual(["a note", ""]);
    pass(250);
    expect(rows).toEqual(["a note", ""]);
  });

  test("leaves out cost, pace, time and bar on narrow terminals, never what failed; a full bar means all", () => {
    const linesAt = (columns: number, planned: number, done: number) => {
      const { display, rows, pass } = bench(true, { columns });
      display.onEvent({ type: "planned", answers: planned, judgments: 0 });
      display.onEvent({ type: "kept", stage: "answers", failed: true });
      for (let each = 1; each < done; each++) {
        display.onEvent(answered);
        pass(250);
      }
      pass(250);
      return rows;
    };
    expect(linesAt(80, 80, 21)).toEqual([
      "answers  ██████░░░░░░░░░░░░░░░░░░░░  21/80  1 failed  16 s left  3.8/s  $5.00",
    ]);
    expect(linesAt(44, 80, 21)).toEqual(["answers  ███░░░░░░░░░░░░  21/80  1 failed"]);
    expect(linesAt(30, 80, 21)).toEqual(["answers  21/80  1 failed"]);
    expect(linesAt(24, 80, 21)).toEqual(["answers  21/80  1 fai"]);
    expect(linesAt(60, 1000, 999)[0]).toMatch(/█░ +999\/1000 {2}1 failed/);
    expect(linesAt(60, 9, 9)[0]).toMatch(/^answers {2}█+ {2}9\/9 {2}1 failed {2}\$2\.00$/);
  });

  test("writes only what has changed, in one piece that blanks nothing, and survives a window that is made narrower", () => {
    const { display, rows, pass, writes, stream } = bench(true);
    display.follow(() => live);
    display.onEvent({ type: "planned", answers: 80, judgments: 0 });
    pass(250);
    pass(250);
    expect(writes).toHaveLength(1);
    display.onEvent(answered);
    pass(250);
    expect(writes).toHaveLength(2);
    expect(writes[1]?.startsWith("\r\u001b[1A\u001b[K")).toBe(false);
    expect(rows[0]).toMatch(/^answers .* {2}1\/80 {2}\$0\.25$/);
    // Both lines now take two rows each.
    stream.columns = 40;
    pass(250);
    expect(writes[2]?.startsWith("\r\u001b[3A")).toBe(true);
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
    const { display, rows, pass } = bench(true, { quiet: true });
    display.onEvent({ type: "planned", answers: 80, judgments: 0 });
    pass(1_000);
    display.finish();
    expect(rows).toEqual([""]);
  });
});
