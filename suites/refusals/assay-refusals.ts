import { packageFile } from "../../harness/core/package-files.js";
import type { Suite } from "../../harness/core/records.js";
import { readSourceFile } from "../source-file.js";
import { loadRefusalFile } from "./refusal-file.js";

/** Harmless requests that look harmful, and harmful ones named without any usable detail; ships with assay. */
export async function loadAssayRefusals(): Promise<Suite> {
  const source = await readSourceFile(packageFile("suites", "data", "assay-refusals", "requests.yaml"));
  // What ships has no file of its own to be checked against.
  return { ...(await loadRefusalFile(source, () => "assay-refusals")), assets: [] };
}
