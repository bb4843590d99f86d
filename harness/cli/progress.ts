import type { DispatchEvent, DispatchProgress } from "../pipeline/dispatch/events.js";
import type { RunEvent } from "../pipeline/events.js";
import { batchNote } from "./batch-note.js";
import { callsLine, duration, progressLine } from "./progress-text.js";
import type { Terminal } from "./terminal.js";

/** What the progress display needs of the process; passed in for tests. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Time as the display needs it; passed in for tests. */
export interface ProgressTime {
  now(): number;
  /** Calls `work` again and again until the returned function is called. */
  every(ms: number, work: () => void): () => void;
}

/** Follows a run: two live lines on a terminal, a plain line now and then elsewhere, nothing with `--quiet`. */
export interface ProgressDisplay {
  onEvent(event: RunEvent): void;
  /** Live figures, once the dispatcher is there. */
  follow(progress: () => DispatchProgress): void;
  /** Clears the live lines. */
  finish(): void;
}

const LIVE_INTERVAL_MS = 250;
const PLAIN_INTERVAL_MS = 30_000;

const realTime: ProgressTime = {
  now: Date.now,
  every: (ms, work) => {
    const timer = setInterval(work, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
};

/** What is said of an event in a line of its own. */
function noteOf(event: DispatchEvent): string | undefined {
  switch (event.type) {
    case "endpoint-starting":
      return `${event.endpoint} is not ready yet (${event.message}); waiting up to ${duration(event.patienceMs / 1000)} for it (--startup-wait)`;
    case "circuit-open": {
      const what = event.cause === "refusals" ? "refuses calls" : "does not answer";
      return `${event.endpoint} ${what} (${event.message}); pausing`;
    }
    case "circuit-closed":
      return `${event.endpoint} answers again after ${duration(event.afterMs / 1000)}`;
    case "endpoint-refused":
      return `${event.model} is asked no more: ${event.message}. ${event.remedy ?? ""} What is not asked for stays open for the same command.`;
    case "endpoint-given-up":
      return `${event.endpoint} is given up: ${event.message}`;
    case "budget-reached":
      return `the budget of $${event.budgetUsd} does not cover a further call ($${event.spentUsd.toFixed(2)} spent; a call counts with the most that it can cost until it is done)`;
    default:
      return undefined;
  }
}

/** A wait shorter than this passes without a word. */
const LONG_WAIT_MS = 60_000;

/** Says of long waits when they end; once for all calls that an endpoint sends away together. */
class LongWaits {
  private readonly announced = new Map<string, number>();

  noteOf(event: DispatchEvent, nowMs: number): string | undefined {
    if (event.type !== "retry" || event.waitMs < LONG_WAIT_MS) return undefined;
    const endsMs = nowMs + event.waitMs;
    const saidMs = this.announced.get(event.endpoint) ?? 0;
    if (endsMs < saidMs + LONG_WAIT_MS) return undefined;
    this.announced.set(event.endpoint, endsMs);
    const status = event.status === undefined ? event.cause : `${event.status}, ${event.cause}`;
    return `${event.endpoint} asks to wait ${duration(event.waitMs / 1000)} (${status}): calls to it go on at ${clockTime(endsMs)}`;
  }
}

/** Local time of day with the zone's offset being the machine's, such as `14:05:09`. */
function clockTime(epochMs: number): string {
  const at = new Date(epochMs);
  return [at.getHours(), at.getMinutes(), at.getSeconds()]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}

class RunDisplay implements ProgressDisplay {
  private readonly answers = { planned: 0, done: 0, failed: 0 };
  private readonly judgments = { planned: 0, done: 0, failed: 0 };
  private readonly isLive: boolean;
  private readonly stop: () => void;
  private startedMs: number;
  private kept = 0;
  private progress: (() => DispatchProgress) | undefined;
  private drawnLines = 0;
  private readonly longWaits = new LongWaits();

  constructor(
    private readonly terminal: Terminal,
    private readonly stream: ProgressStream,
    private readonly time: ProgressTime,
  ) {
    this.startedMs = time.now();
    this.isLive = stream.isTTY === true;
    terminal.beforeWriting(() => this.clear());
    this.stop = terminal.quiet
      ? () => undefined
      : time.every(this.isLive ? LIVE_INTERVAL_MS : PLAIN_INTERVAL_MS, () => this.draw());
  }

  onEvent(event: RunEvent): void {
    switch (event.type) {
      case "planned":
        this.answers.planned = event.answers;
        this.judgments.planned = event.judgments;
        this.startedMs = this.time.now();
        return;
      case "kept":
        this.kept++;
        this.count(event.stage, event.failed);
        return;
      case "answer":
        this.count("answers", event.answer.status === "failed");
        return;
      case "judgment":
        this.count("judgments", event.judgment.status !== "judged");
        return;
      case "warning":
        this.terminal.note(`note: ${event.warning.message}`);
        return;
      case "batch":
        this.note(batchNote(event.event));
        return;
      case "dispatch":
        this.note(noteOf(event.event));
        this.note(this.longWaits.noteOf(event.event, this.time.now()));
    }
  }

  follow(figures: () => DispatchProgress): void {
    this.progress = figures;
  }

  finish(): void {
    this.stop();
    this.clear();
    this.terminal.beforeWriting(() => undefined);
    if (!this.isLive && !this.terminal.quiet) this.draw();
  }

  private count(stage: "answers" | "judgments", failed: boolean): void {
    this[stage].done++;
    if (failed) this[stage].failed++;
  }

  private note(text: string | undefined): void {
    if (text !== undefined) this.terminal.note(text);
  }

  private draw(): void {
    if (this.answers.planned + this.judgments.planned === 0) return;
    const { answers, judgments, kept } = this;
    const live = this.progress?.();
    const elapsedMs = this.time.now() - this.startedMs;
    const lines = [progressLine({ answers, judgments, kept, elapsedMs, live })];
    if (live !== undefined && live.endpoints.length > 0) lines.push(callsLine(live));
    if (!this.isLive) {
      this.stream.write(`${lines.join(" · ")}\n`);
      return;
    }
    this.clear();
    // A line that the terminal breaks could not be cleared again; it may add the ^C that was typed.
    const width = Math.max(20, (this.stream.columns ?? 100) - "^C".length - 1);
    this.stream.write(lines.map((line) => line.slice(0, width)).join("\n"));
    this.drawnLines = lines.length;
  }

  private clear(): void {
    if (this.drawnLines === 0) return;
    this.stream.write(`\r\u001b[2K${"\u001b[1A\u001b[2K".repeat(this.drawnLines - 1)}`);
    this.drawnLines = 0;
  }
}

/** Opens the display of one command. */
export function openProgress(
  terminal: Terminal,
  stream: ProgressStream = process.stderr,
  time: ProgressTime = realTime,
): ProgressDisplay {
  return new RunDisplay(terminal, stream, time);
}
