import type { Board, BoardRankings, PairwiseRow } from "../../harness/core/board.js";
import { countOf } from "../../harness/core/count-of.js";
import { pointerSegment, showFigure, showInterval } from "./format.js";
import type { RankedRow, RankingsView, SlopeView } from "./rankings-records.js";
import type { Phrase } from "./shown-figure.js";

/** A row that rankings hold, with its place in the scores. */
interface PlacedRow {
  readonly row: PairwiseRow;
  readonly ranked: NonNullable<PairwiseRow["ranked"]>;
  readonly at: string;
}

function rankedRow({ row, ranked, at }: PlacedRow): RankedRow {
  const { plackettLuce, pairLines } = ranked;
  return {
    model: row.model,
    meanRank: showFigure(ranked.meanRank, "plain", `${at}/meanRank`),
    interval: showInterval(ranked.meanRankInterval, "plain", `${at}/meanRankInterval`),
    rating: showFigure(plackettLuce.value, "count", `${at}/plackettLuce/value`, plackettLuce.reason),
    ratingInterval: showInterval(plackettLuce.interval, "count", `${at}/plackettLuce/interval`),
    rank: showFigure(plackettLuce.rank, "count", `${at}/plackettLuce/rank`, plackettLuce.reason),
    pairLines: showFigure(pairLines.winRate, "percent", `${at}/pairLines/winRate`),
    rankings: showFigure(ranked.rankings, "count", `${at}/rankings`),
  };
}

/** Mean ranks over all questions first, then category by category. */
function slopesOf(placed: readonly PlacedRow[]): readonly SlopeView[] {
  const all: SlopeView = {
    name: "all",
    models: placed.map(({ row, ranked, at }) => ({
      model: row.model,
      figure: showFigure(ranked.meanRank, "plain", `${at}/meanRank`),
      interval: showInterval(ranked.meanRankInterval, "plain", `${at}/meanRankInterval`),
    })),
  };
  const names = [...new Set(placed.flatMap(({ ranked }) => Object.keys(ranked.categories)))];
  if (names.length < 2) return [all];
  const parts = names.map(
    (name): SlopeView => ({
      name,
      models: placed.map(({ row, ranked, at }) => ({
        model: row.model,
        figure: showFigure(
          ranked.categories[name]?.meanRank,
          "plain",
          `${at}/categories/${pointerSegment(name)}/meanRank`,
        ),
        interval: null,
      })),
    }),
  );
  return [all, ...parts];
}

function textOf(
  { readable, unreadable, missing, abstained, answers, pairLines, slots, positionAlarm }: BoardRankings,
  at: string,
): Phrase {
  const sizes =
    answers === null
      ? "no answers"
      : answers.least === answers.most
        ? countOf(answers.most, "answer")
        : `${answers.least} to ${countOf(answers.most, "answer")}`;
  const lost: Phrase =
    unreadable + missing === 0
      ? []
      : [
          "; ",
          showFigure(unreadable, "count", `${at}/unreadable`),
          " unreadable, ",
          showFigure(missing, "count", `${at}/missing`),
          " missing",
        ];
  const declined: Phrase =
    abstained === undefined
      ? []
      : ["; the judge abstained on ", showFigure(abstained, "count", `${at}/abstained`)];
  const said: Phrase =
    pairLines.rate === null
      ? ["The judge said nothing of pairs that could be read. "]
      : [
          "They contradict ",
          showFigure(pairLines.rate, "percent", `${at}/pairLines/rate`),
          " of what the judge said pair by pair before it ranked (",
          showFigure(pairLines.differ, "count", `${at}/pairLines/differ`),
          " of ",
          showFigure(pairLines.pairs, "count", `${at}/pairLines/pairs`),
          "). ",
        ];
  const index = slots.findIndex(({ slot }) => slot === positionAlarm?.slot);
  const position: Phrase =
    slots.length === 0
      ? ["In which order the answers were shown is not known."]
      : positionAlarm === null
        ? ["No slot moves ranks beyond chance."]
        : [
            `Answers in slot ${positionAlarm.slot} rank ${positionAlarm.z < 0 ? "better" : "worse"} than chance allows (mean rank `,
            showFigure(slots[index]?.meanRank, "plain", `${at}/slots/${index}/meanRank`),
            ", z ",
            showFigure(positionAlarm.z, "plain", `${at}/positionAlarm/z`),
            "); slots are drawn, so no model gains by it.",
          ];
  return [
    showFigure(readable, "count", `${at}/readable`),
    readable === 1 ? " ranking of " : " rankings of ",
    sizes,
    ...lost,
    ...declined,
    ". ",
    ...said,
    ...position,
  ];
}

/** What a board of rankings shows beside its comparisons; null for every other board. */
export function rankingsView(board: Board, from: string): RankingsView | null {
  if (board.metric !== "win-rate" || board.rankings === undefined) return null;
  const { rankings } = board;
  const placed = board.models
    .flatMap((row, index): PlacedRow[] =>
      row.ranked === undefined ? [] : [{ row, ranked: row.ranked, at: `${from}/models/${index}/ranked` }],
    )
    .sort(
      (x, y) =>
        (x.ranked.meanRank ?? Number.POSITIVE_INFINITY) - (y.ranked.meanRank ?? Number.POSITIVE_INFINITY) ||
        0,
    );
  const at = `${from}/rankings`;
  return {
    text: textOf(rankings, at),
    isAlarm: rankings.positionAlarm !== null,
    rows: placed.map(rankedRow),
    slots: rankings.slots.map(({ slot, meanRank, expected, z }, index) => ({
      slot,
      meanRank: showFigure(meanRank, "plain", `${at}/slots/${index}/meanRank`),
      expected: showFigure(expected, "plain", `${at}/slots/${index}/expected`),
      z: showFigure(z, "plain", `${at}/slots/${index}/z`),
    })),
    slopes: slopesOf(placed),
    lastRank: rankings.answers?.most ?? 2,
  };
}
