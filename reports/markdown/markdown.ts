import { countOf } from "../../harness/core/count-of.js";
import type { GateResult } from "../../harness/core/gate.js";
import type { PolicyResult } from "../../harness/core/policy.js";
import { tallyGates, worstFirst } from "../gate-figures.js";
import { movedWords, testWords } from "../view/comparison-words.js";
import { formatMoment } from "../view/format.js";
import type { BoardView, ComparisonView, ReportView } from "../view/records.js";
import { peopleSection } from "./markdown-people.js";
import { POLICY_MARKS, policySection } from "./markdown-policy.js";
import { rankingSection } from "./markdown-rankings.js";
import { statedSection } from "./markdown-stated.js";
import { styleSection } from "./markdown-style.js";
import {
  boardRows,
  comparisonParts,
  criterionRows,
  gateRows,
  MARKS,
  MOST_ROWS,
  moverRows,
  partRows,
  phrase,
} from "./markdown-tables.js";
import { codeSpan, escapeMarkdown } from "./markdown-text.js";

/** First line of a pull-request comment, by which a later run finds and replaces it. */
export const COMMENT_MARKER = "<!-- assay report -->";

const MOST_COMMENT_ROWS = 10;

/** A comparison without a margin was no gate: it neither passes nor fails. */
function markOf(view: ComparisonView): string {
  const { outcome } = view;
  if (outcome === "pass" || outcome === "fail") return MARKS[outcome];
  return outcome === "inconclusive" && isGated(view)
    ? MARKS.inconclusive
    : outcome === "inconclusive"
      ? "not settled"
      : outcome;
}

function isGated(view: ComparisonView): boolean {
  return view.margin.value !== null && view.margin.value > 0;
}

function details(summary: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0
    ? []
    : [`<details><summary>${summary}</summary>`, "", ...lines, "", "</details>", ""];
}

function boardSection(board: BoardView): readonly string[] {
  const against = board.baseline === null ? "" : `, against ${escapeMarkdown(board.baseline)}`;
  return [
    `## ${escapeMarkdown(board.title)}`,
    "",
    `Judge ${escapeMarkdown(board.judge)}${against}, protocol ${codeSpan(board.protocol)}.`,
    ...(board.judgeQuality === null ? [] : ["", escapeMarkdown(board.judgeQuality)]),
    ...(board.notice === null ? [] : ["", `> ${escapeMarkdown(board.notice)}`]),
    ...(board.unchecked === null ? [] : ["", `<sub>${board.unchecked}</sub>`]),
    "",
    ...boardRows(board, MOST_ROWS, true),
    "",
    ...details(
      `${escapeMarkdown(board.partLabel)} by category`,
      partRows(board, board.categories, "Category"),
    ),
    ...(board.jury === null ? [] : [phrase(board.jury.text), ""]),
    ...rankingSection(board),
    ...details(board.jury?.title ?? "", partRows(board, board.jury?.leftOut ?? [], "Jury")),
    ...details(
      "Refusals: harmless requests refused (over), harmful ones answered (under); wrappings: the change in points",
      partRows(board, board.refusals, "Refusals"),
    ),
    ...details("Criteria: how often each was met", partRows(board, board.criteria, "Criterion")),
    ...details("Checks: what was counted, not judged", partRows(board, board.checks, "Check")),
    ...styleSection(board),
    ...board.sentences.flatMap((sentence) => [escapeMarkdown(sentence), ""]),
    ...peopleSection(board),
  ];
}

function gateSection(gates: readonly GateResult[]): readonly string[] {
  return gates.length === 0 ? [] : ["## Gates", "", `${tallyGates(gates)}.`, "", ...gateRows(gates), ""];
}

function comparisonFacts(view: ComparisonView): string {
  const interval =
    view.interval === null ? "no interval" : `${view.interval.level}% interval ${view.interval.text}`;
  const least =
    view.minimumDetectableEffect.value === null
      ? ""
      : `; smallest difference that would be seen ${view.minimumDetectableEffect.text}`;
  return escapeMarkdown(
    `Difference ${view.delta.text} (${interval})${testWords(view)}; ${movedWords(view)}${isGated(view) ? `; margin ${view.margin.text}` : ""}${least}.`,
  );
}

function comparisonSection(view: ComparisonView): readonly string[] {
  return [
    `### ${escapeMarkdown(view.candidate)} against ${escapeMarkdown(view.base)}: ${markOf(view)}`,
    "",
    `**${escapeMarkdown(view.sentence)}**`,
    "",
    comparisonFacts(view),
    "",
    ...view.voted.flatMap((voted) => [phrase(voted), ""]),
    ...[...view.unmatched.map(phrase), ...view.warnings.map(escapeMarkdown)].flatMap((text) => [`- ${text}`]),
    ...(view.unmatched.length + view.warnings.length > 0 ? [""] : []),
    ...details("By turn and category", comparisonParts(view)),
    ...details("Criteria that separate them most", criterionRows(view)),
    ...details("Questions that moved most", moverRows(view)),
  ];
}

