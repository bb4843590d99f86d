import type { Board } from "../../harness/core/board.js";
import type { BoardStyle, StyleCoefficient, StyleFeature } from "../../harness/core/style-control.js";
import { axisTicks, showFigure, showInterval } from "./format.js";
import type { Phrase } from "./records.js";
import type { StyledRowView, StyleFeatureView, StyleView } from "./style-records.js";

const LABELS: Readonly<Record<StyleFeature, string>> = {
  length: "Length",
  headers: "Headers",
  lists: "Lists",
  bold: "Bold",
};

function readingOf({ coefficient, interval }: StyleCoefficient, isFrozen: boolean): string {
  if (isFrozen) return "held fixed";
  if (interval === null) return coefficient === 0 ? "does not vary" : "no interval";
  if (interval.low > 0) return "the judge paid for it";
  return interval.high < 0 ? "the judge took off for it" : "not clear";
}

function featureView(one: StyleCoefficient, isFrozen: boolean, from: string): StyleFeatureView {
  return {
    label: LABELS[one.feature],
    coefficient: showFigure(one.coefficient, "delta-points", `${from}/coefficient`),
    interval: showInterval(one.interval, "delta-points", `${from}/interval`),
    reading: readingOf(one, isFrozen),
  };
}

function listed(features: readonly StyleCoefficient[], isMeant: (one: StyleCoefficient) => boolean): string {
  const names = features.filter(isMeant).map(({ feature }) => LABELS[feature].toLowerCase());
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** What the judge paid for, as far as the intervals show it. */
function paidFor(features: readonly StyleCoefficient[]): string {
  const paid = listed(features, ({ interval }) => interval !== null && interval.low > 0);
  const taken = listed(features, ({ interval }) => interval !== null && interval.high < 0);
  if (paid === "" && taken === "") return "";
  const parts = [paid === "" ? "" : `paid for ${paid}`, taken === "" ? "" : `took off for ${taken}`];
  return ` The judge ${parts.filter((part) => part !== "").join(" and ")}.`;
}

function summaryOf(style: BoardStyle, from: string): Phrase {
  const { reason, reference, tokens } = style;
  if (reason !== undefined) return [`No figure at equal style: ${reason}.`];
  const how: Phrase =
    reference === null
      ? ["fitted to this board's models together, so that a further model moves all figures"]
      : ["with what style is worth held fixed as on ", { name: reference.source }, ` (${reference.id})`];
  return [
    style.centred
      ? "What the win rates would be if every answer differed from its opponent's in length and layout as much as they all do on average (as Arena-Hard has it), from "
      : "What the win rates would be at equal length and layout, from ",
    showFigure(style.questions, "count", `${from}/style/questions`),
    " questions, ",
    ...how,
    `. Tokens: ${tokens}.${paidFor(style.features)}`,
  ];
}

function axisOf({ features }: BoardStyle): StyleView["axis"] {
  const ends = features.flatMap(({ coefficient, interval }) => [
    coefficient,
    interval?.low ?? coefficient,
    interval?.high ?? coefficient,
  ]);
  const [least, most] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const ticks = axisTicks(least, most > least ? most : least + 1, 4);
  return {
    axisLow: Math.min(least, ticks[0] ?? least),
    axisHigh: Math.max(most, ticks.at(-1) ?? most),
    ticks,
  };
}

/** A board with and without style control; null where the styles of its answers are not known. */
export function styleView(board: Board, from: string, order: readonly string[]): StyleView | null {
  const { style } = board;
  if (style === undefined) return null;
  const without = new Set(
    board.models.flatMap(({ styleControlled: found }) =>
      found === undefined ? [] : [found.interval === null ? (found.reason ?? "") : ""],
    ),
  );
  const [why = ""] = style.reason === undefined && without.size === 1 ? without : [];
  const rows = board.models.flatMap((row, index): StyledRowView[] => {
    const { styleControlled: found } = row;
    if (found === undefined) return [];
    const at = `${from}/models/${index}/styleControlled`;
    return [
      {
        model: row.model,
        raw: showFigure(found.raw, "percent", `${at}/raw`),
        controlled: showFigure(found.score, "percent", `${at}/score`, found.reason),
        interval: showInterval(found.interval, "percent", `${at}/interval`),
        moved: showFigure(found.moved, "delta-percent", `${at}/moved`),
      },
    ];
  });
  return {
    summary: [...summaryOf(style, from), ...(why === "" ? [] : [` No interval: ${why}.`])],
    rows: rows.sort((x, y) => order.indexOf(x.model) - order.indexOf(y.model)),
    features: style.features.map((one, index) =>
      featureView(one, style.reference !== null, `${from}/style/features/${index}`),
    ),
    axis: axisOf(style),
  };
}
