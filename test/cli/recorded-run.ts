import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageFile } from "../../harness/core/package-files.js";
import type { Bench } from "./command-runner.js";

function recorded(...parts: string[]): string {
  return packageFile("suites", "data", "quickstart", ...parts);
}

/** The config of a run over the bundled recordings, judged singly and in pairs; writes a light report. */
export function recordedConfig(gates: readonly Readonly<Record<string, unknown>>[] = []): string {
  const models = ["sample-small", "sample-large"].map((id) => ({
    id,
    adapter: "replay",
    path: recorded("answers", `${id}.jsonl`),
  }));
  const judge = (mode: string, file: string) => ({
    id: "sample-judge",
    // The replies were written for version 1 of the protocol.
    protocol: "assay@1",
    mode,
    adapter: "replay",
    path: recorded("verdicts", file),
  });
  const judges = [judge("single", "single.jsonl"), judge("pairwise-all", "pair.jsonl")];
  const report = { formats: ["csv"] };
  return JSON.stringify({ suites: ["quickstart"], models, judges, cache: false, report, gates });
}

/** Runs over the bundled recordings where the bench stands: with the files beside the configuration, and its cache. */
export async function runRecordings(bench: Bench, out: string): Promise<void> {
  bench.write("recorded.json", recordedConfig());
  const { code, stderr } = await bench.assay("run", "recorded.json", "--out", out, "--quiet");
  if (code !== 0) throw new Error(`the recorded run ended with ${code}: ${stderr}`);
}

let made: string | undefined;

/**
 * Makes a run folder of the bundled recordings: sample-small rated 4.8125, sample-large 8.125. The first one of a worker is
 * run, the others are copies of it.
 */
export async function makeRecordedRun(bench: Bench, out: string): Promise<void> {
  const target = join(bench.folder, out);
  if (made === undefined) {
    await runRecordings(bench, out);
    made = mkdtempSync(join(tmpdir(), "assay-recorded-"));
    cpSync(target, made, { recursive: true, preserveTimestamps: true });
  } else {
    bench.write("recorded.json", recordedConfig());
    cpSync(made, target, { recursive: true, preserveTimestamps: true });
  }
}
