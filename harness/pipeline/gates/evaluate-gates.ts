import type { Comparison, Outcome } from "../../core/comparison.js";
import { compositeKey } from "../../core/composite-key.js";
import { AssayError } from "../../core/errors.js";
import type { GateResult } from "../../core/gate.js";
import { presentFields } from "../../core/present-fields.js";
import { decideGates, type JointGateDecision } from "../../stats/gate.js";
import { compareModels } from "../compare/compare-models.js";
import { correctedValue, correctedValues } from "../compare/corrected-comparison.js";
import type { ComparedModel } from "../compare/question-values.js";
import { percentScale } from "../scores/scale.js";
import {
  boardLabels,
  type GateBase,
  type GateBoard,
  type GateSituation,
  lengthControlledOn,
} from "./gate-board.js";
import {
  controlledDifference,
  controlledFigure,
  differenceFigure,
  type GateFigure,
  meanFigure,
  votedFigure,
} from "./gate-figures.js";
import { boardHasMetric, ESTIMATED_METRICS, type GateRequest, gateName, levelOf } from "./gate-request.js";
import { differenceSentence, limitSentence } from "./gate-sentences.js";
import { sequencedGate } from "./sequenced-gate.js";
import { costGate, countedGate } from "./threshold-gates.js";

/** A gate of one model on one board whose figure is known and whose outcome depends on the other gates. */
interface OpenGate {
  readonly name: string;
  readonly gate: GateRequest;
  readonly model: string;
  readonly protocol: string;
  readonly figure: GateFigure;
  readonly limit: number;
  readonly sentence: (reason: string, outcome: Outcome) => string;
}

type Expanded = { readonly result: GateResult } | { readonly open: OpenGate };

/**
 * Decides all gates of a run together. A gate without `model` is decided for every measured model, one without `suite`
 * on every board that has its metric. Gates on estimates (score, win rates) are decided on their intervals, with Holm's
 * adjustment over all of them; the others are plain limits.
 *
 * A gate that cannot be applied (its base is gone, or was measured in another way) fails: a check that was not made
 * must not look like one that was passed.
 */
export function decideAllGates(gates: readonly GateRequest[], situation: GateSituation): GateResult[] {
  const compare = comparisonCache(situation);
  const expanded = gates.flatMap((gate) => expandGate(gate, situation, compare));
  const { sequence } = situation;
  if (sequence !== undefined)
    return expanded.map((one) => ("result" in one ? one.result : sequencedGate(one.open, sequence)));
  const open = expanded.flatMap((one) => ("open" in one ? [one.open] : []));
  const decisions = decideJointly(open);
  return expanded.map((one) => ("result" in one ? one.result : closeGate(one.open, decisions.get(one.open))));
}

function expandGate(gate: GateRequest, situation: GateSituation, compare: Comparer): Expanded[] {
  if (gate.metric === "cost") return [{ result: costGate(gateName(gate), gate, situation.totals) }];
  const boards = situation.boards.filter(
    ({ board }) =>
      (gate.suite === undefined || board.suite === gate.suite) &&
      boardHasMetric(board.metric, gate.metric) &&
      (gate.category === undefined || hasCategory(board, gate.category)),
  );
  const labels = boardLabels(boards.map(({ board }) => board));
  const found = boards.flatMap((board, index) =>
    modelsFor(gate, board).map((model) =>
      expandOn(gateName(gate, labels[index]), gate, board, model, compare),
    ),
  );
  if (found.length > 0) return found;
  const message = `There is no figure to hold this gate to: no board with ${gate.metric} of the models and categories it names.`;
  return [{ result: notApplied(gateName(gate), gate, gate.model ?? "", message) }];
}

function hasCategory(board: GateBoard["board"], category: string): boolean {
  return board.models.some((row) => Object.hasOwn(row.categories, category));
}

/** A base within the run is not compared with itself. */
function modelsFor(gate: GateRequest, board: GateBoard): readonly string[] {
  if (gate.model !== undefined)
    return board.models.some((one) => one.model === gate.model) ? [gate.model] : [];
  return board.candidates.filter((model) => model !== gate.against);
}

function expandOn(
  name: string,
  gate: GateRequest,
  board: GateBoard,
  model: string,
  compare: Comparer,
): Expanded {
  if (!ESTIMATED_METRICS.has(gate.metric)) return { result: countedGate(name, gate, board, model) };
  try {
    return { open: openGate(name, gate, board, model, compare) };
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    const remedy = error.remedy === undefined ? "" : ` ${error.remedy}`;
    return {
      result: notApplied(name, gate, model, `The gate cannot be applied: ${error.message}.${remedy}`),
    };
  }
}

