import { ConfigError } from "../../core/errors.js";
import type { Bridge, BridgeFigure, RestatedModel } from "../../core/judge-bridge.js";
import { presentFields } from "../../core/present-fields.js";
import type { Warning } from "../../core/records.js";
import { formatFixed, formatSigned } from "../../core/shown-number.js";
import {
  type BridgeAnchor,
  carryOver,
  ENOUGH_ANCHORS,
  hasLogit,
  type JudgeBridge,
  judgeBridge,
  leastSquaresBridge,
} from "../../stats/bridge/judge-bridge.js";
import { judgedFigure, type NamedAnchor, predictedFigure, reportedLine } from "./bridge-line.js";
import type { BridgeSide, SideScore } from "./bridge-side.js";
import { anchorOfItems, itemDrift, type SharedItem, sharedItems } from "./item-drift.js";
import { nextAnchors } from "./next-anchors.js";
import { checkSameComparison } from "./same-comparison.js";

/** Below this rank correlation a line between two judges is said to be doubtful. */
const LOW_CORRELATION = 0.8;

/** Models that both judges graded: over shared verdicts where both sides have them, else by their boards' figures. */
function anchorsOf(old: BridgeSide, fresh: BridgeSide, items: readonly SharedItem[]): NamedAnchor[] {
  const byModel = new Map<string, SharedItem[]>();
  for (const item of items) {
    const there = byModel.get(item.model);
    if (there === undefined) byModel.set(item.model, [item]);
    else there.push(item);
  }
  const hasVerdicts = old.verdicts !== undefined && fresh.verdicts !== undefined;
  return [...old.scores].flatMap(([model, from]) => {
    const to = fresh.scores.get(model);
    if (to === undefined) return [];
    const shared = byModel.get(model);
    const anchor: BridgeAnchor | undefined = hasVerdicts
      ? shared && anchorOfItems(shared, old.scale)
      : { from, to };
    return anchor === undefined ? [] : [{ model, ...anchor }];
  });
}

function reversed(anchor: NamedAnchor): NamedAnchor {
  return { ...anchor, from: anchor.to, to: anchor.from };
}

/** What each score on either board, or to be predicted, is under the other judge. */
function restate(
  sides: { readonly old: BridgeSide; readonly fresh: BridgeSide; readonly predict: BridgeSide | undefined },
  anchors: readonly NamedAnchor[],
  lines: { readonly forward: JudgeBridge | undefined; readonly back: JudgeBridge | undefined },
  reason: string,
): RestatedModel[] {
  const { old, fresh, predict } = sides;
  const isAnchor = new Set(anchors.map(({ model }) => model));
  const judged = (side: BridgeSide, score: SideScore): BridgeFigure =>
    judgedFigure(score, side.verdictsPerModel, side.scale);
  const found: RestatedModel[] = [];
  for (const [model, score] of predict?.scores ?? []) {
    const own = judged(fresh, score);
    found.push({ model, role: "predict", old: predictedFigure(lines.back, score, reason), new: own });
  }
  for (const [model, score] of fresh.scores) {
    if (old.scores.has(model) || predict?.scores.has(model) === true) continue;
    const own = judged(fresh, score);
    found.push({ model, role: "new", old: predictedFigure(lines.back, score, reason), new: own });
  }
  for (const [model, score] of old.scores) {
    const other = fresh.scores.get(model);
    const carried = () => predictedFigure(lines.forward, score, reason);
    found.push({
      model,
      role: isAnchor.has(model) ? "anchor" : "old",
      old: judged(old, score),
      new: other === undefined ? carried() : judged(fresh, other),
    });
  }
  return found;
}

function endWarnings(left: readonly NamedAnchor[]): Warning[] {
  if (left.length === 0) return [];
  const names = left.map(({ model }) => model).join(", ");
  const message = `${names}: a score at the end of its scale has no place on the line; it is left out`;
  return [{ code: "anchor-at-the-end", message, count: left.length }];
}

function lineWarnings(n: number, spearman: number | null, bridge: JudgeBridge | undefined): Warning[] {
  if (bridge === undefined) return [];
  const few: Warning = {
    code: "few-anchors",
    message: `${n} anchors make a line, but a wide interval; have ${ENOUGH_ANCHORS} or more judged by both`,
  };
  const low: Warning = {
    code: "low-correlation",
    message: `the two judges order the anchors differently (rank correlation ${spearman?.toFixed(2)}); a line says little about a new model`,
  };
  return [
    ...(n < ENOUGH_ANCHORS ? [few] : []),
    ...(spearman !== null && spearman < LOW_CORRELATION ? [low] : []),
  ];
}

