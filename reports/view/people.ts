import type { Board } from "../../harness/core/board.js";
import type { BoardPeople } from "../../harness/core/board-people.js";
import type { CorrectedFigure } from "../../harness/core/corrected-figure.js";
import { countOf, nounFor } from "../../harness/core/count-of.js";
import type { RatingScale } from "../../harness/core/interval.js";
import { type AnyRow, figureFormatOf, limitsOf } from "./board-rows.js";
import { type FigureFormat, formatFigure, showFigure, showInterval } from "./format.js";
import type {
  CorrectedRowView,
  CorrectionView,
  DisputeView,
  PeoplePairView,
  PeopleView,
} from "./people-records.js";
import type { Phrase } from "./records.js";

/** Disputes that a report shows. */
const MOST_DISPUTES = 20;

/** A scale, and how figures on it are written. */
interface Measure {
  readonly format: FigureFormat;
  readonly scale: RatingScale;
}

const PERCENT: Measure = { format: "percent", scale: { low: 0, high: 100 } };

function correctionView(
  judge: number | null,
  at: string,
  corrected: CorrectedFigure,
  from: string,
  { format, scale }: Measure = PERCENT,
): CorrectionView {
  return {
    judge: showFigure(judge, format, at),
    corrected: showFigure(corrected.estimate, format, `${from}/estimate`, corrected.reason),
    interval: showInterval(corrected.interval, format, `${from}/interval`),
    scale,
    sentence: corrected.sentence,
  };
}

/** The judge's figure that a corrected one stands beside. */
const FIELDS = {
  rating: "score",
  preference: "winRate",
  "win-rate": "winRateAdjusted",
  outcomes: "score",
} as const;

/** What the headline of a board is written as. */
function measureOf(board: Board): Measure {
  return { format: figureFormatOf(board), scale: limitsOf(board) };
}

function rowViews(board: Board, from: string): PeopleView["rows"] {
  const measure = measureOf(board);
  const field = FIELDS[board.metric];
  return board.models.flatMap((row: AnyRow, at) => {
    if (row.corrected === undefined) return [];
    const place = `${from}/models/${at}`;
    const judge = "winRateAdjusted" in row ? row.winRateAdjusted : "winRate" in row ? row.winRate : row.score;
    const view = correctionView(judge, `${place}/${field}`, row.corrected, `${place}/corrected`, measure);
    return [{ model: row.model, ...view, rated: ratedView(board, row.model, from) }];
  });
}

function ratedView(board: Board, model: string, from: string): CorrectedRowView["rated"] {
  const models = board.people?.ratings?.models ?? [];
  const at = models.findIndex((one) => one.model === model);
  const one = models[at];
  if (one === undefined) return null;
  const place = `${from}/people/ratings/models/${at}`;
  return {
    voted: showFigure(one.rated, "count", `${place}/rated`),
    judged: showFigure(one.judged ?? null, "count", `${place}/judged`, one.corrected.reason),
  };
}

function pairViews({ pairs }: BoardPeople, from: string): PeoplePairView[] {
  return pairs.map((pair, at) => {
    const place = `${from}/pairs/${at}`;
    return {
      a: pair.a,
      b: pair.b,
      ...correctionView(pair.judge, `${place}/judge`, pair.corrected, `${place}/corrected`),
      people: showFigure(pair.people, "percent", `${place}/people`),
      voted: showFigure(pair.voted, "count", `${place}/voted`),
      judged: showFigure(pair.judged, "count", `${place}/judged`),
    };
  });
}

function disputeViews({ disputes }: BoardPeople, suite: string, from: string): DisputeView[] {
  return disputes.slice(0, MOST_DISPUTES).map((one, at) => {
    const place = `${from}/disputes/${at}`;
    return {
      suite,
      questionId: one.questionId,
      turn: one.turn,
      a: one.a,
      b: one.b,
      judge: showFigure(one.judge, "percent", `${place}/judge`),
      people: showFigure(one.people, "percent", `${place}/people`),
      votes: showFigure(one.votes, "count", `${place}/votes`),
    };
  });
}

function summaryOf(people: BoardPeople, from: string): Phrase {
  const { votes, voters, questions, agreement, ratings } = people;
  if (ratings !== undefined) {
    const { ratings: count, raters, withoutVerdict } = ratings;
    const unused =
      withoutVerdict === 0
        ? ""
        : ` ${countOf(withoutVerdict, "of them is on an answer", "of them are on answers")} that this judge did not rate, and ${nounFor(withoutVerdict, "counts", "count")} in nothing.`;
    const rated = `${countOf(count, "rating")} of single answers by ${countOf(raters, "person", "people")} on ${countOf(ratings.questions, "question")}.${unused}`;
    const { ratings: _, ...others } = people;
    return votes === 0 ? [rated] : [`${rated} `, ...summaryOf(others, from)];
  }
  const head = `${countOf(votes, "vote")} of ${countOf(voters.length, "person", "people")} on ${countOf(questions, "question")}`;
  if (agreement.value === null) return [`${head}.`];
  const interval = showInterval(agreement.interval, "percent", `${from}/agreement/interval`);
  return [
    `${head}. The judge sides with their majority on `,
    showFigure(agreement.value, "percent", `${from}/agreement/value`),
    interval === null ? "" : ` (${interval.level}% interval ${interval.text})`,
    ` of ${countOf(agreement.n, "comparison")} that both decided.`,
  ];
}

function arenaView({ arena }: BoardPeople, from: string): PeopleView["arena"] {
  if (arena === null) return null;
  const place = `${from}/arena`;
  const { kappaInterval } = arena;
  const said =
    kappaInterval.low > 1
      ? "The judge's verdicts spread the models further apart than people's votes do"
      : kappaInterval.high < 1
        ? "The judge's verdicts are noisier than people's votes"
        : "The judge's verdicts are about as decided as people's votes";
  return {
    sentence: [
      `${said}: κ `,
      showFigure(arena.kappa, "plain", `${place}/kappa`),
      ` (${kappaInterval.level}% interval ${formatFigure(kappaInterval.low, "plain")} to ${formatFigure(kappaInterval.high, "plain")}). ${countOf(arena.votes, "vote")} and ${countOf(arena.verdicts, "verdict")} in one board.`,
    ],
    rows: arena.models.map((row, at) => ({
      model: row.model,
      rating: showFigure(row.rating, "plain", `${place}/models/${at}/rating`),
      interval: showInterval(row.interval, "plain", `${place}/models/${at}/interval`),
      peopleRank: showFigure(row.peopleRank, "count", `${place}/models/${at}/peopleRank`),
      judgeRank: showFigure(row.judgeRank, "count", `${place}/models/${at}/judgeRank`),
    })),
    parting:
      arena.parting.length === 0
        ? null
        : [
            "They part most on ",
            ...arena.parting
              .slice(0, 3)
              .flatMap(({ category, difference }, at) => [
                at === 0 ? "" : ", ",
                { name: category },
                ` (${difference.toFixed(0)} points apart)`,
              ]),
            ".",
          ],
  };
}

/** What a report shows of people's votes on a board; null without any. `from` is the board's JSON Pointer. */
export function peopleView(board: Board, from: string): PeopleView | null {
  const { people } = board;
  if (people === undefined) return null;
  const place = `${from}/people`;
  return {
    summary: summaryOf(people, place),
    rows: rowViews(board, from),
    figure: board.metric === "rating" ? "ratings" : "win rates",
    pairs: pairViews(people, place),
    disputes: disputeViews(people, board.suite, place),
    arena: arenaView(people, place),
  };
}
