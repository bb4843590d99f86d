import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Interval, PartialScore, PreferenceRow, RatingRow } from "../../harness/core/board.js";
import { readJsonLines } from "../../harness/core/jsonl.js";
import type { Answer, Judgment, Question, Suite, Verdict } from "../../harness/core/records.js";
import { codePointLength } from "../../harness/core/text.js";
import type { ReportInput } from "../../reports/view/view.js";

const AT = "2023-07-01T00:00:00.000Z";

const questionRow = z.object({
  question_id: z.number(),
  category: z.string(),
  turns: z.array(z.string()),
  reference: z.array(z.string()).optional(),
});
const answerRow = z.object({
  question_id: z.number(),
  choices: z.array(z.object({ turns: z.array(z.string()) })),
});
const judgmentRow = z.object({
  question_id: z.number(),
  model: z.string(),
  judgment: z.string(),
  score: z.number(),
  turn: z.number(),
});
const outputRow = z.object({ instruction: z.string(), output: z.string(), generator: z.string() });
const annotationRow = z.object({
  instruction: z.string(),
  output_1: z.string(),
  output_2: z.string(),
  preference: z.number().nullable(),
});

function rows<Row>(file: string, schema: z.ZodType<Row>): readonly Row[] {
  return [...readJsonLines(file)].map(({ value }) => schema.parse(value));
}

function answerOf(suite: string, question: Question, model: string, turns: readonly string[]): Answer {
  return {
    taskId: `${suite}-${model}-${question.id}`,
    suite,
    questionId: question.id,
    category: question.category,
    model,
    trial: 1,
    at: AT,
    status: "completed",
    turns: turns.map((text) => ({
      text,
      parameters: {},
      finishReason: "unknown",
      latencyMs: 0,
      source: "recording",
    })),
  };
}

function judgmentOf(
  head: Pick<Judgment, "protocol" | "suite" | "turn" | "a"> & { readonly b?: string },
  question: Question,
  verdict: Verdict,
  text: string,
): Judgment {
  return {
    ...head,
    taskId: JSON.stringify([head, question.id]),
    questionId: question.id,
    category: question.category,
    trial: 1,
    answers: [],
    at: AT,
    status: "judged",
    request: { messages: [], parameters: {} },
    replies: [{ text, verdict, finishReason: "unknown", latencyMs: 0, source: "recording" }],
    verdict,
  };
}

function suiteOf(id: string, title: string, questions: readonly Question[]): Suite {
  return {
    id,
    title,
    questions,
    categories: [...new Set(questions.map((question) => question.category))],
    hash: "",
    sampling: { maxTokens: 1024, temperature: 0 },
    defaultJudge: "mt-bench",
    defaultMode: "single",
    assets: [],
  };
}

/** Mean with a plain t interval: good enough to look at a report; published figures are tested elsewhere. */
function partOf(values: readonly number[]): PartialScore & { readonly interval: Interval | null } {
  const n = values.length;
  if (n < 2) return { score: values[0] ?? null, standardError: null, interval: null, n };
  const score = values.reduce((sum, value) => sum + value, 0) / n;
  const error = Math.sqrt(values.reduce((sum, value) => sum + (value - score) ** 2, 0) / (n - 1) / n);
  return {
    score,
    standardError: error,
    interval: {
      low: score - 1.98 * error,
      high: score + 1.98 * error,
      level: 95,
      method: "t, for the look of it",
    },
    n,
  };
}

const MT_BENCH_MODELS = [
  "gpt-4",
  "gpt-3.5-turbo",
  "claude-v1",
  "vicuna-13b-v1.3",
  "alpaca-13b",
  "llama-13b",
  "ultrachat_baseline",
  "ultrachat_cai",
  "ultrachat_sai",
];

/** Nine models' answers to MT-Bench, three of them judged. */
export function mtBenchInput(mirror: string): ReportInput {
  const folder = join(mirror, "mt_bench");
  const references = new Map(
    rows(join(folder, "reference_answer", "gpt-4.jsonl"), answerRow).map((row) => [
      row.question_id,
      row.choices[0]?.turns,
    ]),
  );
  const questions = rows(join(folder, "question.jsonl"), questionRow).map((row): Question => {
    const reference = references.get(row.question_id);
    return {
      id: String(row.question_id),
      category: row.category,
      turns: row.turns,
      ...(reference ? { reference } : {}),
    };
  });
  const byId = new Map(questions.map((question) => [question.id, question]));
  const suite = suiteOf("mt-bench", "MT-Bench", questions);
  const answers = MT_BENCH_MODELS.flatMap((model) =>
    rows(join(folder, "model_answer", `${model}.jsonl`), answerRow).flatMap((row) => {
      const question = byId.get(String(row.question_id));
      return question === undefined ? [] : [answerOf(suite.id, question, model, row.choices[0]?.turns ?? [])];
    }),
  );
  const judged = rows(join(folder, "model_judgment", "gpt-4_single.jsonl"), judgmentRow);
  const protocol = "mt-bench-single@gpt-4";
  const judgments = judged.flatMap((row) => {
    const question = byId.get(String(row.question_id));
    const verdict: Verdict = { kind: "rating", rating: row.score };
    const head = { protocol, suite: suite.id, turn: row.turn, a: row.model };
    return question === undefined ? [] : [judgmentOf(head, question, verdict, row.judgment)];
  });
  const models = [...new Set(judged.map((row) => row.model))].map((model): RatingRow => {
    const own = judged.filter((row) => row.model === model);
    const part = (keep: (row: (typeof own)[number]) => boolean) =>
      partOf(own.filter(keep).map((row) => row.score));
    const all = part(() => true);
    const categoryOf = (row: (typeof own)[number]) => byId.get(String(row.question_id))?.category;
    return {
      model,
      score: all.score,
      standardError: all.standardError ?? null,
      interval: all.interval,
      n: all.n ?? 0,
      invalid: 0,
      missing: 0,
      questions: 80,
      bounds: { low: all.score, high: all.score },
      turns: { "1": part((row) => row.turn === 1), "2": part((row) => row.turn === 2) },
      categories: Object.fromEntries(
        suite.categories.map((name) => [name, part((row) => categoryOf(row) === name)]),
      ),
    };
  });
  return {
    scores: {
      schema: "assay.scores/1",
      sources: [{ path: "gpt-4_single.jsonl", format: "fastchat-single", records: judged.length }],
      boards: [{ suite: suite.id, mode: "single", judge: "gpt-4", protocol, metric: "rating", models }],
      warnings: [],
    },
    manifests: [],
    suites: [suite],
    answers,
    judgments,
    comparisons: [],
    generatedAt: "2025-03-01T10:00:00.000Z",
    version: "0.1.0",
  };
}

