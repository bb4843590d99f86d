import { plainPaint } from "../../reports/console/terminal-text.js";
import { spanText } from "../core/span-text.js";
import type { DispatchEvent, DispatchProgress } from "../pipeline/dispatch/events.js";
import type { RunEvent } from "../pipeline/events.js";
import { costOfJudgment, costOfRecord } from "../store/spending.js";
import { batchNote } from "./batch-note.js";
import { LiveLines } from "./live-lines.js";
import { type ProgressStream, shown, standardError } from "./output.js";
import { type Piece, paintLine, StageProgress, stageLines } from "./progress-bars.js";
import { budgetText, callsLine, progressLine } from "./progress-text.js";
import type { Terminal } from "./terminal.js";

/** Time as the display needs it; passed in for tests. */
export interface ProgressTime {
  now(): number;
  /** Calls `work` again and again until the returned function is called. */
  every(ms: number, work: () => void): () => void;
}

/**
 * Follows a run: on a terminal a line with a bar for each stage and one for its calls, a plain line now and then elsewhere,
 * nothing with `--quiet`.
 */
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
      return `${event.endpoint} is not ready yet (${event.message}); waiting up to ${spanText(event.patienceMs / 1000)} for it (--startup-wait)`;
    case "circuit-open": {
      const what = event.cause === "refusals" ? "refuses calls" : "does not answer";
      return `${event.endpoint} ${what} (${event.message}); pausing`;
    }
    case "circuit-closed":
      return `${event.endpoint} answers again after ${spanText(event.afterMs / 1000)}`;
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
    return `${event.endpoint} asks to wait ${spanText(event.waitMs / 1000)} (${status}): calls to it go on at ${clockTime(endsMs)}`;
  }
}

/** Local time of day with the zone's offset being the machine's, such as `14:05:09`. */
function clockTime(epochMs: number): string {
  const at = new Date(epochMs);
  return [at.getHours(), at.getMinutes(), at.getSeconds()]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}

type Stage = "answers" | "judgments";

class RunDisplay implements ProgressDisplay {
  private readonly stages = { answers: new StageProgress(), judgments: new StageProgress() };
  private readonly isLive: boolean;
  private readonly stop: () => void;
  private readonly lines: LiveLines;
  private startedMs: number;
  private kept = 0;
  private progress: (() => DispatchProgress) | undefined;
  private readonly longWaits = new LongWaits();

  constructor(
    private readonly terminal: Terminal,
    private readonly stream: ProgressStream,
    private readonly time: ProgressTime,
  ) {
    this.startedMs = time.now();
    this.isLive = stream.isTTY === true;
    this.lines = new LiveLines(stream);
    terminal.beforeWriting(() => this.lines.clear());
    this.stop = terminal.quiet
      ? () => undefined
      : time.every(this.isLive ? LIVE_INTERVAL_MS : PLAIN_INTERVAL_MS, () => this.draw());
  }

  onEvent(event: RunEvent): void {
    switch (event.type) {
      case "planned":
        this.stages.answers.planned = event.answers;
        this.stages.judgments.planned = event.judgments;
        this.startedMs = this.time.now();
        return;
      case "kept":
        this.kept++;
        this.stages[event.stage].add(event.failed, 0, undefined);
        return;
      case "answer": {
        const { answer } = event;
        this.count("answers", answer.status === "failed", costOfRecord(answer, answer.turns));
        return;
      }
      case "judgment": {
        const { judgment } = event;
        const isReplaced = judgment.status === "failed" && judgment.replacement?.status === "judged";
        const isFailed = judgment.status !== "judged" && !isReplaced;
        this.count("judgments", isFailed, costOfJudgment(judgment));
        return;
      }
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
    this.lines.clear();
    this.terminal.beforeWriting(() => undefined);
    if (!this.isLive && !this.terminal.quiet) this.draw();
  }

  private count(stage: Stage, isFailed: boolean, costUsd: number): void {
    this.stages[stage].add(isFailed, costUsd, this.time.now());
  }

  private note(text: string | undefined): void {
    if (text !== undefined) this.terminal.note(text);
  }

  private draw(): void {
    const { answers, judgments } = this.stages;
    if (answers.planned + judgments.planned === 0) return;
    const live = this.progress?.();
    if (this.isLive) this.drawLive(live);
    else this.drawPlain(live);
  }

  private drawPlain(live: DispatchProgress | undefined): void {
    const { kept, stages } = this;
    const elapsedMs = this.time.now() - this.startedMs;
    const parts = [progressLine({ ...stages, kept, elapsedMs, live })];
    if (live !== undefined && live.endpoints.length > 0) parts.push(callsLine(live));
    this.stream.write(`${shown(parts.join(" · "))}\n`);
  }

  private drawLive(live: DispatchProgress | undefined): void {
    const { width } = this.lines;
    const { answers, judgments } = this.stages;
    const stages = [["answers", answers] as const, ["judgments", judgments] as const];
    const pieces: (readonly Piece[])[] = stageLines(
      stages.filter(([, { planned }]) => planned > 0),
      width,
      this.time.now(),
    );
    if (live !== undefined && live.endpoints.length > 0)
      pieces.push([{ text: [...budgetText(live), callsLine(live)].join(" · "), paint: "dim" }]);
    const plain = pieces.map((line) => paintLine(line, width, plainPaint));
    this.lines.draw(
      plain,
      pieces.map((line) => paintLine(line, width, this.terminal.colors)),
    );
  }
}

/** Opens the display of one command. */
export function openProgress(
  terminal: Terminal,
  stream: ProgressStream = standardError,
  time: ProgressTime = realTime,
): ProgressDisplay {
  return new RunDisplay(terminal, stream, time);
}
