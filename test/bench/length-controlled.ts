/**
 * Timings of AlpacaEval scoring: `ASSAY_MIRROR=… npx tsx test/bench/length-controlled.ts`. Reads the published annotation
 * files of the mirror, ten in all (some twice), and computes every figure of a leaderboard row.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isSwitched } from "../../harness/core/python-random.js";
import { codePointLength } from "../../harness/core/text.js";
import { parseDifficulties, parseGamedRows } from "../../harness/interop/alpaca-eval/calibration-files.js";
import {
  type LengthControlledOptions,
  type LengthControlledRows,
  lengthControlledWinRate,
} from "../../harness/stats/length-controlled.js";
import { averageLength, summarizePreferences } from "../../harness/stats/preference-summary.js";

interface Annotation {
  readonly instruction: string;
  readonly output_1: string;
  readonly output_2: string;
  readonly preference: number | null;
}

const FILES = 10;
function run(folder: string): void {
  const read = (path: string) => readFileSync(join(folder, path), "utf8");
  const paths = annotationFiles(folder);
  const coldStart = performance.now();
  const gamed = parseGamedRows(read("length_controlled_v1/df_gamed.csv"), "df_gamed.csv");
  const byQuestion = parseDifficulties(
    read("length_controlled_v1/instruction_difficulty.csv"),
    "difficulty.csv",
  );
  let bytes = 0;
  let positions = new Map<string, number>();
  const inputs: LengthControlledRows[] = [];
  for (const path of paths) {
    const text = read(path);
    bytes += text.length;
    const rows = JSON.parse(text) as Annotation[];
    if (positions.size < rows.length) positions = new Map(rows.map((row, index) => [row.instruction, index]));
    const input = toRows(rows, positions, gamed, byQuestion);
    score(rows, input);
    inputs.push(input);
  }
  const coldMs = performance.now() - coldStart;
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  report(
    `${paths.length} files, ${(bytes / 1e6).toFixed(0)} MB: read, scored, fitted, from a cold start`,
    coldMs,
    600,
  );
  console.log(`${megabytes.toString().padStart(9)} MB  peak memory  (promised: under 300 MB)`);
  if (megabytes > 300) process.exitCode = 1;
  const perModel = (options: LengthControlledOptions) =>
    best(() => {
      for (const input of inputs) lengthControlledWinRate(input, options);
    }) / inputs.length;
  report("length-controlled fit with cross-validation, per model", perModel({}), 20);
  report("the same, liblinear (compat), per model", perModel({ compat: true }));
  report("the same with 500 bootstrap resamples, per model", perModel({ bootstrap: { seed: 1 } }));
  const instructions = [...positions.keys()];
  report(
    "orders of 805 instructions",
    best(() => instructions.map((text) => isSwitched(text))),
  );
}

/** Ten annotation files of the weighted protocol, the smaller folder repeated until there are ten. */
function annotationFiles(folder: string): string[] {
  const models = readdirSync(join(folder, "results"));
  const found = models
    .map((model) => `results/${model}/weighted_alpaca_eval_gpt4_turbo/annotations.json`)
    .filter((path) => existsSync(join(folder, path)));
  found.sort((first, second) => Number(second.includes("gpt4_1106")) - Number(first.includes("gpt4_1106")));
  return Array.from({ length: FILES }, (_, index) => found[index % found.length] ?? "");
}

function toRows(
  rows: readonly Annotation[],
  positions: ReadonlyMap<string, number>,
  gamed: ReturnType<typeof parseGamedRows>,
  byQuestion: Float64Array,
): LengthControlledRows {
  return {
    preferences: rows.map((row) => (row.preference === null ? null : row.preference - 1)),
    baselineLengths: rows.map((row) => codePointLength(row.output_1)),
    modelLengths: rows.map((row) => codePointLength(row.output_2)),
    difficulties: { byQuestion, questionOf: rows.map((row) => positions.get(row.instruction) ?? -1) },
    gamed,
  };
}

/** Orders are drawn once per instruction, not once per model. */
const orders = new Map<string, boolean>();

function orderOf(instruction: string): boolean {
  const known = orders.get(instruction);
  if (known !== undefined) return known;
  const drawn = isSwitched(instruction);
  orders.set(instruction, drawn);
  return drawn;
}

function score(rows: readonly Annotation[], input: LengthControlledRows): void {
  const modelFirst = rows.map((row) => orderOf(row.instruction));
  summarizePreferences({ preferences: input.preferences, modelFirst });
  averageLength(input.modelLengths);
  lengthControlledWinRate(input);
}

/** Best of five runs after one to warm up, in milliseconds. */
function best(work: () => void): number {
  work();
  let least = Number.POSITIVE_INFINITY;
  for (let repeat = 0; repeat < 5; repeat++) {
    const start = performance.now();
    work();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

function report(name: string, milliseconds: number, boundMs?: number): void {
  const promise = boundMs === undefined ? "" : `  (promised: under ${boundMs} ms)`;
  console.log(`${milliseconds.toFixed(1).padStart(9)} ms  ${name}${promise}`);
  if (boundMs !== undefined && milliseconds > boundMs) process.exitCode = 1;
}

const mirror = process.env.ASSAY_MIRROR;
if (mirror === undefined) {
  console.log("length-controlled: skipped, ASSAY_MIRROR is not set");
} else {
  run(join(mirror, "alpaca_eval"));
}
