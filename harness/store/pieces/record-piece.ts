import { statSync } from "node:fs";

/** Bytes of a piece; small enough that a few of them keep every thread at work until the end. */
const PIECE_BYTES = 4 << 20;

/** A range of a file of records: the lines that begin within it. */
export interface RecordPiece {
  readonly kind: "answers" | "judgments";
  readonly file: string;
  /** Byte of the file. */
  readonly start: number;
  /** Behind the last byte. */
  readonly end: number;
}

/** Files in pieces, in their order; a line belongs to the piece in which it begins. */
export function piecesOf(
  files: readonly string[],
  kind: RecordPiece["kind"],
  bytes = PIECE_BYTES,
): RecordPiece[] {
  return files.flatMap((file) => {
    const size = statSync(file).size;
    const count = Math.ceil(size / bytes);
    return Array.from({ length: count }, (_, at) => ({
      ...{ kind, file, start: at * bytes, end: Math.min(size, (at + 1) * bytes) },
    }));
  });
}

/** Bytes of the largest of some pieces. */
export function mostBytes(pieces: readonly RecordPiece[]): number {
  return pieces.reduce((most, { start, end }) => Math.max(most, end - start), 0);
}
