import { z } from "zod";
import { anyRecord, checked } from "../results/checked.js";

const counts = z.looseObject({ original: z.number().optional(), effective: z.number().optional() });

const resultsSchema = z.looseObject({
  results: z.record(z.string(), anyRecord),
  groups: z.record(z.string(), anyRecord).nullish(),
  versions: anyRecord.nullish(),
  "n-shot": anyRecord.nullish(),
  "n-samples": z.record(z.string(), counts).nullish(),
  higher_is_better: z.record(z.string(), anyRecord.nullable()).nullish(),
  config: anyRecord.nullish(),
  date: z.number().nullish(),
  lm_eval_version: z.string().nullish(),
  model_name: z.string().nullish(),
  task_hashes: anyRecord.nullish(),
  group_subtasks: anyRecord.nullish(),
});

/** A results file of lm-evaluation-harness, checked as far as it is read. */
export type LmEvalResults = z.output<typeof resultsSchema>;

/** What is kept of a file besides its figures. */
export const KEPT_SETTINGS = [
  "config",
  "git_hash",
  "upper_git_hash",
  "transformers_version",
  "tokenizer_pad_token",
  "tokenizer_eos_token",
  "tokenizer_bos_token",
  "eot_token_id",
  "max_length",
  "model_source",
  "model_name",
  "system_instruction",
  "system_instruction_sha",
  "fewshot_as_multiturn",
  "chat_template",
  "chat_template_sha",
  "start_time",
  "end_time",
  "total_evaluation_time_seconds",
  "group_subtasks",
  "configs",
] as const;

/** Keys that are read, or kept as settings. */
export const KNOWN_KEYS: ReadonlySet<string> = new Set([
  ...Object.keys(resultsSchema.shape),
  ...KEPT_SETTINGS,
  "model_name_sanitized",
]);

/** Whether a document looks like results of lm-evaluation-harness. */
export function isLmEvalResults(value: unknown): boolean {
  if (value === null || typeof value !== "object") return false;
  const { results } = value as { readonly results?: unknown };
  const isRecord = results !== null && typeof results === "object" && !Array.isArray(results);
  return isRecord && ("versions" in value || "n-shot" in value || "lm_eval_version" in value);
}

/** @throws DataError naming file and key. */
export function checkResults(value: unknown, file: string): LmEvalResults {
  return checked(resultsSchema, value, file, "a results file of lm-evaluation-harness");
}
