import { countOf } from "../../harness/core/count-of.js";
import type { ModelCardBoard, ModelCardFigure, ModelCardText } from "../../harness/core/model-card-text.js";
import { formatFixed, formatTrimmed } from "../../harness/core/shown-number.js";
import { statedViews } from "../view/stated.js";
import { statedSection } from "./markdown-stated.js";
import { codeSpan, escapeMarkdown, markdownTable } from "./markdown-text.js";

const DECIMALS = { percent: 1, points: 2, rating: 0 } as const;

function valueText({ value, unit, scale }: ModelCardFigure): string {
  const text = formatFixed(value, DECIMALS[unit]);
  if (unit === "percent") return `${text}%`;
  return scale === undefined ? text : `${text} of ${formatTrimmed(scale.high)}`;
}

function intervalText({ interval, unit }: ModelCardFigure): string {
  if (interval === undefined) return "no interval";
  const [low, high] = [interval.low, interval.high].map((end) => formatFixed(end, DECIMALS[unit]));
  return `${formatTrimmed(interval.level)}% interval ${low} to ${high}`;
}

function sentence({ title, figures, judge, baseline, questions, protocol }: ModelCardBoard): string {
  const headline = figures.find(({ isHeadline }) => isHeadline) ?? figures[0];
  if (headline === undefined) return "";
  const against = baseline === undefined ? "" : ` against ${escapeMarkdown(baseline)}`;
  const by = judge === undefined ? "compared with the right answers" : `judged by ${escapeMarkdown(judge)}`;
  return `**${escapeMarkdown(title)}**: ${escapeMarkdown(headline.title.toLowerCase())} **${valueText(headline)}** (${intervalText(headline)})${against} on ${countOf(questions, "question")}, ${by} (protocol ${codeSpan(protocol)}).`;
}

function doubtLines(doubts: readonly string[]): string[] {
  return doubts.length === 0 ? [] : [...doubts.map((doubt) => `> ⚠️ ${escapeMarkdown(doubt)}`), ""];
}

function boardLines(board: ModelCardBoard): string[] {
  const others = board.figures.filter(({ isHeadline }) => !isHeadline);
  const methods = new Set(
    board.figures.flatMap(({ interval }) => (interval === undefined ? [] : [interval.method])),
  );
  const rows = others.map((figure) => [
    escapeMarkdown(figure.title),
    valueText(figure),
    intervalText(figure),
  ]);
  return [
    sentence(board),
    "",
    ...doubtLines(board.doubts),
    ...(rows.length === 0
      ? []
      : [...markdownTable(["Figure", "Value", "Interval"], rows, (at) => at === 1), ""]),
    ...(board.judgeQuality === undefined ? [] : [escapeMarkdown(board.judgeQuality), ""]),
    ...(methods.size === 0 ? [] : [`<sub>Intervals: ${escapeMarkdown([...methods].join("; "))}.</sub>`, ""]),
  ];
}

/** What a model card says of a model's evaluation, as Markdown: a sentence for each board, what is in doubt, its other figures, and those that others state. */
export function renderModelCard({ model, tool, at, boards, stated, doubts }: ModelCardText): string {
  return [
    "## Evaluation",
    "",
    boards.length === 0
      ? `Figures of ${escapeMarkdown(model)}, gathered with ${escapeMarkdown(tool)}.`
      : `${escapeMarkdown(model)}, measured with ${escapeMarkdown(tool)}, ${escapeMarkdown(at.slice(0, 10))}.`,
    "",
    ...doubtLines(doubts),
    ...boards.flatMap(boardLines),
    ...statedSection({ stated: statedViews({ figures: stated }, "") }),
  ].join("\n");
}