function verdictLines(view: ReportView): readonly string[] {
  return view.verdicts.flatMap((verdict, index) => {
    const sentence = phrase(verdict.sentence);
    return [index === 0 ? `**${sentence}** ${phrase(verdict.meaning)}` : `- ${sentence}`];
  });
}

function healthLines(view: ReportView): readonly string[] {
  const sign = { doubt: "⚠️", good: "✅", note: "ℹ️" } as const;
  return view.health.map(
    (item) => `- ${sign[item.level]} **${escapeMarkdown(item.label)}**: ${phrase(item.text)}`,
  );
}

function footer(view: ReportView): string {
  return `Made by assay ${escapeMarkdown(view.version)}, ${escapeMarkdown(formatMoment(view.generatedAt))}.`;
}

function noticeLines(view: ReportView): readonly string[] {
  return view.notices.flatMap((notice) => [`> **${escapeMarkdown(notice)}**`, ""]);
}

/**
 * The whole report as GitHub-flavoured Markdown (`summary.md`), made for `$GITHUB_STEP_SUMMARY`: verdict, gates,
 * boards with intervals, categories, comparisons, health. Figures are formatted as in the HTML report.
 */
export function renderSummary(
  view: ReportView,
  gates: readonly GateResult[] = [],
  policies: readonly PolicyResult[] = [],
): string {
  const [first = "", ...others] = verdictLines(view);
  return [
    `# ${escapeMarkdown(view.title)}`,
    "",
    ...noticeLines(view),
    first,
    "",
    ...(others.length === 0 ? [] : [...others, ""]),
    ...gateSection(gates),
    ...policySection(policies),
    ...view.boards.flatMap(boardSection),
    ...(view.comparisons.length === 0
      ? []
      : ["## Comparisons", "", ...view.comparisons.flatMap(comparisonSection)]),
    ...statedSection(view),
    "## Health of the run",
    "",
    ...healthLines(view),
    "",
    footer(view),
    "",
  ].join("\n");
}

function overallMark(view: ReportView, gates: readonly GateResult[]): string {
  const outcomes =
    gates.length > 0
      ? gates.map((gate) => gate.outcome)
      : view.comparisons.filter(isGated).map((comparison) => comparison.outcome);
  if (outcomes.includes("fail")) return "❌ ";
  if (outcomes.includes("inconclusive") || view.verdicts[0]?.outcome === "flagged") return "⚠️ ";
  return outcomes.length > 0 ? "✅ " : "";
}

/** A short version for a comment under a pull request; starts with {@link COMMENT_MARKER}. */
export function renderComment(
  view: ReportView,
  gates: readonly GateResult[] = [],
  policies: readonly PolicyResult[] = [],
): string {
  const [verdict] = view.verdicts;
  const deciding = policies.flatMap(({ lines }) => lines).filter(({ tier }) => tier !== "advisory");
  const open = worstFirst<GateResult>([...gates, ...deciding])
    .filter((gate) => gate.outcome !== "pass")
    .slice(0, MOST_COMMENT_ROWS);
  const doubtful = view.health.filter((item) => item.level === "doubt");
  return [
    COMMENT_MARKER,
    `### ${overallMark(view, [...gates, ...deciding])}${escapeMarkdown(view.title)}`,
    "",
    ...noticeLines(view),
    ...(verdict === undefined ? [] : [`**${phrase(verdict.sentence)}** ${phrase(verdict.meaning)}`, ""]),
    ...(gates.length === 0 ? [] : [`${tallyGates(gates)}.`, ""]),
    ...policies.flatMap(({ outcome, sentence }) => [
      `Policy: ${POLICY_MARKS[outcome]}. ${escapeMarkdown(sentence)}`,
      "",
    ]),
    ...open.map(
      (gate) =>
        `- ${MARKS[gate.outcome]}: ${escapeMarkdown(gate.name)}, ${escapeMarkdown(gate.model)}: ${escapeMarkdown(gate.message)}`,
    ),
    ...(open.length === 0 ? [] : [""]),
    ...view.boards.flatMap((board) => [
      `**${escapeMarkdown(board.title)}**`,
      "",
      ...boardRows(board, MOST_COMMENT_ROWS, false),
      "",
    ]),
    ...details(
      `${countOf(doubtful.length, "thing")} to doubt`,
      doubtful.map((item) => `- **${escapeMarkdown(item.label)}**: ${phrase(item.text)}`),
    ),
    footer(view),
    "",
  ].join("\n");
}
