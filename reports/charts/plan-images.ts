import type { BoardView, PartFigure, PartView, ReportView, TrendView } from "../view/records.js";
import { displayName, isolatedName, shortName } from "../view/text.js";
import { barsImage, barsModels, radarImage, rewardsImage, slopeImage, trendImage } from "./chart-images.js";
import { chartModels } from "./chart-options.js";
import { MOST_SERIES } from "./chart-theme.js";
import type { AnyChartConfiguration, ImageSize } from "./draw-chart.js";
import type { ImageFrame, ImageLook } from "./image-frame.js";
import { matrixImage, matrixSize } from "./matrix-image.js";
import { slopeModels } from "./slope-chart.js";
import { matrixModels } from "./win-matrix-chart.js";

/** One image of a report before it is drawn. */
export interface ImagePlan {
  /** File name without ending, such as `radar` or `win-matrix-board-2`. */
  readonly name: string;
  readonly title: string;
  /** The figures that the image shows, in words. */
  readonly description: string;
  /** What stands below the chart: notices first, such as that samples are recorded. */
  readonly footer: readonly string[];
  readonly size: ImageSize;
  /** A configuration of its own for each drawing, because chart.js changes what it is given. */
  configure(look: ImageLook): AnyChartConfiguration;
}

/** With fewer categories a radar is a line or a point. */
const LEAST_RADAR_CATEGORIES = 3;
/** With more, labels of a radar run into each other. */
const MOST_RADAR_CATEGORIES = 16;
/** With more, bars are thinner than their intervals. */
const MOST_BAR_CATEGORIES = 40;
const MOST_MATRIX_MODELS = 24;

const RADAR_SIZE: ImageSize = { width: 800, height: 680 };
const WIDE_SIZE: ImageSize = { width: 960, height: 540 };

function describeLines(names: readonly string[], parts: readonly PartView[]): string {
  const ofModel = (name: string) =>
    parts
      .flatMap((part) => {
        const entry = part.models.find((one) => one?.model === name);
        if (!entry) return [];
        const interval = entry.interval === null ? "" : ` (${entry.interval.text})`;
        return [`${shortName(part.name, 40)} ${entry.figure.text}${interval}`];
      })
      .join(", ");
  return names.map((name) => `${shortName(name, 60)}: ${ofModel(name)}`).join("; ");
}

function titleOf(view: ReportView, board: BoardView): string {
  return isolatedName(shortName(board.title, 70) || shortName(view.title, 70));
}

function subtitleOf(board: BoardView, what: string): string {
  const against = board.baseline === null ? "" : ` against ${isolatedName(shortName(board.baseline, 30))}`;
  return `${what}${against}, judge ${isolatedName(shortName(board.judge, 40))}`;
}

function footerOf(view: ReportView, notes: readonly string[]): readonly string[] {
  const made = `assay ${displayName(view.version)}, ${view.generatedAt.slice(0, 10)}`;
  return [...view.notices.map((notice) => shortName(notice, 400)), [...notes, made].join(" · ")];
}

function boardNotices(view: ReportView, board: BoardView | undefined): ReportView {
  return board?.notice == null || view.notices.includes(board.notice)
    ? view
    : { ...view, notices: [...view.notices, board.notice] };
}

function shownOf(shown: number, all: number, what: string): string[] {
  return shown < all ? [`${shown} of ${all} ${what} shown`] : [];
}

function levelNote(figures: readonly (PartFigure | null)[]): string[] {
  const levels = new Set(figures.flatMap((entry) => (entry?.interval == null ? [] : [entry.interval.level])));
  return levels.size === 0 ? ["no intervals"] : [`${[...levels].join(" and ")}% intervals`];
}

function hasFigures(parts: readonly PartView[]): boolean {
  return parts.some((part) => part.models.some((entry) => entry?.figure.value != null));
}

