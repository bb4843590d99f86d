import { rankBattles } from "../../assemble/rank/rank.js";
import type { AnchoredRanking, ArenaRanking, RankedModel } from "../../core/arena-ranking.js";
import { countOf } from "../../core/count-of.js";
import { ConfigError } from "../../core/errors.js";
import type { Interval } from "../../core/interval.js";
import type { Separability } from "../../core/separability.js";
import { formatFixed, formatSigned } from "../../core/shown-number.js";
import { printable } from "../../core/text.js";
import { assetFinder } from "../../data/asset-finder.js";
import type { Given } from "../declarations/commands.js";
import { exitCodes } from "../exit-codes.js";
import { foldingTerminal } from "../fold-lines.js";
import { openServices } from "../open-services.js";
import { cell, type Terminal } from "../terminal.js";

/** `MODEL=RATING`; the model's name may hold an equals sign itself. */
function anchorOf(text: string): { readonly model: string; readonly rating?: number } {
  const at = text.lastIndexOf("=");
  if (at <= 0) return { model: text };
  const rating = Number(text.slice(at + 1));
  if (text.slice(at + 1).trim() === "" || !Number.isFinite(rating)) {
    throw new ConfigError(`--anchor ${text} holds no rating`, {
      code: "usage",
      remedy: "Write MODEL=RATING, such as mixtral-8x7b=1114, or MODEL alone for 1000.",
    });
  }
  return { model: text.slice(0, at), rating };
}

function between(interval: Interval | null): string {
  return interval === null ? "" : `[${formatFixed(interval.low, 1)}, ${formatFixed(interval.high, 1)}]`;
}

function nameWidth(models: readonly { readonly model: string }[]): number {
  return Math.max(5, ...models.map(({ model }) => cell(model, 40).length));
}

function placeText({ rank, rating, interval }: Pick<RankedModel, "rank" | "rating" | "interval">): string {
  const shown = rating === null ? "–" : formatFixed(rating, 1);
  return `${(rank === null ? "–" : String(rank)).padStart(4)}  ${shown.padStart(8)}  ${between(interval).padEnd(20)}`;
}

function showModels({ models }: ArenaRanking, terminal: Terminal): void {
  const width = nameWidth(models);
  terminal.say(
    terminal.colors.bold(`${"Model".padEnd(width)}  Rank    Rating  ${"95% interval".padEnd(20)}  Battles`),
  );
  for (const row of models) {
    const notes = [row.reason ?? "", row.withoutTies ? "never tied" : ""].filter((note) => note !== "");
    const more = notes.length === 0 ? "" : `  ${cell(notes.join("; "), 200)}`;
    terminal.say(
      `${cell(row.model, 40).padEnd(width)}  ${placeText(row)}  ${String(row.battles).padStart(7)}${more}`,
    );
  }
}

function separated({ pairs, separated: apart, share }: Separability): string {
  if (share === null) return "no two models have intervals";
  return `${formatFixed(share, 1)}% of pairs (${apart} of ${pairs}) have intervals that do not meet`;
}

function showAnchored(anchored: AnchoredRanking | { readonly reason: string }, terminal: Terminal): void {
  terminal.say("");
  if ("reason" in anchored) {
    terminal.say(`On people's scale: none, since ${anchored.reason}.`);
    return;
  }
  const { kappa, kappaInterval, votes, verdicts, models } = anchored;
  terminal.say(
    `${terminal.colors.bold("On people's scale")}, by ${countOf(votes, "vote")} and ${countOf(verdicts, "verdict")} together: a verdict's log-odds are ${formatFixed(kappa, 2)} times a vote's ${between(kappaInterval)}.`,
  );
  const width = nameWidth(models);
  terminal.say(
    terminal.colors.bold(`${"Model".padEnd(width)}  Rank    Rating  ${"95% interval".padEnd(20)}    Votes`),
  );
  for (const row of models) {
    const note = row.votes === 0 ? "  placed by the judge alone" : "";
    terminal.say(
      `${cell(row.model, 40).padEnd(width)}  ${placeText(row)}  ${String(row.votes).padStart(7)}${note}`,
    );
  }
}

function showRanking(ranking: ArenaRanking, terminal: Terminal): void {
  const { battles, cluster, reweighted, anchor, style, styleRidge, agreement, anchored, warnings } = ranking;
  const by = cluster === "question" ? "intervals by question" : "intervals with every battle as independent";
  const held =
    anchor.model === null ? `mean ${anchor.rating}` : `${cell(anchor.model)} held at ${anchor.rating}`;
  const alike = reweighted ? ", every pair counted alike" : "";
  terminal.say(`Bradley–Terry over ${countOf(battles, "battle")}, ${held}${alike}, ${by}.`);
  showModels(ranking, terminal);
  if (style !== null)
    terminal.say(
      `At equal style, ridge ${styleRidge?.toPrecision(2)}; log-odds per standard deviation: ${style.map(({ feature, coefficient }) => `${feature} ${formatSigned(coefficient, 3)}`).join(", ")}`,
    );
  terminal.say(`Separability: ${separated(ranking.separability)}.`);
  if (agreement !== null) {
    const { alike: same, reversed, pairs, spearman } = agreement;
    const share = agreement.agreement === null ? "none" : `${formatFixed(agreement.agreement, 1)}%`;
    const rank = spearman === null ? "" : `, rank correlation ${formatFixed(spearman, 3)}`;
    terminal.say(
      `Agreement with ${cell(agreement.with, 80)}: ${share} of ${countOf(pairs, "pair")} of ${countOf(agreement.models, "model")} (${same} told apart alike, ${reversed} the other way round)${rank}; there ${separated(agreement.separability)}.`,
    );
  }
  if (anchored !== null) showAnchored(anchored, terminal);
  for (const { message } of warnings)
    terminal.say(terminal.colors.yellow(`! ${printable(message, { oneLine: true })}`));
}

/** `assay rank FILE|RUN…`: models by battles; never calls a model. */
export async function rank(given: Given<"rank">, terminal: Terminal): Promise<number> {
  const { paths, people = [], voters, cluster = "question", reweighted = false } = given;
  const { style: styled = false, styleRidge, anchor, against, protocol, baseline } = given;
  const open = openServices(terminal, { endsAtOnce: true });
  try {
    const ranking = await rankBattles({
      paths,
      people,
      voters,
      cluster,
      reweighted,
      styled,
      styleRidge,
      anchor: anchor === undefined ? undefined : anchorOf(anchor),
      against,
      protocol,
      baseline,
      finder: assetFinder(open.services),
    });
    terminal.document(ranking);
    showRanking(ranking, foldingTerminal(terminal));
  } finally {
    open.release();
  }
  return exitCodes.done;
}
