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

/** Makes a run folder of the bundled recordings: sample-small rated 4.8125, sample-large 8.125. */
export async function makeRecordedRun(bench: Bench, out: string): Promise<void> {
  bench.write("recorded.json", recordedConfig());
  const { code, stderr } = await bench.assay("run", "recorded.json", "--out", out, "--quiet");
  if (code !== 0) throw new Error(`the recorded run ended with ${code}: ${stderr}`);
}
