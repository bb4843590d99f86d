import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "../../harness/core/random.js";

/** Bytes of a judgment, about. */
export const RECORD_BYTES = 4096;
const QUESTIONS = 80;
/** Verdicts of a model in one trial. */
export const PLACES = 2 * QUESTIONS;
/** Trials of a run. */
export const TRIALS = 125;
const CATEGORIES = ["writing", "roleplay", "reasoning", "math", "coding", "extraction", "stem", "humanities"];

/** What is drawn is the same every time. */
export const random = seededRandom("million judgments");
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

/** Texts of prompts and replies. */
export const prompts = texts(2_700);
export const replies = texts(600);
const answerTexts = texts(900);

/** Writes JSON lines, padded to the length of a record by their prompts. */
export function writeLines(file: string, count: number, recordOf: (index: number) => object): void {
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

/** Question, turn and category of a record. */
export function questionOf(index: number) {
  const place = index % PLACES;
  const question = Math.floor(place / 2);
  return {
    id: String(81 + question),
    turn: 1 + (place % 2),
    category: CATEGORIES[Math.floor(question / 10)] ?? "",
  };
}

/** One of some texts. */
export function pick(pool: readonly string[], index: number): string {
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

/** A run of 80 two-turn questions and 125 trials, with as many models as it takes, as if it still went on. */
export function writeRun(folder: string, count: number, withAnswers: boolean): string {
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
    tool: { name: "assay", version: "0.1.0", node: process.version, platform: process.platform },
    config: {},
    status: "running",
    startedAt: "2025-01-01T00:00:00.000Z",
    finishedAt: null,
    durationMs: 0,
    seed: 1,
    trials: TRIALS,
    suites: [{ id: suite.id, title: suite.title, hash: suite.hash, assets: [] }],
    models: models.map((id) => ({ id, identity: { model: id } })),
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
