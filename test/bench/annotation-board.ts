/**
 * A length-controlled board of 57 AlpacaEval annotation files, by default and under `--compat`:
 * `ASSAY_MIRROR=… npx tsx test/bench/annotation-board.ts [REPEATS]`, after `npm run build`. The files are the published
 * ones, some again under another name; every figure of a leaderboard row is computed. With `ASSAY_BENCH_BASE` naming the
 * folder of another build, both run in turns and the ratios stand beside.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { annotationFiles } from "./annotation-files.js";
import { compareBuilds } from "./command-cost.js";

const FILES = 57;
const WAYS = [
  { name: "by default", words: [], time: 0.5 },
  { name: "under --compat", words: ["--compat"], time: 0.3 },
] as const;

const repeats = Number(process.argv[2] ?? 3);
const mirror = process.env.ASSAY_MIRROR;
if (mirror === undefined) console.log("annotation-board: skipped, ASSAY_MIRROR is not set");
else {
  const folder = mkdtempSync(join(tmpdir(), "assay-bench-"));
  try {
    const files = annotationFiles(mirror, folder, FILES);
    for (const { name, words, time } of WAYS)
      await compareBuilds(
        `${FILES} files ${name}`,
        ["score", ...files, "--json", ...words],
        repeats,
        { time },
        (stdout) => {
          const models = JSON.parse(stdout).boards.flatMap((board: { models: unknown[] }) => board.models);
          if (models.length !== FILES) throw new Error(`the board holds ${models.length} models`);
        },
      );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
