import { countOf, nounFor } from "../../harness/core/count-of.js";
import type { FailureCount } from "../../harness/core/manifest.js";
import type { BoardRow, BoardView, ComparisonView, Phrase, ShownInterval, VerdictView } from "./records.js";

function intervalPhrase(interval: ShownInterval | null): Phrase {
  return interval === null
    ? []
    : [` (${interval.level}% interval `, interval.low, " to ", interval.high, ")"];
}

function boundsPhrase(board: BoardView, row: BoardRow): Phrase {
  const { low, high } = row.bounds;
  if (low.value === null || high.value === null || low.value === high.value) return [];
  const label = board.secondLabel ?? "";
  const moved = label === "" ? "" : `the ${label.charAt(0).toLowerCase()}${label.slice(1)} of `;
  return [
    ` Verdicts that are missing, unreadable or abstentions could move ${moved}`,
    { name: row.model },
    " to anywhere from ",
    low,
    " to ",
    high,
    ".",
  ];
}

function comparisonMeaning(view: ComparisonView): Phrase {
  const { conclusive: interval } = view;
  const detectable: Phrase =
    view.minimumDetectableEffect.value === null
      ? []
      : [
          " With ",
          view.questions,
          ` ${nounFor(view.questions.value ?? 0, "question")}, differences below `,
          view.minimumDetectableEffect,
          " would usually be missed.",
        ];
  if (interval?.low.value == null || interval.high.value === null) {
    return ["There is no interval, so nothing follows about other questions."];
  }
  if (interval.low.value > 0) {
    return [
      "Even the low end of the interval is a gain: other questions like these would plausibly show one too.",
    ];
  }
  if (interval.high.value < 0) {
    return [
      "Even the high end of the interval is a loss: other questions like these would plausibly show one too.",
    ];
  }
  if (view.outcome === "pass") {
    return [
      "A loss of more than the margin of ",
      view.margin,
      " is unlikely; whether there is a gain, these questions do not settle.",
      ...detectable,
    ];
  }
  return ["These questions do not settle it: the interval holds both a gain and a loss.", ...detectable];
}

function comparisonVerdict(view: ComparisonView): VerdictView {
  return {
    outcome: view.outcome,
    about: view.id,
    sentence: [{ name: view.sentence }],
    meaning: comparisonMeaning(view),
  };
}

function overlaps(best: ShownInterval | null, other: ShownInterval | null): boolean | null {
  if (best?.low.value == null || other?.high.value == null) return null;
  return other.high.value >= best.low.value;
}

function joinNames(names: readonly string[]): Phrase {
  return names.slice(0, 3).flatMap((name, index): Phrase => {
    const last = Math.min(names.length, 3) - 1;
    const glue = index === 0 ? "" : index === last && names.length <= 3 ? " and " : ", ";
    const rest = index === last && names.length > 3 ? ` and ${names.length - 3} more` : "";
    return [glue, { name }, rest];
  });
}

function describeFigure(board: BoardView, row: BoardRow): Phrase {
  if (board.metric === "rating" && board.scale.unit === "percent")
    return [{ name: row.model }, " answers ", row.headline, " right", ...intervalPhrase(row.interval)];
  if (board.metric === "rating")
    return [
      { name: row.model },
      " scores ",
      row.headline,
      ` of ${board.scale.high}`,
      ...intervalPhrase(row.interval),
    ];
  const isAtEqualLength = board.secondLabel !== null && board.correctedTo === undefined;
  const kind = isAtEqualLength ? " wins, at equal length, " : " wins ";
  const against: Phrase =
    board.baseline === null ? [" of its comparisons"] : [" against ", { name: board.baseline }];
  return [{ name: row.model }, kind, row.headline, ...against, ...intervalPhrase(row.interval)];
}

