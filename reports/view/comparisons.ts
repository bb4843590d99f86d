import type { CategoryComparison, Comparison, Mover } from "../../harness/core/comparison.js";
import { compositeKey } from "../../harness/core/composite-key.js";
import type { CorrectedFigure } from "../../harness/core/corrected-figure.js";
import { countOf, nounFor } from "../../harness/core/count-of.js";
import { presentFields } from "../../harness/core/present-fields.js";
import { namedPart } from "../../harness/core/suite-part.js";
import { criterionViews } from "./criteria.js";
import type { FigureFormat } from "./format.js";
import { axisTicks, pointerSegment, showFigure, showInterval } from "./format.js";
import type { ComparisonPart, ComparisonView, MoverView, Phrase } from "./records.js";
import { titleAdditions } from "./titles.js";

function partsOf(
  parts: Readonly<Record<string, CategoryComparison>>,
  format: FigureFormat,
  from: string,
): readonly ComparisonPart[] {
  return Object.entries(parts).map(([name, part]) => {
    const at = `${from}/${pointerSegment(name)}`;
    return {
      name,
      delta: showFigure(part.delta, format, `${at}/delta`),
      interval: showInterval(part.interval, format, `${at}/interval`),
      pValue: showFigure(part.pValue, "probability", `${at}/pValue`),
      adjustedPValue: showFigure(part.adjustedPValue, "probability", `${at}/adjustedPValue`),
      questions: showFigure(part.questions, "count", `${at}/questions`),
    };
  });
}

function moversOf(
  movers: readonly Mover[],
  valueFormat: FigureFormat,
  deltaFormat: FigureFormat,
  from: string,
): readonly MoverView[] {
  return movers.map((mover, index) => ({
    questionId: mover.questionId,
    category: mover.category,
    text: mover.text ?? "",
    base: showFigure(mover.base, valueFormat, `${from}/${index}/base`),
    candidate: showFigure(mover.candidate, valueFormat, `${from}/${index}/candidate`),
    delta: showFigure(mover.delta, deltaFormat, `${from}/${index}/delta`),
  }));
}

/** Whether figures are points of a rating, and not shares. */
function isInPoints({ metric, figure }: Pick<Comparison, "metric" | "figure">): boolean {
  return metric === "score" && figure === undefined;
}

/** An axis that holds differences, their intervals, zero and the margin; rates differ by 100 at most. */
function scaleOf(
  comparison: Comparison,
  parts: readonly Pick<Comparison, "delta" | "interval">[],
): ComparisonView["scale"] {
  const values = parts.flatMap((part) => [part.delta, part.interval?.low, part.interval?.high]);
  const known = values.filter((value): value is number => value !== null && value !== undefined);
  const limit = isInPoints(comparison) ? 9 : 100;
  const ends = [...known, 0, -comparison.margin, comparison.margin].map((end) =>
    Math.max(-limit, Math.min(limit, end)),
  );
  const ticks = axisTicks(Math.min(...ends), Math.max(...ends), 6);
  return { axisLow: ticks[0] ?? -1, axisHigh: ticks.at(-1) ?? 1, ticks };
}

function unmatchedOf(comparison: Comparison): readonly Phrase[] {
  const sides = [
    { ids: comparison.unmatched.base, model: comparison.base },
    { ids: comparison.unmatched.candidate, model: comparison.candidate },
  ];
  return sides
    .filter(({ ids }) => ids.length > 0)
    .map(({ ids, model }) => [
      `Only `,
      { name: model },
      ` has a usable verdict on ${nounFor(ids.length, "question")} `,
      { name: ids.slice(0, 20).join(", ") },
      ids.length > 20 ? ` and ${ids.length - 20} more.` : ".",
    ]);
}

/** A difference with both sides, its interval and its p-value. */
type Decisive = Pick<ComparisonView, "baseValue" | "candidateValue" | "delta" | "interval" | "pValue">;

const OF_FIRST_JUDGE = "signs are flipped of the first judge's differences alone";

