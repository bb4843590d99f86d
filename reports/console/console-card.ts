import type { Card } from "../../harness/core/card.js";
import { AREA_WORDS, FINDING_WORDS } from "../../harness/core/measured-words.js";
import { guardLine } from "../../harness/core/text.js";
import { areaViews, axisAround, type ChangeView, drawnValues, meanText } from "../card/card-view.js";
import { type ConsoleColumn, consoleTable } from "./console-table.js";
import { fitName, type Paint, plainPaint, wrapLines } from "./terminal-text.js";

const DEFAULT_WIDTH = 100;
const TRACK = 21;

/** How a card is shown on a terminal. */
export interface ConsoleCardOptions {
  readonly width?: number;
  readonly colors?: Paint;
}

/** A change on the axis, in characters; its joint interval, which decides. */
function trackOf({ drawn }: ChangeView, low: number, high: number): string {
  const place = (value: number) =>
    Math.min(TRACK - 1, Math.max(0, Math.round(((value - low) / (high - low)) * (TRACK - 1))));
  const track = Array.from({ length: TRACK }, () => "·");
  track[place(0)] = "┊";
  if (drawn === null) return track.join("");
  if (drawn.joint !== null) {
    const [from, to] = [place(drawn.joint[0]), place(drawn.joint[1])];
    for (let index = from; index <= to; index++) track[index] = "─";
    if (from < to) [track[from], track[to]] = ["├", "┤"];
  }
  track[place(drawn.value)] = drawn.own === null ? "○" : "●";
  return track.join("");
}

function changeLines(card: Card, width: number, paint: Paint): readonly string[] {
  const views = areaViews(card);
  const axis = axisAround(drawnValues(views));
  const rows = views.flatMap(({ rows: own, area }) => own.map((row) => ({ row, area })));
  const paints = { gain: paint.green, loss: paint.red, undecided: paint.yellow, unknown: paint.dim };
  const column = (
    label: string,
    align: ConsoleColumn["align"],
    expendable: number,
    text: (row: ChangeView) => string,
  ): ConsoleColumn => ({ label, align, expendable, cells: rows.map(({ row }) => ({ text: text(row) })) });
  const columns: readonly ConsoleColumn[] = [
    {
      label: "Area",
      align: "left",
      expendable: 4,
      cells: rows.map(({ area }, index) => ({
        text: rows[index - 1]?.area === area ? "" : AREA_WORDS[area],
      })),
    },
    {
      label: "What",
      align: "left",
      expendable: 0,
      // Long enough for what tells `quickstart by rating` and `assay-refusals/harmful` from their neighbours.
      shrinkTo: 23,
      cells: rows.map(({ row }) => ({ text: fitName(row.name, 32) })),
    },
    column("Before and after", "right", 2, (row) => row.fromTo),
    column("Change", "right", 0, (row) => row.delta),
    column("all together", "right", 1, (row) => (row.interval === "" ? "no interval" : row.interval)),
    column("", "left", 3, (row) => trackOf(row, axis.low, axis.high)),
    {
      label: "Finding",
      align: "left",
      expendable: 0,
      cells: rows.map(({ row: { change } }) => ({
        text: FINDING_WORDS[change.finding],
        paint: paints[change.finding],
      })),
    },
  ];
  return consoleTable(columns, width, paint).lines;
}

function openLines(card: Card, width: number, paint: Paint): readonly string[] {
  return card.open.flatMap(({ about, why, takes }) => [
    ...wrapLines(`${about}: ${why}`, width - 4).map((line, index) =>
      index === 0 ? `  ${line}` : `    ${line}`,
    ),
    ...(takes === "" ? [] : wrapLines(takes, width - 4).map((line) => `    ${paint.dim(line)}`)),
  ]);
}

function trajectoryLines(card: Card, width: number): readonly string[] {
  return card.trajectories.flatMap(({ area, points }) => {
    const said = points
      .slice(1)
      .map((point) => `${fitName(point.checkpoint, 24)} ${meanText(point) || "no figure"}`);
    return wrapLines(`${AREA_WORDS[area]}: ${said.join("; ")}`, width - 4).map((line, index) =>
      index === 0 ? `  ${line}` : `    ${line}`,
    );
  });
}

function contaminationLines({ contamination }: Card, width: number): readonly string[] {
  if (contamination.every(({ corpora }) => corpora.length === 0)) return [];
  const lines = contamination.flatMap(({ suite, sentence }) =>
    wrapLines(`${suite}: ${sentence}`, width - 4).map((line, index) =>
      index === 0 ? `  ${line}` : `    ${line}`,
    ),
  );
  return ["", "Questions in training data", ...lines];
}

/** A checkpoint's card for a terminal. */
export function renderCard(card: Card, options: ConsoleCardOptions = {}): string {
  const { width = DEFAULT_WIDTH, colors: paint = plainPaint } = options;
  const title = `${fitName(card.candidate, 60)} beside ${fitName(card.base, 60)}`;
  const trajectories = trajectoryLines(card, width);
  return [
    ...wrapLines(title, width).map((line) => paint.bold(line)),
    ...wrapLines(card.sentence, width - 2, "").map((line) => `  ${line}`),
    ...card.notices.flatMap((notice) =>
      wrapLines(notice, width - 2, "").map((line) => `  ${paint.yellow(line)}`),
    ),
    "",
    ...changeLines(card, width, paint),
    ...(card.together.changes === 0
      ? []
      : wrapLines(`  ${card.together.method}.`, width, "  ").map((line) => paint.dim(line))),
    ...(trajectories.length === 0 ? [] : ["", "Over the checkpoints, from the base", ...trajectories]),
    ...contaminationLines(card, width),
    "",
    "What could not be said, and what it would take",
    ...openLines(card, width, paint),
  ]
    .map(guardLine)
    .join("\n");
}
