/**
 * Arena-Hard's published Korean board (36 candidates, one baseline) beside arena-rank 0.1.1 and scikit-learn:
 * `ASSAY_MIRROR=… npx tsx test/bench/arena-rank.ts`. Installs both into a temporary folder, unless `ASSAY_BENCH_PYTHON`
 * names a Python that has them. Memory is read from /proc, so this wants Linux.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { seededRandom } from "../../harness/core/random.js";
import { BattleDesign } from "../../harness/stats/contextual/battle-design.js";
import {
  type ContextualFit,
  fitContextual,
  strengthsOf,
} from "../../harness/stats/contextual/contextual-fit.js";
import { MeanChances, resampledScores } from "../../harness/stats/contextual/mean-chances.js";
import { controlStyle } from "../../harness/stats/contextual/style-control.js";
import { BASELINE, readBattles } from "../stats/contextual/arena-hard-ko.js";
import { median, print } from "./measure.js";

interface Board {
  readonly rows: number;
  /** Rating and its variance. */
  readonly ratings: Readonly<Record<string, readonly [number, number]>>;
  /** Seconds of processor time, of all threads. */
  readonly cpu: number;
  readonly megabytes: number;
}

const ROUNDS = 3;
const REPLICATES = 1000;
const CHECKED = 50;
const SEED = "bench";
const SCRIPT = fileURLToPath(new URL("arena-rank.py", import.meta.url));

