import { columnsOf } from "../../harness/core/columns.js";
import { movedWords, testWords } from "../view/comparison-words.js";
import { comparisonAdditions, metricOf } from "../view/comparisons.js";
import { phraseText } from "../view/format.js";
import type { ComparisonPart, ComparisonView, MoverView } from "../view/records.js";
import type { ConsoleColumn } from "./console-table.js";
import { consoleTable } from "./console-table.js";
import { intervalTrack } from "./console-track.js";
import type { Paint } from "./terminal-text.js";
import { fitName, fitText, padding, wrapLines } from "./terminal-text.js";

const TRACK_WIDTH = 25;
const MOST_MOVERS = 5;

function paintOf(view: ComparisonView, paint: Paint): (text: string) => string {
  if (view.outcome === "pass" || view.outcome === "better") return paint.green;
  return view.outcome === "fail" || view.outcome === "worse" ? paint.red : paint.yellow;
}

function partsTable(view: ComparisonView, width: number, paint: Paint): readonly string[] {
  const parts: readonly (readonly [string, ComparisonPart])[] = [
    ...(view.turns.length > 1 ? view.turns.map((part) => [`turn ${part.name}`, part] as const) : []),
    ...view.categories.map((part) => [part.name, part] as const),
  ];
  if (parts.length === 0) return [];
  const scale = { ...view.partsScale, even: 0 };
  const column = (
    label: string,
    expendable: number,
    text: (part: ComparisonPart) => string,
  ): ConsoleColumn => ({
    label,
    align: "right",
    expendable,
    cells: parts.map(([, part]) => ({ text: text(part) })),
  });
  const columns: readonly ConsoleColumn[] = [
    {
      label: "Part",
      align: "left",
      expendable: 0,
      shrinkTo: 12,
      cells: parts.map(([name]) => ({ text: fitText(name, 24) })),
    },
    column("Difference", 0, (part) => part.delta.text),
    column("interval", 0, (part) => part.interval?.text ?? "none"),
    {
      label: "",
      align: "left",
      expendable: 1,
      cells: parts.map(([, part]) => ({
        text: intervalTrack(scale, part.delta, part.interval, TRACK_WIDTH),
      })),
    },
    column("p", 3, (part) => part.pValue.text),
    column("p adjusted", 2, (part) => part.adjustedPValue.text),
  ];
  return consoleTable(columns, width, paint).lines;
}

function moverLines(
  title: string,
  movers: readonly MoverView[],
  width: number,
  paint: Paint,
): readonly string[] {
  if (movers.length === 0) return [];
  const shown = movers.slice(0, MOST_MOVERS);
  const ids = shown.map((mover) => fitText(mover.questionId, 20));
  const idWidth = Math.max(...ids.map(columnsOf));
  const lines = shown.map((mover, index) => {
    const id = ids[index] ?? "";
    const head = `    ${id}${padding(id, idWidth)}  ${mover.base.text} → ${mover.candidate.text}  `;
    return (
      head +
      paint.dim(fitText(mover.text === "" ? mover.category : mover.text, Math.max(10, width - head.length)))
    );
  });
  return [`  ${title}`, ...lines];
}

/** Criteria that a terminal lists; the report has more. */
const MOST_CRITERIA = 5;

function criterionLines({ criteria }: ComparisonView, width: number): readonly string[] {
  if (criteria.length === 0) return [];
  const lines = criteria.slice(0, MOST_CRITERIA).flatMap((row) => {
    const interval = row.interval === null ? "" : ` [${row.interval.text}]`;
    return wrapLines(
      `${fitText(row.name, 60)}: ${row.base.text} → ${row.candidate.text} (${row.delta.text}${interval}, p adjusted ${row.adjustedPValue.text})`,
      width,
      "    ",
    );
  });
  return ["  criteria that separate them most", ...lines];
}

function detailLines(view: ComparisonView, width: number, paint: Paint): readonly string[] {
  const interval =
    view.interval === null ? "no interval" : `${view.interval.level}% interval ${view.interval.text}`;
  const facts = [
    `${view.baseValue.text} → ${view.candidateValue.text}, difference ${view.delta.text} (${interval})${testWords(view)}.`,
    `${movedWords(view)}.`,
    ...(view.minimumDetectableEffect.value === null
      ? []
      : [`Smallest detectable difference (80% power): ${view.minimumDetectableEffect.text}.`]),
  ].join(" ");
  const notes = [...view.unmatched.map(phraseText), ...view.warnings];
  return [
    ...wrapLines(facts, width, "  "),
    ...view.voted.flatMap((voted) => wrapLines(phraseText(voted), width, "  ")),
    ...partsTable(view, width, paint),
    ...criterionLines(view, width),
    ...moverLines("moved up", view.moversUp, width, paint),
    ...moverLines("moved down", view.moversDown, width, paint),
    ...notes.flatMap((note) => wrapLines(`! ${note}`, width, "  ").map((line) => paint.yellow(line))),
  ];
}

function comparisonLines(
  view: ComparisonView,
  width: number,
  paint: Paint,
  { detailed, protocol }: { readonly detailed: boolean; readonly protocol: boolean },
): readonly string[] {
  const margin = (view.margin.value ?? 0) > 0 ? ` (margin ${view.margin.text})` : "";
  const head = `${fitName(view.candidate, 40)} against ${fitName(view.base, 40)} on ${fitText(view.suiteName, 70)}, ${metricOf(view)}`;
  const [first = "", ...rest] = wrapLines(
    `${view.outcome.toUpperCase()}${margin}: ${view.sentence.replace(/^Inconclusive: /, "")}`,
    width,
    "  ",
  );
  const word = view.outcome.toUpperCase();
  return [
    paint.bold(fitText(head, width)),
    ...(protocol ? [paint.dim(fitText(`  protocol ${view.protocol}`, width))] : []),
    first.replace(word, () => paintOf(view, paint)(word)),
    ...rest,
    ...(detailed ? detailLines(view, width, paint) : []),
  ];
}

/** Comparisons as blocks of lines: one alone in full, several (or `compact`) by their sentence; of several judges, under their protocols. */
export function renderComparisonLines(
  views: readonly ComparisonView[],
  width: number,
  paint: Paint,
  compact: boolean,
): readonly (readonly string[])[] {
  const detailed = views.length === 1 && !compact;
  const additions = comparisonAdditions(views);
  return views.map((view, at) => {
    const protocol = detailed || (additions[at]?.includes(view.protocol) ?? false);
    return comparisonLines(view, width, paint, { detailed, protocol });
  });
}