/** The line's error in words. */
function sentenceOf(
  bridge: Pick<Bridge, "fit" | "naiveError" | "items" | "n" | "metric">,
  reason: string,
): string {
  const { fit, naiveError, items, n, metric } = bridge;
  const unit = metric === "winRate" ? "percentage points" : "points";
  if (fit === null || fit.leaveOneOutError === null || naiveError === null) {
    const drift = items?.overall.difference ?? null;
    if (drift === null) return `There is no bridge: ${reason}.`;
    const error = items?.overall.standardError ?? null;
    const told = error === null ? "" : ` (standard error ${formatFixed(error, 2)})`;
    return `On ${items?.overall.items} shared items the new judge gives ${formatSigned(drift, 2)} ${unit}${told}; scores of other models cannot be carried over: ${reason}.`;
  }
  const better =
    fit.leaveOneOutError < 0.9 * naiveError
      ? "the bridge helps"
      : "the bridge hardly helps, and neither is a measurement";
  return `Carried over unchanged, a score is wrong by ${formatFixed(naiveError, 2)} ${unit} on average; over the bridge by ${formatFixed(fit.leaveOneOutError, 2)}, each of ${n} anchors predicted by the others: ${better}.`;
}

/** A bridge one way. */
function lineOf(anchors: readonly NamedAnchor[], side: BridgeSide) {
  const options = { scale: side.scale };
  const found = judgeBridge(anchors, options);
  if ("reason" in found) return { bridge: undefined, line: null, reason: found.reason };
  return { bridge: found, line: reportedLine(found, anchors, options), reason: "" };
}

function refuseNothing(old: BridgeSide, fresh: BridgeSide, reason: string): never {
  throw new ConfigError(`there is no bridge from ${old.end.name} to ${fresh.end.name}: ${reason}`, {
    code: "too-few-anchors",
    remedy: `Have the new judge grade the answers of more models that the old one graded, ${ENOUGH_ANCHORS} or more.`,
  });
}

/**
 * Links two judges over what both graded: a line between their scores with prediction intervals, both ways, and the drift
 * item by item where both sides have verdicts. Pure.
 *
 * @param predict figures of the new judge that are to be stated in the old one's units
 * @throws ConfigError where the two are different comparisons, share nothing, or leave neither a line nor items.
 */
export function bridgeJudges(old: BridgeSide, fresh: BridgeSide, predict?: BridgeSide): Bridge {
  const warnings = [...checkSameComparison(old, fresh)];
  const items = sharedItems(old, fresh);
  const shared = anchorsOf(old, fresh, items);
  const isPlaced = ({ from, to }: NamedAnchor) => [from, to].every(({ value }) => hasLogit(old.scale, value));
  const anchors = shared.filter(isPlaced);
  warnings.push(...endWarnings(shared.filter((one) => !isPlaced(one))));
  const forward = lineOf(anchors, old);
  const back = lineOf(anchors.map(reversed), old);
  const reason = forward.reason || back.reason;
  const drift = itemDrift(items, old, fresh);
  if (forward.bridge === undefined && drift === undefined) refuseNothing(old, fresh, forward.reason);
  const { naiveError, spearman } = carryOver(anchors);
  warnings.push(...lineWarnings(anchors.length, spearman, forward.bridge));
  const targets = [...(predict ?? fresh).scores].flatMap(([model, score]) =>
    old.scores.has(model) || !hasLogit(old.scale, score.value) ? [] : [score],
  );
  const lines = { forward: forward.bridge, back: back.bridge };
  const figures = {
    metric: old.metric,
    n: anchors.length,
    naiveError,
    fit: forward.line,
    items: drift ?? null,
  };
  const ols = leastSquaresBridge(anchors, old.scale) ?? null;
  return {
    schema: "assay.bridge/1",
    old: { ...old.end, models: old.scores.size },
    new: { ...fresh.end, models: fresh.scores.size },
    metric: old.metric,
    scale: { low: old.scale.low, high: old.scale.high },
    n: anchors.length,
    spearman,
    naiveError,
    ols: ols && { slope: ols.slope, intercept: ols.intercept, leaveOneOutError: ols.leaveOneOutError },
    fit: forward.line,
    back: back.line,
    items: drift ?? null,
    restated: restate({ old, fresh, predict }, anchors, lines, reason),
    next:
      forward.bridge === undefined || back.bridge === undefined
        ? []
        : nextAnchors({ old, fresh }, { forward: forward.bridge, back: back.bridge }, targets),
    reasons: presentFields({
      fit: forward.reason || undefined,
      back: back.reason || undefined,
      ols: ols === null ? forward.reason || "all anchors have one score" : undefined,
      items: drift === undefined ? "a leaderboard holds no verdicts" : undefined,
    }),
    sentence: sentenceOf(figures, reason),
    warnings,
  };
}
