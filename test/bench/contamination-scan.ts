import { corpusFiles } from "../../harness/contamination/corpus-files.js";
import type { FoundPassage } from "../../harness/contamination/findings.js";
import { type AskedQuestion, suiteParts } from "../../harness/contamination/question-verdicts.js";
import { scanCorpus } from "../../harness/contamination/scan-corpus.js";
import { suiteIndex } from "../../harness/contamination/suite-index.js";
import type { ContaminationMethod } from "../../harness/core/contamination.js";
import { loadSuite } from "../../suites/registry.js";
import { measure } from "./measure.js";

/** Methods of a scan that is timed. */
export const SCANS: Readonly<Record<string, readonly ContaminationMethod[]>> = {
  exact: ["ngram-13", "ngram-8", "long-match"],
  near: ["near-duplicate"],
  all: ["ngram-13", "ngram-8", "long-match", "near-duplicate"],
};

/** What a scan took and found. */
export interface ScanReport {
  readonly bytes: number;
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly peakMegabytes: number;
  readonly contaminated: number;
}

/** The suite that is looked for. */
export async function askedQuestions(): Promise<readonly AskedQuestion[]> {
  const nothing = { locateAsset: () => Promise.reject(new Error("no asset is needed")) };
  const { id, questions } = await loadSuite("assay-80", nothing);
  return questions.map((question) => ({ suite: id, question }));
}

/** Scans a file and measures it. @param workers threads; undefined for as many as there are cores */
export async function scanFile(
  file: string,
  scan: string,
  workers: number | undefined,
  onMatch?: (passage: FoundPassage, question: string) => void,
): Promise<ScanReport> {
  const asked = await askedQuestions();
  const methods = new Set(SCANS[scan] ?? []);
  const index = suiteIndex(suiteParts(asked), { exact: scan !== "near", near: scan !== "exact" });
  let [bytes, rows] = [0, 0];
  const cost = await measure(async () => {
    const { corpus } = await scanCorpus(index, corpusFiles([file]).files, {
      ...{ methods, fields: [], similarity: 0.5, passages: 3, workers },
      onMatch:
        onMatch &&
        ((passage) => onMatch(passage, asked[index.parts[passage.part]?.question ?? 0]?.question.id ?? "")),
    });
    bytes = corpus.uncompressedBytes;
    rows = corpus.matchedRows;
  });
  const peakMegabytes = process.resourceUsage().maxRSS / 1000;
  return { bytes, ...cost, peakMegabytes, contaminated: rows };
}

const [, , file, scan, workers = "1"] = process.argv;
if (file !== undefined && scan !== undefined && process.argv[1]?.includes("contamination-scan") === true)
  console.log(JSON.stringify(await scanFile(file, scan, Number(workers) || undefined)));