function openGate(
  name: string,
  gate: GateRequest,
  board: GateBoard,
  model: string,
  compare: Comparer,
): OpenGate {
  const level = levelOf(gate);
  const own = { name, gate, model, protocol: board.board.protocol };
  if (gate.against === undefined) {
    const figure = ownFigure(gate, board, model, level);
    const limit = gate.min ?? 0;
    return { ...own, figure, limit, sentence: (reason) => limitSentence(model, gate, figure, reason) };
  }
  const limit = gate.maxRegression === undefined || gate.maxRegression === 0 ? 0 : -gate.maxRegression;
  const compared = compare(gate.against, model, board, level);
  const base =
    gate.against === compared.base.base.model
      ? gate.against
      : `${gate.against} (${compared.base.base.model})`;
  const figure = differenceOn(gate, board, model, compared, level);
  const { minimumDetectableEffect } = compared.comparison;
  const isWhole =
    gate.category === undefined &&
    gate.metric !== "lengthControlledWinRate" &&
    gate.corrected !== true &&
    figure.corrected === undefined;
  const sentence = (reason: string, outcome: Outcome) => {
    const effect = isWhole && outcome === "inconclusive" ? minimumDetectableEffect : null;
    return differenceSentence(model, base, gate, figure, { reason, minimumDetectableEffect: effect });
  };
  return { ...own, figure, limit, sentence };
}

function ownFigure(gate: GateRequest, board: GateBoard, model: string, level: number): GateFigure {
  if (gate.metric === "lengthControlledWinRate")
    return controlledFigure(lengthControlledOn(board.board, model), level);
  if (gate.corrected !== true) return meanFigure(valuesOf(board, model), gate.category, level);
  const measured = board.models.find((one) => one.model === model);
  return measured === undefined
    ? meanFigure(valuesOf(board, model), gate.category, level)
    : votedFigure(correctedValue(measured, gate.category, level));
}

function valuesOf(board: GateBoard, model: string): Pick<ComparedModel, "slots" | "scale" | "seconded"> {
  return board.models.find((one) => one.model === model) ?? { slots: [], scale: percentScale };
}

function differenceOn(
  gate: GateRequest,
  board: GateBoard,
  model: string,
  { base }: Compared,
  level: number,
): GateFigure {
  if (gate.metric === "lengthControlledWinRate") {
    const own = controlledFigure(lengthControlledOn(board.board, model), level);
    return controlledDifference(controlledFigure(base.lengthControlled, level), own, level);
  }
  if (gate.corrected === true) return votedFigure(correctedValues(base, gate.category, level));
  return differenceFigure(base, gate.category, level);
}

interface Compared {
  readonly base: GateBase;
  readonly comparison: Comparison;
}
type Comparer = (against: string, model: string, board: GateBoard, level: number) => Compared;

/** Gates by category share the comparison of their models. */
function comparisonCache(situation: GateSituation): Comparer {
  const known = new Map<string, Compared>();
  return (against, model, board, level) => {
    const { suite, protocol, mode } = board.board;
    const key = compositeKey(against, model, suite, protocol, mode, level);
    let compared = known.get(key);
    if (compared === undefined) {
      const base = situation.baseFor(against, model, board);
      const options = { margin: 0, level, seed: situation.seed, withoutTests: true };
      compared = { base, comparison: compareModels(base.base, base.candidate, options) };
      known.set(key, compared);
    }
    return compared;
  };
}

/** Holm over all gates; each is held to the error of its own level. */
function decideJointly(open: readonly OpenGate[]): Map<OpenGate, JointGateDecision> {
  const inputs = open.map(({ figure, limit }) => ({ ...figure, limit }));
  const byLevel = new Map<number, JointGateDecision[]>();
  const decisions = open.map((one, index) => {
    const level = levelOf(one.gate);
    const all = byLevel.get(level) ?? decideGates(inputs, level);
    byLevel.set(level, all);
    return [one, all[index]] as const;
  });
  return new Map(
    decisions.flatMap(([one, decision]) => (decision === undefined ? [] : [[one, decision] as const])),
  );
}

function closeGate(open: OpenGate, decision: JointGateDecision | undefined): GateResult {
  const { name, gate, model, figure, limit, sentence } = open;
  const { outcome = "inconclusive", reason = "", adjustedFailurePValue = null } = decision ?? {};
  return {
    name,
    outcome,
    metric: gate.metric,
    model,
    ...presentFields({ category: gate.category }),
    value: figure.estimate,
    limit,
    interval: figure.interval,
    ...(figure.corrected === undefined
      ? {}
      : { decidedBy: figure.corrected.judge, firstJudge: figure.corrected.first.estimate }),
    message: sentence(reason, outcome),
    pValue: adjustedFailurePValue,
  };
}

function notApplied(name: string, gate: GateRequest, model: string, message: string): GateResult {
  return {
    name,
    outcome: "fail",
    metric: gate.metric,
    model,
    ...presentFields({ category: gate.category }),
    value: null,
    limit: gate.min ?? gate.max ?? -(gate.maxRegression ?? 0),
    interval: null,
    message,
    pValue: null,
  };
}
