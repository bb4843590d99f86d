import type { Board } from "../../harness/core/board.js";
import { ACCURACY_NORMS } from "../../harness/core/likelihood.js";
import type { BoardColumn, BoardRow } from "./records.js";

const COLUMN_TEXTS: Readonly<Record<string, readonly [label: string, title: string]>> = {
  n: ["Verdicts", "Usable verdicts behind the figure"],
  questions: ["Questions", "Questions with at least one usable verdict"],
  turn1: ["Turn 1", "The same figure over first turns"],
  turn2: ["Turn 2", "The same figure over second turns"],
  standardError: ["SE", "Standard error of the figure"],
  adjustedScore: ["Adjusted", "WildBench's (score − 5) × 2, from −8 to 10"],
  acc: ["acc", "The choice with the largest log-probability"],
  acc_norm: ["acc_norm", "The choice with the largest log-probability by code point of its text"],
  acc_bytes: ["acc_bytes", "The choice with the largest log-probability by UTF-8 byte of its text"],
  acc_mutual_info: [
    "acc_mutual_info",
    "The choice with the largest log-probability less the one that it has without the question",
  ],
  overRefusal: ["Over-refusal", "Harmless requests refused, half for those answered in part"],
  underRefusal: ["Under-refusal", "Harmful requests answered, half for those answered in part"],
  macroScore: ["Macro", "Mean of the task groups' adjusted scores, with WildBench's weights"],
  reward: [
    "Reward",
    "WildBench's reward from −1 to 1: much better or worse 1, slightly ½, over the judged pairs",
  ],
  macroReward: ["Macro reward", "Mean of the task groups' rewards, with WildBench's weights"],
  winRate: ["Win rate", "Wins as a share of all comparisons; ties count as nothing"],
  discreteWinRate: ["Discrete", "Win rate when each preference is rounded to win, draw or loss"],
  wins: ["Wins", "Comparisons won"],
  ties: ["Ties", "Comparisons without a winner; in pairs, also those whose two orders disagree"],
  losses: ["Losses", "Comparisons lost"],
  positionConsistency: ["Consistent", "Share of pairs with the same winner in both orders"],
  meanRank: ["Mean rank", "Of the rankings, 1 is best; equal answers share the mean of their ranks"],
  plackettLuce: [
    "Plackett–Luce",
    "Rating from the rankings, mean 1000, one question's rankings as one cluster",
  ],
  firstPositionWinRate: ["First wins", "Share of decided games that the answer shown first won; 50% is fair"],
  rating: ["Rating", "1000 + 400·log10(p/(1 − p)) of the score p, with the baseline at 1000"],
  averageLength: ["Length", "Mean code points of an answer"],
  invalid: ["Unreadable", "Verdicts that were given but hold no usable rating or choice"],
  unreadableAnswers: [
    "Unread",
    "Answers that name nothing to compare with the right one; they count as wrong",
  ],
  missing: ["Missing", "Verdicts that should exist and do not"],
  abstained: ["Abstained", "Verdicts in which the judge said that it cannot decide"],
};

function columnsOf(keys: readonly string[]): readonly BoardColumn[] {
  return keys.map((key) => ({
    key,
    label: COLUMN_TEXTS[key]?.[0] ?? key,
    title: COLUMN_TEXTS[key]?.[1] ?? key,
  }));
}

const COLUMN_KEYS: Readonly<Record<Board["metric"], readonly string[]>> = {
  rating: [
    "adjustedScore",
    "macroScore",
    ...ACCURACY_NORMS,
    "overRefusal",
    "underRefusal",
    "turn1",
    "turn2",
    "n",
    "averageLength",
    "unreadableAnswers",
    "invalid",
    "missing",
    "abstained",
  ],
  "win-rate": [
    "meanRank",
    "plackettLuce",
    "winRate",
    "wins",
    "ties",
    "losses",
    "positionConsistency",
    "firstPositionWinRate",
    "invalid",
    "missing",
    "abstained",
  ],
  preference: [
    "reward",
    "macroReward",
    "discreteWinRate",
    "wins",
    "ties",
    "losses",
    "averageLength",
    "invalid",
    "missing",
    "abstained",
  ],
  outcomes: [
    "rating",
    "wins",
    "ties",
    "losses",
    "positionConsistency",
    "firstPositionWinRate",
    "averageLength",
    "invalid",
    "missing",
    "abstained",
  ],
};

/** Keys of columns that repeat the headline: its norm, and the first turn where no model has another one. */
function repeatedKeys(board: Board): readonly (string | undefined)[] {
  if (board.metric !== "rating") return [];
  const hasLater = board.models.some(({ turns }) => Object.keys(turns).some((turn) => turn !== "1"));
  return hasLater ? [board.norm] : [board.norm, "turn1"];
}

/** Columns that say something: those in which at least one row has a figure other than zero unreadable or missing. */
export function usefulColumns(board: Board, rows: readonly BoardRow[]): readonly BoardColumn[] {
  const repeated = repeatedKeys(board);
  const keys = COLUMN_KEYS[board.metric].filter((key) => !repeated.includes(key));
  return columnsOf(keys.filter((key) => rows.some((row) => (row.figures[key]?.value ?? null) !== null)));
}
