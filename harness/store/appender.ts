import { constants } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { AssayError, cannotWrite } from "../core/errors.js";

/** What opening a file for appending had to fix. */
export interface TailRepair {
  readonly file: string;
  /** Bytes of an unfinished last line that were cut off; 0 when only its line feed was missing. */
  readonly bytesRemoved: number;
}

interface Waiting {
  readonly line: string;
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
}

const TAIL_CHUNK = 1 << 16;
/** How long a record may wait for others to share its sync with; a sync costs as much as a third of a call. */
const GATHERING_MS = 5;

/** Reads the bytes after the last line feed; lines of records are bounded, so this stays small. */
async function lastPartialLine(handle: FileHandle, size: number): Promise<Buffer> {
  let tail = Buffer.alloc(0);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - TAIL_CHUNK);
    const chunk = Buffer.alloc(end - start);
    await handle.read(chunk, 0, chunk.length, start);
    const feed = chunk.lastIndexOf(0x0a);
    tail = Buffer.concat([chunk.subarray(feed + 1), tail]);
    if (feed >= 0) break;
    end = start;
  }
  return tail;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Appends JSON lines durably: the promise of {@link JsonlAppender.append} resolves after `fdatasync`. Lines that come
 * within a few milliseconds, or while a sync is under way, share one (group commit).
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
      await mkdir(dirname(file), { recursive: true });
      const handle = await open(file, constants.O_RDWR | constants.O_CREAT, 0o666);
      const { size } = await handle.stat();
      const tail = await lastPartialLine(handle, size);
      if (tail.length === 0) return new JsonlAppender(file, await appending(handle, file), undefined);
      const whole = isJson(tail.toString("utf8"));
      if (whole) await handle.write("\n", size);
      else await handle.truncate(size - tail.length);
      await handle.datasync();
      const repair = { file, bytesRemoved: whole ? 0 : tail.length };
      return new JsonlAppender(file, await appending(handle, file), repair);
    } catch (cause) {
      throw writeFailure(file, cause);
    }
  }

  /** Appends one record; resolves when it is on disk. @throws AssayError `cannot-write`. */
  append(record: unknown): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      this.waiting.push({ line: `${JSON.stringify(record)}\n`, resolve, reject });
      this.flushing ??= this.flush();
    });
  }

  private async flush(): Promise<void> {
    while (this.waiting.length > 0) {
      await new Promise<void>((resolve) => setTimeout(resolve, GATHERING_MS));
      const batch = this.waiting;
      this.waiting = [];
      try {
        await this.handle.appendFile(batch.map((entry) => entry.line).join(""));
        await this.handle.datasync();
        for (const entry of batch) entry.resolve();
      } catch (cause) {
        this.failure = writeFailure(this.file, cause);
        for (const entry of [...batch, ...this.waiting]) entry.reject(this.failure);
        this.waiting = [];
      }
    }
    this.flushing = undefined;
  }

  /** Waits for what was appended and closes the file. */
  async close(): Promise<void> {
    await this.flushing;
    await this.handle.close();
  }
}

async function appending(handle: FileHandle, file: string): Promise<FileHandle> {
  await handle.close();
  return open(file, constants.O_WRONLY | constants.O_APPEND);
}

function writeFailure(file: string, cause: unknown): AssayError {
  if (cause instanceof AssayError) return cause;
  return cannotWrite(
    file,
    "Free disk space or choose a writable folder with --out; everything obtained so far is kept.",
    cause,
  );
}
