import type { AssetUse, Suite } from "../../harness/core/records.js";
import { readSourceFile } from "../source-file.js";
import type { SuiteContext } from "../suite-context.js";
import { readAgievalRow } from "./agieval-rows.js";
import type { KnownItem } from "./known-item.js";
import { createKnownSuite } from "./known-suite.js";

/** The tasks that assay fetches, in the order in which they are shown. */
const AGIEVAL_TASKS = ["aqua-rat", "logiqa-en", "lsat-ar", "math", "sat-en", "sat-math"] as const;

/**
 * Six tasks of AGIEval v1 (Zhong et al. 2023, arXiv 2304.06364), zero-shot, in assay's own wording; one category for each
 * task. The other tasks load from the user's folder by a file with `layout: agieval`.
 * @throws DataError for an asset that cannot be had or read.
 */
export async function loadAgieval(context: SuiteContext): Promise<Suite> {
  const items: KnownItem[] = [];
  const assets: AssetUse[] = [];
  for (const task of AGIEVAL_TASKS) {
    const id = `agieval/${task}`;
    const { path, sha256, pinned } = await context.locateAsset(id);
    const source = await readSourceFile(path);
    const rows: readonly unknown[] = Array.isArray(source.root) ? source.root : [];
    for (const [index, row] of rows.entries())
      items.push(await readAgievalRow(row, { source, path: [index], index, category: task }));
    assets.push({ id, sha256, pinned });
  }
  return createKnownSuite({ id: "agieval", title: "AGIEval v1 (assay's wording, zero-shot)", items, assets });
}
