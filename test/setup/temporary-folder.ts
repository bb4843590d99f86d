import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Gives all tests one temporary folder, and removes it with whatever they and the browsers left in it: `tmpdir()` leads
 * there in every worker. Both projects come by here; the first makes it.
 */
export default function temporaryFolder(): (() => void) | undefined {
  if (process.env.ASSAY_TEST_FOLDER !== undefined) return undefined;
  const before = process.env.TMPDIR;
  const folder = mkdtempSync(join(tmpdir(), "assay-tests-"));
  Object.assign(process.env, { TMPDIR: folder, ASSAY_TEST_FOLDER: folder });
  return () => {
    delete process.env.ASSAY_TEST_FOLDER;
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    // A browser that is ending may still write.
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    if (existsSync(folder)) throw new Error(`${folder} is left behind`);
  };
}
