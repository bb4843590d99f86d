import { assetFinder } from "../../assemble/assets.js";
import { calibratedSuites, loadCalibration } from "../../assemble/calibration.js";
import { readFileVerdicts, scoresOfFiles } from "../../assemble/score-files.js";
import type { Scores } from "../../core/board.js";
import { ConfigError } from "../../core/errors.js";
import {
  isRunFolder,
  prettyJson,
  readManifest,
  runPaths,
  writeFileAtomically,
} from "../../pipeline/run-folder.js";
import { type ScoringOptions, scoreRun } from "../../pipeline/scores/score-run.js";
import { exitCodes } from "../exit-codes.js";
import { openServices } from "../open-services.js";
import { showScores } from "../show-scores.js";
import type { Terminal } from "../terminal.js";

type Given = Readonly<Record<string, unknown>>;

/** Calibration for the runs that need one; said when it cannot be had. */
export async function scoringOptions(
  runs: readonly string[],
  given: Given,
  terminal: Terminal,
): Promise<ScoringOptions> {
  const compat = given.compat === true;
  const needed = runs.some((run) =>
    readManifest(run).protocols.some((one) => one.metric === "preference" && calibratedSuites.has(one.suite)),
  );
  if (!needed) return { compat };
  const open = openServices(terminal);
  try {
    const folder = typeof given.calibration === "string" ? given.calibration : undefined;
    const { calibration, warnings } = await loadCalibration(assetFinder(open.services), folder);
    for (const warning of warnings) terminal.note(`note: ${warning.message}`);
    if (calibration === undefined) return { compat };
    return { compat, calibration: (suite) => (calibratedSuites.has(suite) ? calibration : undefined) };
  } finally {
    open.release();
  }
}

/** Boards of several sources together: runs keep their own boards, files are joined by judge and suite. */
function joinScores(parts: readonly Scores[]): Scores {
  return {
    schema: "assay.scores/1",
    sources: parts.flatMap((part) => part.sources),
    boards: parts.flatMap((part) => part.boards),
    warnings: parts.flatMap((part) => part.warnings),
  };
}

/** `assay score RUN|FILE…`: scores run folders and files of other tools; never calls a model. */
export async function score(given: Given, terminal: Terminal): Promise<number> {
  const paths = (Array.isArray(given.paths) ? given.paths : []).map(String);
  if (paths.length === 0)
    throw new ConfigError("nothing to score is named", {
      code: "usage",
      remedy: "Name a run folder or judgment files.",
    });
  const runs = paths.filter(isRunFolder);
  const files = paths.filter((path) => !isRunFolder(path));
  const options = await scoringOptions(runs, given, terminal);
  const parts: Scores[] = [];
  for (const run of runs) {
    const scores = scoreRun(run, options);
    await writeFileAtomically(runPaths.scores(run), prettyJson(scores));
    parts.push(scores);
  }
  if (files.length > 0) {
    const open = openServices(terminal);
    try {
      const verdicts = await readFileVerdicts(files, {
        compat: given.compat === true,
        finder: assetFinder(open.services),
        seed: typeof given.seed === "number" ? given.seed : 1,
        ...(typeof given.calibration === "string" ? { calibrationFolder: given.calibration } : {}),
      });
      parts.push(scoresOfFiles(verdicts));
    } finally {
      open.release();
    }
  }
  const scores = joinScores(parts);
  terminal.document(scores);
  await showScores(scores, terminal);
  return exitCodes.done;
}
