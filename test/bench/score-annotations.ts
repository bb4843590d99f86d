/**
 * Time and memory of `assay score` on ten AlpacaEval annotation files of 4 MB, as a process of its own:
 * `ASSAY_MIRROR=… npx tsx test/bench/score-annotations.ts`. Every figure of a leaderboard row is computed, the
 * length-controlled fit with its cross-validation and bootstrap interval among them.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { annotationFiles } from "./annotation-files.js";

const FILES = 10;
const REPEATS = 7;
const MOST_MS = 600;
const MOST_MEGABYTES = 300;

/** Bundles the command as `npm run build` does, without touching dist/. */
async function bundle(folder: string): Promise<string> {
  await build({
    entryPoints: { cli: "harness/cli/main.ts" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    outdir: folder,
    packages: "external",
    logLevel: "warning",
  });
  return join(folder, "cli.js");
}

/** Wall time of one process and the most memory it held. */
function measure(command: string, files: readonly string[], probe: string) {
  const start = performance.now();
  const child = spawnSync(process.execPath, ["--import", probe, command, "score", ...files, "--json"], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  const milliseconds = performance.now() - start;
  if (child.status !== 0) throw new Error(`assay score failed:\n${child.stderr}`);
  const megabytes = Number(/peak (\d+)/.exec(child.stderr)?.[1]) / 1024;
  const models: unknown[] = JSON.parse(child.stdout).boards.flatMap(
    (board: { models: unknown[] }) => board.models,
  );
  return { milliseconds, megabytes, models: models.length };
}

async function run(mirror: string): Promise<void> {
  const cache = resolve("node_modules", ".cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "assay-bench-"));
  const data = mkdtempSync(join(tmpdir(), "assay-bench-"));
  try {
    const command = await bundle(folder);
    const probe = join(folder, "probe.mjs");
    writeFileSync(
      probe,
      "process.on('exit', () => console.error('peak', process.resourceUsage().maxRSS));\n",
    );
    const files = annotationFiles(mirror, data, FILES);
    const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
    const runs = Array.from({ length: REPEATS }, () => measure(command, files, probe));
    const times = runs.map((one) => one.milliseconds).sort((x, y) => x - y);
    const megabytes = Math.max(...runs.map((one) => one.megabytes));
    console.log(`${runs[0]?.models} models in ${FILES} files, ${(bytes / 1e6).toFixed(0)} MB, whole process`);
    console.log(
      `${(times[0] ?? 0).toFixed(0).padStart(9)} ms  best of ${REPEATS} (promised: under ${MOST_MS} ms)`,
    );
    console.log(`${(times[REPEATS >> 1] ?? 0).toFixed(0).padStart(9)} ms  median`);
    console.log(`${megabytes.toFixed(0).padStart(9)} MB  peak memory (promised: under ${MOST_MEGABYTES} MB)`);
    if ((times[0] ?? 0) > MOST_MS || megabytes > MOST_MEGABYTES) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(data, { recursive: true, force: true });
  }
}

const mirror = process.env.ASSAY_MIRROR;
if (mirror === undefined) console.log("score-annotations: skipped, ASSAY_MIRROR is not set");
else await run(mirror);
