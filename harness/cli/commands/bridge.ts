import { renderBridgePage } from "../../../reports/bridge/render.js";
import { bridgeOf } from "../../assemble/bridge.js";
import { resolveConfig } from "../../config/resolve.js";
import { replaceFile } from "../../core/atomic-file.js";
import { countOf } from "../../core/count-of.js";
import { cannotWrite } from "../../core/errors.js";
import type { Interval } from "../../core/interval.js";
import type {
  Bridge,
  BridgeFigure,
  BridgeLine,
  DriftFigure,
  ItemDrift,
  NextAnchor,
  RestatedModel,
} from "../../core/judge-bridge.js";
import { formatFixed } from "../../core/shown-number.js";
import { printable } from "../../core/text.js";
import { assetFinder } from "../../data/asset-finder.js";
import type { Given } from "../declarations/commands.js";
import { exitCodes } from "../exit-codes.js";
import { foldingTerminal } from "../fold-lines.js";
import { readSettings } from "../load-config.js";
import { openServices } from "../open-services.js";
import { cell, type Terminal } from "../terminal.js";

/** Models of the table that are shown without `--verbose` or `--predict`. */
const SHOWN_MODELS = 12;

function number(value: number | null, digits = 2): string {
  return value === null ? "–" : formatFixed(value, digits);
}

function between(interval: Interval | null, digits = 2): string {
  return interval === null
    ? ""
    : ` [${formatFixed(interval.low, digits)}, ${formatFixed(interval.high, digits)}]`;
}

function showEnds(bridge: Bridge, terminal: Terminal): void {
  for (const [word, end] of [
    ["old", bridge.old],
    ["new", bridge.new],
  ] as const) {
    const against = end.baseline === undefined ? "" : `, against ${cell(end.baseline, 40)}`;
    terminal.say(
      `${word}: ${cell(end.judge, 50)} (${cell(end.protocol, 80)})${against}, ${countOf(end.models, "model")}`,
    );
  }
}

function showLine(title: string, line: BridgeLine, terminal: Terminal): void {
  const n = line.predictions.length;
  terminal.say(
    `  ${title}  slope ${number(line.slope, 4)} ± ${number(line.slopeStandardError, 4)}, intercept ${number(line.intercept, 4)}, scatter ${number(line.residualDeviation, 3)} logits`,
  );
  terminal.say(
    `              left out one by one: error ${number(line.leaveOneOutError)}, ${line.covered} of ${n} inside their 95% interval`,
  );
}

function showFit(bridge: Bridge, terminal: Terminal): void {
  const { ols, fit, back, n, spearman, naiveError, reasons } = bridge;
  terminal.say("");
  terminal.say(
    `${terminal.colors.bold("Models")}: ${countOf(n, "anchor")}, rank correlation ${number(spearman)}, carried over unchanged: error ${number(naiveError)}`,
  );
  if (fit === null) terminal.say(`  no line: ${cell(reasons.fit ?? "", 200)}`);
  else showLine("old → new ", fit, terminal);
  if (back !== null) showLine("new → old ", back, terminal);
  if (ols !== null)
    terminal.say(
      `  old → new, least squares: slope ${number(ols.slope, 4)}, intercept ${number(ols.intercept, 4)}, left out one by one: error ${number(ols.leaveOneOutError)}`,
    );
}

function driftLine(name: string, drift: DriftFigure): string {
  return `    ${cell(name, 24).padEnd(24)} ${number(drift.difference).padStart(7)} ± ${number(drift.standardError)}${between(drift.interval)}  ${countOf(drift.questions, "question")}`;
}

