/**
 * Scoring from disk at scale: `npx tsx test/bench/million-judgments.ts [scenario…]`, after `npm run build`.
 * Generates judgments of 4 KB into a temporary folder (4.2 GB for a million), scores them with the built command in a
 * process of its own, and prints its time, start-up included, and its highest memory. With `ASSAY_BENCH_BASE` naming the
 * folder of another build (a checkout with its dist/), both run in turns and the ratios stand beside.
 * `ASSAY_BENCH_JUDGMENTS` names other numbers of judgments than 100,000 and a million, with commas between them.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compareBuilds } from "./command-cost.js";
import {
  PLACES,
  pick,
  prompts,
  questionOf,
  RECORD_BYTES,
  random,
  replies,
  TRIALS,
  writeLines,
  writeRun,
} from "./generated-run.js";

const SIZES = (process.env.ASSAY_BENCH_JUDGMENTS ?? "100000,1000000").split(",").map(Number);
const LIMIT_SECONDS = 15;
const LIMIT_MEGABYTES = 256;

/** FastChat's rows of single grading: 125 trials, or 50 models without trials whose verdicts were repeated. */
function writeFastChat(folder: string, count: number, repeated: boolean): string {
  const file = join(folder, "judge_single.jsonl");
  const perModel = repeated ? PLACES : PLACES * TRIALS;
  const models = repeated ? 50 : count / perModel;
  writeLines(file, count, (index) => {
    const { id, turn } = questionOf(index);
    const place = index % (models * perModel);
    const trial = 1 + Math.floor((place % perModel) / PLACES);
    return {
      question_id: Number(id),
      model: `model-${Math.floor(place / perModel)}`,
      judge: ["judge", "single-v1"],
      user_prompt: `${place} ${pick(prompts, place)}`,
      judgment: pick(replies, index) + pick(replies, index + 1).slice(0, 300),
      score: 1 + random.integer(10),
      turn,
      ...(trial === 1 ? {} : { trial }),
      tstamp: 1_700_000_000 + index / 1000,
    };
  });
  return file;
}

const WITH_ANSWERS = "run folder with its answers";
const scenarios: Readonly<Record<string, (folder: string, count: number) => string>> = {
  "run folder": (folder, count) => writeRun(folder, count, false),
  [WITH_ANSWERS]: (folder, count) => writeRun(folder, count, true),
  "FastChat file": (folder, count) => writeFastChat(folder, count, false),
  "FastChat file of repeats": (folder, count) => writeFastChat(folder, count, true),
};

/** @throws Error where the board's mean is not that of ratings drawn evenly from 1 to 10. */
function checkMean(scores: string): void {
  const [board] = JSON.parse(scores).boards;
  const rows: readonly { readonly score: number }[] = board.models;
  const mean = rows.reduce((sum, row) => sum + row.score, 0) / rows.length;
  if (!(mean > 5.4 && mean < 5.6))
    throw new Error(`the mean of ratings from 1 to 10 came out as ${String(mean)}`);
}

const chosen = process.argv.slice(2);
console.log(
  `records of ${RECORD_BYTES} bytes; bounds for a million: ${LIMIT_SECONDS} s, ${LIMIT_MEGABYTES} MB`,
);
for (const [name, write] of Object.entries(scenarios)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  for (const count of SIZES) {
    const folder = mkdtempSync(join(tmpdir(), "assay-bench-"));
    try {
      const path = write(join(folder, "data"), count);
      const promised = name === WITH_ANSWERS ? { time: 0.45, memory: 1.3 } : {};
      await compareBuilds(`${name}, ${count} judgments`, ["score", path, "--json"], 1, promised, checkMean);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
