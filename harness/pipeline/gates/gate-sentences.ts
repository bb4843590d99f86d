import { countOf } from "../../core/count-of.js";
import { formatFixed, formatSigned, formatTrimmed } from "../../core/shown-number.js";
import type { GateFigure } from "./gate-figures.js";
import type { GateRequest } from "./gate-request.js";

const UNIT: Readonly<Record<GateRequest["metric"], string>> = {
  score: " points",
  winRate: "%",
  lengthControlledWinRate: "%",
  coverage: "%",
  missing: "%",
  positionConsistency: "%",
  cost: " US dollars",
};

const WORDS: Readonly<Record<GateRequest["metric"], string>> = {
  score: "score",
  winRate: "win rate",
  lengthControlledWinRate: "length-controlled win rate",
  coverage: "coverage",
  missing: "share of missing verdicts",
  positionConsistency: "position consistency",
  cost: "cost",
};

/** A metric as sentences call it. */
export function wordsFor(metric: GateRequest["metric"]): string {
  return WORDS[metric];
}

/** A figure with its unit, as sentences show it. */
export function withUnit(metric: GateRequest["metric"], value: number): string {
  const digits = metric === "cost" || metric === "score" ? 2 : 1;
  return `${formatFixed(value, digits)}${UNIT[metric]}`;
}

function lossNote(lost: number): string {
  return lost === 0 ? "" : `; ${countOf(lost, "verdict is", "verdicts are")} missing or unreadable`;
}

/** Whose figure decides where two judges were asked, and what the first one alone says. */
function correctedNote({ corrected }: GateFigure, shown: (value: number) => string): string {
  if (corrected === undefined) return "";
  const { judge, first } = corrected;
  const alone = first.estimate === null ? "" : `, ${shown(first.estimate)} by ${first.judge} alone`;
  return ` as corrected to ${judge}, which decides${alone}`;
}

/** A reason of the statistics room with typographic minus signs. */
function shownReason(reason: string): string {
  return reason.replace(/(^|\s)-(?=\d)/g, "$1−");
}

/** Why a gate on a figure of its own came out so. */
export function limitSentence(
  subject: string,
  gate: GateRequest,
  figure: GateFigure,
  reason: string,
): string {
  const { estimate, interval, questions } = figure;
  if (estimate === null)
    return `${subject} has no ${wordsFor(gate.metric)}: no usable verdict${lossNote(figure.lost)}.`;
  const shown = withUnit(gate.metric, estimate);
  const between =
    interval === null
      ? ""
      : ` (${formatTrimmed(interval.level)}% interval ${formatFixed(interval.low, 2)} to ${formatFixed(interval.high, 2)}, ${countOf(questions, "question")})`;
  const note = correctedNote(figure, (value) => withUnit(gate.metric, value));
  return `${subject} has a ${wordsFor(gate.metric)} of ${shown}${between}${note}; ${shownReason(reason)}${lossNote(figure.lost)}.`;
}

/** Why a gate on a difference came out so. */
export function differenceSentence(
  subject: string,
  base: string,
  gate: GateRequest,
  figure: GateFigure,
  decision: { readonly reason: string; readonly minimumDetectableEffect: number | null },
): string {
  const { estimate, interval, questions } = figure;
  if (estimate === null) return `${subject} and ${base} share no question with a usable verdict of both.`;
  const unit = gate.metric === "score" ? "points" : "percentage points";
  const between =
    interval === null
      ? ""
      : ` (${formatTrimmed(interval.level)}% interval ${formatSigned(interval.low, 2)} to ${formatSigned(interval.high, 2)})`;
  const effect = decision.minimumDetectableEffect;
  const power =
    effect === null
      ? ""
      : `; ${countOf(questions, "question tells", "questions tell")} only differences from about ${formatFixed(effect, 2)} on`;
  return `${subject} against ${base} is ${formatSigned(estimate, 2)} ${unit} over ${countOf(questions, "question")}${between}${correctedNote(figure, (value) => formatSigned(value, 2))}; ${shownReason(decision.reason)}${power}${lossNote(figure.lost)}.`;
}
