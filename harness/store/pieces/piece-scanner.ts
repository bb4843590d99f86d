import { StringScan } from "../../core/string-scan.js";
import type { AnswerRows } from "./answer-rows.js";
import { AnswerScan } from "./answer-scan.js";
import type { JudgmentRows } from "./judgment-rows.js";
import { JudgmentScan } from "./judgment-scan.js";
import { PieceBytes } from "./piece-bytes.js";
import type { RecordPiece } from "./record-piece.js";

/** What was read of a piece. */
export type PieceRows =
  | ({ readonly kind: "answers" } & AnswerRows)
  | ({ readonly kind: "judgments" } & JudgmentRows);

/** Reads pieces of files of records into rows; every thread has its own. */
export class PieceScanner {
  private readonly bytes: PieceBytes;
  private readonly answers: AnswerScan;
  private readonly judgments: JudgmentScan;
  private readonly spareAnswers: AnswerRows[] = [];
  private readonly spareJudgments: JudgmentRows[] = [];

  /**
   * @param areTraced Whether traces of answers' texts are made.
   * @param most Bytes of the largest piece.
   */
  constructor(areTraced: boolean, most: number) {
    const memory = StringScan.make();
    this.bytes = new PieceBytes(memory, most);
    // Where this machine cannot search bytes quickly, no line is shown to them.
    const stringEnd = memory?.stringEnd ?? (() => 0);
    this.answers = new AnswerScan(stringEnd, areTraced);
    this.judgments = new JudgmentScan(stringEnd);
  }

  /** The rows of a piece. @throws DataError where its file cannot be read. */
  rows(piece: RecordPiece): PieceRows {
    const { kind } = piece;
    if (kind === "answers") {
      this.answers.begin(piece, this.spareAnswers.pop());
      return { kind, ...this.answers.close(this.bytes.read(piece, this.answers)) };
    }
    this.judgments.begin(piece, this.spareJudgments.pop());
    return { kind, ...this.judgments.close(this.bytes.read(piece, this.judgments)) };
  }

  /** Takes back rows that are not needed any more: new ones for each piece would be garbage that V8 collects late. */
  takeBack(rows: PieceRows): void {
    if (rows.kind === "answers") this.spareAnswers.push(rows);
    else this.spareJudgments.push(rows);
  }
}

/** The numbers of rows, which are handed over to another thread rather than copied. */
export function buffersOf(rows: PieceRows): ArrayBuffer[] {
  return Object.values(rows).flatMap((part) =>
    ArrayBuffer.isView(part) ? [part.buffer as ArrayBuffer] : [],
  );
}
