import { correctionOf } from "../../assemble/correct.js";
import { countOf } from "../../core/count-of.js";
import type { EstimatorFigure } from "../../core/mean-estimators.js";
import { namedPath } from "../../core/named-path.js";
import { formatFixed } from "../../core/shown-number.js";
import { printable } from "../../core/text.js";
import { assetFinder } from "../../data/asset-finder.js";
import {
  type Correction,
  type PairCorrection,
  USUAL_HALF_WIDTH,
} from "../../pipeline/people/correct-pairs.js";
import type { VotePlan } from "../../pipeline/people/vote-plan.js";
import { isRunFolder } from "../../store/run-folder.js";
import type { Given } from "../declarations/commands.js";
import { exitCodes } from "../exit-codes.js";
import { foldingTerminal } from "../fold-lines.js";
import { openServices } from "../open-services.js";
import { voteLines } from "../shown-spending.js";
import { cell, type Terminal } from "../terminal.js";
import { scoringOptions } from "./score.js";

function rate(value: number | null): string {
  return value === null ? "–" : formatFixed(value, 1);
}

function shownFigure({ estimate, low, high, lambda, reason }: EstimatorFigure): string {
  if (estimate === null) return `– (${reason ?? "not known"})`;
  const weight = lambda === undefined ? "" : `, λ ${formatFixed(lambda, 2)}`;
  const between =
    low === null ? ` (no interval: ${reason ?? "not known"})` : ` [${rate(low)}, ${rate(high)}]`;
  return `${rate(estimate)}${between}${weight}`;
}

function planLines(plan: VotePlan): string[] {
  const lines = voteLines(plan);
  if (plan.allocation !== undefined) {
    const { zeros, ones } = plan.allocation;
    lines.push(
      `of all votes then, about ${ones} on what the judge calls a win and ${zeros} on what it calls a loss`,
    );
  }
  if (plan.split !== null) {
    const { votes, questions, halfWidth } = plan.split;
    lines.push(
      `twice the effort is spent best on ${questions} judged questions and ${votes} voted comparisons (±${formatFixed(halfWidth, 1)}), if one of either costs the same`,
    );
  }
  return lines;
}

function showPair(pair: PairCorrection, terminal: Terminal): void {
  const { a, b, estimators, corrected } = pair;
  const { bold } = terminal.colors;
  const interval =
    corrected.interval === null ? "" : ` [${rate(corrected.interval.low)}, ${rate(corrected.interval.high)}]`;
  terminal.say("");
  terminal.say(
    `${bold(cell(b))} against ${cell(a)}: judge ${rate(pair.judgeOverall)}% → corrected ${bold(`${rate(corrected.estimate)}%`)}${interval}`,
  );
  terminal.say(`  ${printable(corrected.sentence, { oneLine: true })}`);
  terminal.say(
    `  people ${rate(pair.people)} on ${countOf(pair.labelled, "comparison")} (${countOf(pair.votes, "vote")} of ${pair.voters}), judge ${rate(pair.judge)} on the ${pair.rest} without a vote`,
  );
  for (const [name, one] of Object.entries(estimators))
    terminal.say(`    ${name.padEnd(13)} ${shownFigure(one)}`);
  for (const line of pair.plan === undefined ? [] : planLines(pair.plan)) terminal.say(`  ${line}`);
}

function showCorrection(correction: Correction, terminal: Terminal): void {
  const { pairs, warnings, cluster, level, voters } = correction;
  const how =
    cluster === "none"
      ? "published formulas, every vote and verdict taken as independent"
      : "errors clustered by question";
  terminal.say(`Win rates in percent, ${level}% intervals, ${how}. ${voters.length} voters.`);
  for (const pair of pairs) showPair(pair, terminal);
  for (const warning of warnings)
    terminal.say(terminal.colors.yellow(`! ${printable(warning.message, { oneLine: true })}`));
}

/** `assay correct JUDGED`: a judge's win rates, corrected by people's votes; never calls a model. */
export async function correct(given: Given<"correct">, terminal: Terminal): Promise<number> {
  const { judged, votes, voters, cluster = "question", confidence = 0.95, compat = false } = given;
  const { plan = false, halfWidth } = given;
  const { path } = namedPath(judged);
  const open = openServices(terminal);
  try {
    const correction = await correctionOf({
      judged,
      votes,
      voters,
      cluster,
      level: 100 * confidence,
      compat,
      halfWidth: plan ? (halfWidth ?? USUAL_HALF_WIDTH) : halfWidth,
      scale: given.scale,
      seed: 1,
      finder: assetFinder(open.services),
      scoring: await scoringOptions(isRunFolder(path) ? [path] : [], given, terminal),
    });
    terminal.document(correction);
    showCorrection(correction, foldingTerminal(terminal));
  } finally {
    open.release();
  }
  return exitCodes.done;
}