/** What a comparison tells first: the second judge's difference where it decides, else the judge's own. */
function decisiveOf(
  comparison: Comparison,
  from: string,
  format: FigureFormat,
  delta: FigureFormat,
): Decisive {
  const { second, decidedBy } = comparison;
  if (second === undefined || decidedBy !== "second") return ownOf(comparison, from, format, delta);
  const at = `${from}/second`;
  return {
    baseValue: showFigure(second.base, format, `${at}/base`),
    candidateValue: showFigure(second.candidate, format, `${at}/candidate`),
    delta: showFigure(second.estimate, delta, `${at}/estimate`, second.reason),
    interval: showInterval(second.interval, delta, `${at}/interval`),
    pValue: showFigure(null, "probability", `${from}/pValue`, OF_FIRST_JUDGE),
  };
}

function ownOf(comparison: Comparison, from: string, format: FigureFormat, delta: FigureFormat): Decisive {
  return {
    baseValue: showFigure(comparison.baseValue, format, `${from}/baseValue`),
    candidateValue: showFigure(comparison.candidateValue, format, `${from}/candidateValue`),
    delta: showFigure(comparison.delta, delta, `${from}/delta`),
    interval: showInterval(comparison.interval, delta, `${from}/interval`),
    pValue: showFigure(comparison.pValue, "probability", `${from}/pValue`),
  };
}

/** Whose figure a second judge's is, and the first judge's own beside it. */
function secondPhrases(comparison: Comparison, from: string, delta: FigureFormat): Phrase[] {
  const { second, decidedBy, test } = comparison;
  if (second === undefined) return [];
  const format: FigureFormat = isInPoints(comparison) ? "points" : "percent";
  const [own, corrected] = [
    ownOf(comparison, from, format, delta),
    decisiveOf({ ...comparison, decidedBy: "second" }, from, format, delta),
  ];
  const between = ({ interval }: Decisive) =>
    interval === null ? "" : ` (${interval.level}% interval ${interval.text})`;
  const shown = decidedBy === "second" ? [", which decides"] : [": ", corrected.delta, between(corrected)];
  return [
    [
      `Corrected to the second judge ${second.judge}`,
      ...shown,
      `, by ${countOf(second.asked, "verdict")} of its own on ${countOf(second.questions, "question")}.`,
    ],
    [
      `By ${second.first} alone: `,
      own.baseValue,
      " → ",
      own.candidateValue,
      ", ",
      own.delta,
      between(own),
      ", p ",
      own.pValue,
      ` by ${test}; questions, parts and movers are its own.`,
    ],
  ];
}

function votedPhrases(comparison: Comparison, from: string, delta: FigureFormat): Phrase[] {
  const { corrected, preferred, decidedBy, candidate, base } = comparison;
  const phraseOf = (figure: CorrectedFigure, key: string, format: FigureFormat, head: Phrase): Phrase => {
    const interval = showInterval(figure.interval, format, `${from}/${key}/interval`);
    const word = key === "corrected" && comparison.metric === "score" ? "rating" : "vote";
    return [
      ...head,
      showFigure(figure.estimate, format, `${from}/${key}/estimate`, figure.reason),
      interval === null ? "" : ` (${interval.level}% interval ${interval.text})`,
      `, ${countOf(figure.votes, word)} of ${countOf(figure.voters, "person", "people")}. ${figure.sentence}`,
    ];
  };
  const decides = decidedBy === "corrected" ? ", which decides" : "";
  return [
    ...secondPhrases(comparison, from, delta),
    ...(corrected === undefined
      ? []
      : [
          phraseOf(corrected, "corrected", delta, [
            `Corrected by people's ${comparison.metric === "score" ? "ratings" : "votes"}${decides}: `,
          ]),
        ]),
    ...(preferred === undefined
      ? []
      : [
          phraseOf(preferred, "preferred", "percent", [
            "People prefer ",
            { name: candidate },
            " to ",
            { name: base },
            " in ",
          ]),
        ]),
  ];
}

