import { z } from "zod";
import { anyRecord } from "../results/checked.js";

const provider = z.union([
  z.string(),
  z.looseObject({ id: z.string().nullish(), label: z.string().nullish() }),
]);

const rowSchema = z.looseObject({
  promptIdx: z.number().nullish(),
  testIdx: z.number().nullish(),
  testCase: anyRecord.nullish(),
  provider: provider.nullish(),
  prompt: z.looseObject({ raw: z.string().nullish(), label: z.string().nullish() }).nullish(),
  vars: anyRecord.nullish(),
  response: z.looseObject({ output: z.unknown().optional() }).nullish(),
  error: z.string().nullish(),
  failureReason: z.number().nullish(),
  success: z.boolean().nullish(),
  score: z.number().nullish(),
  namedScores: anyRecord.nullish(),
});

const promptSchema = z.looseObject({
  label: z.string().nullish(),
  raw: z.string().nullish(),
  provider: z.string().nullish(),
  metrics: z
    .looseObject({
      score: z.number().nullish(),
      testPassCount: z.number().nullish(),
      testFailCount: z.number().nullish(),
      testErrorCount: z.number().nullish(),
    })
    .nullish(),
});

/** What `promptfoo eval -o FILE.json` writes. */
export const outputSchema = z.looseObject({
  evalId: z.string().nullish(),
  results: z.looseObject({
    timestamp: z.string().nullish(),
    results: z.array(rowSchema),
    prompts: z.array(promptSchema).nullish(),
  }),
  config: anyRecord.nullish(),
  metadata: z.looseObject({ promptfooVersion: z.string().nullish() }).nullish(),
});

/** Checked forms of them. */
export type PromptfooOutput = z.output<typeof outputSchema>;
/** A row: one test with one prompt and provider. */
export type PromptfooRow = z.output<typeof rowSchema>;

/** Whether a document looks like an output of promptfoo. */
export function isPromptfooOutput(value: unknown): boolean {
  if (value === null || typeof value !== "object" || !("results" in value)) return false;
  const { results } = value;
  const holdsRows =
    results !== null && typeof results === "object" && Array.isArray(Reflect.get(results, "results"));
  return holdsRows && ("evalId" in value || "config" in value);
}
