/** Numbers of a row, by their places. Texts are numbers of {@link AnswerRows.texts}. */
export const ANSWER = {
  start: 0,
  end: 1,
  suite: 2,
  question: 3,
  category: 4,
  model: 5,
  trial: 6,
  /** Flags of {@link AnswerFlags}; 0 for a line that is to be parsed as a whole. */
  flags: 7,
  /** Code points of all turns. */
  length: 8,
  /** Where its turns begin among those of the piece, and how many there are. */
  turn: 9,
  turns: 10,
} as const;

/** Numbers of a row of answers. */
export const ANSWER_WIDTH = 11;

/** Numbers of a turn, by their places: see `TextTrace`. */
export const TURN = { length: 0, isBlank: 1, marks: 2 } as const;

/** Numbers of a turn. */
export const TURN_WIDTH = 3;

/** The completed answers of a piece, one row for each line; of a line that is to be parsed as a whole only where it stands. */
export interface AnswerRows {
  readonly rows: number;
  /** {@link ANSWER_WIDTH} for each row; where lines stand is told from the piece's first byte. */
  readonly numbers: Int32Array;
  /** Fingerprint of the task of each row. */
  readonly tasks: Float64Array;
  readonly texts: readonly string[];
  /** {@link TURN_WIDTH} for each turn. */
  readonly turns: Int32Array;
  /** Digest of each turn. */
  readonly digests: Float64Array;
  /** Passages of turns that hold marks. */
  readonly passages: ReadonlyMap<number, string>;
  /** Whether the last line lacks its line feed. */
  readonly isTorn: boolean;
}
