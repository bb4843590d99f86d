import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { AssayError, cannotWrite } from "../core/errors.js";
import { holdsLongText, jsonPieces } from "../core/json-pieces.js";
import { makeFolder } from "../core/make-folder.js";
import { syncFileContent } from "../core/sync-file.js";
import { noteText } from "../core/text-garbage.js";
import { MOST_TEXT_BYTES, textTooLarge } from "../core/utf8.js";

/** What opening a file for appending had to fix. */
export interface TailRepair {
  readonly file: string;
  /** Bytes of an unfinished last line that were cut off; 0 when only its line feed was missing. */
  readonly bytesRemoved: number;
}

interface Waiting {
  /** One line, with its line feed. */
  readonly pieces: Iterable<string>;
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
}

/** A file that is no longer where it was opened. */
export class FileGoneError extends AssayError {
  /** @param wasMoved It is somewhere else, with all that was appended; otherwise it is removed. */
  constructor(
    readonly file: string,
    readonly wasMoved: boolean,
  ) {
    super(`${file}: was ${wasMoved ? "moved" : "removed"} while records were appended to it`, {
      code: "run-folder-gone",
    });
  }
}

const TAIL_CHUNK = 1 << 16;
/** How long a record may wait for others to share its sync with; a sync costs as much as a third of a call. */
const GATHERING_MS = 5;

/** Reads the bytes after the last line feed. @throws DataError `line-too-long` for what no record can be. */
async function lastPartialLine(file: string, handle: FileHandle, size: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let end = size; end > 0; ) {
    if (size - end > MOST_TEXT_BYTES) throw textTooLarge(file);
    const start = Math.max(0, end - TAIL_CHUNK);
    const chunk = Buffer.alloc(end - start);
    await handle.read(chunk, 0, chunk.length, start);
    const feed = chunk.lastIndexOf(0x0a);
    pieces.push(chunk.subarray(feed + 1));
    if (feed >= 0) break;
    end = start;
  }
  return Buffer.concat(pieces.reverse());
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Cuts off, or ends, a last line that a crash left unfinished; undefined where there is none. */
async function repaired(file: string, handle: FileHandle): Promise<TailRepair | undefined> {
  const { size } = await handle.stat();
  const tail = await lastPartialLine(file, handle, size);
  if (tail.length === 0) return undefined;
  const whole = isJson(tail.toString("utf8"));
  if (whole) await handle.write("\n", size);
  else await handle.truncate(size - tail.length);
  await syncFileContent(handle);
  return { file, bytesRemoved: whole ? 0 : tail.length };
}

/**
 * Appends JSON lines durably: the promise of {@link JsonlAppender.append} resolves after `fdatasync`, when the file is
 * still where it was opened. Lines that come within a few milliseconds, or while a sync is under way, share one (group commit).
 * One writer per file; the run folder's lock sees to that.
 */
export class JsonlAppender {
  private waiting: Waiting[] = [];
  private flushing: Promise<void> | undefined;
  private failure: AssayError | undefined;

  private constructor(
    readonly file: string,
    private readonly handle: FileHandle,
    /** Set when the file's last line had been torn by a crash. */
    readonly repair: TailRepair | undefined,
  ) {}

  /**
   * Opens (and creates) a file, cutting off a last line that a crash left unfinished.
   * @throws AssayError `cannot-write` when the folder is read-only or the disk full.
   */
  static async open(file: string): Promise<JsonlAppender> {
    try {
      makeFolder(dirname(file));
      const handle = await open(file, constants.O_RDWR | constants.O_CREAT, 0o666);
      let repair: TailRepair | undefined;
      try {
        repair = await repaired(file, handle);
      } finally {
        await handle.close();
      }
      return new JsonlAppender(file, await open(file, constants.O_WRONLY | constants.O_APPEND), repair);
    } catch (cause) {
      throw writeFailure(file, cause);
    }
  }

  /** Whether something could not be written, so that nothing more is. */
  get isBroken(): boolean {
    return this.failure !== undefined;
  }

  /** Appends one record; resolves when it is on disk. @throws AssayError `cannot-write`, `record-too-large`; {@link FileGoneError}. */
  async append(record: unknown): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    const pieces = lineOf(this.file, record);
    return new Promise((resolve, reject) => {
      this.waiting.push({ pieces, resolve, reject });
      this.flushing ??= this.flush();
    });
  }

  private async flush(): Promise<void> {
    while (this.waiting.length > 0) {
      await new Promise<void>((resolve) => setTimeout(resolve, GATHERING_MS));
      const batch = this.waiting;
      this.waiting = [];
      try {
        for (const text of gathered(batch)) await this.handle.appendFile(text);
        await syncFileContent(this.handle);
        await this.checkPlace();
        for (const entry of batch) entry.resolve();
      } catch (cause) {
        this.failure = writeFailure(this.file, cause);
        for (const entry of [...batch, ...this.waiting]) entry.reject(this.failure);
        this.waiting = [];
      }
    }
    this.flushing = undefined;
  }

  /** What was just appended may have gone into a file that was moved or removed in the meantime. */
  private async checkPlace(): Promise<void> {
    const own = await this.handle.stat({ bigint: true });
    const there = await stat(this.file, { bigint: true }).catch((cause: NodeJS.ErrnoException) => {
      // Whatever else goes wrong says nothing of the file.
      return cause.code === "ENOENT" || cause.code === "ENOTDIR" ? undefined : own;
    });
    if (there?.ino === own.ino && there.dev === own.dev) return;
    // Asked again: it may have been removed between the two questions above.
    const { nlink } = await this.handle.stat({ bigint: true });
    throw new FileGoneError(this.file, nlink > 0n);
  }

  /** Waits for what was appended and closes the file. */
  async close(): Promise<void> {
    await this.flushing;
    await this.handle.close();
  }
}

/** Characters that are gathered before they are written. */
const GATHERED = 1 << 17;

/** The lines of a batch, in as few texts as memory allows. */
function* gathered(batch: readonly Waiting[]): Generator<string> {
  let [pieces, size]: [string[], number] = [[], 0];
  for (const entry of batch) {
    for (const piece of entry.pieces) {
      pieces.push(piece);
      size += piece.length;
      if (size < GATHERED) continue;
      noteText(size);
      yield pieces.join("");
      [pieces, size] = [[], 0];
    }
  }
  if (pieces.length > 0) yield pieces.join("");
}

/** A record that holds long texts as a line, written again for each reading. */
function longLine(record: unknown): Iterable<string> {
  return {
    *[Symbol.iterator]() {
      yield* jsonPieces(record);
      yield "\n";
    },
  };
}

/** @throws AssayError `record-too-large`: what cannot be read again must not be written. */
function lineOf(file: string, record: unknown): Iterable<string> {
  if (!holdsLongText(record)) return [`${JSON.stringify(record)}\n`];
  const pieces = longLine(record);
  let bytes = 0;
  for (const piece of pieces) bytes += Buffer.byteLength(piece);
  if (bytes <= MOST_TEXT_BYTES) return pieces;
  throw new AssayError(`${file}: a record would hold more than ${MOST_TEXT_BYTES >> 20} MB`, {
    code: "record-too-large",
    remedy: "Lower --max-reply-mb, so that replies of that size fail on their own.",
  });
}

function writeFailure(file: string, cause: unknown): AssayError {
  if (cause instanceof AssayError) return cause;
  return cannotWrite(
    file,
    "Free disk space or choose a writable folder with --out; everything obtained so far is kept.",
    cause,
  );
}
