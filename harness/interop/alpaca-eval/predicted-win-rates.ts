import { readFileSync } from "node:fs";
import type { Board, PreferenceRow } from "../../core/board.js";
import { ConfigError } from "../../core/errors.js";
import { suggestName } from "../../core/spelling.js";
import type { AssetFinder } from "../../data/asset-finder.js";
import { type LengthControlledCoefficients, predictWinRate } from "../../stats/length-controlled.js";
import { loadCalibration } from "./calibration.js";
import { parseWeights } from "./calibration-files.js";
import { isPublishedProtocol } from "./leaderboard.js";

/** Annotator and suite that the published coefficients belong to. */
const WEIGHTS = { annotator: "weighted_alpaca_eval_gpt4_turbo", suite: "alpaca-eval-2" };

type Coefficients = ReadonlyMap<string, LengthControlledCoefficients>;

async function publishedCoefficients(finder: AssetFinder): Promise<Coefficients> {
  const { path } = await finder.locateAsset("alpaca-eval/length-controlled/weights");
  return new Map(
    Array.from(
      parseWeights(readFileSync(path, "utf8"), path),
      ([model, { length, difficulty, strength }]) => [model, { length, difficulty, model: strength }],
    ),
  );
}

function ownCoefficients(rows: readonly PreferenceRow[]): Coefficients {
  return new Map(
    rows.flatMap((row) =>
      row.lengthControlled ? [[row.model, row.lengthControlled.coefficients] as const] : [],
    ),
  );
}

/**
 * Adds to each row of AlpacaEval 2 the length-controlled win rate that its fit predicts against another model than the
 * baseline (alpaca_eval, `predict_winrate`): both models' coefficients hold against one baseline, over all 805
 * difficulties. The other model is one of the board, or one whose coefficients were published.
 *
 * @param calibrationFolder as for scoring
 * @throws ConfigError `nothing-to-predict` without such a board or difficulties; `unknown-model`
 */
export async function withPredictedWinRates(
  boards: readonly Board[],
  opponent: string,
  finder: AssetFinder,
  calibrationFolder?: string,
): Promise<Board[]> {
  const { calibration } = await loadCalibration(finder, calibrationFolder);
  const difficulties = calibration?.difficulties;
  if (difficulties === undefined || !boards.some((board) => isPublishedProtocol(board, WEIGHTS))) {
    throw new ConfigError("a win rate against another model is predicted from AlpacaEval 2's fits alone", {
      code: "nothing-to-predict",
      remedy:
        "Score AlpacaEval 2 verdicts with its difficulties (`assay data fetch alpaca-eval`), or leave --predict-against out.",
    });
  }
  const published = await publishedCoefficients(finder);
  return boards.map((board) => {
    if (board.metric !== "preference" || !isPublishedProtocol(board, WEIGHTS)) return board;
    const own = ownCoefficients(board.models);
    const other = own.get(opponent) ?? published.get(opponent);
    if (other === undefined) {
      throw new ConfigError(`no coefficients of "${opponent}" are known`, {
        code: "unknown-model",
        remedy: suggestName(opponent, new Set([...own.keys(), ...published.keys()])),
      });
    }
    const models = board.models.map((row) => {
      const coefficients = own.get(row.model);
      if (coefficients === undefined) return row;
      return { ...row, predicted: { opponent, winRate: predictWinRate(coefficients, other, difficulties) } };
    });
    return { ...board, models };
  });
}
