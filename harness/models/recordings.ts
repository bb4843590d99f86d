import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { countOf } from "../core/count-of.js";
import { DataError, messageOf } from "../core/errors.js";
import { sha256 } from "../core/hash.js";
import { refuseRepeatedKeys } from "../core/json-keys.js";
import { readJsonLines } from "../core/jsonl.js";
import {
  type Recorded,
  type RecordedAnswer,
  type RecordedVerdict,
  readRecord,
  refuseRecord,
} from "./recording-formats.js";

/** Everything that the files of one model hold. */
export interface Recordings {
  readonly answers: readonly RecordedAnswer[];
  readonly verdicts: readonly RecordedVerdict[];
  /** Hash of the files' contents, in order. */
  readonly hash: string;
}

/** Lines on which the elements of a JSON array begin. @param text JSON that has been parsed as an array */
function elementLines(text: string): number[] {
  const lines: number[] = [];
  let [line, depth, awaited] = [1, 0, false];
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[^\s"]|\n/g)) {
    if (token === "\n") {
      line++;
      continue;
    }
    const closes = token === "]" || token === "}";
    if (awaited && !closes) lines.push(line);
    if (token === "[" || token === "{") depth++;
    if (closes) depth--;
    awaited = depth === 1 && (token === "," || (token === "[" && lines.length === 0));
  }
  return lines;
}

function parseJsonFile(file: string, text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const message = messageOf(cause);
    const position = Number(/at position (\d+)/.exec(message)?.[1] ?? text.length);
    throw new DataError(`not valid JSON (${message.slice(0, 120)})`, {
      code: "broken-json",
      file,
      line: text.slice(0, position).split("\n").length,
      remedy: "A file that ends too early was often cut off while it was written or copied.",
      cause,
    });
  }
  refuseRepeatedKeys(text, file);
  return value;
}

function readArray(file: string, text: string): Recorded[] {
  const rows = parseJsonFile(file, text);
  if (!Array.isArray(rows)) return refuseRecord({ file, line: 1 }, "not a list of records");
  const lines = elementLines(text);
  return rows.flatMap((row: unknown, index) => readRecord(row, { file, line: lines[index] ?? 1 }));
}

function readFile(file: string): { recorded: Recorded[]; hash: string } {
  if (file.endsWith(".json")) {
    const bytes = readFileSync(file);
    return { recorded: readArray(file, bytes.toString("utf8").replace(/^\ufeff/, "")), hash: sha256(bytes) };
  }
  const hash = createHash("sha256");
  const recorded: Recorded[] = [];
  for (const { line, value } of readJsonLines(file, { uniqueKeys: true })) {
    // Of the values and not of the bytes, so that files of any size are read once.
    hash.update(JSON.stringify(value));
    recorded.push(...readRecord(value, { file, line }));
  }
  return { recorded, hash: hash.digest("hex") };
}

function listFiles(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const files = readdirSync(path).filter((name) => /\.jsonl?$/.test(name));
    if (files.length > 0) return files.sort().map((name) => join(path, name));
  } catch (cause) {
    throw new DataError(`cannot be read (${messageOf(cause)})`, {
      code: "unreadable-file",
      file: path,
      remedy: "Check path in the model's entry; it starts from the working directory.",
      cause,
    });
  }
  throw new DataError("this folder holds no .jsonl or .json files", { code: "unreadable-file", file: path });
}

/**
 * Reads recordings of every known form from files or folders of files.
 * @throws DataError naming file and line for what is not a recording.
 */
export function readRecordings(paths: readonly string[]): Recordings {
  const answers: RecordedAnswer[] = [];
  const verdicts: RecordedVerdict[] = [];
  const hashes: string[] = [];
  for (const file of paths.flatMap(listFiles)) {
    const { recorded, hash } = readFile(file);
    hashes.push(hash);
    for (const entry of recorded) {
      if (entry.kind === "answer") answers.push(entry);
      else verdicts.push(entry);
    }
  }
  return { answers, verdicts, hash: sha256(hashes.join("\n")) };
}

/** The model of the file whose answers are meant: the one asked for, the one of that display id, or the only one. */
export function chooseRecordedModel(
  answers: readonly RecordedAnswer[],
  wanted: string | undefined,
  id: string,
): string | undefined {
  const names = new Set(answers.flatMap((answer) => answer.model ?? []));
  if (wanted !== undefined && (names.has(wanted) || names.size === 0)) return wanted;
  if (wanted === undefined && names.size <= 1) return [...names][0];
  if (wanted === undefined && names.has(id)) return id;
  const file = answers[0]?.file ?? "";
  throw new DataError(
    wanted === undefined
      ? `holds answers of ${countOf(names.size, "model")}, and none is called "${id}"`
      : `holds no answers of "${wanted}"`,
    {
      code: "ambiguous-recordings",
      file,
      remedy: `Set the entry's "model" to one of: ${[...names].slice(0, 20).join(", ")}.`,
    },
  );
}

/** A file's name without its folder, for messages. */
export function shortName(file: string): string {
  return basename(file);
}
