import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ContaminationScan } from "../core/contamination.js";
import { isJsonObject } from "../core/json.js";
import { readOwnDocument } from "./own-document.js";
import { prettyJson, writeFileAtomically } from "./run-folder.js";

/** Name of a scan's result in a run folder. */
export const CONTAMINATION_FILE = "contamination.json";

function isItem(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const { suite, id, contaminated, methods, passages } = value;
  return (
    typeof suite === "string" &&
    typeof id === "string" &&
    typeof contaminated === "boolean" &&
    Array.isArray(methods) &&
    Array.isArray(passages) &&
    passages.every((one) => isJsonObject(one) && typeof one.file === "string" && typeof one.text === "string")
  );
}

function isSuite(value: unknown): boolean {
  return isJsonObject(value) && typeof value.suite === "string" && typeof value.hash === "string";
}

function isScan(value: unknown): value is ContaminationScan {
  if (!isJsonObject(value) || value.schema !== "assay.contamination/1") return false;
  const { at, suites, items, corpus, found, methods } = value;
  return (
    typeof at === "string" &&
    Array.isArray(suites) &&
    suites.every(isSuite) &&
    Array.isArray(items) &&
    items.every(isItem) &&
    Array.isArray(methods) &&
    isJsonObject(found) &&
    isJsonObject(corpus) &&
    typeof corpus.files === "number" &&
    typeof corpus.uncompressedBytes === "number"
  );
}

/** Reads the scan that a run folder keeps; undefined where it keeps none. @throws DataError for a damaged one. */
export function readRunContamination(run: string): ContaminationScan | undefined {
  const file = join(run, CONTAMINATION_FILE);
  if (!existsSync(file)) return undefined;
  return readOwnDocument(file, {
    what: "contamination scan",
    schema: "assay.contamination/1",
    is: isScan,
    code: "bad-contamination-scan",
    remedy: "Scan again with `assay contamination`, or remove the file.",
  });
}

/** Writes a scan. @throws AssayError `cannot-write`. */
export function writeContamination(file: string, scan: ContaminationScan): Promise<void> {
  return writeFileAtomically(file, prettyJson(scan));
}
