import { agreementOf } from "../../assemble/agreement.js";
import { resolveConfig } from "../../config/resolve.js";
import { countOf } from "../../core/count-of.js";
import { printable } from "../../core/text.js";
import { assetFinder } from "../../data/asset-finder.js";
import type {
  Agreement,
  AgreementFigure,
  ChoiceAgreement,
  ModelBias,
  RatingAgreement,
} from "../../pipeline/agreement/agreement.js";
import type { Given } from "../declarations/commands.js";
import { exitCodes } from "../exit-codes.js";
import { foldingTerminal } from "../fold-lines.js";
import { readSettings } from "../load-config.js";
import { openServices } from "../open-services.js";
import { cell, type Terminal } from "../terminal.js";

function shown({ value, interval, reason }: AgreementFigure, digits = 2): string {
  if (value === null) return `– (${cell(reason ?? "not known", 60)})`;
  const between =
    interval === null ? "" : ` [${interval.low.toFixed(digits)}, ${interval.high.toFixed(digits)}]`;
  return `${value.toFixed(digits)}${between}`;
}

function showBiases(models: readonly ModelBias[], unit: string, terminal: Terminal): void {
  terminal.say(`  by model              first   second  second − first (${unit})`);
  for (const one of models) {
    const figures = `${one.first.toFixed(2).padStart(7)}  ${one.second.toFixed(2).padStart(7)}`;
    terminal.say(
      `    ${cell(one.model, 18).padEnd(18)} ${figures}  ${shown(one.difference)}  n ${one.items}`,
    );
  }
}

function showRatings(ratings: RatingAgreement, terminal: Terminal): void {
  terminal.say("");
  terminal.say(`${terminal.colors.bold("Ratings")}: ${ratings.sentence}`);
  terminal.say(`  same rating           ${shown(ratings.exact, 1)} %`);
  terminal.say(`  within one point      ${shown(ratings.withinOne, 1)} %`);
  terminal.say(`  κ, quadratic weights  ${shown(ratings.weightedKappa)}`);
  terminal.say(`  α, ordinal            ${shown(ratings.alphaOrdinal)}`);
  terminal.say(`  α, interval           ${shown(ratings.alphaInterval)}`);
  terminal.say(`  mean difference       ${shown(ratings.meanDifference)} points, second − first`);
  showBiases(ratings.models, "points", terminal);
}

function showChoices(choices: ChoiceAgreement, terminal: Terminal): void {
  terminal.say("");
  terminal.say(`${terminal.colors.bold("Choices")}: ${choices.sentence}`);
  for (const [turn, setups] of Object.entries(choices.turns)) {
    for (const [name, setup] of [
      ["S1, ties count", setups.s1],
      ["S2, no ties", setups.s2],
    ] as const) {
      const where = turn === "all" ? "all turns" : `turn ${turn}`;
      terminal.say(
        `  ${cell(where, 9).padEnd(9)} ${name.padEnd(14)} agree ${shown(setup.raw, 1)} %, at random ${setup.random.toFixed(0)} %, n ${setup.items}`,
      );
      terminal.say(
        `                           κ ${shown(setup.kappa)}, AC1 ${shown(setup.ac1)}, α ${shown(setup.alpha)}`,
      );
    }
  }
  showBiases(choices.models, "percentage points of won comparisons", terminal);
}

function showAgreement(agreement: Agreement, terminal: Terminal): void {
  const { first, second, ratings, choices, warnings } = agreement;
  for (const [name, set] of [
    ["first ", first],
    ["second", second],
  ] as const) {
    const lost = set.unusable === 0 ? "" : `, ${set.unusable} more that cannot be used`;
    terminal.say(`${name}: ${cell(set.name, 90)} (${countOf(set.verdicts, "verdict")}${lost})`);
  }
  if (ratings !== null) showRatings(ratings, terminal);
  if (choices !== null) showChoices(choices, terminal);
  terminal.say("");
  terminal.say("In brackets: 95% intervals over questions.");
  for (const warning of warnings)
    terminal.say(terminal.colors.yellow(`! ${printable(warning.message, { oneLine: true })}`));
}

/** `assay agreement FIRST SECOND`: do two judges, or a judge and people, agree? */
export async function agreement(given: Given<"agreement">, terminal: Terminal): Promise<number> {
  const { first, second } = given;
  const { seed } = resolveConfig(await readSettings(given.settings, process.env));
  const open = openServices(terminal, { endsAtOnce: true });
  try {
    const found = await agreementOf(first, second, {
      compat: given.compat === true,
      scale: given.scale,
      finder: assetFinder(open.services),
      seed,
      scoring: {},
    });
    terminal.document(found);
    showAgreement(found, foldingTerminal(terminal));
    return exitCodes.done;
  } finally {
    open.release();
  }
}
