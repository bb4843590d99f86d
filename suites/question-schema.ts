import { z } from "zod";
import type { Json } from "../harness/core/records.js";
import { checkSchema } from "./checks/check-schema.js";
import { rubricSchema, scoringSchema } from "./rubric-schema.js";

const words = z
  .string({ error: "should be text; put quotes around it if it looks like a number or a date" })
  .refine((text) => text.trim() !== "", "is empty");

const identifier = z.union([words, z.int()], { error: "should be text or a whole number" }).transform(String);

const turns = z.array(words, { error: "should be a list of texts" }).min(1, "has no turn");

const temperature = z.number({ error: "should be a number" }).min(0, "is below 0").max(2, "is above 2");

const json: z.ZodType<Json> = z.json();

/** A question in assay's own format. */
export const ownQuestion = z
  .strictObject({
    id: identifier,
    category: words.optional(),
    turns: turns.optional(),
    prompt: words.optional(),
    reference: z.union([words, z.array(words)], { error: "should be text, or a list of texts" }).optional(),
    system: words.optional(),
    temperature: temperature.optional(),
    probes: words.optional(),
    metadata: z.record(z.string(), json).optional(),
    rubric: rubricSchema.optional(),
    checks: z.array(checkSchema, { error: "should be a list of checks" }).optional(),
  })
  .refine((question) => (question.turns === undefined) !== (question.prompt === undefined), {
    error: 'needs either "turns" (a list) or "prompt" (one text)',
  });

/** What a file says of how its questions are sampled. */
export const samplingShape = z.strictObject({
  maxTokens: z.int("should be a whole number").min(1, "is below 1").optional(),
  temperature: temperature.optional(),
  temperatureByCategory: z.record(z.string(), temperature).optional(),
});

/** The head of a suite file in assay's own format; its questions are validated one by one. */
export const suiteHead = z.strictObject({
  id: words.optional(),
  title: words.optional(),
  category: words.optional(),
  notice: words.optional(),
  judge: words.optional(),
  mode: z
    .enum(["single", "pairwise-baseline", "pairwise-all", "ranking"], {
      error: "should be single, pairwise-baseline, pairwise-all or ranking",
    })
    .optional(),
  baseline: words.optional(),
  rubric: rubricSchema.optional(),
  scoring: scoringSchema.optional(),
  sampling: samplingShape.optional(),
  questions: z.array(z.unknown(), { error: "should be a list of questions" }),
});

/** A line of MT-Bench's `question.jsonl`; further keys are kept as metadata, as FastChat ignores them. */
export const mtBenchQuestion = z
  .object({
    question_id: identifier,
    category: words.optional(),
    turns,
    reference: z.array(z.string()).optional(),
    required_temperature: temperature.optional(),
  })
  .catchall(json);

/**
 * A record of AlpacaEval's instruction and `model_outputs.json` files; further keys are passed over, as alpaca_eval does.
 * Pandas writes null for what is missing, and for an empty output.
 */
export const alpacaEvalRow = z.looseObject({
  instruction: words,
  input: z.string().nullish(),
  output: z.string({ error: "should be text" }).nullish(),
  generator: words.nullish(),
  dataset: words.nullish(),
});

/** Keys that a record of each format knows, for suggestions. */
export const KNOWN_KEYS = {
  own: Object.keys(ownQuestion.shape),
  head: Object.keys(suiteHead.shape),
  "mt-bench": Object.keys(mtBenchQuestion.shape),
  "alpaca-eval": Object.keys(alpacaEvalRow.shape),
} as const;
