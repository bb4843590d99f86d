/** A thread that reads pieces of files of records; see {@link ./piece-threads.ts}. */
import { receiveMessageOnPort, workerData } from "node:worker_threads";
import { buffersOf, type PieceRows, PieceScanner } from "./piece-scanner.js";
import type { PieceThreadData, SentRows } from "./piece-threads.js";
import { mostBytes, type RecordPiece } from "./record-piece.js";
import { ThreadControl } from "./thread-control.js";

const { pieces, areTraced, threads, control: block, port } = workerData as PieceThreadData;
const control = new ThreadControl(block, pieces.length, threads);
const scanner = new PieceScanner(areTraced, mostBytes(pieces));

/** Undefined where the piece cannot be read: the first thread meets the same error, and says it. */
function rowsOf(piece: RecordPiece): PieceRows | undefined {
  try {
    return scanner.rows(piece);
  } catch {
    return undefined;
  }
}

function takeBack(): void {
  for (let back = receiveMessageOnPort(port); back !== undefined; back = receiveMessageOnPort(port))
    scanner.takeBack(back.message as PieceRows);
}

for (let piece = control.takeInTime(); piece !== undefined; piece = control.takeInTime()) {
  takeBack();
  const rows = rowsOf(pieces[piece] as RecordPiece);
  const sent: SentRows = rows === undefined ? { piece } : { piece, rows };
  port.postMessage(sent, rows === undefined ? [] : buffersOf(rows));
  control.posted();
}
port.close();
