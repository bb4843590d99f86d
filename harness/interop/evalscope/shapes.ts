import { z } from "zod";
import { anyRecord } from "../results/checked.js";

const subset = z.looseObject({
  name: z.string(),
  score: z.number().nullish(),
  num: z.number().nullish(),
  is_aggregate: z.boolean().nullish(),
});
const category = z.looseObject({
  name: z.union([z.string(), z.array(z.string())]),
  score: z.number().nullish(),
  num: z.number().nullish(),
  subsets: z.array(subset).nullish(),
});
const metric = z.looseObject({
  /** Version 1 alone. */
  name: z.string().nullish(),
  /** Version 2. */
  identity: z
    .looseObject({ name: z.string(), aggregation: z.string().nullish(), dimensions: anyRecord.nullish() })
    .nullish(),
  legacy_name: z.string().nullish(),
  num: z.number().nullish(),
  score: z.number().nullish(),
  categories: z.array(category).nullish(),
  semantics: z
    .looseObject({
      direction: z.string().nullish(),
      kind: z.string().nullish(),
      value_range: z.looseObject({ min: z.number(), max: z.number() }).nullish(),
    })
    .nullish(),
});

/** A report of evalscope, version 1 or 2. */
export const reportSchema = z.looseObject({
  schema_version: z.number().nullish(),
  name: z.string().nullish(),
  dataset_name: z.string(),
  dataset_pretty_name: z.string().nullish(),
  model_name: z.string(),
  metrics: z.array(metric),
  execution_summary: z
    .looseObject({ requested: z.number(), succeeded: z.number(), incomplete: z.boolean().nullish() })
    .nullish(),
});

const message = z.looseObject({ role: z.string(), content: z.unknown().optional() });

/** A row of `reviews/MODEL/BENCH_SUBSET.jsonl`. */
export const reviewSchema = z.looseObject({
  index: z.union([z.number(), z.string()]),
  target: z.unknown().optional(),
  messages: z.array(message).nullish(),
  sample_score: z.looseObject({
    score: z.looseObject({
      value: anyRecord.nullish(),
      status: z.string().nullish(),
      extracted_prediction: z.unknown().optional(),
      prediction: z.unknown().optional(),
    }),
    sample_id: z.union([z.number(), z.string()]).nullish(),
    group_id: z.union([z.number(), z.string()]).nullish(),
    generation_index: z.number().nullish(),
  }),
});

/** Checked forms of the two. */
export type EvalscopeReport = z.output<typeof reportSchema>;
/** A metric of a report. */
export type EvalscopeMetric = z.output<typeof metric>;
/** A row of reviews. */
export type EvalscopeReview = z.output<typeof reviewSchema>;

/** Whether a document looks like a report of evalscope. */
export function isEvalscopeReport(value: unknown): boolean {
  if (value === null || typeof value !== "object") return false;
  return ["dataset_name", "model_name", "metrics"].every((key) => key in value);
}

/** Whether a line looks like a review of evalscope; its predictions say nothing more. */
export function isEvalscopeRow(value: unknown): boolean {
  return value !== null && typeof value === "object" && "sample_score" in value && "index" in value;
}