/** A board without categories, or with a single one, shows its headline (and second figure) as bars instead. */
function withParts(board: BoardView): BoardView {
  if (hasFigures(board.categories)) return board;
  const none = { value: null, text: "–", from: "" };
  const part = (
    name: string,
    figureOf: (row: BoardView["rows"][number]) => Pick<PartFigure, "figure" | "interval"> | undefined,
  ): PartView => ({
    name,
    models: board.rows.map((row) => {
      const shown = figureOf(row);
      return shown === undefined
        ? null
        : { model: row.model, ...shown, standardError: none, n: row.figures.n ?? none, doubtful: 0 };
    }),
  });
  const headline = (row: BoardView["rows"][number]) => ({ figure: row.headline, interval: row.interval });
  if (board.secondLabel === null) {
    return { ...board, partLabel: board.headlineLabel, categories: [part(board.headlineLabel, headline)] };
  }
  const parts = [
    part(board.headlineLabel.replace(/ win rate$/, ""), headline),
    part(board.secondLabel, (row) => row.second),
  ];
  return { ...board, partLabel: "Win rates", categories: parts };
}

function radarPlan(view: ReportView, board: BoardView, name: string): ImagePlan[] {
  const count = board.categories.length;
  if (count < LEAST_RADAR_CATEGORIES || count > MOST_RADAR_CATEGORIES || !hasFigures(board.categories))
    return [];
  const models = chartModels(board);
  const frame: ImageFrame = {
    title: titleOf(view, board),
    subtitle: subtitleOf(board, `${board.partLabel} by category`),
    footer: footerOf(view, shownOf(models.length, board.rows.length, "models")),
  };
  return [
    {
      name,
      title: `${frame.title}: radar of categories`,
      description: describeLines(models, board.categories),
      footer: frame.footer,
      size: RADAR_SIZE,
      configure: (look) => radarImage(board, frame, RADAR_SIZE, look),
    },
  ];
}

function barsPlan(view: ReportView, whole: BoardView, name: string): ImagePlan[] {
  const parts = withParts(whole);
  const board = { ...parts, categories: parts.categories.slice(0, MOST_BAR_CATEGORIES) };
  const models = barsModels(board);
  if (models.length === 0 || !hasFigures(board.categories)) return [];
  const frame: ImageFrame = {
    title: titleOf(view, board),
    subtitle: subtitleOf(board, parts === whole ? `${board.partLabel} by category` : parts.partLabel),
    footer: footerOf(view, [
      ...levelNote(board.categories.flatMap((part) => part.models)),
      ...shownOf(models.length, board.rows.length, "models"),
      ...shownOf(board.categories.length, parts.categories.length, "categories"),
    ]),
  };
  return [
    {
      name,
      title: `${frame.title}: ${parts === whole ? "categories" : "models"} with intervals`,
      description: describeLines(models, board.categories),
      footer: frame.footer,
      size: WIDE_SIZE,
      configure: (look) => barsImage(board, models, frame, WIDE_SIZE, look),
    },
  ];
}

function matrixPlan(view: ReportView, board: BoardView, name: string): ImagePlan[] {
  const models = matrixModels(board);
  const drawn =
    board.mode !== "pairwise-baseline" && models.length >= 3 && models.length <= MOST_MATRIX_MODELS;
  if (!drawn || board.pairs.every((pair) => pair.winRate.value === null)) return [];
  const frame: ImageFrame = {
    title: titleOf(view, board),
    subtitle: subtitleOf(board, "Adjusted win rate of the row's model over the column's"),
    footer: footerOf(view, ["blue: wins more than half, orange: less"]),
  };
  const size = matrixSize(models.length);
  return [
    {
      name,
      title: `${frame.title}: win matrix`,
      description: board.pairs
        .map(
          (pair) => `${shortName(pair.model, 60)} over ${shortName(pair.opponent, 60)} ${pair.winRate.text}`,
        )
        .join("; "),
      footer: frame.footer,
      size,
      configure: (look) => matrixImage(board, frame, size, look),
    },
  ];
}