function showItems(items: ItemDrift, metric: Bridge["metric"], terminal: Terminal): void {
  const { overall, slotEffect } = items;
  terminal.say("");
  const drift =
    overall.difference === null
      ? (overall.reason ?? "")
      : `old ${number(items.old)}, new ${number(items.new)}, new − old ${number(overall.difference)} ± ${number(overall.standardError)}${between(overall.interval)}`;
  terminal.say(`${terminal.colors.bold("Items")}: ${overall.items} graded by both; ${drift}`);
  const same = metric === "winRate" ? "on the same side" : "the same rating";
  terminal.say(
    `  ${same} ${number(items.sameSide, 1)}%, κ ${number(items.kappa)}, correlation ${number(items.correlation)}`,
  );
  if (slotEffect !== null)
    terminal.say(
      `  gain of the second slot: old ${number(slotEffect.old)}, new ${number(slotEffect.new)}, change ${number(slotEffect.change)} ± ${number(slotEffect.standardError)}${between(slotEffect.interval)}${slotEffect.reason === undefined ? "" : ` (${slotEffect.reason})`}`,
    );
  const categories = Object.entries(items.categories);
  if (categories.length > 1) {
    terminal.say("  by category, new − old");
    for (const [name, drift] of categories) terminal.say(driftLine(name, drift));
  }
  const models = Object.entries(items.models);
  if (models.length > 1) {
    terminal.say("  by model, new − old");
    for (const [name, drift] of models.slice(0, SHOWN_MODELS)) terminal.say(driftLine(name, drift));
    if (models.length > SHOWN_MODELS)
      terminal.say(`    and ${models.length - SHOWN_MODELS} more (--json has all)`);
  }
}

function figureText({ value, interval, origin, reason }: BridgeFigure): string {
  if (value === null) return `– (${cell(reason ?? "not known", 60)})`;
  return `${origin === "predicted" ? "≈" : " "}${number(value)}${between(interval, 1)}`;
}

/** What was asked for first: what is to be predicted, then what only one judge graded, then the anchors. */
const ROLES: readonly RestatedModel["role"][] = ["predict", "new", "old", "anchor"];

function showRestated(models: readonly RestatedModel[], all: boolean, terminal: Terminal): void {
  if (models.length === 0) return;
  const sorted = ROLES.flatMap((role) => models.filter((one) => one.role === role));
  const shown = all ? sorted : sorted.slice(0, SHOWN_MODELS);
  terminal.say("");
  terminal.say(
    `${terminal.colors.bold("Both scales")} (≈ carried over the line, with its 95% prediction interval)`,
  );
  terminal.say(`    ${"model".padEnd(36)} ${"old judge".padEnd(26)} new judge`);
  for (const { model, old, new: fresh } of shown)
    terminal.say(`    ${cell(model, 36).padEnd(36)} ${figureText(old).padEnd(26)} ${figureText(fresh)}`);
  if (shown.length < sorted.length)
    terminal.say(`    and ${sorted.length - shown.length} more (--verbose or --json shows all)`);
}

function showNext(next: readonly NextAnchor[], terminal: Terminal): void {
  if (next.length === 0) return;
  terminal.say("");
  terminal.say(`${terminal.colors.bold("To narrow the interval")}, let the new judge grade the answers of`);
  for (const one of next) {
    const cost = one.costUsd === null ? "cost not known" : `about $${formatFixed(one.costUsd, 2)}`;
    const width = 100 * (1 - one.widthThen / one.widthNow);
    terminal.say(
      `    ${cell(one.model, 36).padEnd(36)} old ${number(one.old)}; ${countOf(one.calls, "verdict")}, ${cost}; with those above, interval ${formatFixed(width, 1)}% narrower than now`,
    );
  }
}

function showBridge(bridge: Bridge, everything: boolean, terminal: Terminal): void {
  showEnds(bridge, terminal);
  showFit(bridge, terminal);
  if (bridge.items !== null) showItems(bridge.items, bridge.metric, terminal);
  showRestated(bridge.restated, everything || terminal.verbose, terminal);
  showNext(bridge.next, terminal);
  terminal.say("");
  terminal.say(printable(bridge.sentence, { oneLine: true }));
  for (const warning of bridge.warnings)
    terminal.say(terminal.colors.yellow(`! ${printable(warning.message, { oneLine: true })}`));
}

/** `assay bridge OLD NEW`: what a score of one judge says of the score of another. */
export async function bridge(given: Given<"bridge">, terminal: Terminal): Promise<number> {
  const { old, new: fresh, predict, html } = given;
  const { seed } = resolveConfig(await readSettings(given.settings, process.env));
  const open = openServices(terminal);
  try {
    const found = await bridgeOf(old, fresh, {
      compat: given.compat === true,
      scale: given.scale,
      finder: assetFinder(open.services),
      seed,
      predict,
    });
    terminal.document(found);
    showBridge(found, predict !== undefined, foldingTerminal(terminal));
    if (html !== undefined) {
      await replaceFile(html, renderBridgePage(found), (cause) =>
        cannotWrite(html, "Name a file that can be written with --html.", cause),
      );
      terminal.note(`wrote ${html}`);
    }
    return exitCodes.done;
  } finally {
    open.release();
  }
}
