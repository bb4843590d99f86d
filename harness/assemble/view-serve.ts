import { renderLivePage } from "../../reports/live/render.js";
import type { Clock } from "../core/clock.js";
import { toolVersion } from "../core/package-files.js";
import { newToken } from "../serving/local-server.js";
import { serveView } from "../serving/view-server.js";
import { isRunFolder } from "../store/run-folder.js";
import { type ListedRun, runIdOf } from "../viewing/run-list.js";
import { ViewedRuns } from "../viewing/viewed-runs.js";
import { runFacts, runFigures } from "./run-facts.js";

/** Boards and models of a run that a list shows. */
const SHOWN_BOARDS = 4;
const SHOWN_MODELS = 6;

/** How runs are viewed. */
export interface ViewServing {
  /** 0 for a free one. */
  readonly port: number;
  readonly clock: Clock;
  readonly onRefused: (reason: string) => void;
  readonly onProblem: (message: string) => void;
}

/** A viewer that is open. */
export interface ServedView {
  /** With the token, without which nothing is answered. */
  readonly address: string;
  close(): Promise<void>;
}

function describe(run: ListedRun) {
  const { suites, models, judges, costUsd, recordedSamples } = runFacts(run);
  const figures = runFigures(run)
    .slice(0, SHOWN_BOARDS)
    .map((board) => {
      const shown = board.slice(0, SHOWN_MODELS).map(({ model, text }) => `${model} ${text}`);
      const more = board.length - shown.length;
      return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(" · ");
    });
  // A manifest from somewhere else may hold anything where names belong.
  const [suiteNames = [], modelNames = [], judgeNames = []] = [suites, models, judges].map((names) =>
    names.map(String),
  );
  return {
    ...{ suites: suiteNames, models: modelNames, judges: judgeNames, figures },
    costUsd: typeof costUsd === "number" ? costUsd : null,
    recordedSamples: recordedSamples === true,
  };
}

/**
 * Serves the viewer of the runs below a folder, on this machine alone and under a token made for this time.
 * @throws ConfigError `port-taken`, `cannot-listen`; ReportError `page-not-built`.
 */
export async function serveRuns(
  folder: string,
  { port, clock, onRefused, onProblem }: ViewServing,
): Promise<ServedView> {
  const page = renderLivePage(toolVersion());
  const source = new ViewedRuns(folder, clock, describe, onProblem);
  const token = newToken();
  const server = await serveView({ page, token, port, onRefused, source });
  const place = isRunFolder(folder) ? `#run=${runIdOf(folder)}` : "";
  return {
    address: `http://127.0.0.1:${server.port}/${token}/${place}`,
    close: async () => {
      source.close();
      await server.close();
    },
  };
}
