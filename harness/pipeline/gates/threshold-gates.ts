import { countOf, nounFor } from "../../core/count-of.js";
import type { GateResult } from "../../core/gate.js";
import type { CallTotals } from "../../core/manifest.js";
import { presentFields } from "../../core/present-fields.js";
import type { ComparedModel } from "../compare/question-values.js";
import type { GateBoard } from "./gate-board.js";
import { countLost, slotsOf } from "./gate-figures.js";
import type { GateRequest } from "./gate-request.js";
import { withUnit, wordsFor } from "./gate-sentences.js";

/** A count of this run held to a limit; no interval, because nothing is estimated. */
interface CountedFigure {
  readonly value: number | null;
  /** What was counted, such as `79 of 80 questions have a usable verdict`. */
  readonly counted: string;
}

/** Share of the questions asked that have a usable verdict, in percent. */
function coverageOf(model: ComparedModel | undefined, category: string | undefined): CountedFigure {
  const slots = slotsOf(model?.slots ?? [], category);
  const asked = new Set(slots.map(({ slot }) => slot.questionId)).size;
  const covered = new Set(slots.flatMap(({ slot, value }) => (value === undefined ? [] : slot.questionId)))
    .size;
  const value = asked === 0 ? null : (100 * covered) / asked;
  return {
    value,
    counted: `${covered} of ${countOf(asked, "question")} ${nounFor(covered, "has", "have")} a usable verdict`,
  };
}

/** Share of the verdicts asked for that are absent, failed or unreadable, in percent. */
function missingOf(model: ComparedModel | undefined, category: string | undefined): CountedFigure {
  const slots = slotsOf(model?.slots ?? [], category);
  const lost = countLost(slots);
  const value = slots.length === 0 ? null : (100 * lost) / slots.length;
  return {
    value,
    counted: `${lost} of ${countOf(slots.length, "verdict")} ${nounFor(lost, "is", "are")} missing or unreadable`,
  };
}

function consistencyOf({ board }: GateBoard, model: string): CountedFigure {
  const rows = board.metric === "win-rate" || board.metric === "outcomes" ? board.models : [];
  const row = rows.find((one) => one.model === model);
  const value = row?.positionConsistency ?? null;
  const counted =
    value === null
      ? "no comparison was judged in both orders"
      : "share of comparisons with the same winner in both orders";
  return { value, counted };
}

function decide(value: number | null, gate: GateRequest): GateResult["outcome"] {
  if (value === null) return "inconclusive";
  const passes = gate.min === undefined ? value <= (gate.max ?? 0) : value >= gate.min;
  return passes ? "pass" : "fail";
}

function resultOf(name: string, gate: GateRequest, model: string, figure: CountedFigure): GateResult {
  const { value, counted } = figure;
  const message =
    value === null
      ? `${model} has no ${wordsFor(gate.metric)}: ${counted}.`
      : `${model} has a ${wordsFor(gate.metric)} of ${withUnit(gate.metric, value)}: ${counted}.`;
  return {
    name,
    outcome: decide(value, gate),
    metric: gate.metric,
    model,
    ...presentFields({ category: gate.category }),
    value,
    limit: gate.min ?? gate.max ?? 0,
    interval: null,
    message,
  };
}

/** Decides a gate on coverage, missing verdicts or position consistency of one model on one board. */
export function countedGate(name: string, gate: GateRequest, board: GateBoard, model: string): GateResult {
  const values = board.models.find((one) => one.model === model);
  const figure =
    gate.metric === "coverage"
      ? coverageOf(values, gate.category)
      : gate.metric === "missing"
        ? missingOf(values, gate.category)
        : consistencyOf(board, model);
  return resultOf(name, gate, model, figure);
}

/**
 * Decides a gate on what the run cost, of all models or of one. Calls without a known price leave the sum a lower
 * bound: enough to fail, not enough to pass.
 */
export function costGate(name: string, gate: GateRequest, totals: readonly CallTotals[]): GateResult {
  const counted = totals.filter((one) => gate.model === undefined || one.model === gate.model);
  const known = counted.reduce((sum, one) => sum + (one.costUsd ?? 0), 0);
  const unpriced = counted.filter((one) => one.costUsd === null).map((one) => one.model);
  const model = gate.model ?? "the run";
  const limit = gate.max ?? 0;
  if (unpriced.length === 0 || known > limit) {
    const calls = counted.reduce((sum, one) => sum + one.calls, 0);
    return resultOf(name, gate, model, { value: known, counted: countOf(calls, "paid call") });
  }
  const without = [...new Set(unpriced)].join(", ");
  return {
    ...resultOf(name, gate, model, { value: null, counted: "" }),
    message: `The cost of ${model} is not known: there is no price for ${without}; --prices FILE gives one.`,
  };
}
