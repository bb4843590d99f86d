import type { Interval } from "../../core/board.js";
import { countOf, nounFor } from "../../core/count-of.js";
import type { OutcomeRule, Verdict, Warning } from "../../core/records.js";
import type { Bounds } from "../../stats/bootstrap-bounds.js";
import { pooledRowBootstrap } from "../../stats/row-bootstrap.js";
import type { ScoreColumns } from "./score-columns.js";

/** Games of one place, in pairs of one order and the other where both are expected. */
export type OutcomeGames = readonly {
  readonly verdict: Verdict | undefined;
  /** Whether the pair's first model is the one shown first. */
  readonly shownFirst: boolean;
}[];

/** What the original made of a place's games that are not all there. */
export interface OriginalGames {
  readonly games: OutcomeGames;
  /** Judgments whose only game counts twice, and those that were dropped whole. */
  readonly doubled: number;
  readonly dropped: number;
}

/**
 * The games as the original counts them. v2 drops a judgment (two games by one judge) whole where either game has no label;
 * v0.1 drops that game alone, and its forks read a file's only game once for each order.
 */
export function originalGames(games: OutcomeGames, { original }: OutcomeRule): OriginalGames {
  return original === "v2" ? withoutHalves(games) : withOnlyGameTwice(games);
}

type OutcomeGame = OutcomeGames[number];

function hasLabel({ verdict }: OutcomeGame): boolean {
  return verdict?.kind === "preference";
}

function withoutHalves(games: OutcomeGames): OriginalGames {
  const kept: OutcomeGame[] = [];
  let dropped = 0;
  for (let at = 0; at < games.length; at += 2) {
    const pair = games.slice(at, at + 2);
    const isWhole = pair.every(hasLabel);
    if (!isWhole && pair.some(({ verdict }) => verdict !== undefined)) dropped++;
    kept.push(...(isWhole ? pair : pair.map((game) => ({ ...game, verdict: undefined }))));
  }
  return { games: kept, doubled: 0, dropped };
}

function withOnlyGameTwice(games: OutcomeGames): OriginalGames {
  const [forward, backward] = games;
  const isOnly = games.length === 2 && forward?.verdict === undefined && backward !== undefined;
  if (!isOnly || forward === undefined || !hasLabel(backward)) return { games, doubled: 0, dropped: 0 };
  return {
    games: [{ ...forward, verdict: backward.verdict, shownFirst: true }, backward],
    doubled: 1,
    dropped: 0,
  };
}

const ROUNDS = 100;

/** How each version prints: quantiles, level and decimals. */
const PRINTED = {
  "v0.1": { quantiles: [0.025, 0.975], level: 95, decimals: 2, drawn: "all models' rows together" },
  v2: { quantiles: [0.05, 0.95], level: 90, decimals: 1, drawn: "rows" },
} as const;

function valuesOf(columns: ScoreColumns): Float64Array {
  return Float64Array.from(columns.slots.flatMap(({ value }) => value ?? []));
}

/** The original's intervals of scores in percent, one for each model; null for one without outcomes. */
export function originalIntervals(
  models: readonly ScoreColumns[],
  { rule, seed }: { readonly rule: OutcomeRule; readonly seed: number },
): (Interval | null)[] {
  const { quantiles, level, decimals, drawn } = PRINTED[rule.original];
  const groups = models.map(valuesOf);
  const options = { seed, rounds: ROUNDS, quantiles };
  const bounds: readonly (Bounds | null | undefined)[] =
    rule.original === "v0.1"
      ? pooledRowBootstrap(groups, 100, options)
      : groups.map((rows) => pooledRowBootstrap([rows], 100, options)[0]);
  const method = `Arena-Hard ${rule.original}'s bootstrap of ${drawn}, ${ROUNDS} rounds, seed ${seed}`;
  const rounded = (value: number) => Number(value.toFixed(decimals));
  return bounds.map((ends) =>
    ends == null ? null : { low: rounded(ends.low), high: rounded(ends.high), level, method },
  );
}

const DEFECTS: Readonly<Record<OutcomeRule["original"], string>> = {
  "v0.1":
    "intervals are Arena-Hard v0.1's: they take the two games of a prompt and the three copies of a double arrow as independent and are far too narrow, and one resample mixes all models, so that each model's interval depends on the others; without --compat they are clustered by prompt",
  v2: "intervals are Arena-Hard v2's: 5% and 95% quantiles (a 90% interval) that take the two games of a prompt and the three copies of a double arrow as independent; without --compat they are at 95% and clustered by prompt",
};

/** The defects of the original that a board under `compat` reproduces, each by name. */
export function originalWarnings(
  { rule }: { readonly rule: OutcomeRule },
  { doubled, dropped }: { readonly doubled: number; readonly dropped: number },
): Warning[] {
  const warnings: Warning[] = [{ code: "original-intervals", message: DEFECTS[rule.original] }];
  if (doubled > 0) {
    const message = `${countOf(doubled, "question")} with one game ${nounFor(doubled, "counts", "count")} it twice, once for each order, as forks of Arena-Hard v0.1 do; without --compat it counts once, and the missing game widens the bounds`;
    warnings.push({ code: "original-doubled-games", message, count: doubled });
  }
  if (dropped > 0) {
    const message = `${countOf(dropped, "judgment")} with a game that has no label ${nounFor(dropped, "is", "are")} dropped whole, as Arena-Hard v2 does; without --compat the other game counts, and the missing one widens the bounds`;
    warnings.push({ code: "original-dropped-questions", message, count: dropped });
  }
  return warnings;
}
