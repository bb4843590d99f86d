import { MessageChannel, type MessagePort, receiveMessageOnPort, type Worker } from "node:worker_threads";
import { startThread, threadsFor } from "../../core/threads.js";
import { buffersOf, type PieceRows, PieceScanner } from "./piece-scanner.js";
import { mostBytes, type RecordPiece } from "./record-piece.js";
import { ThreadControl } from "./thread-control.js";

/** What the threads that read records run. */
export const THREAD_FILE = "record-worker.js";

/** Bytes from which files are read by several threads; starting one takes as long as reading a tenth of it. */
const WORTH_THREADS = 96 << 20;

/** Objects that come and go with each record are few enough in so many megabytes. */
const YOUNG_MEGABYTES = 2;

/** What a thread is started with. */
export interface PieceThreadData {
  readonly pieces: readonly RecordPiece[];
  readonly areTraced: boolean;
  readonly threads: number;
  readonly control: SharedArrayBuffer;
  readonly port: MessagePort;
}

/** What a thread sends; without rows where it could not read the piece. */
export interface SentRows {
  readonly piece: number;
  readonly rows?: PieceRows;
}

/** How records are read. */
export interface ReadingOptions {
  /** Threads that read: the first one among them. As many as there are cores by default, and one for few records. */
  readonly threads?: number;
  readonly pieceBytes?: number;
}

/** Rows, and whose they are: undefined for the first thread. */
interface ReadRows {
  readonly rows: PieceRows;
  readonly port?: MessagePort;
}

interface Helper {
  readonly thread: Worker;
  readonly port: MessagePort;
}

/** Rows of which only the numbers are of use. */
function withoutTexts(rows: PieceRows): PieceRows {
  if (rows.kind === "answers") return { ...rows, texts: [], passages: new Map() };
  return { ...rows, texts: [], verdicts: [] };
}

/**
 * The rows of pieces in their order, read by several threads. The first one reads, too, whenever no rows wait for it; it
 * would read all of them if no other ever started, or all of them died.
 */
export class PieceThreads {
  private readonly scanner: PieceScanner;
  private readonly control: ThreadControl;
  private readonly helpers: Helper[] = [];
  private readonly ready = new Map<number, ReadRows>();
  private latest: ReadRows | undefined;
  /** Pieces that could not be read: that is said when they are wanted. */
  private readonly unread = new Set<number>();
  private wanted = 0;

  constructor(
    private readonly pieces: readonly RecordPiece[],
    private readonly areTraced: boolean,
    { threads }: ReadingOptions = {},
  ) {
    this.scanner = new PieceScanner(areTraced, mostBytes(pieces));
    const bytes = pieces.reduce((sum, { start, end }) => sum + end - start, 0);
    const isWorthIt = threads !== undefined || bytes >= WORTH_THREADS;
    const count = isWorthIt ? threadsFor(THREAD_FILE, pieces.length, threads) : 1;
    this.control = ThreadControl.make(pieces.length, count);
    for (let helper = 1; helper < count; helper++) this.start(count);
  }

  private start(threads: number): void {
    const { port1, port2 } = new MessageChannel();
    const data: PieceThreadData = {
      pieces: this.pieces,
      areTraced: this.areTraced,
      threads,
      control: this.control.block,
      port: port2,
    };
    const thread = startThread(THREAD_FILE, {
      workerData: data,
      transferList: [port2],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
    });
    // Its pieces are read by the first thread instead.
    thread.on("error", () => undefined);
    thread.unref();
    port1.unref();
    this.helpers.push({ thread, port: port1 });
  }

  /** The rows of the next piece, good until those of the one after it. @throws DataError where its file cannot be read. */
  next(): PieceRows {
    const piece = this.wanted;
    this.giveBack();
    for (;;) {
      const { posts } = this.control;
      this.receive();
      const read = this.ready.get(piece);
      if (read !== undefined) {
        this.ready.delete(piece);
        this.control.done(++this.wanted);
        this.latest = read;
        return read.rows;
      }
      if (this.unread.has(piece)) {
        this.ready.set(piece, this.read(piece));
        continue;
      }
      const taken = this.control.take();
      if (taken !== undefined) this.readAhead(taken);
      else if (!this.control.waitForMore(posts)) this.unread.add(piece);
    }
  }

  /** Ends the other threads. */
  close(): void {
    this.control.close();
    for (const { port } of this.helpers) port.close();
  }

  private read(piece: number): ReadRows {
    return { rows: this.scanner.rows(this.pieces[piece] as RecordPiece) };
  }

  private giveBack(): void {
    const { rows, port } = this.latest ?? {};
    this.latest = undefined;
    if (rows === undefined) return;
    if (port === undefined) this.scanner.takeBack(rows);
    else port.postMessage(withoutTexts(rows), buffersOf(rows));
  }

  private readAhead(piece: number): void {
    try {
      this.ready.set(piece, this.read(piece));
    } catch {
      this.unread.add(piece);
    }
  }

  private receive(): void {
    for (const { port } of this.helpers) {
      for (let sent = receiveMessageOnPort(port); sent !== undefined; sent = receiveMessageOnPort(port)) {
        const { piece, rows }: SentRows = sent.message;
        if (piece < this.wanted) continue;
        if (rows === undefined) this.unread.add(piece);
        else this.ready.set(piece, { rows, port });
      }
    }
  }
}