function slopePlan(view: ReportView, board: BoardView, name: string): ImagePlan[] {
  const { rankings } = board;
  if (rankings === null || rankings.rows.every((row) => row.meanRank.value === null)) return [];
  const models = slopeModels(rankings);
  const levels = new Set(rankings.rows.flatMap((row) => (row.interval === null ? [] : [row.interval.level])));
  const frame: ImageFrame = {
    title: titleOf(view, board),
    subtitle: subtitleOf(board, "Mean rank over all questions and by category, 1 is best"),
    footer: footerOf(view, [
      ...(levels.size === 0 ? [] : [`${[...levels].join(" and ")}% intervals of all`]),
      ...shownOf(models.length, rankings.rows.length, "models"),
    ]),
  };
  const told = models.map((model) => {
    const shown = rankings.slopes.map(
      (part) =>
        `${shortName(part.name, 40)} ${part.models.find((one) => one.model === model)?.figure.text ?? "–"}`,
    );
    return `${shortName(model, 60)}: ${shown.join(", ")}`;
  });
  return [
    {
      name,
      title: `${frame.title}: mean ranks`,
      description: told.join("; "),
      footer: frame.footer,
      size: WIDE_SIZE,
      configure: (look) => slopeImage(rankings, frame, WIDE_SIZE, look),
    },
  ];
}

function rewardsPlan(view: ReportView, board: BoardView, name: string): ImagePlan[] {
  const { rewards } = board;
  if (rewards === null) return [];
  const shown = rewards.rows.slice(0, MOST_SERIES);
  const frame: ImageFrame = {
    title: titleOf(view, board),
    subtitle: subtitleOf(board, "Rewards of answers, less the mean of each prompt"),
    footer: footerOf(view, shownOf(shown.length, rewards.rows.length, "models")),
  };
  return [
    {
      name,
      title: `${frame.title}: rewards`,
      description: shown
        .map(
          (row) =>
            `${shortName(row.model, 60)}: mean ${row.mean.text}, ${row.lowest.text} to ${row.highest.text}`,
        )
        .join("; "),
      footer: frame.footer,
      size: WIDE_SIZE,
      configure: (look) => rewardsImage(rewards, frame, WIDE_SIZE, look),
    },
  ];
}

function trendPlan(view: ReportView, trend: TrendView, name: string): ImagePlan {
  const lines = trend.overall.slice(0, MOST_SERIES);
  const points = lines.flatMap((line) => line.points.map((point) => point?.interval ?? null));
  const levels = new Set(points.flatMap((interval) => (interval === null ? [] : [interval.level])));
  const frame: ImageFrame = {
    title: isolatedName(shortName(trend.title, 70)),
    subtitle: trend.course === undefined ? `${trend.headlineLabel} over time` : trend.headlineLabel,
    footer: footerOf(view, [
      ...(levels.size === 0 ? [] : [`${[...levels].join(" and ")}% intervals`]),
      ...shownOf(lines.length, trend.overall.length, "models"),
    ]),
  };
  const told = lines.map((line) => {
    const shown = line.points.flatMap((point, index) =>
      point === null ? [] : [`${shortName(trend.points[index]?.label ?? "", 40)} ${point.figure.text}`],
    );
    return `${shortName(line.name, 60)}: ${shown.join(", ")}`;
  });
  return {
    name,
    title: `${frame.title}: trend`,
    description: trend.course?.description ?? told.join("; "),
    footer: frame.footer,
    size: WIDE_SIZE,
    configure: (look) => trendImage(trend, frame, WIDE_SIZE, look),
  };
}

/**
 * Images of a report: for each board a radar (three categories or more), bars with intervals, a win matrix (all
 * pairs of three models or more) the mean ranks of rankings, a reward model's rewards, and one trend for each board that is followed over time. At most six models each.
 * Files of the first board and trend have plain names (`radar`, `categories`, `win-matrix`, `ranks`, `rewards`, `trend`).
 */
export function planImages(view: ReportView): readonly ImagePlan[] {
  const boards = view.boards.flatMap((board, index) => {
    const suffix = index === 0 ? "" : `-${board.id}`;
    const noted = boardNotices(view, board);
    return [
      ...radarPlan(noted, board, `radar${suffix}`),
      ...barsPlan(noted, board, `categories${suffix}`),
      ...matrixPlan(noted, board, `win-matrix${suffix}`),
      ...slopePlan(noted, board, `ranks${suffix}`),
      ...rewardsPlan(noted, board, `rewards${suffix}`),
    ];
  });
  const trends = view.trends.map((trend, index) =>
    trendPlan(view, trend, index === 0 ? "trend" : `trend-${index + 1}`),
  );
  return [...boards, ...trends];
}
