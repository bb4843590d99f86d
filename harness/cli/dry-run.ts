import type { Evaluation } from "../assemble/evaluation.js";
import { countOf } from "../core/count-of.js";
import { repeatsText } from "../core/judge-repeats.js";
import type { Suite } from "../core/records.js";
import { formatFixed } from "../core/shown-number.js";
import { namedPart, partOf } from "../core/suite-part.js";
import { estimatePlan, plannedCalls, type StageEstimate } from "../pipeline/estimate.js";
import { exitCodes } from "./exit-codes.js";
import { cell, type Terminal } from "./terminal.js";

function money(low: number | null, high: number | null): string {
  if (low === null || high === null) return "no price known";
  return `$${low.toFixed(2)}–$${high.toFixed(2)}`;
}

function thousands(tokens: number): string {
  return tokens < 10_000 ? String(tokens) : `${Math.round(tokens / 1000)}k`;
}

function callsText({ calls, drawn }: StageEstimate): string {
  return drawn === undefined
    ? countOf(calls, "call")
    : `${drawn.calls.low} to ${countOf(drawn.calls.high, "call")}`;
}

function suiteText(suite: Suite): string {
  const part = partOf(suite);
  if (part === undefined) return `${cell(suite.id)}: ${countOf(suite.questions.length, "question")}`;
  return cell(namedPart(suite.title, part), 150);
}

/** `--dry-run`: calls, tokens and a range of cost per model and judge; nothing is called. */
export function showPlan(evaluation: Evaluation, terminal: Terminal): number {
  const estimate = estimatePlan(evaluation.plan, evaluation.prices);
  terminal.document({ schema: "assay.plan/1", ...estimate });
  terminal.say("Plan (nothing is called):");
  for (const suite of evaluation.plan.suites) terminal.say(`  suite ${suiteText(suite)}`);
  for (const protocol of evaluation.plan.protocols)
    terminal.say(
      `  protocol ${cell(protocol.protocol.id, 90)}: ${protocol.second === undefined ? countOf(protocol.planned, "verdict") : `where ${cell(protocol.second.first, 90)} is unclear, and with a chance of ${formatFixed(100 * protocol.second.share, 1)}% elsewhere`}`,
    );
  for (const { protocol, repeats } of evaluation.plan.protocols)
    if (repeats !== undefined)
      terminal.say(
        `  ${cell(protocol.judgeModel)} is asked several times: ${cell(repeatsText(repeats), 200)}`,
      );
  for (const { protocol, replacement } of evaluation.plan.protocols)
    if (replacement !== undefined)
      terminal.say(
        `  what ${cell(protocol.judgeModel)} fails on is judged by ${cell(replacement.model.id)}; those calls are not in the figures below`,
      );
  for (const [protocol, { anchors, rounds }] of evaluation.plan.sentinel ?? [])
    terminal.say(
      `  sentinel of ${cell(protocol, 90)}: ${countOf(anchors, "anchor")} judged ${rounds === 1 ? "once" : countOf(rounds, "time")}, ${countOf(anchors * rounds, "verdict")} more, never from the cache`,
    );
  for (const row of estimate.stages) {
    const tokens = `${thousands(row.inputTokens.low)}–${countOf(row.inputTokens.high, "token", "tokens", thousands(row.inputTokens.high))} in, ${thousands(row.outputTokens.low)}–${thousands(row.outputTokens.high)} out`;
    terminal.say(
      `  ${row.stage === "answers" ? "answers of" : "judgments by"} ${cell(row.model)}: ${callsText(row)}, ${tokens}, ${money(row.costUsd.low, row.costUsd.high)}`,
    );
    if (row.drawn !== undefined)
      terminal.say(
        `    ${cell(row.model)} on everything, without ${cell(row.drawn.after)}: ${countOf(row.drawn.calls.high, "call")}, ${money(row.drawn.fullUsd.low, row.drawn.fullUsd.high)}`,
      );
  }
  for (const way of estimate.ways ?? []) {
    const { low, high } = way.cacheableShare;
    const share = (part: number) => `${Math.round(100 * part)}%`;
    terminal.say(
      `  ${way.isPlanned ? "as planned" : "the other way"}, ${cell(way.protocol)} on ${cell(way.suite)} by ${cell(way.model)}: ${countOf(way.calls, "call")}, ${thousands(way.inputTokens.low)}–${countOf(way.inputTokens.high, "token", "tokens", thousands(way.inputTokens.high))} in, ${money(way.costUsd.low, way.costUsd.high)} without a cache; ${share(low)}–${share(high)} of the input can come from a prompt cache`,
    );
  }
  terminal.say(
    `  together: ${plannedCalls(estimate)}, ${money(estimate.costUsd.low, estimate.costUsd.high)}`,
  );
  const doubtful = new Map(
    estimate.stages.flatMap(({ model, priceSecondHand }) =>
      priceSecondHand === undefined ? [] : [[model, priceSecondHand] as const],
    ),
  );
  for (const [model, source] of doubtful)
    terminal.say(`  the price of ${cell(model)} is second hand (${source}): check it`);
  if (estimate.pricesAsOf !== null)
    terminal.say(
      `  prices as of ${estimate.pricesAsOf}; --prices FILE overrides them. Records that are there already are not asked for again.`,
    );
  return exitCodes.done;
}
