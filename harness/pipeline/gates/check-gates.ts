import type { Board, RatingScale } from "../../core/board.js";
import { ConfigError } from "../../core/errors.js";
import { suggestName } from "../../core/spelling.js";
import { percentScale, ratingScale } from "../scores/scale.js";
import { boardHasMetric, CATEGORY_METRICS, ESTIMATED_METRICS, type GateRequest } from "./gate-request.js";

/** What is known of a run before its first call, as far as gates name it. */
export interface GateFacts {
  /** Models that are measured, by display id. */
  readonly models: readonly string[];
  readonly judgeModels: readonly string[];
  readonly suites: readonly { readonly id: string; readonly categories: readonly string[] }[];
  /** Empty for a run that only collects answers: then only the form of the gates is checked. */
  readonly protocols: readonly {
    readonly suite: string;
    readonly metric: Board["metric"];
    readonly orders?: "both" | "seeded" | undefined;
    /** Judge model of the second judge that corrects its figures. */
    readonly second?: string | undefined;
    /** Of ratings; 1–10 where it is left out. */
    readonly scale?: RatingScale | undefined;
  }[];
}

/** The error for a key of a gate. */
export function gateError(
  index: number,
  key: keyof GateRequest,
  problem: string,
  remedy: string,
): ConfigError {
  return new ConfigError(`gates[${index}].${key}: ${problem}`, { code: "invalid-gate", remedy });
}

const PERCENT_METRICS = new Set<GateRequest["metric"]>([
  "winRate",
  "lengthControlledWinRate",
  "coverage",
  "missing",
  "positionConsistency",
]);

function refuse(index: number, gate: GateRequest, keys: readonly (keyof GateRequest)[], why: string): void {
  const key = keys.find((one) => gate[one] !== undefined);
  if (key !== undefined) throw gateError(index, key, `a gate on ${gate.metric} does not take it`, why);
}

/** Scales that a score of the run may be on: ratings, accuracies and outcomes have their own. */
function scoreScales({ suite }: GateRequest, { protocols }: GateFacts): readonly RatingScale[] {
  const boards = protocols.filter(
    (board) => boardHasMetric(board.metric, "score") && (suite === undefined || board.suite === suite),
  );
  const scales = boards.map(({ metric, scale }) =>
    metric === "rating" ? (scale ?? ratingScale) : percentScale,
  );
  return scales.length === 0 ? [ratingScale] : scales;
}

function checkRange(index: number, gate: GateRequest, key: "min" | "max", facts: GateFacts): void {
  const value = gate[key];
  if (value === undefined) return;
  const scales = scoreScales(gate, facts);
  const [ratingLow, ratingHigh] = [
    Math.min(...scales.map((one) => one.low)),
    Math.max(...scales.map((one) => one.high)),
  ];
  const [low, high] =
    gate.metric === "score"
      ? [ratingLow, ratingHigh]
      : PERCENT_METRICS.has(gate.metric)
        ? [0, 100]
        : [0, Number.MAX_VALUE];
  if (value >= low && value <= high) return;
  const unit =
    gate.metric === "score"
      ? `a rating from ${ratingLow} to ${ratingHigh} (Arena-Hard's score is a win rate: metric winRate)`
      : gate.metric === "cost"
        ? "US dollars"
        : "percent, 0 to 100";
  throw gateError(index, key, `${value} is outside what ${gate.metric} can be`, `Give ${unit}.`);
}

function checkEstimated(index: number, gate: GateRequest): void {
  refuse(index, gate, ["max"], "Use min, or against with maxRegression.");
  if (gate.min !== undefined && gate.against !== undefined) {
    throw gateError(
      index,
      "against",
      "stands beside min",
      "Make two gates of it, one with min and one with against.",
    );
  }
  if (gate.min === undefined && gate.against === undefined) {
    throw gateError(
      index,
      "min",
      "there is nothing to hold the figure to",
      "Give min, or against with maxRegression.",
    );
  }
  if (gate.against === undefined) {
    refuse(
      index,
      gate,
      ["maxRegression"],
      "It belongs to against: name what to compare with, or leave it out.",
    );
  } else if (gate.maxRegression === undefined) {
    throw gateError(
      index,
      "maxRegression",
      "is missing beside against",
      "Give the largest loss that still passes, such as 0.2; docs/statistics.md says how to choose it.",
    );
  }
}

function checkThreshold(index: number, gate: GateRequest): void {
  const key = gate.metric === "missing" || gate.metric === "cost" ? "max" : "min";
  const other = key === "max" ? "min" : "max";
  refuse(index, gate, [other, "against", "maxRegression", "confidence"], `It takes ${key} alone.`);
  if (gate[key] === undefined)
    throw gateError(index, key, "is missing", `A gate on ${gate.metric} needs ${key}.`);
}