/** The interval that the verdict rests on. */
function decidingInterval({ interval, decidedBy, corrected, second }: Comparison): Comparison["interval"] {
  if (decidedBy === undefined) return interval;
  return (decidedBy === "second" ? second : corrected)?.interval ?? null;
}

/** Without a margin nothing was gated: the interval then says better, worse or neither. */
function outcomeOf(comparison: Comparison): ComparisonView["outcome"] {
  if (comparison.margin > 0 || comparison.verdict === "inconclusive") return comparison.verdict;
  return comparison.verdict === "pass" ? "better" : "worse";
}

/** What is compared, so that two comparisons of the same models can be told apart. */
export function metricOf(view: Pick<ComparisonView, "metric" | "figure">): string {
  if (view.figure === "accuracy") return "by accuracy";
  return view.metric === "score" ? "by score" : "by win rate";
}

/** What tells comparisons of the same models apart, most telling first. */
export function comparisonDetails(view: ComparisonView): readonly string[] {
  return [metricOf(view), `on ${view.suiteName}`, `protocol ${view.protocol}`];
}

/** What is to be added to `CANDIDATE against BASE` for each comparison, so that no two are called the same. */
export function comparisonAdditions(views: readonly ComparisonView[]): readonly string[] {
  return titleAdditions(
    views.map((view) => ({
      title: compositeKey(view.candidate, view.base),
      details: comparisonDetails(view),
    })),
  );
}

/** What a report shows of one comparison; `from` is its JSON Pointer. */
export function comparisonView(comparison: Comparison, index: number, from: string): ComparisonView {
  const points = isInPoints(comparison);
  const format: FigureFormat = points ? "points" : "percent";
  const delta: FigureFormat = points ? "delta-points" : "delta-percent";
  const size: FigureFormat = points ? "points" : "percentage-points";
  const count = (field: "questions" | "wins" | "losses" | "ties") =>
    showFigure(comparison[field], "count", `${from}/${field}`);
  const { second } = comparison;
  const decisive = decisiveOf(comparison, from, format, delta);
  return {
    id: `comparison-${index + 1}`,
    suite: comparison.suite,
    suiteName: namedPart(comparison.suite, comparison.part),
    protocol: comparison.protocol,
    metric: comparison.metric,
    ...presentFields({ figure: comparison.figure }),
    base: comparison.base,
    candidate: comparison.candidate,
    outcome: outcomeOf(comparison),
    ...decisive,
    conclusive: showInterval(decidingInterval(comparison), delta, `${from}/interval`),
    test: comparison.test,
    questions: count("questions"),
    wins: count("wins"),
    losses: count("losses"),
    ties: count("ties"),
    ...presentFields({ countedBy: comparison.decidedBy === "second" ? second?.first : undefined }),
    minimumDetectableEffect: showFigure(
      comparison.minimumDetectableEffect,
      size,
      `${from}/minimumDetectableEffect`,
    ),
    margin: showFigure(comparison.margin, size, `${from}/margin`),
    bounds: {
      low: showFigure(comparison.bounds.low, delta, `${from}/bounds/low`),
      high: showFigure(comparison.bounds.high, delta, `${from}/bounds/high`),
    },
    sentence: comparison.sentence,
    voted: votedPhrases(comparison, from, delta),
    scale: scaleOf(comparison, [
      comparison,
      { delta: second?.estimate ?? null, interval: second?.interval ?? null },
    ]),
    partsScale: scaleOf(comparison, [
      ...Object.values(comparison.categories),
      ...Object.values(comparison.turns),
    ]),
    turns: partsOf(comparison.turns, delta, `${from}/turns`),
    categories: partsOf(comparison.categories, delta, `${from}/categories`),
    moversUp: moversOf(comparison.movers.up, format, delta, `${from}/movers/up`),
    moversDown: moversOf(comparison.movers.down, format, delta, `${from}/movers/down`),
    criteria: criterionViews(comparison, from),
    unmatched: unmatchedOf(comparison),
    warnings: comparison.warnings.map((warning) => warning.message),
  };
}
