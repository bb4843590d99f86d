import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AssayError } from "../../core/errors.js";
import { presentFields } from "../../core/present-fields.js";
import type { Warning } from "../../core/records.js";
import type { AssetFinder } from "../../data/asset-finder.js";
import type { PreferenceCalibration } from "../../pipeline/scores/preference-rows.js";
import type { ScoringOptions } from "../../pipeline/scores/score-run.js";
import { parseDifficulties, parseGamedRows } from "./calibration-files.js";
import { type AlpacaFolds, foldOrderOf, foldWarnings } from "./folds.js";

/** Suites for whose instructions AlpacaEval's authors published a calibration, which are the same in both versions. */
export const calibratedSuites: ReadonlySet<string> = new Set(["alpaca-eval", "alpaca-eval-2"]);

/** A calibration, or what must be said when there is none. */
export interface LoadedCalibration {
  readonly calibration: PreferenceCalibration | undefined;
  readonly warnings: readonly Warning[];
}

function calibrationFrom(gamedFile: string, difficultyFile: string): PreferenceCalibration {
  const difficulties = parseDifficulties(readFileSync(difficultyFile, "utf8"), difficultyFile);
  const gamed = parseGamedRows(readFileSync(gamedFile, "utf8"), gamedFile);
  return {
    difficulties,
    gamed,
    // AlpacaEval's questions are named by their row number.
    positionOf: (questionId) => {
      const position = /^\d+$/.test(questionId) ? Number(questionId) : -1;
      return position < difficulties.length ? position : -1;
    },
  };
}

/**
 * Loads the calibration of the length-controlled win rate: from a folder (`--calibration DIR`), else from the assets.
 * Where it cannot be had, the fit does without the gamed rows and difficulties, and a warning says so.
 */
export async function loadCalibration(finder: AssetFinder, folder?: string): Promise<LoadedCalibration> {
  if (folder !== undefined) {
    const calibration = calibrationFrom(
      join(folder, "df_gamed.csv"),
      join(folder, "instruction_difficulty.csv"),
    );
    return { calibration, warnings: [] };
  }
  try {
    const gamed = await finder.locateAsset("alpaca-eval/length-controlled/gamed");
    const difficulty = await finder.locateAsset("alpaca-eval/length-controlled/difficulty");
    return { calibration: calibrationFrom(gamed.path, difficulty.path), warnings: [] };
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    const message =
      "the length-controlled win rate is fitted without the published difficulties and gamed rows, so it is not the published protocol (`assay data fetch alpaca-eval`, or --calibration DIR)";
    return { calibration: undefined, warnings: [{ code: "no-calibration", message }] };
  }
}

/** What is asked of a calibration. */
export interface CalibrationRequest {
  readonly compat: boolean;
  /** Folder with `df_gamed.csv` and `instruction_difficulty.csv`; left out, they are looked for among the assets. */
  readonly calibrationFolder?: string | undefined;
  readonly folds?: AlpacaFolds | undefined;
}

/** A board as far as a calibration concerns it. */
interface CalibratedBoard {
  readonly suite: string;
  readonly metric?: string | undefined;
}

/** Whether a length-controlled win rate is computed for one of these boards that a published calibration fits. */
export function needsCalibration(boards: readonly CalibratedBoard[]): boolean {
  return boards.some(({ suite, metric }) => metric === "preference" && calibratedSuites.has(suite));
}

/** How boards are scored, with the published calibration where one of them needs it, and what must be said of it. */
export async function calibratedScoring(
  boards: readonly CalibratedBoard[],
  { compat, calibrationFolder, folds }: CalibrationRequest,
  finder: AssetFinder,
): Promise<{ readonly scoring: ScoringOptions; readonly warnings: readonly Warning[] }> {
  if (!needsCalibration(boards)) return { scoring: { compat }, warnings: [] };
  const { calibration, warnings } = await loadCalibration(finder, calibrationFolder);
  const common = { compat, ...presentFields({ foldOrder: foldOrderOf(folds) }) };
  const told = [...foldWarnings(compat, folds), ...warnings];
  if (calibration === undefined) return { scoring: common, warnings: told };
  const ofSuite = (suite: string) => (calibratedSuites.has(suite) ? calibration : undefined);
  return { scoring: { ...common, calibration: ofSuite }, warnings: told };
}
