/** Which of two answers is better, or neither. */
export type PairChoice = "a" | "b" | "tie";

/** Two answers to one prompt, and which of them is better as far as people or a test know. */
export interface LabelledPair {
  /** Unique in its set. */
  readonly id: string;
  /** The user's messages, turn 1 first; empty where a file holds decisions without texts. */
  readonly prompt: readonly string[];
  /** Texts of the first answer, one for each turn. */
  readonly a: readonly string[];
  /** Likewise of the second one. */
  readonly b: readonly string[];
  readonly label: PairChoice;
  /** Part of the set that gets a figure of its own, such as `livebench-math`. */
  readonly group?: string;
  /** Pairs of one cluster share a prompt, and depend on each other. Left out where the file does not tell. */
  readonly cluster?: string;
  /** Models that wrote the answers, as far as they are known: of the first and the second, or one that wrote both. */
  readonly answersBy?: readonly string[];
}

/**
 * What a judge said in one game on a pair, seen from the pair: in the second game the answers stand the other way round,
 * and the choice is turned back. `missing`: the judge could not be asked.
 */
export type GameOutcome = PairChoice | "unreadable" | "missing";

/** A labelled pair that was judged in both orders. */
export interface JudgedPair {
  readonly id: string;
  readonly label: PairChoice;
  readonly group?: string;
  readonly cluster?: string;
  /** Code points of the two answers, where their texts are known. */
  readonly lengths?: { readonly a: number; readonly b: number };
  /** Game 1 shows the answers in the pair's order, game 2 the other way round. */
  readonly games: readonly [GameOutcome, GameOutcome];
}

/** The same choice seen from the other side. */
export function flipped(choice: PairChoice): PairChoice {
  if (choice === "tie") return "tie";
  return choice === "a" ? "b" : "a";
}
