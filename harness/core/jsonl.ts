import { closeSync, openSync, readSync } from "node:fs";
import { open } from "node:fs/promises";
import { StringDecoder } from "node:string_decoder";
import { DataError, messageOf } from "./errors.js";

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

/** Splits decoded chunks into lines without ever holding more than a chunk and one line. */
class LineSplitter {
  private rest = "";
  line = 0;

  *push(chunk: string): Generator<string> {
    const lines = (this.rest + chunk).split("\n");
    this.rest = lines.pop() ?? "";
    for (const text of lines) {
      this.line++;
      yield text;
    }
  }

  *finish(): Generator<string> {
    if (this.rest === "") return;
    this.line++;
    yield this.rest;
    this.rest = "";
  }
}

function parseLine(file: string, line: number, text: string): unknown {
  try {
    return JSON.parse(line === 1 && text.startsWith("\ufeff") ? text.slice(1) : text);
  } catch (cause) {
    throw new DataError(`not valid JSON (${messageOf(cause).slice(0, 120)})`, {
      code: "broken-json-line",
      file,
      line,
      remedy: "Every line of a JSONL file is one JSON value; mend or remove this line.",
      cause,
    });
  }
}

function* parsed(file: string, splitter: LineSplitter, lines: Iterable<string>): Generator<JsonLine> {
  for (const text of lines) {
    if (text.trim() === "") continue;
    yield { line: splitter.line, value: parseLine(file, splitter.line, text) };
  }
}

function* tail(file: string, splitter: LineSplitter, options: ReadOptions): Generator<JsonLine> {
  for (const text of splitter.finish()) {
    if (text.trim() === "") return;
    try {
      yield { line: splitter.line, value: parseLine(file, splitter.line, text) };
    } catch (error) {
      if (options.onTornTail === undefined) throw error;
      options.onTornTail(splitter.line);
    }
  }
}

function openFailure(file: string, cause: unknown): DataError {
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
    const decoder = new StringDecoder("utf8");
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    const splitter = new LineSplitter();
    for (;;) {
      const bytes = readSync(handle, buffer, 0, CHUNK_BYTES, null);
      if (bytes === 0) break;
      yield* parsed(file, splitter, splitter.push(decoder.write(buffer.subarray(0, bytes))));
    }
    yield* parsed(file, splitter, splitter.push(decoder.end()));
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
    const decoder = new StringDecoder("utf8");
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    const splitter = new LineSplitter();
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, null);
      if (bytesRead === 0) break;
      yield* parsed(file, splitter, splitter.push(decoder.write(buffer.subarray(0, bytesRead))));
    }
    yield* parsed(file, splitter, splitter.push(decoder.end()));
    yield* tail(file, splitter, options);
  } finally {
    await handle.close();
  }
}
