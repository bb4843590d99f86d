import { existsSync, readFileSync } from "node:fs";
import type {
  AnchoredRanking,
  ArenaRanking,
  RankedModel,
  RankingAgreement,
} from "../../core/arena-ranking.js";
import { readCsvTable } from "../../core/csv-table.js";
import { ConfigError, DataError } from "../../core/errors.js";
import { presentFields } from "../../core/present-fields.js";
import type { Warning } from "../../core/records.js";
import { suggestName } from "../../core/spelling.js";
import { STYLE_FEATURES } from "../../core/style-control.js";
import type { ArenaBattle } from "../../stats/contextual/arena-options.js";
import { arenaRatings } from "../../stats/contextual/arena-ratings.js";
import { styleDifference } from "../../stats/contextual/style-features.js";
import { withRanks } from "../../stats/interval-ranks.js";
import { jointRatings } from "../../stats/judge-covariate.js";
import { type PlacedInterval, rankingAgreement, separability } from "../../stats/separability.js";
import {
  type FoundBattles,
  type RankedBattle,
  type ReadBattlesOptions,
  readBattles,
  votedBattles,
} from "./read-battles.js";

/** What is ranked, and how. */
export interface RankRequest extends ReadBattlesOptions {
  readonly paths: readonly string[];
  /** Files of people's battles, on whose scale the models are placed. */
  readonly people: readonly string[];
  readonly cluster: "question" | "none";
  readonly reweighted: boolean;
  readonly anchor: { readonly model: string; readonly rating?: number } | undefined;
  /** Penalty on the coefficients of style beside the mean loss; undefined: {@link fadingRidge}. */
  readonly styleRidge: number | undefined;
  /** A second ranking: battles, or a leaderboard's CSV. */
  readonly against: string | undefined;
}

const MEAN = 1000;

function byRating<Row extends Pick<RankedModel, "rating">>(rows: readonly Row[]): Row[] {
  const of = ({ rating }: Row) => rating ?? Number.NEGATIVE_INFINITY;
  return [...rows].sort((one, other) => of(other) - of(one) || 0);
}

/** Differences of style as Chatbot Arena's monitor has them: (a − b)/(a + b + 1) of each count. */
function withFeatures(battles: readonly RankedBattle[]): ArenaBattle[] {
  return battles.map((battle) => {
    const { styleA, styleB } = battle;
    if (styleA === undefined || styleB === undefined) return battle;
    return {
      ...battle,
      features: STYLE_FEATURES.map((feature) => styleDifference(styleA, styleB, feature, "counts")),
    };
  });
}

/**
 * A penalty that fades with the battles: as one battle more. arena-rank's of 1 beside the *mean* loss does not: it leaves
 * most of what style wins in the ratings, however many battles there are.
 */
const fadingRidge = (battles: number) => 1 / battles;

function ridgeOf({ styled, styleRidge }: RankRequest, { battles }: FoundBattles): number | undefined {
  return styled ? (styleRidge ?? fadingRidge(battles.length)) : undefined;
}

function rated(found: FoundBattles, request: RankRequest) {
  const { cluster, reweighted, anchor, styled } = request;
  const battles: readonly ArenaBattle[] = styled ? withFeatures(found.battles) : found.battles;
  const ranking = arenaRatings(battles, {
    reweighted,
    clustered: cluster === "question",
    ...presentFields({ anchor, ridge: ridgeOf(request, found) }),
  });
  const models = ranking.ratings.map(({ reason, ...model }) => ({
    ...model,
    ...presentFields({ reason: reason ?? undefined }),
  }));
  return { ranking, models: withRanks(byRating(models)) };
}

function placesOf(models: readonly Pick<RankedModel, "model" | "rating" | "interval">[]): PlacedInterval[] {
  return models.flatMap(({ model, rating, interval }) =>
    rating === null || interval === null
      ? []
      : [{ model, value: rating, low: interval.low, high: interval.high }],
  );
}

/** Models of a leaderboard's CSV with the ends of their intervals. @throws DataError. */
function placesOfTable(file: string): PlacedInterval[] {
  const failure = {
    code: "bad-leaderboard",
    remedy:
      "It needs the columns model, rating_q025 and rating_q975, as Arena-Hard's leaderboards have them.",
  };
  if (!existsSync(file))
    throw new ConfigError(`there is no leaderboard ${file}`, {
      code: "no-such-file",
      remedy: "Check the path.",
    });
  const table = readCsvTable(
    readFileSync(file, "utf8"),
    file,
    ["model", "rating_q025", "rating_q975"],
    failure,
  );
  const [lows, highs] = [table.numbers("rating_q025"), table.numbers("rating_q975")];
  const values = table.has("score") ? table.numbers("score") : undefined;
  const seen = new Set<string>();
  return table.texts("model").map((model, row) => {
    const [low = 0, high = 0] = [lows[row], highs[row]];
    const fault =
      model.trim() === ""
        ? "the row names no model"
        : seen.has(model)
          ? `model "${model}" has a row already`
          : low > high
            ? `rating_q025 (${low}) lies above rating_q975 (${high})`
            : undefined;
    if (fault !== undefined)
      throw new DataError(fault, { ...failure, file, ...presentFields({ line: table.lines[row] }) });
    seen.add(model);
    return { model, value: values?.[row] ?? (low + high) / 2, low, high };
  });
}