function evenMeaning(board: BoardView, row: BoardRow): Phrase {
  const { interval } = row;
  if (board.metric === "rating" || interval?.low.value == null || interval.high.value === null) return [];
  const others = board.rows.filter((other) => other !== row);
  const only = others.length === 1 ? others[0]?.model : undefined;
  const name = board.baseline ?? only;
  const opponent: Phrase = name === undefined ? ["the others"] : [{ name }];
  if (interval.low.value > 50) return [" The interval lies above 50%: judged better than ", ...opponent, "."];
  if (interval.high.value < 50) return [" The interval lies below 50%: judged worse than ", ...opponent, "."];
  return [" The interval includes 50%: not told apart from ", ...opponent, "."];
}

/** The comparison of the two best models of a board, where there is one. */
function comparisonOfBest({ board, best, others, comparisons }: Standing): ComparisonView | undefined {
  const second = others[0]?.model ?? "";
  return comparisons.find(
    (view) =>
      view.suite === board.suite &&
      view.protocol === board.protocol &&
      [view.base, view.candidate].includes(best.model) &&
      [view.base, view.candidate].includes(second),
  );
}

/** What the paired comparison of the two best says; only a pointer to it where it is the report's headline. */
function pairedPhrase(standing: Standing, unsettled: boolean): Phrase {
  const paired = comparisonOfBest(standing);
  if (paired === undefined) {
    return unsettled ? ["; a paired comparison on the same questions can."] : [];
  }
  if (paired === standing.headline) return unsettled ? ["; their paired comparison tells more."] : [];
  return [unsettled ? "." : "", " Paired on the same questions: ", { name: paired.sentence }];
}

interface Standing {
  readonly board: BoardView;
  readonly best: BoardRow;
  readonly others: readonly BoardRow[];
  readonly comparisons: readonly ComparisonView[];
  /** The comparison that the report opens with. */
  readonly headline: ComparisonView | undefined;
}

function overlapPhrase(close: readonly BoardRow[], others: readonly BoardRow[]): Phrase {
  const everyone = close.length === others.length && others.length > 1;
  const who: Phrase = everyone
    ? ["Every interval here overlaps the leader's"]
    : ["The leader's interval overlaps that of ", ...joinNames(close.map((row) => row.model))];
  return [...who, ", so the board alone does not settle which is better"];
}

/** Where the best stands among the others; equal figures put nobody ahead. */
function placePhrase(best: BoardRow, others: readonly BoardRow[]): Phrase {
  const namesOf = (rows: readonly BoardRow[]) => joinNames(rows.map((row) => row.model));
  const level = others.filter((row) => row.headline.value === best.headline.value);
  const behind = others.filter((row) => !level.includes(row));
  return [
    ...(level.length === 0 ? [] : [", level with ", ...namesOf(level)]),
    ...(behind.length === 0 ? [] : [", ahead of ", ...namesOf(behind)]),
  ];
}

function severalModels(standing: Standing): VerdictView {
  const { board, best, others } = standing;
  const close = others.filter((row) => overlaps(best.interval, row.interval) === true);
  const unknown = best.interval === null || others.some((row) => row.interval === null);
  const lead: Phrase = [...describeFigure(board, best), ...placePhrase(best, others), "."];
  if (unknown) {
    return {
      outcome: "undecided",
      about: board.id,
      sentence: lead,
      meaning: ["Not every model has an interval, so the order may be chance.", ...boundsPhrase(board, best)],
    };
  }
  const rest: Phrase = [...evenMeaning(board, best), ...boundsPhrase(board, best)];
  if (close.length === 0) {
    const meaning: Phrase = [
      "No other model's interval reaches the leader's.",
      ...pairedPhrase(standing, false),
      ...rest,
    ];
    return { outcome: "leading", about: board.id, sentence: lead, meaning };
  }
  const meaning: Phrase = [...overlapPhrase(close, others), ...pairedPhrase(standing, true), ...rest];
  return { outcome: "undecided", about: board.id, sentence: lead, meaning };
}

