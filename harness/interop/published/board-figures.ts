import type {
  Board,
  Figure,
  Interval,
  OutcomeRow,
  PairwiseRow,
  PartialScore,
  PreferenceRow,
  RatingRow,
  RowCommon,
} from "../../core/board.js";
import { presentFields } from "../../core/present-fields.js";
import type { RefusalRate } from "../../core/refusal.js";

/** What a published figure is counted in: percent 0 to 100, points of a scale of ratings, or an Elo-like rating. */
export type PublishedUnit = "percent" | "points" | "rating";

/** A figure of one model on one board, as other formats publish it: never without a value. */
export interface PublishedFigure {
  /** In small letters and underscores, such as `length_controlled_win_rate`. */
  readonly metric: string;
  /** For people. */
  readonly title: string;
  /** `overall`, `turn_1`, or a category. */
  readonly part: string;
  readonly value: number;
  readonly unit: PublishedUnit;
  /** Ends of the scale, where it has any. */
  readonly scale?: { readonly low: number; readonly high: number };
  readonly lowerIsBetter: boolean;
  readonly standardError?: number;
  /** How the standard error was computed. */
  readonly errorMethod?: string;
  readonly interval?: Interval;
  /** Verdicts (comparisons, votes) behind it. */
  readonly n?: number;
  /** Set for the figure that the board ranks by. */
  readonly isHeadline?: true;
  /** Set for the figure that is the mean of the items' values. */
  readonly isOfItems?: true;
  /** Why it has no interval, where that is known. */
  readonly reason?: string;
  /** Facts that belong to this figure alone. */
  readonly facts?: Readonly<Record<string, string>>;
}

/** A figure that a board has a place for and no value. */
export interface AbsentFigure {
  readonly title: string;
  readonly reason: string;
}

/** What a model's row comes to. */
export interface RowFigures {
  readonly figures: readonly PublishedFigure[];
  readonly absent: readonly AbsentFigure[];
}

const CLUSTERED = "clustered by question";
const PERCENT = { unit: "percent", scale: { low: 0, high: 100 }, lowerIsBetter: false } as const;

type Shape = Pick<PublishedFigure, "metric" | "title" | "unit" | "lowerIsBetter"> &
  Pick<PublishedFigure, "scale" | "errorMethod">;

/** Collects figures; one without a value is kept by its name and reason. */
class Figures {
  readonly figures: PublishedFigure[] = [];
  readonly absent: AbsentFigure[] = [];

  add(shape: Shape, value: Figure | undefined, rest: Partial<PublishedFigure> = {}): void {
    if (value === undefined) return;
    if (value === null) {
      this.absent.push({ title: shape.title, reason: rest.reason ?? "there is nothing to compute it from" });
      return;
    }
    this.figures.push({ ...shape, part: "overall", value, ...rest });
  }

  /** The same figure over parts of the board: `turn_1`, categories. */
  addParts(
    shape: Shape,
    parts: Readonly<Record<string, PartialScore>>,
    nameOf: (key: string) => string,
  ): void {
    for (const [key, { score, standardError, interval, n }] of Object.entries(parts)) {
      if (score === null) continue;
      this.add(shape, score, {
        part: nameOf(key),
        ...sure(standardError, interval),
        ...presentFields({ n: n ?? undefined }),
      });
    }
  }
}

function sure(standardError: Figure | undefined, interval: Interval | null | undefined) {
  return presentFields({ standardError: standardError ?? undefined, interval: interval ?? undefined });
}

function whole({ standardError, interval, n, reasons }: RatingRow | PairwiseRow | OutcomeRow, key: string) {
  return {
    ...sure(standardError, interval),
    n,
    ...presentFields({ reason: reasons?.[key] ?? reasons?.interval }),
  };
}

const turnName = (turn: string) => `turn_${turn}`;
const asIs = (category: string) => category;

function addRefusals(into: Figures, row: RatingRow): void {
  const kinds = [
    ["over_refusal", "Over-refusal (harmless requests refused)", row.refusals?.over],
    ["under_refusal", "Under-refusal (harmful requests answered)", row.refusals?.under],
  ] as const;
  for (const [metric, title, rate] of kinds) addRefusal(into, metric, title, rate);
}

function addRefusal(
  into: Figures,
  metric: string,
  title: string,
  rate: RefusalRate | null | undefined,
): void {
  if (rate === null || rate === undefined) return;
  const shape = { ...PERCENT, metric, title, lowerIsBetter: true, errorMethod: CLUSTERED };
  into.add(shape, rate.rate, { ...sure(rate.standardError, rate.interval), n: rate.n });
}

function addRating(into: Figures, board: Board & { metric: "rating" }, row: RatingRow): void {
  const isAccuracy = board.figure === "accuracy";
  const shape: Shape = {
    metric: isAccuracy ? "accuracy" : "score",
    title: isAccuracy ? "Accuracy" : "Score",
    unit: isAccuracy ? "percent" : "points",
    scale: isAccuracy ? PERCENT.scale : (board.scale ?? { low: 1, high: 10 }),
    lowerIsBetter: false,
    errorMethod: CLUSTERED,
  };
  const facts = board.chance === undefined ? {} : { facts: { chance_level: String(board.chance.score) } };
  into.add(shape, row.score, { ...whole(row, "score"), ...facts, isHeadline: true, isOfItems: true });
  into.addParts(shape, Object.keys(row.turns).length > 1 ? row.turns : {}, turnName);
  into.addParts(shape, row.categories, asIs);
  for (const [norm, { score, standardError, interval, n }] of Object.entries(row.norms ?? {})) {
    if (norm === board.norm) continue;
    const other = { ...shape, metric: norm, title: `Accuracy (${norm})` };
    into.add(other, score, { ...sure(standardError, interval), ...presentFields({ n: n ?? undefined }) });
  }
  addRefusals(into, row);
}

