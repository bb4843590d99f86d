import type { Board } from "../../core/board.js";
import { formatTrimmed } from "../../core/shown-number.js";

/** Figures that a gate can limit. */
export type GateMetric =
  | "score"
  | "winRate"
  | "lengthControlledWinRate"
  | "coverage"
  | "missing"
  | "positionConsistency"
  | "cost";

/** One gate as a configuration states it; what is absent is not asked for. */
export interface GateRequest {
  readonly metric: GateMetric;
  /** Least figure that passes, in the metric's unit: rating points, percent. */
  readonly min?: number | undefined;
  /** Largest figure that passes: percent, US dollars. */
  readonly max?: number | undefined;
  /** A run folder, `PATH#model`, a baseline file, or another model of the run. */
  readonly against?: string | undefined;
  /** Largest loss against the base that passes, in the metric's unit; at least 0. */
  readonly maxRegression?: number | undefined;
  /** Level of the interval that decides, 0–1; default 0.95. */
  readonly confidence?: number | undefined;
  readonly category?: string | undefined;
  readonly model?: string | undefined;
  readonly suite?: string | undefined;
  /** Hold the figure corrected by people's votes (ratings) to the limit; `winRate` and `score` only. */
  readonly corrected?: boolean | undefined;
}

/** Metrics that are estimates: a gate on them is decided on an interval, not on the figure. */
export const ESTIMATED_METRICS: ReadonlySet<GateMetric> = new Set([
  "score",
  "winRate",
  "lengthControlledWinRate",
]);

/** Metrics that a category of questions has. */
export const CATEGORY_METRICS: ReadonlySet<GateMetric> = new Set(["score", "winRate", "coverage", "missing"]);

/** Whether boards of this kind have the metric. Cost belongs to the run, not to a board. */
export function boardHasMetric(kind: Board["metric"], metric: GateMetric): boolean {
  switch (metric) {
    case "score":
      return kind === "rating";
    case "winRate":
      // The score of weighted outcomes is a win rate in percent.
      return kind !== "rating";
    case "lengthControlledWinRate":
      return kind === "preference";
    case "positionConsistency":
      return kind === "win-rate" || kind === "outcomes";
    case "coverage":
    case "missing":
      return true;
    case "cost":
      return false;
  }
}

/** Level of a gate's interval, in percent. */
export function levelOf(request: GateRequest): number {
  return 100 * (request.confidence ?? 0.95);
}

/** How a gate is called where it is shown, such as `score ≥ 6.5` or `score against runs/main (at most 0.2 lower)`. */
export function gateName(request: GateRequest, where = ""): string {
  const { metric, min, max, against, maxRegression, category, corrected } = request;
  const limit =
    against !== undefined
      ? ` against ${against} (at most ${formatTrimmed(maxRegression ?? 0)} lower)`
      : min !== undefined
        ? ` ≥ ${formatTrimmed(min)}`
        : ` ≤ ${formatTrimmed(max ?? 0)}`;
  const by = corrected === true ? " corrected by votes" : "";
  return `${metric}${by}${limit}${category === undefined ? "" : `, ${category}`}${where === "" ? "" : ` (${where})`}`;
}
