/**
 * Scoring from disk at scale: `npx tsx test/bench/million-judgments.ts [cli.js] [scenario…]`, after `npm run build`.
 * Generates judgments of 4 KB into a temporary folder (4.2 GB for a million), scores them with the built command in a
 * process of its own, and prints its time, start-up included, and its highest memory.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
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

const SIZES = [100_000, 1_000_000];
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

const scenarios: Readonly<Record<string, (folder: string, count: number) => string>> = {
  "run folder": (folder, count) => writeRun(folder, count, false),
  "run folder with its answers": (folder, count) => writeRun(folder, count, true),
  "FastChat file": (folder, count) => writeFastChat(folder, count, false),
  "FastChat file of repeats": (folder, count) => writeFastChat(folder, count, true),
};

interface Measured {
  readonly seconds: number;
  readonly megabytes: number;
}

const PRELOAD = `process.on("exit", () => process._rawDebug("peak " + process.resourceUsage().maxRSS))`;

async function measure(cli: string, path: string): Promise<Measured> {
  const preload = `data:text/javascript,${encodeURIComponent(PRELOAD)}`;
  const words = ["--import", preload, cli, "score", path, "--json"];
  const start = performance.now();
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  let scores = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    scores += text;
  });
  const [code] = await once(child, "close");
  const seconds = (performance.now() - start) / 1000;
  if (code !== 0) throw new Error(`assay score ended with ${String(code)}: ${said.slice(0, 2000)}`);
  const [board] = JSON.parse(scores).boards;
  const rows: readonly { readonly score: number }[] = board.models;
  const mean = rows.reduce((sum, row) => sum + row.score, 0) / rows.length;
  if (!(mean > 5.4 && mean < 5.6))
    throw new Error(`the mean of ratings from 1 to 10 came out as ${String(mean)}`);
  return { seconds, megabytes: Number(/peak (\d+)/.exec(said)?.[1] ?? Number.NaN) / 1024 };
}

const [first = "", ...others] = process.argv.slice(2);
const cli = resolve(first.endsWith(".js") ? first : "dist/cli.js");
const chosen = first.endsWith(".js") || first === "" ? others : [first, ...others];
statSync(cli);
console.log(
  `records of ${RECORD_BYTES} bytes; bounds for a million: ${LIMIT_SECONDS} s, ${LIMIT_MEGABYTES} MB`,
);
for (const [name, write] of Object.entries(scenarios)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  for (const count of SIZES) {
    const folder = mkdtempSync(join(tmpdir(), "assay-bench-"));
    try {
      const path = write(join(folder, "data"), count);
      const { seconds, megabytes } = await measure(cli, path);
      const figures = `${seconds.toFixed(1).padStart(6)} s   ${megabytes.toFixed(0).padStart(4)} MB`;
      console.log(`${name.padEnd(30)} ${String(count).padStart(9)} judgments   ${figures}`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
