import { runScoring, type ScoreSourcesOptions, scoreSources } from "../../assemble/score-sources.js";
import type { Scores } from "../../core/board.js";
import { ConfigError } from "../../core/errors.js";
import { assetFinder } from "../../data/asset-finder.js";
import type { ScoringOptions } from "../../pipeline/scores/score-run.js";
import { prettyJson, runPaths, writeFileAtomically } from "../../store/run-folder.js";
import { exitCodes } from "../exit-codes.js";
import { openServices } from "../open-services.js";
import { showScores } from "../show-scores.js";
import { cell, type Terminal } from "../terminal.js";

type Given = Readonly<Record<string, unknown>>;

function textOf(given: Given, flag: string): string | undefined {
  const value = given[flag];
  return typeof value === "string" ? value : undefined;
}

/** Calibration for the runs that need one; said when it cannot be had. */
export async function scoringOptions(
  runs: readonly string[],
  given: Given,
  terminal: Terminal,
): Promise<ScoringOptions> {
  const open = openServices(terminal);
  try {
    const request = { compat: given.compat === true, calibrationFolder: textOf(given, "calibration") };
    const { scoring, warnings } = await runScoring(runs, request, assetFinder(open.services));
    for (const warning of warnings) terminal.note(`note: ${warning.message}`);
    return scoring;
  } finally {
    open.release();
  }
}

function scoreOptions(given: Given): ScoreSourcesOptions {
  const fitDifficultiesTo = textOf(given, "fit-difficulties");
  const difficultiesFile = textOf(given, "difficulties");
  if (fitDifficultiesTo !== undefined && difficultiesFile !== undefined) {
    throw new ConfigError("--difficulties and --fit-difficulties exclude each other", {
      code: "usage",
      remedy: "Estimate them once with --fit-difficulties FILE; from then on give --difficulties FILE.",
    });
  }
  return {
    compat: given.compat === true,
    seed: typeof given.seed === "number" ? given.seed : 1,
    calibrationFolder: textOf(given, "calibration"),
    leaderboard: textOf(given, "leaderboard"),
    predictAgainst: textOf(given, "predict-against"),
    difficultiesFile,
    fitDifficultiesTo,
  };
}

function predictionLines({ boards }: Scores): string[] {
  return boards.flatMap((board) => {
    if (board.metric !== "preference") return [];
    return board.models.flatMap(({ model, predicted }) => {
      if (predicted === undefined || predicted.winRate === null) return [];
      const rate = `${predicted.winRate.toFixed(1)}%`;
      return [`predicted at equal length against ${cell(predicted.opponent)}: ${cell(model)} ${rate}`];
    });
  });
}

/** `assay score RUN|FILE…`: scores run folders and files of other tools; never calls a model. */
export async function score(given: Given, terminal: Terminal): Promise<number> {
  const paths = (Array.isArray(given.paths) ? given.paths : []).map(String);
  if (paths.length === 0)
    throw new ConfigError("nothing to score is named", {
      code: "usage",
      remedy: "Name a run folder or judgment files.",
    });
  const options = scoreOptions(given);
  const open = openServices(terminal);
  try {
    const { scores, ofRuns } = await scoreSources(paths, options, assetFinder(open.services));
    for (const [run, own] of ofRuns) await writeFileAtomically(runPaths.scores(run), prettyJson(own));
    terminal.document(scores);
    await showScores(scores, terminal);
    for (const line of predictionLines(scores)) terminal.say(line);
  } finally {
    open.release();
  }
  return exitCodes.done;
}
