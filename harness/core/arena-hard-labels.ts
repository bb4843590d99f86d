import type { OutcomeRule, Verdict } from "./judge.js";

/**
 * Arena-Hard's five labels, and the spellings that mean the same with the answers named the other way round
 * (`utils/judge_utils.py`, `show_result.py`): who wins, and whether by a double arrow.
 */
const LABELS: ReadonlyMap<string, { readonly winner: "a" | "b" | "tie"; readonly strong: boolean }> = new Map(
  (
    [
      ["a", true, "A>>B", "B<<A"],
      ["a", false, "A>B", "B<A"],
      ["tie", false, "A=B", "B=A"],
      ["b", false, "B>A", "A<B"],
      ["b", true, "B>>A", "A<<B"],
    ] as const
  ).flatMap(([winner, strong, ...spellings]) => spellings.map((label) => [label, { winner, strong }])),
);

/** What Arena-Hard counts a verdict as: a double arrow three times, a tie as half a win. */
export function arenaHardOutcomes(original: OutcomeRule["original"]): OutcomeRule {
  return { win: 1, tie: 0.5, loss: 0, strongWeight: 3, original };
}

const WEIGHT_B = { a: 0, tie: 0.5, b: 1 } as const;

/**
 * The verdict of one of Arena-Hard's labels. A label that is none of them is unreadable, never a tie.
 * @param label as it was found in the judge's text, without its brackets
 */
export function verdictOfLabel(label: string): Verdict {
  const found = LABELS.get(label);
  if (found === undefined)
    return {
      kind: "unreadable",
      reason: `"${label.slice(0, 20)}" is none of A>>B, A>B, A=B, B>A, B>>A`,
    };
  const { winner, strong } = found;
  return {
    kind: "preference",
    winner,
    weightB: WEIGHT_B[winner],
    ...(strong ? { strong } : {}),
  };
}

/** The label of a verdict, as Arena-Hard writes it; null for one without a choice. */
export function labelOfVerdict(verdict: Verdict | undefined): string | null {
  if (verdict?.kind !== "preference") return null;
  if (verdict.winner === "tie") return "A=B";
  const arrow = verdict.strong === true ? ">>" : ">";
  return verdict.winner === "a" ? `A${arrow}B` : `B${arrow}A`;
}
