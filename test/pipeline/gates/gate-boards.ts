import type { Verdict } from "../../../harness/core/records.js";
import { type GateBoard, type GateSituation, gateBoard } from "../../../harness/pipeline/gates/gate-board.js";
import { type BoardInput, buildBoard } from "../../../harness/pipeline/scores/build-board.js";
import type { VerdictRow } from "../../../harness/pipeline/scores/verdict-grid/row.js";

/** Ratings of each model, one per question in order; null where the verdict cannot be read, undefined where it is missing. */
export type Ratings = Readonly<Record<string, readonly (number | null | undefined)[]>>;

/** Questions q1, q2, …, in turn of category writing and math. */
export function slotsFor(count: number, categories: readonly string[] = ["writing", "math"]) {
  return Array.from({ length: count }, (_, index) => ({
    questionId: `q${index + 1}`,
    category: categories[index % categories.length] ?? "",
    turn: 1,
  }));
}

function verdictOf(rating: number | null): Verdict {
  return rating === null ? { kind: "unreadable", reason: "none" } : { kind: "rating", rating };
}

/** A board of single grading over one turn. */
export function ratingInput(
  ratings: Ratings,
  options: { readonly suite?: string; readonly judge?: string; readonly categories?: readonly string[] } = {},
): BoardInput {
  const { suite = "sample", judge = "judge", categories = ["writing", "math"] } = options;
  const count = Math.max(...Object.values(ratings).map((values) => values.length));
  const slots = slotsFor(count, categories);
  const rows = Object.entries(ratings).flatMap(([a, values]) =>
    values.flatMap((rating, index): VerdictRow[] => {
      const slot = slots[index];
      if (rating === undefined || slot === undefined) return [];
      return [{ ...slot, trial: 1, a, verdict: verdictOf(rating) }];
    }),
  );
  return {
    head: { suite, mode: "single", judge, protocol: `rating@${judge}~${suite}` },
    metric: "rating",
    subjects: Object.keys(ratings).map((model) => [model]),
    frame: { slots, trials: 1, categories },
    rows,
  };
}

/** Outcomes of two games each, by question, for the first model: `WW` won in both orders, `WL` in the first alone, `TT`. */
export function pairInput(
  pair: readonly [string, string],
  games: readonly string[],
  baseline?: string,
): BoardInput {
  const slots = slotsFor(games.length);
  const [first, second] = pair;
  const rows = games.flatMap((outcome, index): VerdictRow[] => {
    const slot = slots[index];
    if (slot === undefined) return [];
    return [...outcome].map((letter, order) => {
      const [a, b] = order === 0 ? [first, second] : [second, first];
      const isTie = letter === "T";
      const firstWins = letter === "W";
      const winner = isTie ? "tie" : (a === first) === firstWins ? "a" : "b";
      const weightB = winner === "tie" ? 0.5 : winner === "b" ? 1 : 0;
      const verdict: Verdict =
        letter === "?" ? { kind: "unreadable", reason: "none" } : { kind: "preference", winner, weightB };
      return { ...slot, trial: 1, a, b, order: order === 0 ? 1 : 2, verdict };
    });
  });
  return {
    head: {
      suite: "sample",
      mode: baseline === undefined ? "pairwise-all" : "pairwise-baseline",
      judge: "judge",
      protocol: "pair@judge~sample",
      ...(baseline === undefined ? {} : { baseline }),
    },
    metric: "win-rate",
    subjects: [pair],
    frame: { slots, trials: 1, categories: ["writing", "math"] },
    rows,
  };
}

/** A board as gates see it. */
export function boardOf(input: BoardInput): GateBoard {
  return gateBoard(buildBoard(input).board, input);
}

/** A run with these boards, in which `against` names another model of the same board. */
export function situationOf(inputs: readonly BoardInput[], more: Partial<GateSituation> = {}): GateSituation {
  return {
    boards: inputs.map(boardOf),
    totals: [],
    seed: 1,
    baseFor: (against, candidate, board) => {
      const [base, own] = [against, candidate].map((id) => board.models.find((one) => one.model === id));
      if (base === undefined || own === undefined) throw new Error(`no ${against} or ${candidate}`);
      return { base, candidate: own, lengthControlled: null };
    },
    ...more,
  };
}