async function agreementWith(
  own: readonly PlacedInterval[],
  request: RankRequest,
): Promise<RankingAgreement | null> {
  const { against } = request;
  if (against === undefined) return null;
  const second = against.endsWith(".csv")
    ? placesOfTable(against)
    : placesOf(
        rated(await readBattles([against], { ...request, voters: undefined }), {
          ...request,
          anchor: undefined,
          styled: false,
        }).models,
      );
  return { with: against, ...rankingAgreement(own, second), separability: separability(second) };
}

/** Models of other names are no models of both, so that nothing is compared. */
function strangerWarnings(agreement: RankingAgreement | null, own: readonly PlacedInterval[]): Warning[] {
  if (agreement === null || agreement.models > 0) return [];
  const names = own.slice(0, 3).map(({ model }) => model);
  const message = `${agreement.with} rates none of the models that are rated here, which need the same names there (${names.join(", ")})`;
  return [{ code: "no-shared-model", message }];
}

function anchoredBy(
  people: FoundBattles,
  judged: FoundBattles,
): AnchoredRanking | { readonly reason: string } {
  const of = ({ battles }: FoundBattles, by: "people" | "judge") =>
    battles.map(({ a, b, shareA, cluster }) => ({ a, b, shareA, cluster, by }));
  const found = jointRatings([...of(people, "people"), ...of(judged, "judge")]);
  if ("reason" in found) return found;
  const votes = new Map<string, number>();
  for (const { a, b } of people.battles)
    for (const model of [a, b]) votes.set(model, (votes.get(model) ?? 0) + 1);
  const { kappa, kappaInterval } = found;
  return {
    votes: people.battles.length,
    verdicts: judged.battles.length,
    kappa,
    kappaInterval,
    models: withRanks(byRating(found.models)).map((row) => ({ ...row, votes: votes.get(row.model) ?? 0 })),
  };
}

function checkAnchor({ anchor }: RankRequest, { battles }: FoundBattles): void {
  if (anchor === undefined) return;
  const names = [...new Set(battles.flatMap(({ a, b }) => [a, b]))];
  if (names.includes(anchor.model)) return;
  throw new ConfigError(`the anchor ${anchor.model} is in no battle`, {
    code: "unknown-model",
    remedy: suggestName(anchor.model, names),
  });
}

function checkStyles({ styled, styleRidge }: RankRequest, { battles }: FoundBattles): void {
  if (!styled && styleRidge !== undefined)
    throw new ConfigError("--style-ridge is about the fit at equal style", {
      code: "no-style",
      remedy: "Give --style too.",
    });
  if (!styled || (battles.length > 0 && battles.every(({ styleA }) => styleA !== undefined))) return;
  throw new ConfigError("the styles of the answers in these battles are not known", {
    code: "no-styles",
    remedy:
      "--style needs run folders, judgments with their answers, or a style.csv beside Arena-Hard's judgments; files of votes hold no answers.",
  });
}

/**
 * Ranks models by battles as the package arena-rank does, and beside that on the scale of people's battles and against a
 * second ranking.
 * @throws ConfigError, DataError.
 */
export async function rankBattles(request: RankRequest): Promise<ArenaRanking> {
  const isAnchored = request.people.length > 0;
  // Chosen voters are those whose scale it is.
  const voters = isAnchored ? undefined : request.voters;
  const found = await readBattles(request.paths, { ...request, voters });
  if (found.battles.length === 0)
    throw new ConfigError("the sources hold no decided battles", {
      code: "no-battles",
      remedy: "Name run folders or files with comparisons of two models.",
    });
  checkAnchor(request, found);
  checkStyles(request, found);
  const { ranking, models } = rated(found, request);
  const own = placesOf(models);
  const people = isAnchored ? votedBattles(request.people, request.voters) : undefined;
  const { cluster, reweighted, anchor, styled } = request;
  const agreement = await agreementWith(own, request);
  return {
    schema: "assay.rank/1",
    sources: [...found.sources, ...(people?.sources ?? [])],
    battles: found.battles.length,
    cluster,
    reweighted,
    anchor: { model: anchor?.model ?? null, rating: anchor?.rating ?? MEAN },
    models,
    style: styled
      ? STYLE_FEATURES.map((feature, index) => ({ feature, coefficient: ranking.coefficients[index] ?? 0 }))
      : null,
    styleRidge: ridgeOf(request, found) ?? null,
    kktResidual: ranking.kktResidual,
    separability: separability(own),
    agreement,
    anchored: people === undefined ? null : anchoredBy(people, found),
    warnings: [...found.warnings, ...(people?.warnings ?? []), ...strangerWarnings(agreement, own)],
  };
}
