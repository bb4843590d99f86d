import { type CountedVote, markRepeats } from "../../harness/core/vote.js";
import type { BoardInput } from "../../harness/pipeline/scores/build-board.js";
import type { VerdictRow } from "../../harness/pipeline/scores/verdict-grid/row.js";

const QUESTIONS = 60;
const slots = Array.from({ length: QUESTIONS }, (_, at) => ({
  questionId: `q${at}`,
  category: at % 2 === 0 ? "even" : "odd",
  turn: 1,
}));

/** A judge that lets x win four of five and y half of all comparisons against the baseline, both orders alike. */
function rows(): VerdictRow[] {
  return slots.flatMap((slot, at) =>
    ["x", "y"].flatMap((model) => {
      const wins = model === "x" ? at % 5 !== 0 : at % 2 === 0;
      return ([1, 2] as const).map((order): VerdictRow => {
        const [a, b] = order === 1 ? [model, "base"] : ["base", model];
        const winner = wins === (order === 1) ? "a" : "b";
        const verdict = { kind: "preference", winner, weightB: winner === "a" ? 0 : 1 } as const;
        return { ...slot, trial: 1, a, b, order, verdict };
      });
    }),
  );
}

/** People let x win five of eight, y half. */
export function peoplesVotes(models: readonly string[]): CountedVote[] {
  return markRepeats(
    slots.slice(0, 40).flatMap(({ questionId }, at) =>
      models.map((model) => ({
        questionId,
        turn: 1,
        modelA: "base",
        modelB: model,
        winner: ((model === "x" ? at % 8 < 5 : at % 4 < 2) ? "b" : "a") as "a" | "b",
        voter: at % 3 === 0 ? "anna" : "ben",
      })),
    ),
  );
}

/** A board of two models against a baseline, with votes where they are given. */
export function votedInput(votes?: readonly CountedVote[]): BoardInput {
  return {
    head: { suite: "s", mode: "pairwise-baseline", judge: "j", protocol: "p@1", baseline: "base" },
    metric: "win-rate",
    subjects: [
      ["x", "base"],
      ["y", "base"],
    ],
    frame: { slots, trials: 1, categories: ["even", "odd"] },
    rows: rows(),
    ...(votes === undefined ? {} : { votes }),
  };
}