/** Form: which keys stand together, and whether the numbers can be. */
function checkForm(index: number, gate: GateRequest, facts: GateFacts): void {
  if (ESTIMATED_METRICS.has(gate.metric)) checkEstimated(index, gate);
  else checkThreshold(index, gate);
  checkRange(index, gate, "min", facts);
  checkRange(index, gate, "max", facts);
  if (!CATEGORY_METRICS.has(gate.metric))
    refuse(index, gate, ["category"], "There is no such figure for a category.");
  if (gate.corrected === true && gate.metric !== "winRate" && gate.metric !== "score")
    refuse(
      index,
      gate,
      ["corrected"],
      "People's votes correct winRate, their ratings of answers score, and nothing else is corrected.",
    );
  if (gate.metric === "cost") refuse(index, gate, ["suite"], "Money is counted for the whole run.");
}

function checkNames(index: number, gate: GateRequest, facts: GateFacts): void {
  const suites = facts.suites.filter((suite) => gate.suite === undefined || suite.id === gate.suite);
  if (gate.suite !== undefined && suites.length === 0) {
    const ids = facts.suites.map((suite) => suite.id);
    throw gateError(
      index,
      "suite",
      `"${gate.suite}" is not a suite of this run`,
      suggestName(gate.suite, ids),
    );
  }
  const models = gate.metric === "cost" ? [...facts.models, ...facts.judgeModels] : facts.models;
  if (gate.model !== undefined && !models.includes(gate.model)) {
    throw gateError(
      index,
      "model",
      `"${gate.model}" is not a model of this run`,
      suggestName(gate.model, models),
    );
  }
  const categories = new Set(suites.flatMap((suite) => suite.categories));
  if (gate.category !== undefined && !categories.has(gate.category)) {
    const where = suites.map((suite) => suite.id).join(", ");
    throw gateError(
      index,
      "category",
      `"${gate.category}" is not a category of ${where}`,
      suggestName(gate.category, categories),
    );
  }
}

function checkBoards(index: number, gate: GateRequest, facts: GateFacts): void {
  if (gate.metric === "cost" || facts.protocols.length === 0) return;
  const boards = facts.protocols.filter(
    (protocol) =>
      (gate.suite === undefined || protocol.suite === gate.suite) &&
      boardHasMetric(protocol.metric, gate.metric),
  );
  if (boards.length === 0) {
    const kinds = [...new Set(facts.protocols.map((protocol) => protocol.metric))].join(" and ");
    throw gateError(
      index,
      "metric",
      `this run has no board with ${gate.metric} (its boards hold ${kinds} figures)`,
      "score belongs to single grading, winRate and positionConsistency to pairwise judging, lengthControlledWinRate to preferences (AlpacaEval's protocols, and pairs judged with --orders seeded).",
    );
  }
  const second = boards.find((board) => board.second !== undefined)?.second;
  if (gate.metric === "lengthControlledWinRate" && second !== undefined) {
    throw gateError(
      index,
      "metric",
      `the second judge ${second} corrects the win rate, and not the length-controlled one`,
      "Hold winRate to the limit, or leave --second-judge out.",
    );
  }
  if (gate.metric === "positionConsistency" && boards.every((board) => board.orders === "seeded")) {
    throw gateError(
      index,
      "metric",
      "each pair is judged in one order only",
      "Judge both with --orders both.",
    );
  }
}

function checkCandidates(index: number, gate: GateRequest, facts: GateFacts): void {
  const { against, model } = gate;
  if (against === undefined || !facts.models.includes(against)) return;
  if (model === against) {
    throw gateError(
      index,
      "against",
      `"${against}" would be compared with itself`,
      "Name another model or a run.",
    );
  }
  if (facts.models.length < 2) {
    throw gateError(
      index,
      "against",
      "there is no other model to compare it with",
      "Name a run folder or a baseline file.",
    );
  }
}

/**
 * Checks gates against what a run will have, before anything is called: form, names, and whether there will be such a
 * figure. What `against` names outside the run is checked where files may be read.
 * @throws ConfigError `invalid-gate` naming the key path.
 */
export function checkGates(gates: readonly GateRequest[], facts: GateFacts): void {
  gates.forEach((gate, index) => {
    checkForm(index, gate, facts);
    checkNames(index, gate, facts);
    checkBoards(index, gate, facts);
    checkCandidates(index, gate, facts);
  });
}
