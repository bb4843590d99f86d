/**
 * Scoring from disk at scale: `npx tsx test/bench/million-judgments.ts [cli.js] [scenario…]`, after `npm run build`.
 * Generates judgments of 4 KB into a temporary folder (4.2 GB for a million), scores them with the built command in a
 * process of its own, and prints its time, start-up included, and its highest memory.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { seededRandom } from "../../harness/core/random.js";

const RECORD_BYTES = 4096;
const SIZES = [100_000, 1_000_000];
const LIMIT_SECONDS = 15;
const LIMIT_MEGABYTES = 256;
const QUESTIONS = 80;
const PLACES = 2 * QUESTIONS;
const TRIALS = 125;
const CATEGORIES = ["writing", "roleplay", "reasoning", "math", "coding", "extraction", "stem", "humanities"];

const random = seededRandom("million judgments");
const WORDS =
  'the answer explains each step of its "proof"\nand then states why that is correct, although an example is missing'.split(
    " ",
  );

/** Texts of so many characters with line feeds and quotation marks, which JSON has to escape. */
function texts(length: number): string[] {
  return Array.from({ length: 64 }, () => {
    let text = "";
    while (text.length < length) text += `${WORDS[random.integer(WORDS.length)]} `;
    return text.slice(0, length);
  });
}

const prompts = texts(2_700);
const replies = texts(600);
const answerTexts = texts(900);

/** Writes JSON lines, padded to the length of a record by their prompts. */
function writeLines(file: string, count: number, recordOf: (index: number) => object): void {
  mkdirSync(join(file, ".."), { recursive: true });
  const handle = openSync(file, "w");
  for (let index = 0; index < count; ) {
    let lines = "";
    for (const end = Math.min(count, index + 250); index < end; index++)
      lines += `${JSON.stringify(recordOf(index))}\n`;
    writeSync(handle, lines);
  }
  closeSync(handle);
}

function questionOf(index: number) {
  const place = index % PLACES;
  const question = Math.floor(place / 2);
  return {
    id: String(81 + question),
    turn: 1 + (place % 2),
    category: CATEGORIES[Math.floor(question / 10)] ?? "",
  };
}

function pick(pool: readonly string[], index: number): string {
  return pool[index % pool.length] ?? "";
}

function judgment(model: string, index: number): object {
  const { id, turn, category } = questionOf(index);
  const verdict = { kind: "rating", rating: 1 + random.integer(10) };
  return {
    taskId: index.toString(16).padStart(16, "0"),
    protocol: "bench-single@judge~000000",
    suite: "bench",
    questionId: id,
    category,
    turn,
    trial: 1 + Math.floor(index / PLACES),
    a: model,
    answers: [answerId(model, Math.floor(index / 2))],
    at: "2025-01-01T00:00:00.000Z",
    status: "judged",
    request: {
      messages: [
        { role: "system", content: "You are a judge." },
        { role: "user", content: pick(prompts, index) },
      ],
      parameters: { temperature: 0, maxTokens: 2048 },
    },
    replies: [
      {
        text: pick(replies, index),
        endpointModel: "judge-0613",
        usage: { inputTokens: 900, outputTokens: 170 },
        costUsd: 0.012,
        finishReason: "stop",
        latencyMs: 1234.5,
        verdict,
      },
    ],
    verdict,
  };
}

function answerId(model: string, index: number): string {
  return `${model}-${index}`.padEnd(16, "0");
}

function answer(model: string, index: number): object {
  const { id, category } = questionOf(2 * index);
  const turn = { text: pick(answerTexts, index), finishReason: "stop", latencyMs: 900, parameters: {} };
  return {
    taskId: answerId(model, index),
    suite: "bench",
    questionId: id,
    category,
    model,
    trial: 1 + Math.floor(index / QUESTIONS),
    at: "2025-01-01T00:00:00.000Z",
    status: "completed",
    turns: [turn, turn],
  };
}

/** A run of 80 two-turn questions and 125 trials, with as many models as it takes. */
function writeRun(folder: string, count: number, withAnswers: boolean): string {
  const perModel = PLACES * TRIALS;
  const models = Array.from({ length: count / perModel }, (_, model) => `model-${model}`);
  const questions = Array.from({ length: QUESTIONS }, (_, question) => {
    const { id, category } = questionOf(2 * question);
    return { id, category, turns: ["first", "second"] };
  });
  const suite = { id: "bench", title: "Bench", questions, categories: CATEGORIES, hash: "", assets: [] };
  const protocol = {
    id: "bench-single@judge~000000",
    suite: "bench",
    judge: "bench",
    judgeModel: "judge",
    mode: "single",
    metric: "rating",
    subjects: models.map((model) => [model]),
    turns: "each",
    identity: {},
    assets: [],
    planned: count,
  };
  mkdirSync(join(folder, "suites"), { recursive: true });
  writeFileSync(join(folder, "suites", "bench.json"), JSON.stringify(suite));
  const manifest = {
    schema: "assay.run/1",
    config: {},
    seed: 1,
    trials: TRIALS,
    suites: [{ id: suite.id }],
    models: models.map((id) => ({ id })),
    judgeModels: [],
    protocols: [protocol],
    totals: [],
    answers: {},
    judgments: {},
  };
  writeFileSync(join(folder, "run.json"), JSON.stringify(manifest));
  for (const model of models) {
    const file = join(folder, "judgments", protocol.id, `${model}.jsonl`);
    writeLines(file, perModel, (index) => judgment(model, index));
    if (!withAnswers) continue;
    writeLines(join(folder, "answers", `${model}.jsonl`), perModel / 2, (index) => answer(model, index));
  }
  return folder;
}

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
