import { gzipSync } from "node:zlib";
import type { ReportView } from "../view/records.js";
import { indexReading } from "./reading-index.js";

/** A piece of data inside the page: gzip, then base64, in an inert script element. */
export interface PackedPart {
  readonly id: string;
  readonly base64: string;
}

/** The parts of a view that the page's script works with; texts of questions, answers and verdicts come apart. */
export type PageView = Pick<
  ReportView,
  "title" | "version" | "generatedAt" | "boards" | "comparisons" | "trends" | "scores"
>;

/** Gzip with the highest effort: a report is written once and sent around often. */
function pack(id: string, json: string): PackedPart {
  return { id, base64: gzipSync(json, { level: 9 }).toString("base64") };
}

/** Data for the page: the view, the index of questions, and the questions in chunks. */
export function packView(view: ReportView): readonly PackedPart[] {
  const { title, version, generatedAt, boards, comparisons, trends, scores } = view;
  const page: PageView = { title, version, generatedAt, boards, comparisons, trends, scores };
  const { index, chunks } = indexReading(view);
  return [
    pack("data-view", JSON.stringify(page)),
    pack("data-index", JSON.stringify(index)),
    ...chunks.map((chunk, place) => pack(`data-chunk-${place}`, chunk)),
  ];
}
