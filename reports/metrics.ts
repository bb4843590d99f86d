import type { GateResult } from "../harness/core/gate.js";
import type { BoardView, ReportView, ShownFigure } from "./view/records.js";
import { shortName } from "./view/text.js";

type Labels = Readonly<Record<string, string | null>>;

interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** Label values as OpenMetrics 1.0 escapes them. */
function escapeLabel(text: string): string {
  return shortName(text, 300).replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n");
}

function labelText(labels: Labels): string {
  const given = Object.entries(labels).flatMap(([name, value]) =>
    value === null ? [] : [`${name}="${escapeLabel(value)}"`],
  );
  return `{${given.join(",")}}`;
}

function sample(labels: Labels, figure: ShownFigure | null | undefined): Sample[] {
  return figure?.value == null ? [] : [{ labels, value: figure.value }];
}

function family(name: string, help: string, samples: readonly Sample[]): readonly string[] {
  if (samples.length === 0) return [];
  const lines = samples.map(({ labels, value }) => `${name}${labelText(labels)} ${value}`);
  // Two samples with the same labels would make the whole file invalid.
  return [
    `# TYPE ${name} gauge`,
    `# HELP ${name} ${help}`,
    ...new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), line])).values(),
  ];
}

function labelsOf(board: BoardView, model: string): Labels {
  return { suite: board.suite, mode: board.mode, protocol: board.protocol, model };
}

function overBoards(view: ReportView, samplesOf: (board: BoardView) => readonly Sample[]): readonly Sample[] {
  return view.boards.flatMap(samplesOf);
}

/**
 * The report's figures as OpenMetrics text (`metrics.txt`), which GitLab shows in merge requests as a metrics report:
 * headline with the ends of its interval, categories, verdicts missing and unreadable, gates (1 pass, 0 fail, 0.5
 * inconclusive). Figures in full precision; what has no value has no line.
 */
export function renderMetrics(view: ReportView, gates: readonly GateResult[] = []): string {
  const rows = (pick: (row: BoardView["rows"][number]) => ShownFigure | null | undefined) =>
    overBoards(view, (board) => board.rows.flatMap((row) => sample(labelsOf(board, row.model), pick(row))));
  const parts = overBoards(view, (board) =>
    board.categories.flatMap((part) =>
      part.models.flatMap((entry) =>
        entry === null ? [] : sample({ ...labelsOf(board, entry.model), category: part.name }, entry.figure),
      ),
    ),
  );
  const points = { pass: 1, inconclusive: 0.5, fail: 0 } as const;
  const outcomes = gates.map((gate) => ({
    labels: { gate: gate.name, model: gate.model, category: gate.category ?? null },
    value: points[gate.outcome],
  }));
  return [
    ...family(
      "assay_figure",
      "Headline figure of a model: rating 1-10 or win rate in percent.",
      rows((row) => row.headline),
    ),
    ...family(
      "assay_interval_low",
      "Lower end of the headline's interval.",
      rows((row) => row.interval?.low),
    ),
    ...family(
      "assay_interval_high",
      "Upper end of the headline's interval.",
      rows((row) => row.interval?.high),
    ),
    ...family("assay_category_figure", "The figure within one category.", parts),
    ...family(
      "assay_verdicts_missing",
      "Verdicts that should exist and do not.",
      rows((row) => row.figures.missing),
    ),
    ...family(
      "assay_verdicts_unreadable",
      "Verdicts that cannot be used.",
      rows((row) => row.figures.invalid),
    ),
    ...family("assay_gate", "1 passed, 0.5 inconclusive, 0 failed.", outcomes),
    "# EOF",
    "",
  ].join("\n");
}
