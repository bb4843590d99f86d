import { boardViews } from "../../reports/view/boards.js";
import { totalCostUsd } from "../core/total-cost.js";
import type { FoundRun } from "../store/find-runs.js";

/** A run folder that could be read. */
export type ReadRun = Extract<FoundRun, { manifest: unknown }>;

/** What a list says of a run. */
export function runFacts(run: ReadRun) {
  const { manifest } = run;
  return {
    path: run.path,
    status: manifest.status,
    startedAt: manifest.startedAt,
    suites: manifest.suites.map(({ id }) => id),
    models: manifest.models.map(({ id }) => id),
    judges: [...new Set(manifest.protocols.map(({ judgeModel }) => judgeModel))],
    costUsd: totalCostUsd(manifest.totals),
    recordedSamples: manifest.recordedSamples,
  };
}

/** The models of each board with the board's own figure, as its last scoring left them. */
export function runFigures({ scores }: ReadRun): { readonly model: string; readonly text: string }[][] {
  if (scores === undefined) return [];
  return boardViews(scores, "", []).map((board) =>
    board.rows.map(({ model, headline }) => ({ model, text: headline.text })),
  );
}
