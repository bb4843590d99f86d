import { existsSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Linux keeps this in memory, where it costs nothing that every record is forced to the disk. */
const IN_MEMORY = "/dev/shm";
/** Several times what all tests leave. */
const LEAST_BYTES = 8 * 2 ** 30;

/** Where the folder is made: where the environment says, else in memory if there is plenty, else where programs do. */
function placeOf(environment: NodeJS.ProcessEnv): string {
  if (environment.TMPDIR !== undefined || !existsSync(IN_MEMORY)) return tmpdir();
  const { bavail, bsize } = statfsSync(IN_MEMORY);
  return bavail * bsize >= LEAST_BYTES ? IN_MEMORY : tmpdir();
}

/**
 * Gives all tests one temporary folder, and removes it with whatever they and the browsers left in it: `tmpdir()` leads
 * there in every worker. Both projects come by here; the first makes it.
 */
export default function temporaryFolder(): (() => void) | undefined {
  if (process.env.ASSAY_TEST_FOLDER !== undefined) return undefined;
  const before = process.env.TMPDIR;
  const folder = mkdtempSync(join(placeOf(process.env), "assay-tests-"));
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
