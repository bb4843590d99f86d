import type { Board } from "../../core/board.js";
import { csvLine } from "../../core/csv-table.js";

type OutcomeBoard = Extract<Board, { metric: "outcomes" }>;

/** A number as Python prints a float: 50 is 50.0. */
function pythonFloat(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

function twoDecimals(value: number): number {
  return Number(value.toFixed(2));
}

function signed(value: number): string {
  return `${value < 0 || Object.is(value, -0) ? "-" : "+"}${Math.abs(value).toFixed(2)}`;
}

/**
 * The board as Arena-Hard v0.1's leaderboard: `model, score, rating_q025, rating_q975, CI, avg_tokens, date`, best first,
 * two decimals; the ends are those of the board's interval (by prompt, unless it was scored with `compat`), and the
 * baseline has 50.0.
 * @param tokensOf mean tokens of a model's answers; undefined where they are not at hand
 * @param date of the run, `2024-07-31`
 */
export function leaderboardCsv(
  { models }: OutcomeBoard,
  tokensOf: (model: string) => number | undefined,
  date: string,
): string {
  const rows = models.flatMap(({ model, score, interval, reference }) => {
    if (score === null) return [];
    const point = twoDecimals(score);
    const low = reference ? 50 : interval === null ? null : twoDecimals(interval.low);
    const high = reference ? 50 : interval === null ? null : twoDecimals(interval.high);
    const tokens = tokensOf(model);
    const cells = [
      model,
      pythonFloat(point),
      low === null ? "" : pythonFloat(low),
      high === null ? "" : pythonFloat(high),
      low === null || high === null ? "" : `(${signed(-Math.abs(low - point))}, ${signed(high - point)})`,
      tokens === undefined ? "" : pythonFloat(Math.round(tokens)),
      date,
    ];
    return [{ score, line: csvLine(cells) }];
  });
  const header = csvLine(["model", "score", "rating_q025", "rating_q975", "CI", "avg_tokens", "date"]);
  return (
    header +
    rows
      .sort((x, y) => y.score - x.score)
      .map(({ line }) => line)
      .join("")
  );
}
