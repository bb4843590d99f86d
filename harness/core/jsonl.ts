import { closeSync, openSync, readSync } from "node:fs";
import { open } from "node:fs/promises";
import { isTooDeep, MOST_DEPTH, tooDeep } from "./depth.js";
import { DataError, messageOf } from "./errors.js";
import { noteText } from "./text-garbage.js";
import { isGarbled, MOST_TEXT_BYTES, notUtf8, textTooLarge } from "./utf8.js";

/** One parsed line of a JSONL file. Lines count from 1. */
export interface JsonLine {
  readonly line: number;
  readonly value: unknown;
}

/** How to treat lines that are not JSON. */
export interface ReadOptions {
  /** Skip an unparsable last line that lacks its line feed (a torn write) and report it here instead of throwing. */
  readonly onTornTail?: (line: number) => void;
}

const CHUNK_BYTES = 1 << 20;
const LINE_FEED = 0x0a;

/**
 * Splits bytes into lines without ever holding more than a chunk and one line. Lines are decoded one by one: a line
 * feed is never part of another character in UTF-8, and text beyond Latin-1 in one line does not make all lines of its
 * chunk twice as large.
 */
class LineSplitter {
  private buffer = Buffer.allocUnsafe(2 * CHUNK_BYTES);
  /** Bytes of the line that is not complete yet, at the start of the buffer. */
  private held = 0;
  line = 0;

  constructor(private readonly file: string) {}

  /** Whether the latest line holds bytes that are no UTF-8. */
  garbled = false;

  /** Where the next chunk is to be read to. @throws DataError `line-too-long`. */
  room(): Buffer {
    if (this.held > MOST_TEXT_BYTES) throw textTooLarge(this.file, this.line + 1);
    if (this.buffer.length - this.held < CHUNK_BYTES) {
      const larger = Buffer.allocUnsafe(2 * this.buffer.length);
      this.buffer.copy(larger, 0, 0, this.held);
      this.buffer = larger;
    }
    return this.buffer.subarray(this.held, this.held + CHUNK_BYTES);
  }

  /** The lines that are complete with the bytes just read into {@link room}. */
  *push(bytes: number): Generator<string> {
    const filled = this.buffer.subarray(0, this.held + bytes);
    let start = 0;
    for (let end = filled.indexOf(LINE_FEED, this.held); end !== -1; end = filled.indexOf(LINE_FEED, start)) {
      yield this.decode(filled, start, end);
      start = end + 1;
    }
    filled.copyWithin(0, start);
    this.held = filled.length - start;
  }

  *finish(): Generator<string> {
    if (this.held === 0) return;
    yield this.decode(this.buffer, 0, this.held);
    this.held = 0;
  }

  private decode(bytes: Buffer, start: number, end: number): string {
    this.line++;
    const text = bytes.toString("utf8", start, end);
    this.garbled = isGarbled(text, bytes.subarray(start, end));
    return text;
  }
}

function parseLine(file: string, { line, garbled }: LineSplitter, text: string): unknown {
  if (garbled) throw notUtf8(file, line);
  let value: unknown;
  try {
    value = JSON.parse(line === 1 && text.startsWith("\ufeff") ? text.slice(1) : text);
  } catch (cause) {
    throw new DataError(`not valid JSON (${messageOf(cause).slice(0, 120)})`, {
      code: "broken-json-line",
      file,
      line,
      remedy: "Every line of a JSONL file is one JSON value; fix or remove this line.",
      cause,
    });
  }
  if (mayBeDeep(text) && isTooDeep(value)) throw tooDeep(file, line);
  return value;
}

/** Looks at the text first, since hardly any record has as many brackets as it takes. */
function mayBeDeep(text: string): boolean {
  let brackets = 0;
  for (const bracket of ["{", "["]) {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) {
      if (++brackets > MOST_DEPTH) return true;
    }
  }
  return false;
}

function* parsed(file: string, splitter: LineSplitter, lines: Iterable<string>): Generator<JsonLine> {
  for (const text of lines) {
    if (text.trim() === "") continue;
    noteText(text.length);
    yield { line: splitter.line, value: parseLine(file, splitter, text) };
  }
}

function* tail(file: string, splitter: LineSplitter, options: ReadOptions): Generator<JsonLine> {
  for (const text of splitter.finish()) {
    if (text.trim() === "") return;
    try {
      yield { line: splitter.line, value: parseLine(file, splitter, text) };
    } catch (error) {
      if (options.onTornTail === undefined) throw error;
      options.onTornTail(splitter.line);
    }
  }
}

function openFailure(file: string, cause: unknown): DataError {
  if ((cause as NodeJS.ErrnoException).code === "ENOENT")
    return new DataError("there is no such file", {
      ...{ code: "unreadable-file", file, cause, remedy: "Check the path." },
    });
  return new DataError(`cannot be read (${messageOf(cause)})`, { code: "unreadable-file", file, cause });
}

/**
 * Reads a JSONL file in chunks, so that files beyond the longest string can be read; blank lines are passed over.
 * @throws DataError naming file and line.
 */
export function* readJsonLines(file: string, options: ReadOptions = {}): Generator<JsonLine> {
  let handle: number;
  try {
    handle = openSync(file, "r");
  } catch (cause) {
    throw openFailure(file, cause);
  }
  try {
    const splitter = new LineSplitter(file);
    for (;;) {
      const bytes = readSync(handle, splitter.room());
      if (bytes === 0) break;
      yield* parsed(file, splitter, splitter.push(bytes));
    }
    yield* tail(file, splitter, options);
  } finally {
    closeSync(handle);
  }
}

/** As {@link readJsonLines}, but gives other work a turn between chunks. */
export async function* streamJsonLines(file: string, options: ReadOptions = {}): AsyncGenerator<JsonLine> {
  const handle = await open(file, "r").catch((cause: unknown) => {
    throw openFailure(file, cause);
  });
  try {
    const splitter = new LineSplitter(file);
    for (;;) {
      const room = splitter.room();
      const { bytesRead } = await handle.read(room, 0, room.length, null);
      if (bytesRead === 0) break;
      yield* parsed(file, splitter, splitter.push(bytesRead));
    }
    yield* tail(file, splitter, options);
  } finally {
    await handle.close();
  }
}
