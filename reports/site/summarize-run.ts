import { contentId } from "../../harness/core/hash.js";
import type { Manifest } from "../../harness/core/manifest.js";
import { presentFields } from "../../harness/core/present-fields.js";
import { totalCostUsd } from "../../harness/core/total-cost.js";
import { phraseText } from "../view/format.js";
import type {
  BoardRow,
  BoardView,
  ReportInput,
  ReportView,
  ShownFigure,
  ShownInterval,
} from "../view/records.js";
import type { SiteBoard, SiteFigure, SiteRow, SiteRun } from "./site-records.js";

function figureOf(figure: ShownFigure, interval: ShownInterval | null): SiteFigure {
  return {
    value: figure.value,
    low: interval?.low.value ?? null,
    high: interval?.high.value ?? null,
    level: interval?.level ?? null,
  };
}

function rowOf(board: BoardView, row: BoardRow, index: number): SiteRow {
  return {
    model: row.model,
    published: row.published,
    figure: figureOf(row.headline, row.interval),
    second: row.second === undefined ? null : figureOf(row.second.figure, row.second.interval),
    questions: row.figures.questions?.value ?? null,
    doubts: row.doubts.map(phraseText).join(", "),
    categories: board.categories.flatMap((part) => {
      const entry = part.models[index];
      return entry ? [{ name: part.name, figure: figureOf(entry.figure, entry.interval) }] : [];
    }),
  };
}

/** What a site keeps of a board. */
function summarizeBoard(board: BoardView): SiteBoard {
  return {
    suite: board.suite,
    title: board.title,
    mode: board.mode,
    metric: board.metric,
    ...presentFields({ figure: board.figure }),
    judge: board.judge,
    protocol: board.protocol,
    baseline: board.baseline,
    judgeQuality: board.judgeQuality,
    headlineLabel: board.headlineLabel,
    secondLabel: board.secondLabel,
    partLabel: board.partLabel,
    rows: board.rows.map((row, index) => rowOf(board, row, index)),
  };
}

/** The same run has the same id however often it is resumed, scored or reported: it is known by how it was started. */
export function runIdOf(manifest: Manifest | undefined, input: ReportInput): string {
  if (manifest === undefined) return `scores-${contentId(input.scores)}`;
  const { startedAt, seed, suites } = manifest;
  const start = startedAt.replace(/[^0-9T]/g, "").slice(0, 15);
  return `${start}-${contentId({ startedAt, seed, suites: suites.map((suite) => suite.id) }).slice(0, 8)}`;
}

/** What a run cost; null where the price of any part is not known, since the rest is no cost of the run. */
function costOf(manifest: Manifest | undefined): number | null {
  const totals = manifest?.totals ?? [];
  return totals.length === 0 ? null : totalCostUsd(totals);
}

/** What tells one run from another on a site. */
export interface RunNaming {
  readonly id: string;
  readonly label: string;
  readonly at: string;
}

/** What a site keeps of a run; small, and all that later pages are made of. */
export function summarizeRun(view: ReportView, manifest: Manifest | undefined, naming: RunNaming): SiteRun {
  return {
    schema: "assay.site-run/1",
    ...naming,
    title: view.title,
    version: view.version,
    notices: [...view.notices],
    verdict: view.verdicts[0] === undefined ? "" : phraseText(view.verdicts[0].sentence),
    doubts: view.health.filter((item) => item.level === "doubt").length,
    costUsd: costOf(manifest),
    boards: view.boards.map(summarizeBoard),
  };
}
