/**
 * Throughput of the contamination scan on generated corpora of 1 GB (`ASSAY_BENCH_BYTES`) with a question planted in 1%, 10%
 * and all of the rows, beside a plain Python scan of the first 100 MB (`ASSAY_BENCH_PYTHON_BYTES`) of the same file, turn
 * by turn with assay's own of the same bytes; then whether every planted question was found where it is.
 * `ASSAY_BENCH_PARQUET` names a Parquet file to time. Scans are by one thread, a last one by as many as there are cores.
 * Throughput is by processor time, so that other work on the machine changes it little.
 */
import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FoundPassage } from "../../harness/contamination/findings.js";
import { suiteParts } from "../../harness/contamination/question-verdicts.js";
import { countOf } from "../../harness/core/count-of.js";
import { type Plant, writeCorpus } from "./contamination-corpus.js";
import { askedQuestions, type ScanReport, scanFile } from "./contamination-scan.js";
import { median, print } from "./measure.js";

const BYTES = Number(process.env.ASSAY_BENCH_BYTES ?? 1e9);
const PYTHON_BYTES = Number(process.env.ASSAY_BENCH_PYTHON_BYTES ?? 1e8);
const ROUNDS = 3;
const here = (name: string) => fileURLToPath(new URL(`./${name}`, import.meta.url));

function timed(file: string, scan: string, workers = 1): ScanReport {
  const words = ["--import", "tsx", here("contamination-scan.ts"), file, scan, String(workers)];
  return JSON.parse(execFileSync(process.execPath, words, { encoding: "utf8" }));
}

/** Copies the whole lines within the first bytes of a file. */
function copyHead(file: string, to: string, bytes: number): void {
  const handle = openSync(file, "r");
  const buffer = Buffer.alloc(bytes);
  const read = readSync(handle, buffer, 0, bytes, 0);
  closeSync(handle);
  const head = buffer.subarray(0, read);
  writeFileSync(to, head.subarray(0, head.lastIndexOf(0x0a) + 1));
}

function throughput({ bytes, cpuMs }: Pick<ScanReport, "bytes" | "cpuMs">): number {
  return bytes / 1000 / cpuMs;
}

function showScan(name: string, report: ScanReport): void {
  const megabytes = report.bytes / 1e6;
  print(
    name,
    `${throughput(report).toFixed(0)} MB/s`,
    `${(megabytes / (report.wallMs / 1000)).toFixed(0)} MB/s by the clock, ${report.peakMegabytes.toFixed(0)} MB at most`,
  );
}

/** Letters and digits that may be the same by chance before and behind what was planted. */
const BY_CHANCE = 12;

function isFound(plant: Plant, { offset, bytes, jaccard }: FoundPassage): boolean {
  if ((jaccard !== undefined) !== (plant.kind === "edited")) return false;
  const before = plant.from - offset;
  const behind = offset + bytes - plant.to;
  return before >= 0 && behind >= 0 && before <= BY_CHANCE && behind <= BY_CHANCE;
}

async function showFound(file: string, plants: readonly Plant[]): Promise<void> {
  const byRow = new Map(plants.map((plant) => [plant.row, plant]));
  const found = new Set<Plant>();
  const spurious = new Set<number>();
  await scanFile(file, "all", 1, (passage, question) => {
    const plant = byRow.get(passage.row);
    if (plant === undefined) spurious.add(passage.row);
    else if (plant.question === question && isFound(plant, passage)) found.add(plant);
  });
  for (const kind of ["whole", "passage", "letters", "edited"]) {
    const all = plants.filter((plant) => plant.kind === kind);
    const count = all.filter((plant) => found.has(plant)).length;
    print(`  planted ${kind}: found with their spans`, `${count} of ${all.length}`);
    if (kind !== "edited" && count < all.length) process.exitCode = 1;
  }
  print("  rows with a match and nothing planted", String(spurious.size));
}

const folder = mkdtempSync(join(tmpdir(), "assay-bench-"));
try {
  const asked = await askedQuestions();
  const suite = join(folder, "suite.jsonl");
  writeFileSync(
    suite,
    suiteParts(asked)
      .map(({ text }) => `${JSON.stringify(text)}\n`)
      .join(""),
  );
  for (const share of [0.01, 0.1, 1]) {
    const file = join(folder, "corpus.jsonl");
    const plants = writeCorpus(file, BYTES, share, asked);
    console.log(`${(BYTES / 1e6).toFixed(0)} MB, a question in ${100 * share}% of the rows`);
    const exact = timed(file, "exact");
    showScan("n-grams and long matches", exact);
    showScan("near duplicates", timed(file, "near"));
    // Of several threads the clock counts; 0 takes as many as there are cores.
    showScan(`all methods, ${countOf(availableParallelism(), "thread")}`, timed(file, "all", 0));
    const head = join(folder, "head.jsonl");
    copyHead(file, head, PYTHON_BYTES);
    const words = [here("contamination.py"), suite, head, String(PYTHON_BYTES)];
    // Turn by turn, so that what else the machine does meets both.
    const rounds = Array.from({ length: ROUNDS }, () => {
      const own = throughput(timed(head, "exact"));
      const { bytes, cpu } = JSON.parse(execFileSync("python3", words, { encoding: "utf8" }));
      return { own, python: throughput({ bytes, cpuMs: cpu * 1000 }) };
    });
    const [own, python] = [median(rounds.map((one) => one.own)), median(rounds.map((one) => one.python))];
    print(
      `plain Python, set of 13-grams, ${(PYTHON_BYTES / 1e6).toFixed(0)} MB in ${ROUNDS} turns`,
      `${python.toFixed(1)} MB/s`,
      `ratio ${(own / python).toFixed(1)} (${own.toFixed(0)} MB/s)`,
    );
    rmSync(head);
    await showFound(file, plants);
    rmSync(file);
  }
  const parquet = process.env.ASSAY_BENCH_PARQUET;
  if (parquet !== undefined)
    for (const scan of ["exact", "near"]) showScan(`Parquet, ${scan}`, timed(parquet, scan));
} finally {
  rmSync(folder, { recursive: true });
}
