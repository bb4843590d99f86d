import type { DispatchProgress } from "../pipeline/dispatch/events.js";
import type { RunEvent } from "../pipeline/events.js";
import { batchNote } from "./batch-note.js";
import type { Terminal } from "./terminal.js";

/** Counts of one stage as the progress line shows them. */
interface StageCounts {
  planned: number;
  done: number;
  failed: number;
}

/** What the progress display needs of the process; passed in for tests. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Follows a run: one live line per stage on a terminal, plain lines now and then elsewhere, nothing with `--quiet`. */
export interface ProgressDisplay {
  onEvent(event: RunEvent): void;
  /** Live figures, once the dispatcher is there. */
  follow(progress: () => DispatchProgress): void;
  /** Clears the live line. */
  finish(): void;
}

const LIVE_INTERVAL_MS = 250;
const PLAIN_INTERVAL_MS = 30_000;

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

/** Words of the progress line; exported for tests. */
export function progressText(
  stages: { readonly answers: StageCounts; readonly judgments: StageCounts },
  live: DispatchProgress | undefined,
  elapsedMs: number,
  callsBefore: number,
): string {
  const stage = (name: string, counts: StageCounts) =>
    counts.planned === 0
      ? []
      : [`${name} ${counts.done}/${counts.planned}${counts.failed > 0 ? ` (${counts.failed} failed)` : ""}`];
  const parts = [...stage("answers", stages.answers), ...stage("judgments", stages.judgments)];
  if (live !== undefined) {
    parts.push(`${live.callsPerSecond.toFixed(1)}/s`, `${live.inFlight} in flight`);
    const retries = Object.entries(live.retriesByCause).map(([cause, count]) => `${count} ${cause}`);
    if (retries.length > 0) parts.push(`retries: ${retries.join(", ")}`);
    if (live.inputTokens + live.outputTokens > 0)
      parts.push(`${Math.round((live.inputTokens + live.outputTokens) / 1000)}k tokens`);
    if (live.costUsd > 0)
      parts.push(
        `$${live.costUsd.toFixed(2)}${live.budget === undefined ? "" : ` of $${live.budget.capUsd}`}`,
      );
    const paused = live.endpoints.filter((endpoint) => endpoint.circuit === "open");
    for (const endpoint of paused)
      parts.push(`${endpoint.endpoint} is down, next try in ${duration((endpoint.resumesInMs ?? 0) / 1000)}`);
  }
  const total = stages.answers.planned + stages.judgments.planned;
  const done = stages.answers.done + stages.judgments.done - callsBefore;
  const left = total - done - callsBefore;
  if (done > 0 && left > 0) parts.push(`${duration((elapsedMs / 1000 / done) * left)} left`);
  return parts.join(" · ");
}

/** Opens the display of one command. */
export function openProgress(
  terminal: Terminal,
  stream: ProgressStream = process.stderr,
  now: () => number = Date.now,
): ProgressDisplay {
  const stages = {
    answers: { planned: 0, done: 0, failed: 0 },
    judgments: { planned: 0, done: 0, failed: 0 },
  };
  const started = now();
  const live = stream.isTTY === true && !terminal.quiet;
  let progress: (() => DispatchProgress) | undefined;
  let kept = 0;
  let shown = 0;
  let isDrawn = false;
  const clear = () => {
    if (isDrawn) stream.write("\r\u001b[2K");
    isDrawn = false;
  };
  const draw = (force: boolean) => {
    if (terminal.quiet) return;
    const at = now();
    if (!force && at - shown < (live ? LIVE_INTERVAL_MS : PLAIN_INTERVAL_MS)) return;
    shown = at;
    const text = progressText(stages, progress?.(), at - started, kept);
    if (!live) {
      stream.write(`${text}\n`);
      return;
    }
    clear();
    stream.write(text.slice(0, Math.max(20, (stream.columns ?? 100) - 1)));
    isDrawn = true;
  };
  const note = (text: string) => {
    clear();
    terminal.note(text);
  };
  return {
    onEvent(event) {
      switch (event.type) {
        case "planned":
          stages.answers.planned = event.answers;
          stages.judgments.planned = event.judgments;
          shown = now();
          return;
        case "kept": {
          const stage = stages[event.stage];
          stage.done++;
          kept++;
          if (event.failed) stage.failed++;
          return;
        }
        case "answer":
          stages.answers.done++;
          if (event.answer.status === "failed") stages.answers.failed++;
          break;
        case "judgment":
          stages.judgments.done++;
          if (event.judgment.status !== "judged") stages.judgments.failed++;
          break;
        case "warning":
          note(`note: ${event.warning.message}`);
          return;
        case "batch": {
          const text = batchNote(event.event);
          if (text !== undefined) note(text);
          return;
        }
        case "dispatch":
          if (event.event.type === "circuit-open")
            note(`${event.event.endpoint} does not answer (${event.event.message}); pausing`);
          else if (event.event.type === "endpoint-given-up")
            note(`${event.event.endpoint} is given up: ${event.event.message}`);
          else if (event.event.type === "budget-reached")
            note(
              `the budget of $${event.event.budgetUsd} does not cover a further call ($${event.event.spentUsd.toFixed(2)} spent; a call counts with the most that it can cost until it is done)`,
            );
          return;
      }
      draw(false);
    },
    follow(figures) {
      progress = figures;
    },
    finish() {
      clear();
      if (!live && stages.answers.planned > 0) draw(true);
    },
  };
}
