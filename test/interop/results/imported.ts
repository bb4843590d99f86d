import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { systemClock } from "../../../harness/core/clock.js";
import type { Warning } from "../../../harness/core/records.js";
import { formatOfImport } from "../../../harness/interop/import-format.js";
import { isHarnessFormat } from "../../../harness/interop/import-tools.js";
import { importResults } from "../../../harness/interop/results/import-results.js";
import { scoreRun } from "../../../harness/pipeline/scores/score-run.js";
import { temporaryFolder } from "../../pipeline/sample-plan.js";

/** Writes files into a new folder, by path; what is no text becomes JSON. */
export function folderOf(files: Readonly<Record<string, unknown>>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    const isBytes = typeof content === "string" || content instanceof Uint8Array;
    writeFileSync(file, isBytes ? content : JSON.stringify(content));
  }
  return folder;
}

/** Lines of JSON. */
export function linesOf(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}

/** Imports as `assay import` does, the format found by looking at the files. */
export async function imported(
  paths: readonly string[],
  options: { readonly model?: string; readonly columns?: readonly string[] } = {},
) {
  const run = join(temporaryFolder(), "run");
  const format = formatOfImport(paths);
  if (!isHarnessFormat(format)) throw new Error(`${format} is another importer's`);
  const warnings: Warning[] = [];
  const manifest = await importResults(format, paths, run, {
    ...options,
    clock: systemClock,
    onWarning: (warning) => warnings.push(warning),
  });
  return { run, format, manifest, warnings, scores: scoreRun(run) };
}

/** A board's rows as `[judge, model, score, n]`. */
export function scoresShown({ scores }: Awaited<ReturnType<typeof imported>>) {
  return scores.boards.flatMap((board) =>
    board.metric === "rating"
      ? board.models.map(({ model, score, n }) => [board.judge, model, score, n])
      : [],
  );
}
