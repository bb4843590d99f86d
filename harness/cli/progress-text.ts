import { spanText } from "../core/span-text.js";
import { printable } from "../core/text.js";
import type { DispatchProgress, EndpointProgress } from "../pipeline/dispatch/events.js";

/** Counts of one stage. */
export interface StageCounts {
  readonly planned: number;
  /** Records that are there, kept ones and failed ones included. */
  readonly done: number;
  readonly failed: number;
}

/** What the display of a run knows. */
export interface RunFigures {
  readonly answers: StageCounts;
  readonly judgments: StageCounts;
  /** Records that were there before the run. */
  readonly kept: number;
  readonly elapsedMs: number;
  /** Undefined before the first call. */
  readonly live: DispatchProgress | undefined;
}

/** Before this time the pace says little: calls are under way and concurrency grows. */
const LEAST_ELAPSED_MS = 5_000;

function stageText(name: string, { planned, done, failed }: StageCounts): string[] {
  if (planned === 0) return [];
  return [`${name} ${done}/${planned}${failed > 0 ? ` (${failed} failed)` : ""}`];
}

function timeLeft({ answers, judgments, kept, elapsedMs }: RunFigures): string[] {
  const done = answers.done + judgments.done - kept;
  const left = answers.planned + judgments.planned - kept - done;
  if (done <= 0 || left <= 0 || elapsedMs < LEAST_ELAPSED_MS) return [];
  return [`about ${spanText((elapsedMs / 1000 / done) * left)} left`];
}

/** What was spent of the budget; nothing without one. */
export function budgetText({ budget }: DispatchProgress): string[] {
  return budget === undefined ? [] : [`$${budget.spentUsd.toFixed(2)} of $${budget.capUsd}`];
}

function moneyText(live: DispatchProgress): string[] {
  const { budget, costUsd } = live;
  if (budget !== undefined) return budgetText(live);
  return costUsd > 0 ? [`$${costUsd.toFixed(2)}`] : [];
}

function tokensText({ inputTokens, outputTokens, cachedInputTokens }: DispatchProgress): string[] {
  const tokens = inputTokens + outputTokens;
  if (tokens === 0) return [];
  const cached = Math.round((100 * cachedInputTokens) / Math.max(1, inputTokens));
  return [
    `${tokens < 10_000 ? tokens : `${Math.round(tokens / 1000)}k`} tokens`,
    ...(cached > 0 ? [`${cached}% of the input from prompt caches`] : []),
  ];
}

function retriesText({ retriesByCause }: DispatchProgress): string[] {
  const causes = Object.entries(retriesByCause).sort(([, one], [, other]) => other - one);
  if (causes.length === 0) return [];
  return [`retries: ${causes.map(([cause, count]) => `${count} ${cause}`).join(", ")}`];
}

function pauseText({ endpoint, circuit, cause = "outage", resumesInMs = 0 }: EndpointProgress): string[] {
  if (circuit !== "open") return [];
  const what = { outage: "is down", refusals: "refuses calls", starting: "is not ready yet" }[cause];
  return [
    `${printable(endpoint, { oneLine: true })} ${what}, next try in ${spanText(Math.max(0, resumesInMs) / 1000)}`,
  ];
}

/** How far a run is, what it cost and how long it will take: the line that matters most. */
export function progressLine(figures: RunFigures): string {
  const { answers, judgments, live } = figures;
  return [
    ...stageText("answers", answers),
    ...stageText("judgments", judgments),
    ...timeLeft(figures),
    ...(live === undefined ? [] : moneyText(live)),
  ].join(" · ");
}

/** How the calls go: pace, calls in flight of those that may be, tokens, retries by cause, endpoints that are down. */
export function callsLine(live: DispatchProgress): string {
  const slots = live.endpoints.reduce((sum, endpoint) => sum + endpoint.concurrency, 0);
  return [
    ...live.endpoints.flatMap(pauseText),
    `${live.callsPerSecond.toFixed(1)} calls/s`,
    `${live.inFlight} of ${slots} in flight`,
    ...(live.cached > 0 ? [`${live.cached} cached`] : []),
    ...tokensText(live),
    ...retriesText(live),
  ].join(" · ");
}
