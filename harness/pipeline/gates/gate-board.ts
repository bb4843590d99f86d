import type { Board } from "../../core/board.js";
import { compositeKey } from "../../core/composite-key.js";
import type { CallTotals } from "../../core/manifest.js";
import type { Suite } from "../../core/records.js";
import type { SequenceRecord } from "../../core/sequence.js";
import { type ComparedModel, comparedModels, directPair } from "../compare/question-values.js";
import type { BoardInput } from "../scores/build-board.js";

/** Two models whose values are to be compared question by question. */
export interface ComparedPair {
  readonly base: ComparedModel;
  readonly candidate: ComparedModel;
}

/** A board with the values behind it. */
export interface GateBoard {
  readonly board: Board;
  readonly models: readonly ComparedModel[];
  /** Models that are measured on it, in the order of the run; a baseline alone is not among them. */
  readonly candidates: readonly string[];
  /** The games of two models against each other, where they were judged directly. */
  direct(base: string, candidate: string): ComparedPair | undefined;
}

/** What a base gives for one candidate on one board. */
export interface GateBase extends ComparedPair {
  /** The base's length-controlled win rate, where it has one. */
  readonly lengthControlled: LengthControlledFigure | null;
}

/** A length-controlled win rate as boards and baselines keep it, in percent. */
export interface LengthControlledFigure {
  readonly value: number;
  readonly interval: {
    readonly low: number;
    readonly high: number;
    readonly level: number;
    readonly method: string;
  } | null;
  readonly questions: number;
}

/** Everything that gates are decided from. */
export interface GateSituation {
  readonly boards: readonly GateBoard[];
  readonly totals: readonly CallTotals[];
  readonly seed: number;
  /** Set where the run was looked at as it went: its standings decide the gates on estimates. */
  readonly sequence?: SequenceRecord;
  /**
   * What `against` means for a candidate on a board.
   * @throws ConfigError or DataError when the base cannot be had or cannot be compared.
   */
  baseFor(against: string, candidate: string, board: GateBoard): GateBase;
}

/** A board's values from what the board is computed from. */
export function gateBoard(board: Board, input: BoardInput, suite?: Suite): GateBoard {
  const firsts = input.subjects.flatMap(([first]) => first ?? []);
  const seconds =
    input.head.baseline === undefined ? input.subjects.flatMap(([, second]) => second ?? []) : [];
  return {
    board,
    models: comparedModels(input, suite),
    candidates: [...new Set([...firsts, ...seconds])],
    direct: (base, candidate) => directPair(input, base, candidate, suite),
  };
}

/** The length-controlled win rate of a model on a board; null where the board has none. */
export function lengthControlledOn(board: Board, model: string): LengthControlledFigure | null {
  if (board.metric !== "preference") return null;
  const row = board.models.find((one) => one.model === model);
  if (row === undefined || row.lengthControlledWinRate === null) return null;
  const { lengthControlledWinRate: value, lengthControlledInterval, questions } = row;
  return { value, interval: lengthControlledInterval ?? null, questions };
}

/** What tells each of several boards from the others, in the fewest words; empty for a single board. */
export function boardLabels(boards: readonly Board[]): string[] {
  const parts = [
    (board: Board) => board.suite,
    (board: Board) => board.judge,
    (board: Board) => board.mode,
    (board: Board) => board.protocol,
  ];
  const labels = boards.map((): string[] => []);
  for (const part of parts) {
    const told = new Set(labels.map((label) => compositeKey(...label)));
    if (told.size === boards.length || new Set(boards.map(part)).size === 1) continue;
    for (const [index, board] of boards.entries()) labels[index]?.push(part(board));
  }
  return labels.map((label) => label.join(", "));
}
