import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { isTooDeep, MOST_DEPTH, tooDeep } from "./depth.js";
import { DataError, messageOf } from "./errors.js";
import { refuseRepeatedKeys } from "./json-keys.js";
import { bytesForText, returnedBytes } from "./long-bytes.js";
import { type MadeLater, parseLongJson } from "./long-json.js";
import { presentFields } from "./present-fields.js";
import { noteFile, noteText } from "./text-garbage.js";
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
  /** Name of a member whose long strings are made when they are asked for, which must be before the next line is read. */
  readonly madeLater?: string;
  /** A key that is given twice in one object is refused: for files that people write. */
  readonly uniqueKeys?: boolean;
}

const CHUNK_BYTES = 1 << 20;
const LEAST_CHUNK_BYTES = 1 << 12;
const LINE_FEED = 0x0a;

/**
 * Splits bytes into lines without ever holding more than a chunk and one line. Lines are decoded one by one: a line
 * feed is never part of another character in UTF-8, and text beyond Latin-1 in one line does not make all lines of its
 * chunk twice as large.
 */
class LineSplitter {
  private buffer: Buffer;
  /** Bytes of the line that is not complete yet, at the start of the buffer. */
  private held = 0;
  /** Where the latest line stands in the buffer, its line feed left out. */
  private start = 0;
  private end = 0;
  line = 0;

  constructor(
    private readonly file: string,
    private readonly chunkBytes: number,
  ) {
    noteFile(2 * chunkBytes);
    this.buffer = returnedBytes(2 * chunkBytes);
  }

  /** The bytes of the latest line, good until the next chunk. */
  get bytes(): Buffer {
    return this.buffer.subarray(this.start, this.end);
  }

  /** Where the next chunk is to be read to. @throws DataError `line-too-long`. */
  room(): Buffer {
    if (this.held > MOST_TEXT_BYTES) throw textTooLarge(this.file, this.line + 1);
    if (this.buffer.length - this.held < this.chunkBytes) {
      const before = this.buffer;
      this.buffer = bytesForText(2 * before.length);
      before.copy(this.buffer, 0, 0, this.held);
    }
    return this.buffer.subarray(this.held, this.held + this.chunkBytes);
  }

  /** Goes through the lines that are complete with the bytes just read into {@link room}: each is the latest in its turn. */
  *push(bytes: number): Generator<this> {
    const filled = this.buffer.subarray(0, this.held + bytes);
    let start = 0;
    for (let end = filled.indexOf(LINE_FEED, this.held); end !== -1; end = filled.indexOf(LINE_FEED, start)) {
      yield this.lineAt(start, end);
      start = end + 1;
    }
    filled.copyWithin(0, start);
    this.held = filled.length - start;
  }

  *finish(): Generator<this> {
    if (this.held === 0) return;
    yield this.lineAt(0, this.held);
    this.held = 0;
  }

  private lineAt(start: number, end: number): this {
    this.line++;
    this.start = start;
    this.end = end;
    return this;
  }
}

function parseText(file: string, line: number, text: string): unknown {
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

/**
 * The value of one line; undefined for a blank one.
 * @param options.later Left out: all strings are made at once.
 * @throws DataError naming file and line.
 */
export function parseJsonLine(
  file: string,
  line: number,
  bytes: Buffer,
  { later, uniqueKeys = false }: { readonly later?: MadeLater } & Pick<ReadOptions, "uniqueKeys"> = {},
): unknown {
  if (bytes.length > MOST_TEXT_BYTES) throw textTooLarge(file, line);
  const long = uniqueKeys ? undefined : parseLongJson(bytes, later);
  if (long !== undefined) return long;
  noteText(bytes.length);
  const text = bytes.toString("utf8");
  if (text.trim() === "") return undefined;
  if (isGarbled(text, bytes)) throw notUtf8(file, line);
  const value = parseText(file, line, text);
  if (uniqueKeys) refuseRepeatedKeys(text, file, line);
  return value;
}

/** The latest line; undefined for a blank one. */
function parsedLine(file: string, splitter: LineSplitter, options: ReadOptions): JsonLine | undefined {
  const { madeLater, uniqueKeys } = options;
  const { line, bytes } = splitter;
  const isThere = () => splitter.line === line;
  const later = madeLater === undefined ? undefined : { member: madeLater, isThere };
  const value = parseJsonLine(file, line, bytes, presentFields({ later, uniqueKeys }));
  return value === undefined ? undefined : { line, value };
}

function* parsed(
  file: string,
  splitter: LineSplitter,
  bytes: number,
  options: ReadOptions,
): Generator<JsonLine> {
  for (const _ of splitter.push(bytes)) {
    const line = parsedLine(file, splitter, options);
    if (line !== undefined) yield line;
  }
}

function* tail(file: string, splitter: LineSplitter, options: ReadOptions): Generator<JsonLine> {
  for (const { line } of splitter.finish()) {
    try {
      const last = parsedLine(file, splitter, options);
      if (last !== undefined) yield last;
    } catch (error) {
      if (options.onTornTail === undefined) throw error;
      options.onTornTail(line);
    }
  }
}

/**
 * How much of a file is read at once. A small file is not given a large buffer: a run has many of them, and the buffers
 * would be garbage that a collection goes through the whole heap for. A pipe's size is 0, and it may hold any amount.
 */
function chunkBytesOf(size: number): number {
  return size === 0 ? CHUNK_BYTES : Math.min(CHUNK_BYTES, Math.max(LEAST_CHUNK_BYTES, size + 1));
}

function openFailure(file: string, cause: unknown): DataError {
  if ((cause as NodeJS.ErrnoException).code === "ENOENT")
    return new DataError("there is no such file", {
      ...{ code: "unreadable-file", file, cause, remedy: "Check the path." },
    });
  return new DataError(`cannot be read (${messageOf(cause)})`, { code: "unreadable-file", file, cause });
}

/** Opens a file for reading. @throws DataError. */
export function openToRead(file: string): number {
  try {
    return openSync(file, "r");
  } catch (cause) {
    throw openFailure(file, cause);
  }
}

/**
 * Reads a JSONL file in chunks, so that files beyond the longest string can be read; blank lines are passed over.
 * @throws DataError naming file and line.
 */
export function* readJsonLines(file: string, options: ReadOptions = {}): Generator<JsonLine> {
  const handle = openToRead(file);
  try {
    const splitter = new LineSplitter(file, chunkBytesOf(fstatSync(handle).size));
    for (;;) {
      const bytes = readSync(handle, splitter.room());
      if (bytes === 0) break;
      yield* parsed(file, splitter, bytes, options);
    }
    yield* tail(file, splitter, options);
  } finally {
    closeSync(handle);
  }
}
