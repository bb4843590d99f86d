import type { Judgment } from "../../core/records.js";
import { foreignRecord, isAnswer, isJudgment } from "../record-shape.js";
import { jsonlFiles, runPaths } from "../run-folder.js";
import { ANSWER_WIDTH } from "./answer-rows.js";
import { JUDGMENT_WIDTH } from "./judgment-rows.js";
import { LineSource } from "./line-source.js";
import type { PieceRows } from "./piece-scanner.js";
import { PieceThreads, type ReadingOptions } from "./piece-threads.js";
import { piecesOf, type RecordPiece } from "./record-piece.js";
import { sparseAnswer } from "./sparse-answer.js";
import { sparseJudgment } from "./sparse-judgment.js";
import { type TracedAnswer, tracedAnswer } from "./traced-answer.js";
import { WholeLines } from "./whole-lines.js";

/** The records of a run as scoring reads them, by as many threads as are worth it: the same for any number of them. */
export class PieceRecords {
  private readonly answerPieces: readonly RecordPiece[];
  private readonly judgmentPieces: readonly RecordPiece[];
  private readonly threads: PieceThreads;
  private readonly source = new LineSource();
  private file = "";
  private linesBefore = 0;

  /** @param areTraced Whether traces of answers' texts are made. */
  constructor(
    run: string,
    private readonly areTraced: boolean,
    options: ReadingOptions = {},
  ) {
    const { pieceBytes } = options;
    this.answerPieces = piecesOf(jsonlFiles(runPaths.answersFolder(run)), "answers", pieceBytes);
    this.judgmentPieces = piecesOf(jsonlFiles(runPaths.judgmentsFolder(run)), "judgments", pieceBytes);
    this.threads = new PieceThreads([...this.answerPieces, ...this.judgmentPieces], areTraced, options);
  }

  /** All answers in file order, superseded ones too; what is not read yet is there until the next one. @throws DataError naming file and line. */
  *answers(): Generator<TracedAnswer> {
    for (const piece of this.answerPieces) {
      const rows = this.threads.next();
      if (rows.kind !== "answers") throw new TypeError("answers are read before judgments");
      const lines = this.open(piece, rows, ANSWER_WIDTH);
      for (let row = 0; row < rows.rows; row++) {
        lines.visit(row);
        const sparse = sparseAnswer(rows, row, lines);
        const whole = sparse === undefined ? this.whole(lines, row, "an answer", isAnswer) : undefined;
        if (sparse !== undefined) yield sparse;
        else if (whole !== undefined) yield tracedAnswer(whole, this.areTraced);
      }
    }
  }

  /** Likewise all judgments, after all answers. @throws DataError naming file and line. */
  *judgments(): Generator<Judgment> {
    for (const piece of this.judgmentPieces) {
      const rows = this.threads.next();
      if (rows.kind !== "judgments") throw new TypeError("judgments are read after answers");
      const lines = this.open(piece, rows, JUDGMENT_WIDTH);
      for (let row = 0; row < rows.rows; row++) {
        lines.visit(row);
        const judgment = sparseJudgment(rows, row, lines) ?? this.whole(lines, row, "a judgment", isJudgment);
        if (judgment !== undefined) yield judgment;
      }
    }
  }

  /** Ends the reading, wherever it is. */
  close(): void {
    this.threads.close();
    this.source.close();
  }

  private open(piece: RecordPiece, { rows, numbers, isTorn }: PieceRows, width: number): WholeLines {
    if (piece.file !== this.file) [this.file, this.linesBefore] = [piece.file, 0];
    const lines = new WholeLines(this.source, piece, { rows, numbers, width, isTorn }, this.linesBefore);
    this.linesBefore += rows;
    return lines;
  }

  private whole<Entry>(
    lines: WholeLines,
    row: number,
    kind: string,
    isEntry: (value: unknown) => value is Entry,
  ): Entry | undefined {
    const value = lines.parsed(row);
    if (value === undefined || isEntry(value)) return value;
    throw foreignRecord(kind, this.file, lines.lineOf(row));
  }
}
