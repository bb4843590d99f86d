import { parseJsonLine } from "../../core/jsonl.js";
import { MOST_TEXT_BYTES, textTooLarge } from "../../core/utf8.js";
import type { LineSource } from "./line-source.js";
import type { RecordPiece } from "./record-piece.js";

/** Where the lines of a piece stand, as its rows tell it. */
export interface RowLines {
  readonly rows: number;
  readonly numbers: Int32Array;
  /** Numbers of a row; the first two are where its line begins and ends, from the piece's first byte. */
  readonly width: number;
  readonly isTorn: boolean;
}

/** The lines of a piece, for what rows do not hold. */
export class WholeLines {
  /** The row whose record is visited. */
  private current = -1;

  /** @param before Lines of the file before the piece. */
  constructor(
    private readonly source: LineSource,
    private readonly piece: RecordPiece,
    private readonly lines: RowLines,
    private readonly before: number,
  ) {}

  /** Says which row is visited now. */
  visit(row: number): void {
    this.current = row;
  }

  /** The value of a row's line, which was found to be JSON before. @throws Error where another row is visited by now. */
  value(row: number): unknown {
    if (row !== this.current) throw new Error("a record was asked for what it holds after its visit");
    return JSON.parse(this.bytes(row).toString("utf8"));
  }

  /** Number of a row's line in its file. */
  lineOf(row: number): number {
    return this.before + row + 1;
  }

  /** The value of a row's line, whatever it holds; undefined for a blank one, and for a torn last one. @throws DataError. */
  parsed(row: number): unknown {
    const { rows, isTorn, numbers, width } = this.lines;
    // Before it is read: not even a torn line may be as long as that.
    const bytes = (numbers[row * width + 1] ?? 0) - (numbers[row * width] ?? 0);
    if (bytes > MOST_TEXT_BYTES) throw textTooLarge(this.piece.file, this.lineOf(row));
    try {
      return parseJsonLine(this.piece.file, this.lineOf(row), this.bytes(row));
    } catch (error) {
      if (isTorn && row === rows - 1) return undefined;
      throw error;
    }
  }

  private bytes(row: number): Buffer {
    const { numbers, width } = this.lines;
    const { file, start } = this.piece;
    return this.source.bytes(
      file,
      start + (numbers[row * width] ?? 0),
      start + (numbers[row * width + 1] ?? 0),
    );
  }
}