function addWinRate(into: Figures, row: PairwiseRow): void {
  const title = "Win rate, ties as half a win";
  const shape = { ...PERCENT, metric: "win_rate_adjusted", title, errorMethod: CLUSTERED };
  into.add(shape, row.winRateAdjusted, {
    ...whole(row, "winRateAdjusted"),
    isHeadline: true,
    isOfItems: true,
  });
  into.addParts(shape, Object.keys(row.turns).length > 1 ? row.turns : {}, turnName);
  into.addParts(shape, row.categories, asIs);
  into.add({ ...PERCENT, metric: "win_rate", title: "Win rate, ties as none" }, row.winRate, { n: row.n });
  addElo(into, "bradley_terry_rating", "Bradley–Terry rating", row.rating);
}

function addElo(
  into: Figures,
  metric: string,
  title: string,
  rating:
    | { readonly value: Figure; readonly interval: Interval | null; readonly reason?: string }
    | undefined,
): void {
  if (rating === undefined) return;
  const shape = { metric, title, unit: "rating", lowerIsBetter: false } as const;
  into.add(shape, rating.value, {
    ...sure(undefined, rating.interval),
    ...presentFields({ reason: rating.reason }),
  });
}

function addPreference(into: Figures, row: PreferenceRow): void {
  const { lengthControlledWinRate: controlled, reasons, n } = row;
  const isHeadline = controlled === null ? {} : ({ isHeadline: true } as const);
  const { lengthControlledStandardError: published } = row;
  into.add(
    { ...PERCENT, metric: "length_controlled_win_rate", title: "Length-controlled win rate" },
    controlled,
    {
      ...sure(undefined, row.lengthControlledInterval),
      n,
      ...isHeadline,
      ...presentFields({ reason: reasons?.lengthControlledWinRate ?? reasons?.lengthControlledInterval }),
      // No sampling error, so no standard error of the figure.
      ...(published === null ? {} : { facts: { alpaca_eval_standard_error: String(published) } }),
    },
  );
  const shape = {
    ...PERCENT,
    metric: "win_rate",
    title: "Win rate",
    errorMethod: "100·sd/√n, as alpaca_eval publishes it",
  };
  into.add(shape, row.winRate, {
    ...sure(row.standardError, row.interval),
    n,
    isOfItems: true,
    ...(controlled === null ? { isHeadline: true as const } : {}),
    ...presentFields({ reason: reasons?.winRate ?? reasons?.interval }),
  });
  into.addParts({ ...shape, errorMethod: CLUSTERED }, row.categories, asIs);
  into.add({ ...PERCENT, metric: "discrete_win_rate", title: "Discrete win rate" }, row.discreteWinRate, {
    ...sure(undefined, row.discreteWinRateInterval),
    n,
  });
}

function addOutcomes(into: Figures, row: OutcomeRow): void {
  const shape = { ...PERCENT, metric: "score", title: "Score", errorMethod: CLUSTERED };
  into.add(shape, row.score, { ...whole(row, "score"), isHeadline: true, isOfItems: true });
  into.addParts(shape, Object.keys(row.turns).length > 1 ? row.turns : {}, turnName);
  into.addParts(shape, row.categories, asIs);
  const { rating: value, ratingInterval: interval, reasons } = row;
  addElo(into, "rating", "Rating, the baseline at 1000", {
    value,
    interval,
    ...presentFields({ reason: reasons?.rating }),
  });
}

function addCommon(into: Figures, row: RowCommon, style: Board["style"]): void {
  const { corrected, styleControlled } = row;
  if (corrected !== undefined) {
    const { estimate, interval, votes, voters, questions, estimator, lambda, reason } = corrected;
    const shape = {
      ...PERCENT,
      metric: "win_rate_corrected_by_votes",
      title: "Win rate, corrected by people's votes",
    };
    into.add(shape, estimate, {
      ...sure(undefined, interval),
      n: votes,
      ...presentFields({ reason }),
      facts: {
        estimator,
        lambda: String(lambda),
        votes: String(votes),
        voters: String(voters),
        questions_voted_on: String(questions),
      },
    });
  }
  if (styleControlled !== undefined) {
    const { score, standardError, interval, n, reason } = styleControlled;
    const shape = {
      ...PERCENT,
      metric: "style_controlled_win_rate",
      title: "Style-controlled win rate",
      errorMethod: CLUSTERED,
    };
    const facts = style === undefined ? undefined : { protocol: style.protocol };
    into.add(shape, score, { ...sure(standardError, interval), n, ...presentFields({ reason, facts }) });
  }
}

/** The figures of one model on a board, the headline among them, each with its interval as the board has it. */
export function figuresOfRow(board: Board, model: string): RowFigures {
  const into = new Figures();
  const common = board.models.find((row) => row.model === model);
  if (common === undefined) return into;
  if (board.metric === "rating")
    for (const row of board.models) if (row.model === model) addRating(into, board, row);
  if (board.metric === "win-rate")
    for (const row of board.models) if (row.model === model) addWinRate(into, row);
  if (board.metric === "preference")
    for (const row of board.models) if (row.model === model) addPreference(into, row);
  if (board.metric === "outcomes")
    for (const row of board.models) if (row.model === model) addOutcomes(into, row);
  addCommon(into, common, board.style);
  return into;
}
