import type { Warning } from "../../core/records.js";
import type { FoldOrder } from "../../stats/length-controlled.js";

/**
 * Whose folds the length-controlled fit is cross-validated over: those of the leaderboards of 2024 (`board`), or those
 * of alpaca_eval with scikit-learn 1.9 or later (`package`), whose `GroupKFold` sorts stably. Another assignment can
 * choose another C.
 */
export type AlpacaFolds = "board" | "package";

/** How groups of equal size are dealt; undefined for the usual order, the board's. */
export function foldOrderOf(folds: AlpacaFolds | undefined): FoldOrder | undefined {
  return folds === "package" ? "in-order" : undefined;
}

/** What must be said of figures that are to be those of the original tool: of which alpaca_eval they are. */
export function foldWarnings(compat: boolean, folds: AlpacaFolds | undefined): Warning[] {
  if (!compat || folds !== undefined) return [];
  const message =
    "length-controlled win rates are those of the leaderboards of 2024; alpaca_eval with scikit-learn 1.9 or later deals the folds in another order and can choose another C: --folds package";
  return [{ code: "alpaca-eval-folds", message }];
}
