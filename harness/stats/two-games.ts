import { flipped, type GameOutcome, type JudgedPair, type PairChoice } from "../core/labelled-pair.js";
import { normalTwoSidedTail } from "./distributions.js";

/** A pair on which both games gave a verdict that could be read. */
export interface ReadPair extends JudgedPair {
  readonly games: readonly [PairChoice, PairChoice];
}

/** Whether a game gave a verdict that could be read. */
export function isRead(outcome: GameOutcome): outcome is PairChoice {
  return outcome !== "unreadable" && outcome !== "missing";
}

/** The pairs on which both games gave a verdict that could be read. */
export function readPairs(pairs: readonly JudgedPair[]): ReadPair[] {
  return pairs.filter((pair): pair is ReadPair => pair.games.every(isRead));
}

/**
 * JudgeBench's rule (Tan et al. 2024, arXiv 2410.12784; ScalerLab/JudgeBench at e2c52c2): +1 for each decision that is
 * the label, −1 for each that is its opposite, 0 for ties and for what could not be read; 1 where the sum is above zero
 * (the judge is right), −1 where it is below (wrong), else 0. Where the label itself is a tie, anything else is −1.
 */
export function judgeBenchPoint({ label, games }: JudgedPair): -1 | 0 | 1 {
  let sum = 0;
  for (const outcome of games) {
    if (!isRead(outcome)) continue;
    if (outcome === label) sum++;
    else if (label === "tie" || outcome === flipped(label)) sum--;
  }
  return sum === 0 ? 0 : sum > 0 ? 1 : -1;
}

/** Both games as one verdict, as JudgeBench's rule merges them: the answer that more games prefer, or a tie. */
export function mergedChoice({ games }: Pick<JudgedPair, "games">): PairChoice {
  const [forA, forB] = (["a", "b"] as const).map(
    (side) => games.filter((outcome) => outcome === side).length,
  );
  if (forA === forB) return "tie";
  return (forA ?? 0) > (forB ?? 0) ? "a" : "b";
}

/** How the two games on a pair went together, against its label. */
export const pairEndings = [
  "bothRight",
  "oneRight",
  "split",
  "bothTie",
  "oneWrong",
  "bothWrong",
  "unreadable",
] as const;

/**
 * One of {@link pairEndings}: both games right; one right and the other a tie; one right and the other wrong; both ties;
 * one a tie and the other wrong; both wrong; at least one that could not be read.
 */
export type PairEnding = (typeof pairEndings)[number];

const ENDINGS: Readonly<Record<string, PairEnding>> = {
  "right right": "bothRight",
  "right tie": "oneRight",
  "right wrong": "split",
  "tie tie": "bothTie",
  "tie wrong": "oneWrong",
  "wrong wrong": "bothWrong",
};

/** How the two games on a pair went together. */
export function endingOf({ label, games }: JudgedPair): PairEnding {
  if (!games.every(isRead)) return "unreadable";
  const told = games.map((choice) => (choice === label ? "right" : choice === "tie" ? "tie" : "wrong"));
  return ENDINGS[told.sort().join(" ")] ?? "unreadable";
}

/** Decided games by the slot of the answer that won. */
export interface SlotCounts {
  /** Wins of the answer shown first, in game 1 and in game 2. */
  readonly first: readonly [number, number];
  /** Wins of the answer shown second. */
  readonly second: readonly [number, number];
}

/** Counts wins by slot; ties and what could not be read are no wins. */
export function slotCounts(pairs: readonly JudgedPair[]): SlotCounts {
  const count = (game: 0 | 1, choice: PairChoice) =>
    pairs.filter(({ games }) => games[game] === choice).length;
  // Game 2 shows the pair's second answer first.
  return { first: [count(0, "a"), count(1, "b")], second: [count(0, "b"), count(1, "a")] };
}

/** Whether the first slot wins as often as the second. */
export interface SlotTest {
  /** Null where no game was decided. */
  readonly z: number | null;
  /** Two-sided, from the normal distribution. */
  readonly pValue: number | null;
}

/**
 * Sign test of the slots with clusters: z = Σ_c d_c / √(Σ_c d_c²), with d_c the wins of the first slot minus those of the
 * second in cluster c. A pair on which both games agree gives one win to each slot and adds nothing. The variance is that
 * under no preference, so that a judge that always takes the first answer has a finite z.
 */
export function slotTest(pairs: readonly JudgedPair[]): SlotTest {
  const sums = new Map<string, number>();
  for (const { id, cluster = id, games } of pairs) {
    const [one, two] = games;
    const change = (one === "a" ? 1 : one === "b" ? -1 : 0) + (two === "b" ? 1 : two === "a" ? -1 : 0);
    sums.set(cluster, (sums.get(cluster) ?? 0) + change);
  }
  let [total, squares] = [0, 0];
  for (const sum of sums.values()) {
    total += sum;
    squares += sum * sum;
  }
  if (squares === 0) return { z: pairs.length === 0 ? null : 0, pValue: pairs.length === 0 ? null : 1 };
  const z = total / Math.sqrt(squares);
  return { z, pValue: normalTwoSidedTail(z) };
}
