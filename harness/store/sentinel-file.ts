import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { nounFor } from "../core/count-of.js";
import { cannotWrite } from "../core/errors.js";
import type { JudgmentTask, Warning } from "../core/records.js";

/** A thing that a judge judges again and again: its question and answers as they were, whatever becomes of the run. */
export type SentinelAnchor = Pick<JudgmentTask, "id" | "item" | "a" | "b" | "ranked" | "order" | "answers">;

/** The frozen anchors of one protocol. */
export interface SentinelSet {
  readonly kind: "anchors";
  readonly schema: "assay.sentinel/1";
  /** Id of the set. */
  readonly set: string;
  readonly protocol: string;
  readonly seed: number;
  readonly at: string;
  readonly anchors: readonly SentinelAnchor[];
}

/** One verdict on an anchor. */
export interface SentinelVerdict {
  readonly kind: "verdict";
  readonly set: string;
  readonly run: string;
  /** Round within the run, from 1. */
  readonly round: number;
  readonly anchor: string;
  readonly at: string;
  /** Rating, or percent for the answer shown second; null where no usable verdict was given. */
  readonly value: number | null;
  readonly endpointModel?: string;
  readonly systemFingerprint?: string;
}

const anchorSchema = z.looseObject({
  id: z.string(),
  item: z.looseObject({
    kind: z.enum(["single", "pair"]),
    question: z.looseObject({ id: z.string(), category: z.string(), turns: z.array(z.string()) }),
    turn: z.number(),
    nonce: z.string(),
  }),
  a: z.string(),
  answers: z.array(z.string()),
});
const lineSchema = z.discriminatedUnion("kind", [
  z.looseObject({
    kind: z.literal("anchors"),
    schema: z.literal("assay.sentinel/1"),
    set: z.string(),
    protocol: z.string(),
    seed: z.number(),
    at: z.string(),
    anchors: z.array(anchorSchema),
  }),
  z.looseObject({
    kind: z.literal("verdict"),
    set: z.string(),
    run: z.string(),
    round: z.number(),
    anchor: z.string(),
    at: z.string(),
    value: z.number().nullable(),
    endpointModel: z.string().optional(),
    systemFingerprint: z.string().optional(),
  }),
]);

/** What a sentinel's file holds, in file order. */
export interface SentinelRecords {
  readonly sets: readonly SentinelSet[];
  readonly verdicts: readonly SentinelVerdict[];
  /** Lines that could not be read, such as one that a crash cut off; they count for nothing. */
  readonly warnings: readonly Warning[];
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Reads a sentinel's file; there need not be one. */
export function readSentinel(file: string): SentinelRecords {
  const sets: SentinelSet[] = [];
  const verdicts: SentinelVerdict[] = [];
  const broken: number[] = [];
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const record = lineSchema.safeParse(parsed(line));
    if (!record.success) broken.push(index + 1);
    // The schemas name what is read; assay wrote the rest of an anchor itself.
    else if (record.data.kind === "anchors") sets.push(record.data as unknown as SentinelSet);
    else verdicts.push(record.data as SentinelVerdict);
  }
  const message = `${file}: ${nounFor(broken.length, "line")} ${broken.slice(0, 5).join(", ")} cannot be read and count for nothing`;
  return {
    sets,
    verdicts,
    warnings: broken.length === 0 ? [] : [{ code: "sentinel-line-unreadable", message }],
  };
}

function endsInLineFeed(file: string): boolean {
  const size = existsSync(file) ? statSync(file).size : 0;
  if (size === 0) return true;
  const last = Buffer.alloc(1);
  const handle = openSync(file, "r");
  try {
    readSync(handle, last, 0, 1, size - 1);
  } finally {
    closeSync(handle);
  }
  return last[0] === 0x0a;
}

/**
 * Appends a record in one write, since several runs may share the file; after a line that a crash cut off it begins a new
 * one. @throws AssayError `cannot-write`.
 */
export function appendToSentinel(file: string, record: SentinelSet | SentinelVerdict): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    appendFileSync(file, `${endsInLineFeed(file) ? "" : "\n"}${JSON.stringify(record)}\n`);
  } catch (cause) {
    throw cannotWrite(file, "Free disk space, or name another file with --sentinel-file.", cause);
  }
}