function command(program: string, words: readonly string[]): { stdout: string; seconds: number } {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: "utf8", maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${program} ${words.join(" ")} failed: ${stderr}`);
  return { stdout, seconds: (performance.now() - start) / 1000 };
}

function installed(scratch: string): string {
  const named = process.env.ASSAY_BENCH_PYTHON;
  if (named !== undefined) return named;
  const python = join(scratch, "python");
  command("python3", ["-m", "venv", python]);
  const packages = ["arena-rank==0.1.1", "scikit-learn==1.9.1"];
  command(join(python, "bin/pip"), ["install", "-q", "--disable-pip-version-check", ...packages]);
  return join(python, "bin/python");
}

/** Whole processes from files to board, in turns. */
async function compareBoards(python: string, folder: string, scratch: string): Promise<void> {
  const program = join(scratch, "board.mjs");
  const entry = fileURLToPath(new URL("arena-rank-board.ts", import.meta.url));
  await build({ entryPoints: [entry], outfile: program, bundle: true, platform: "node", format: "esm" });
  const seconds: { own: number[]; other: number[] } = { own: [], other: [] };
  const read = (program: string, words: readonly string[], into: number[]) => {
    const { stdout, seconds: took } = command(program, words);
    into.push(took);
    return JSON.parse(stdout) as Board;
  };
  let [own, other]: (Board | undefined)[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    other = read(python, [SCRIPT, "board", folder, BASELINE], seconds.other);
    own = read(process.execPath, [program, folder], seconds.own);
  }
  if (own === undefined || other === undefined) return;
  const [ownTime, otherTime] = [median(seconds.own), median(seconds.other)];
  const largest = (theirs: (model: string) => number | undefined, index: 0 | 1) =>
    Math.max(
      ...Object.entries(own.ratings).map(([model, pair]) =>
        Math.abs(pair[index] - (theirs(model) ?? Number.NaN)),
      ),
    ).toExponential(1);
  const bothApart = ({ ratings }: Pick<Board, "ratings">) =>
    ([0, 1] as const).map((index) => largest((model) => ratings[model]?.[index], index)).join(", ");
  const { stdout } = command(python, [SCRIPT, "optimum", folder, BASELINE]);
  const solved = JSON.parse(stdout) as Pick<Board, "ratings"> & { scipy: Readonly<Record<string, number>> };
  print("rows (assay, arena-rank)", `${own.rows}, ${other.rows}`);
  print("largest difference of a rating, of a variance", bothApart(other));
  print("to arena-rank solved to the end (ftol 0)", bothApart(solved));
  print(
    "to SciPy's BFGS on the same loss, ratings",
    largest((model) => solved.scipy[model], 0),
  );
  print("arena-rank, files to board", costOf(otherTime, other));
  print("assay, files to board", costOf(ownTime, own));
  bounded("time, assay ÷ arena-rank", ownTime / otherTime, 0.1);
  print("processor time, assay ÷ arena-rank", (own.cpu / other.cpu).toFixed(3));
  bounded("peak memory, assay ÷ arena-rank", own.megabytes / other.megabytes, 1 / 3);
}

function costOf(seconds: number, { cpu, megabytes }: Board): string {
  return `${seconds.toFixed(2)} s (processor ${cpu.toFixed(2)} s), ${megabytes.toFixed(0)} MB`;
}

function bounded(name: string, figure: number, most: number): void {
  print(name, figure.toFixed(3), `(at most ${most.toFixed(3)})`);
  if (!(figure <= most)) process.exitCode = 1;
}

/** Resampled questions: all refits against one of scikit-learn's, and some against full refits. */
function compareRefits(python: string, folder: string, scratch: string): void {
  const { fit } = controlStyle(readBattles(folder), { baseline: BASELINE });
  if (fit === null) throw new Error("the board was not fitted");
  const chances = new MeanChances(fit.design);
  const columns = writeDesign(fit, scratch);
  const { stdout } = command(python, [SCRIPT, "fit", scratch, String(columns)]);
  const theirs = JSON.parse(stdout) as { seconds: number; cpu: number; steps: number; parameters: number[] };
  const [start, begun] = [performance.now(), process.cpuUsage()];
  const scores = resampledScores(fit, chances, { seed: SEED, replicates: REPLICATES });
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(begun);
  print(
    `scikit-learn, one fit (${theirs.steps} steps)`,
    `${theirs.seconds.toFixed(2)} s (processor ${theirs.cpu.toFixed(2)} s)`,
  );
  const apart = theirs.parameters.map((value, index) =>
    Math.abs(value - (fit.parameters[index] ?? Number.NaN)),
  );
  print("largest difference of a parameter", Math.max(...apart).toExponential(1));
  print(
    `assay, ${REPLICATES} resampled refits`,
    `${seconds.toFixed(2)} s (processor ${((user + system) / 1e6).toFixed(2)} s)`,
  );
  bounded("refits ÷ scikit-learn's fit", seconds / theirs.seconds, 10);
  bounded(`largest error of ${CHECKED} refits, points`, largestError(fit, chances, scores), 0.05);
}

/** Scores of the first resamples against full fits of the same draws. */
function largestError(fit: ContextualFit, chances: MeanChances, scores: readonly Float64Array[]): number {
  const { rows, options } = fit.design;
  const random = seededRandom(SEED);
  const drawn = new Int32Array(rows.clusters);
  let largest = 0;
  for (let replicate = 0; replicate < CHECKED; replicate++) {
    random.fillIntegers(drawn, rows.clusters);
    const counts = new Float64Array(rows.clusters);
    for (const cluster of drawn) counts[cluster] = (counts[cluster] ?? 0) + 1;
    const weight = rows.weight.map((times, row) => times * (counts[rows.cluster[row] ?? 0] ?? 0));
    const full = fitContextual(new BattleDesign({ ...rows, weight }, options));
    if (full === null) throw new Error(`resample ${replicate} does not determine the fit`);
    const strengths = strengthsOf(fit.design, full.parameters);
    scores.forEach((own, model) => {
      const score = 100 * chances.of(model, strengths).mean;
      largest = Math.max(largest, Math.abs(score - (own[replicate] ?? Number.NaN)));
    });
  }
  return largest;
}

/** The design with a tie as half a win and half a loss. */
function writeDesign({ design }: ContextualFit, scratch: string): number {
  const { rows, order } = design;
  const lines: number[] = [];
  const [won, weight]: [number[], number[]] = [[], []];
  rows.share.forEach((share, row) => {
    for (const [outcome, part] of [
      [1, share],
      [0, 1 - share],
    ] as const) {
      if (part === 0) continue;
      lines.push(row);
      won.push(outcome);
      weight.push(part * (rows.weight[row] ?? 0));
    }
  });
  const matrix = new Float64Array(lines.length * order);
  lines.forEach((row, line) => {
    const put = (column: number, value: number) => {
      if (column >= 0) matrix[line * order + column] = value;
    };
    put(design.column(rows.first[row] ?? -1), 1);
    put(design.column(rows.second[row] ?? -1), -1);
    for (const [index, column] of rows.features.entries()) put(design.firstFeature + index, column[row] ?? 0);
  });
  writeFileSync(join(scratch, "design.bin"), matrix);
  writeFileSync(join(scratch, "won.bin"), Float64Array.from(won));
  writeFileSync(join(scratch, "weight.bin"), Float64Array.from(weight));
  return order;
}

const mirror = process.env.ASSAY_MIRROR;
if (mirror === undefined) {
  console.log("arena-rank is left out: ASSAY_MIRROR is not set");
} else {
  const scratch = mkdtempSync(join(tmpdir(), "assay-arena-rank-"));
  try {
    const python = installed(scratch);
    const folder = join(mirror, "arena_hard/ko");
    await compareBoards(python, folder, scratch);
    compareRefits(python, folder, scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