function boardVerdict(
  board: BoardView,
  comparisons: readonly ComparisonView[],
  headline: ComparisonView | undefined,
): VerdictView {
  const rows = board.rows.filter((row) => row.headline.value !== null);
  const measured = rows.filter((row) => !row.published);
  const best = (measured.length === 1 ? measured : rows)[0];
  if (best === undefined) {
    return {
      outcome: "empty",
      about: board.id,
      sentence: ["No model has a figure on ", { name: board.suiteTitle }, " yet."],
      meaning: ["There are no usable verdicts; the health list below says what is missing."],
    };
  }
  const others = rows.filter(
    (row) => row !== best && row.model !== board.baseline && row.published === best.published,
  );
  if (others.length > 0) return severalModels({ board, best, others, comparisons, headline });
  const over: Phrase =
    best.figures.questions === undefined
      ? ["."]
      : [" on ", best.figures.questions, ` ${nounFor(best.figures.questions.value ?? 0, "question")}.`];
  const repeated: Phrase =
    best.interval === null
      ? ["There is no interval: nothing is known about how the figure would differ on other questions."]
      : ["On other questions of this kind the figure would plausibly fall inside that interval."];
  return {
    outcome: "measured",
    about: board.id,
    sentence: [...describeFigure(board, best), ...over],
    meaning: [...repeated, ...evenMeaning(board, best), ...boundsPhrase(board, best)],
  };
}

/** Whether the first comparison answers what the reader came for: which of two models is better. */
function leadsWithComparison(boards: readonly BoardView[], comparisons: readonly ComparisonView[]): boolean {
  const [board] = boards;
  const [comparison] = comparisons;
  if (comparison === undefined) return false;
  if (board === undefined || comparisons.length === 1) return true;
  const measured = board.rows.filter((row) => !row.published && row.model !== board.baseline);
  const both = [comparison.base, comparison.candidate];
  return (
    comparison.suite === board.suite &&
    measured.length === 2 &&
    measured.every((row) => both.includes(row.model))
  );
}

/** What kept a run from having any figure: its most frequent failure, where no board has a row with one. */
function obstacleVerdict(
  boards: readonly BoardView[],
  failures: readonly FailureCount[],
  redact: boolean,
): VerdictView | undefined {
  const hasFigure = boards.some((board) => board.rows.some((row) => row.headline.value !== null));
  const [first] = failures;
  if (hasFigure || first === undefined) return undefined;
  const told = redact ? first.code : first.message;
  const what =
    first.code === "unreadable-verdict"
      ? "No verdict could be read"
      : first.stage === "answers"
        ? "No answer could be judged"
        : "No verdict was given";
  return {
    outcome: "empty",
    about: null,
    sentence: [`${what}: `, { name: told }, "."],
    meaning: [
      "There are no figures, so nothing can be said of the models.",
      ...(first.remedy === undefined ? [] : [" What to change: ", { name: first.remedy }]),
    ],
  };
}

/** A verdict for each board and comparison; the first one is the report's headline. */
export function verdictViews(
  boards: readonly BoardView[],
  comparisons: readonly ComparisonView[],
  failures: readonly FailureCount[] = [],
  redact = false,
  stated = 0,
): readonly VerdictView[] {
  const obstacle = obstacleVerdict(boards, failures, redact);
  if (obstacle !== undefined) return [obstacle];
  const headline = leadsWithComparison(boards, comparisons) ? comparisons[0] : undefined;
  const ofBoards = boards.map((board) => boardVerdict(board, comparisons, headline));
  const ofComparisons = comparisons.map(comparisonVerdict);
  const verdicts =
    headline !== undefined
      ? [...ofComparisons.slice(0, 1), ...ofBoards, ...ofComparisons.slice(1)]
      : [...ofBoards, ...ofComparisons];
  if (verdicts.length > 0) return verdicts;
  const sentence = stated === 0 ? "There is nothing to report yet." : "Nothing was measured here.";
  const meaning = [
    stated === 0
      ? "The scores hold no board."
      : `${countOf(stated, "figure is", "figures are")} stated elsewhere; the records behind them are not here.`,
  ];
  return [{ outcome: "empty", about: null, sentence: [sentence], meaning }];
}
