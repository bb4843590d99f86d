import { expect, test } from "vitest";
import type { Board } from "../../harness/core/board.js";
import { boardWithTerms } from "../../harness/core/board-terms.js";

const head = { suite: "s", mode: "single", judge: "gpt-4", protocol: "mt-bench-single@gpt-4~1" } as const;
const part = { score: 5, n: 3, invalid: 2, missing: 1 };
// Categories are named by a suite: their names are no keys of ours.
const parts = { categories: { judge: part, invalid: part }, questions: 3, missing: 1 };
const bounds = { low: 1, high: 9 };

test("the field's words stand beside the older keys, which keep their meaning", () => {
  const rating = {
    model: "m",
    score: 5,
    standardError: 1,
    interval: null,
    n: 3,
    invalid: 2,
    bounds,
    ...parts,
  };
  const board: Board = {
    ...head,
    metric: "rating",
    models: [{ ...rating, turns: { "1": part } }],
  };
  const shown = boardWithTerms(board);
  expect(shown).toMatchObject(board);
  const partShown = { ...part, unreadable: 2 };
  expect(shown).toEqual({
    ...board,
    judgeModel: "gpt-4",
    judgeProtocol: "mt-bench-single@gpt-4~1",
    models: [
      {
        ...rating,
        unreadable: 2,
        turns: { "1": partShown },
        categories: { judge: partShown, invalid: partShown },
      },
    ],
  });
  expect(boardWithTerms(shown)).toEqual(shown);
});

test("AlpacaEval's draws are ties, and the errors of a pair are unreadable", () => {
  const counts = { wins: 3, losses: 2, n: 6 };
  const figures = { winRate: 58, standardError: 1, interval: null, bounds, invalid: 0 };
  const preference = boardWithTerms({
    ...head,
    metric: "preference",
    models: [
      {
        model: "m",
        ...counts,
        ...figures,
        ...parts,
        draws: 1,
        discreteWinRate: 58,
        lengthControlledWinRate: null,
        lengthControlledStandardError: null,
        lengthControlled: null,
      },
    ],
  });
  expect(preference.models[0]).toMatchObject({ draws: 1, ties: 1, invalid: 0, unreadable: 0 });
  const pair = { model: "m", opponent: "o", ...counts, ties: 1, errors: 4, missing: 0 };
  const pairwise = boardWithTerms({
    ...head,
    metric: "win-rate",
    models: [],
    pairs: [{ ...pair, winRateAdjusted: 58, positionConsistency: null }],
  });
  expect(pairwise).toMatchObject({ pairs: [{ ties: 1, errors: 4, unreadable: 4 }] });
});
