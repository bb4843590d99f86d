import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { ReadingQuestion } from "../view/reading-records.js";
import type { ReportView } from "../view/records.js";
import { chunkReading, indexReading, type ReadingChunks } from "./reading-index.js";

/** A piece of data inside the page: gzip, then base64, in an inert script element. */
export interface PackedPart {
  readonly id: string;
  readonly base64: string;
}

/** The parts of a view that the page's script works with; texts of questions, answers and verdicts come apart. */
export type PageView = Pick<
  ReportView,
  "title" | "version" | "generatedAt" | "boards" | "comparisons" | "trends" | "stated" | "scores"
>;

/** The questions in chunks, which are compressed beside whatever else the process does. */
export interface PackedReading {
  readonly chunks: Pick<ReadingChunks, "places" | "count">;
  readonly parts: Promise<readonly PackedPart[]>;
}

const compress = promisify(gzip);

/** Characters of questions up to which a page is packed with the highest effort: it is made once and sent around often. */
const MOST_FOR_HIGHEST_EFFORT = 1 << 23;
const HIGHEST_EFFORT = 9;
/** Answers grow by less than a hundredth, and take a third of the time. */
const LARGE_PAGE_EFFORT = 6;

/**
 * Packs a piece of data. With room for all of its output a text is compressed in one go, without a turn of this thread
 * in between.
 */
export async function pack(id: string, json: string, level = HIGHEST_EFFORT): Promise<PackedPart> {
  const bytes = Buffer.from(json, "utf8");
  const packed = await compress(bytes, { level, chunkSize: Math.max(1024, bytes.length) });
  return { id, base64: packed.toString("base64") };
}

/** Starts to pack the questions: all that a page holds besides is made meanwhile. */
export function packReading(reading: readonly ReadingQuestion[]): PackedReading {
  const { texts, ...chunks } = chunkReading(reading);
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  const level = characters <= MOST_FOR_HIGHEST_EFFORT ? HIGHEST_EFFORT : LARGE_PAGE_EFFORT;
  const parts = Promise.all(texts.map((text, place) => pack(`data-chunk-${place}`, text, level)));
  // Whoever made the page may fail before it waits for this.
  parts.catch(() => undefined);
  return { chunks, parts };
}

/** Data for the page: the view, the index of questions, and the questions in chunks. */
export async function packView(view: ReportView, reading: PackedReading): Promise<readonly PackedPart[]> {
  const { title, version, generatedAt, boards, comparisons, trends, stated, scores } = view;
  const page: PageView = { title, version, generatedAt, boards, comparisons, trends, stated, scores };
  return [
    await pack("data-view", JSON.stringify(page)),
    await pack("data-index", JSON.stringify(indexReading(view, reading.chunks))),
    ...(await reading.parts),
  ];
}
