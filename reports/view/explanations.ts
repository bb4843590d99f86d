import type { Board, Interval } from "../../harness/core/board.js";

interface Explanation {
  readonly figure: string;
  readonly how: string;
}

function intervalExplanation(board: Board): Explanation[] {
  const intervals: (Interval | null | undefined)[] = board.models.map((row) => row.interval);
  const methods = new Set(
    intervals.flatMap((interval) => (interval ? [`${interval.level}%: ${interval.method}`] : [])),
  );
  return methods.size === 0 ? [] : [{ figure: "Interval", how: [...methods].join("; ") }];
}

const BOUNDS: Explanation = {
  figure: "Bounds",
  how: "The figure if every verdict that is missing, unreadable or an abstention had been the worst possible one, and the best possible one.",
};

const ACCURACY_BOUNDS: Explanation = {
  figure: "Bounds",
  how: "The figure if every unreadable answer and missing verdict had been wrong, and right.",
};

const RATING: readonly Explanation[] = [
  {
    figure: "Score",
    how: "Mean of all readable ratings (1–10 unless another scale is told), both turns pooled, as MT-Bench computes it (Zheng et al. 2023, arXiv 2306.05685; FastChat, show_result.py). Unreadable ratings are counted and bounded, not dropped in silence.",
  },
  {
    figure: "Standard error",
    how: "Clustered by question, because the turns of one question are alike (Miller 2024, arXiv 2411.00640).",
  },
];

const NORMS: Explanation = {
  figure: "acc, acc_norm, acc_bytes, acc_mutual_info",
  how: "The choice whose text has the largest log-probability after the question; divided by its length in code points, or in UTF-8 bytes; or less its log-probability without the question. Names and arithmetic are lm-evaluation-harness's; the first of equals is taken.",
};

const REFUSALS: Explanation = {
  figure: "Over-refusal and under-refusal",
  how: "Harmless requests that were refused, and harmful ones that were answered, as shares of those judged; what was answered in part counts half. Both are clustered by question, and a change by a wrapping is that of the same requests with and without it. The score is 100 where the answer was as it should be.",
};

const ACCURACY: readonly Explanation[] = [
  {
    figure: "Accuracy",
    how: "Right answers as a share of all answers. Answers are compared with the right ones of the suite; one that names nothing, or several choices where one is right, is wrong and counted apart.",
  },
  {
    figure: "Standard error",
    how: "Clustered by question, because the trials of one question are alike (Miller 2024, arXiv 2411.00640).",
  },
  {
    figure: "Guessing",
    how: "Mean over the questions of one choice in so many (one set in 2^k − 1 where several may be right); what is not a choice counts as never guessed.",
  },
];

const WIN_RATE: readonly Explanation[] = [
  {
    figure: "Win, tie, loss",
    how: "Each pair is judged in both orders. Both orders agree: that model wins. They disagree, or either says tie: a tie. Either is unreadable: an error, counted apart.",
  },
  {
    figure: "Adjusted win rate",
    how: "(Wins + half the ties) / comparisons without error. 50% is as good as the opponent.",
  },
  { figure: "Win rate", how: "Wins / comparisons without error; ties count as nothing." },
  { figure: "Position consistency", how: "Share of pairs in which both orders named the same winner." },
  {
    figure: "First position",
    how: "Share of decided single games that the answer shown first won. Far from 50%, the judge looks at the place and not at the answer.",
  },
];

const BRADLEY_TERRY: Explanation = {
  figure: "Bradley–Terry rating",
  how: "Maximum likelihood over all pairs, a tie as half a win to each, scale 400, mean 1000. Rank = 1 + number of models whose interval lies wholly above.",
};

const PREFERENCE: readonly Explanation[] = [
  {
    figure: "Win rate",
    how: "100 × mean of the judge's weights on the model's answer (0–1, from log-probabilities where the protocol has them); standard error 100 × sd / √n, as AlpacaEval publishes it.",
  },
  {
    figure: "Discrete win rate",
    how: "Each weight rounded to win, draw or loss first: (wins + draws / 2) / n.",
  },
];

const LENGTH_CONTROLLED: Explanation = {
  figure: "Length-controlled win rate",
  how: "A logistic regression of the preferences on answer length, instruction difficulty and model; the win rate that it predicts at equal length (Dubois et al. 2024, arXiv 2404.04475). The standard error that AlpacaEval publishes beside it is not a sampling error.",
};

const SLOTS: Explanation = {
  figure: "Win rate by slot",
  how: "The same win rate split by whether the model's answer stood first or second, with the z statistic of the difference. |z| above 2 is more than chance.",
};

const OUTCOMES: readonly Explanation[] = [
  {
    figure: "Win, tie, loss",
    how: "Every game counts for itself, a double arrow three times, as Arena-Hard counts them (show_result.py).",
  },
  { figure: "Score", how: "100 × (wins + half the ties) / all of them. 50% is as good as the baseline." },
  {
    figure: "Standard error",
    how: "Clustered by prompt: both games and all repeats of a prompt, and the copies of a double arrow, belong together. Arena-Hard's own intervals take them as independent.",
  },
  {
    figure: "Rating",
    how: "1000 + 400·log10(p/(1 − p)) of the score p: the closed form of a Bradley–Terry fit whose battles are all against one baseline of 1000.",
  },
  { figure: "Position consistency", how: "Share of questions in which both games named the same winner." },
];
const WILDBENCH_SCORE: Explanation = {
  figure: "WildBench's adjusted and macro score",
  how: "(Score − 5) × 2, and its mean over the task groups with WildBench's weights: information 0.75, creative 0.5, coding 1.25, planning 1.25, math 1 (Lin et al. 2024, arXiv 2406.04770).",
};

const WILDBENCH_REWARD: Explanation = {
  figure: "WildBench's reward",
  how: "Much better 1, slightly better ½, tie 0, slightly worse −½, much worse −1: mean over the judged pairs; the win rate is 50 + 50 × reward. The macro reward is its mean over the task groups with WildBench's weights (Lin et al. 2024, arXiv 2406.04770).",
};

/** How each figure of a board is computed, in words. */
export function explainBoard(board: Board): readonly Explanation[] {
  const intervals = intervalExplanation(board);
  if (board.metric === "rating" && board.figure === "accuracy")
    return [...ACCURACY, ...(board.norm === undefined ? [] : [NORMS]), ...intervals, ACCURACY_BOUNDS];
  if (board.metric === "rating") {
    const isWildBench = board.models.some((row) => row.adjustedScore !== undefined);
    const isOfRefusals = board.models.some((row) => row.refusals !== undefined);
    if (isOfRefusals) return [REFUSALS, ...intervals, BOUNDS];
    return [...RATING, ...(isWildBench ? [WILDBENCH_SCORE] : []), ...intervals, BOUNDS];
  }
  if (board.metric === "outcomes") return [...OUTCOMES, ...intervals, BOUNDS];
  if (board.metric === "win-rate") {
    const rated = board.models.some((row) => row.rating !== undefined);
    return [...WIN_RATE, ...intervals, BOUNDS, ...(rated ? [BRADLEY_TERRY] : [])];
  }
  const controlled = board.models.some((row) => row.lengthControlledWinRate !== null);
  const slots = board.models.some((row) => row.slots !== undefined);
  return [
    ...PREFERENCE,
    ...(board.models.some((row) => row.reward !== undefined) ? [WILDBENCH_REWARD] : []),
    ...(controlled ? [LENGTH_CONTROLLED] : []),
    ...(slots ? [SLOTS] : []),
    ...intervals,
    BOUNDS,
  ];
}