const ALPACA_MODELS = ["FuseChat-Gemma-2-9B-Instruct", "gpt-3.5-turbo-1106", "claude-2"];
const ALPACA_BASELINE = "gpt4_1106_preview";

function alpacaRow(
  model: string,
  preferences: readonly number[],
  lengths: readonly number[],
  all: number,
): PreferenceRow {
  const weights = preferences.map((preference) => preference - 1);
  const part = partOf(weights.map((weight) => 100 * weight));
  const wins = weights.filter((weight) => weight > 0.5).length;
  const draws = weights.filter((weight) => weight === 0.5).length;
  return {
    model,
    winRate: part.score,
    standardError: part.standardError ?? null,
    interval: part.interval,
    wins,
    draws,
    losses: weights.length - wins - draws,
    n: weights.length,
    invalid: 0,
    missing: all - weights.length,
    questions: weights.length,
    discreteWinRate: (100 * (wins + draws / 2)) / weights.length,
    lengthControlledWinRate: null,
    lengthControlledStandardError: null,
    lengthControlled: null,
    bounds: { low: part.score, high: part.score },
    categories: {},
    averageLength: Math.floor(lengths.reduce((sum, length) => sum + length, 0) / lengths.length),
  };
}

/** Three models and the baseline on AlpacaEval's 805 instructions, with the published preferences. */
export function alpacaEvalInput(mirror: string): ReportInput {
  const results = join(mirror, "alpaca_eval", "results");
  const read = <Row>(file: string, schema: z.ZodType<Row>) =>
    z.array(schema).parse(JSON.parse(readFileSync(file, "utf8")));
  const baseline = read(join(results, ALPACA_BASELINE, "model_outputs.json"), outputRow);
  const questions = baseline.map(
    (row, place): Question => ({ id: String(place + 1), category: "instruction", turns: [row.instruction] }),
  );
  const suite = suiteOf("alpaca-eval", "AlpacaEval", questions);
  const byText = new Map(questions.map((question) => [question.turns[0], question]));
  const answers: Answer[] = baseline.flatMap((row) => {
    const question = byText.get(row.instruction);
    return question === undefined ? [] : [answerOf(suite.id, question, ALPACA_BASELINE, [row.output])];
  });
  const judgments: Judgment[] = [];
  const protocol = "weighted-alpaca-eval@gpt-4-1106-preview";
  const models = ALPACA_MODELS.map((model): PreferenceRow => {
    const annotations = read(
      join(results, model, "weighted_alpaca_eval_gpt4_turbo", "annotations.json"),
      annotationRow,
    );
    const given: number[] = [];
    for (const row of annotations) {
      const question = byText.get(row.instruction);
      if (question === undefined) continue;
      answers.push(answerOf(suite.id, question, model, [row.output_2]));
      if (row.preference === null) continue;
      given.push(row.preference);
      const weightB = row.preference - 1;
      const winner = weightB > 0.5 ? "b" : weightB < 0.5 ? "a" : "tie";
      const head = { protocol, suite: suite.id, turn: 1, a: ALPACA_BASELINE, b: model };
      judgments.push(
        judgmentOf(head, question, { kind: "preference", winner, weightB }, weightB > 0.5 ? "M" : "m"),
      );
    }
    return alpacaRow(
      model,
      given,
      annotations.map((row) => codePointLength(row.output_2)),
      questions.length,
    );
  });
  return {
    scores: {
      schema: "assay.scores/1",
      sources: [{ path: "annotations.json", format: "alpaca-eval", records: judgments.length }],
      boards: [
        {
          suite: suite.id,
          mode: "pairwise-baseline",
          judge: "gpt-4-1106-preview",
          protocol,
          baseline: ALPACA_BASELINE,
          metric: "preference",
          models,
        },
      ],
      warnings: [],
    },
    manifests: [],
    suites: [suite],
    answers,
    judgments,
    comparisons: [],
    generatedAt: "2025-03-01T10:00:00.000Z",
    version: "0.1.0",
  };
}

/** Whether published data is there. */
export function hasPublished(mirror: string | undefined): mirror is string {
  return mirror !== undefined && existsSync(join(mirror, "mt_bench", "question.jsonl"));
}
