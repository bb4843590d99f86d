import { existsSync, readFileSync } from "node:fs";
import type { Board } from "../../core/board.js";
import { ConfigError } from "../../core/errors.js";
import { nearestName } from "../../core/spelling.js";
import type { AssetFinder } from "../../data/asset-finder.js";
import {
  belongsOnBoard,
  mergePublishedRows,
  type PublishedLeaderboard,
  parseLeaderboard,
  publishedAnnotators,
} from "./leaderboard.js";

/** How far alpaca_eval's authors vouch for a row, each with those before it (alpaca_eval, `leaderboard_mode_to_print`). */
const MODES = ["minimal", "verified", "community"] as const;

/** Leaderboards that a `--leaderboard` means: the published ones down to a mode, or a file. */
async function readLeaderboards(named: string, finder: AssetFinder): Promise<PublishedLeaderboard[]> {
  const depth = (MODES as readonly string[]).indexOf(named);
  if (depth === -1) {
    if (!existsSync(named)) throw noLeaderboard(named);
    return [parseLeaderboard(readFileSync(named, "utf8"), named)];
  }
  const modes = new Set<string>(MODES.slice(0, depth + 1));
  return Promise.all(
    publishedAnnotators.map(async (annotator) => {
      const { path } = await finder.locateAsset(`alpaca-eval/leaderboards/${annotator}`);
      const leaderboard = parseLeaderboard(readFileSync(path, "utf8"), path);
      const rows = leaderboard.rows.filter((row) => modes.has(row.mode));
      return { ...leaderboard, annotator, rows };
    }),
  );
}

function noLeaderboard(named: string): ConfigError {
  const near = nearestName(named, MODES);
  return new ConfigError(`there is no leaderboard ${named}`, {
    code: "unknown-leaderboard",
    remedy: `${near === undefined ? "" : `Did you mean "${near}"? `}Name ${MODES.join(", ")} (published rows, each with those before it) or a leaderboard.csv.`,
  });
}

/**
 * Puts the rows of a published leaderboard on the boards that they belong to, marked as published, best first: those of
 * AlpacaEval's instructions and of the leaderboard's annotator.
 *
 * @param named `minimal`, `verified` or `community` for the published leaderboards, or the path of one
 * @throws ConfigError `unknown-leaderboard`; `other-protocol` when it belongs to none of the boards; DataError
 */
export async function withPublishedRows(
  boards: readonly Board[],
  named: string,
  finder: AssetFinder,
): Promise<Board[]> {
  const leaderboards = await readLeaderboards(named, finder);
  const merged = boards.map((board) => {
    const leaderboard = leaderboards.find((one) => belongsOnBoard(board, one));
    return leaderboard === undefined ? board : mergePublishedRows(board, leaderboard);
  });
  if (merged.some((board, index) => board !== boards[index])) return merged;
  const made = leaderboards.map((one) => one.annotator).join(" or ");
  const found = boards.map((board) => `${board.protocol} on ${board.suite}`).join(", ");
  throw new ConfigError(`published figures of ${made} do not belong beside those of ${found || "no board"}`, {
    code: "other-protocol",
    remedy: "Name the leaderboard of the same annotator, or leave --leaderboard out.",
  });
}
