import { countOf } from "../harness/core/count-of.js";
import type { GateResult } from "../harness/core/gate.js";
import type { FigureFormat } from "./view/format.js";
import { formatFigure, NO_FIGURE } from "./view/format.js";

function formatOf(metric: string): FigureFormat {
  if (/cost|usd/i.test(metric)) return "usd";
  if (/rate|missing|coverage|consistency|percent|share/i.test(metric)) return "percent";
  if (/score|rating/i.test(metric)) return "points";
  return "plain";
}

/** A gate's figure, limit and interval as they are shown, in the unit that its metric's name tells. */
export interface GateFigures {
  readonly value: string;
  readonly limit: string;
  /** Such as `−0.03 to 0.59`; empty without an interval. */
  readonly interval: string;
}

/** Formats the figures of a gate; an en dash where there is no figure. */
export function gateFigures(gate: GateResult): GateFigures {
  const format = formatOf(gate.metric);
  const show = (value: number | null) =>
    value === null || !Number.isFinite(value) ? NO_FIGURE : formatFigure(value, format);
  return {
    value: show(gate.value),
    limit: show(gate.limit),
    interval: gate.interval === null ? "" : `${show(gate.interval.low)} to ${show(gate.interval.high)}`,
  };
}

const RANK: Readonly<Record<GateResult["outcome"], number>> = { fail: 0, inconclusive: 1, pass: 2 };

/** Gates with failures first, then the inconclusive ones, otherwise as given. */
export function worstFirst<Gate extends GateResult>(gates: readonly Gate[]): readonly Gate[] {
  return [...gates].sort((x, y) => RANK[x.outcome] - RANK[y.outcome]);
}

/** `2 gates failed, 1 inconclusive, 3 passed`; empty without gates. */
export function tallyGates(gates: readonly GateResult[]): string {
  if (gates.length === 0) return "";
  const count = (outcome: GateResult["outcome"]) => gates.filter((gate) => gate.outcome === outcome).length;
  const parts: readonly (readonly [number, string])[] = [
    [count("fail"), "failed"],
    [count("inconclusive"), "inconclusive"],
    [count("pass"), "passed"],
  ];
  const told = parts.filter(([number]) => number > 0);
  return told
    .map(([number, word], index) =>
      index === 0 ? `${countOf(number, "gate")} ${word}` : `${number} ${word}`,
    )
    .join(", ");
}
