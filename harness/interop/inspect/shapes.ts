import { z } from "zod";
import { anyRecord } from "../results/checked.js";

const metric = z.looseObject({ name: z.string().optional(), value: z.unknown().optional() });

const scoreSchema = z.looseObject({
  name: z.string(),
  scorer: z.string().nullish(),
  reducer: z.string().nullish(),
  scored_samples: z.number().nullish(),
  metrics: z.record(z.string(), metric),
});

/** Header of a log: everything but its samples. */
export const headerSchema = z.looseObject({
  version: z.number(),
  status: z.string(),
  eval: z.looseObject({
    created: z.string(),
    task: z.string(),
    task_version: z.union([z.number(), z.string()]).nullish(),
    dataset: z.looseObject({ name: z.string().nullish(), samples: z.number().nullish() }).nullish(),
    model: z.string(),
    config: anyRecord.nullish(),
    packages: anyRecord.nullish(),
  }),
  results: z
    .looseObject({
      total_samples: z.number().nullish(),
      completed_samples: z.number().nullish(),
      scores: z.array(scoreSchema).nullish(),
    })
    .nullish(),
  error: z.looseObject({ message: z.string() }).nullish(),
});

const message = z.looseObject({ role: z.string(), content: z.unknown().optional() });
const messages = z.array(message);

/** One sample, whole. */
export const sampleSchema = z.looseObject({
  id: z.union([z.number(), z.string()]),
  epoch: z.number().int().positive(),
  input: z.union([z.string(), messages]),
  target: z.union([z.string(), z.array(z.string())]),
  choices: z.array(z.string()).nullish(),
  messages: messages.nullish(),
  output: z
    .looseObject({
      completion: z.unknown().optional(),
      error: z.string().nullish(),
      choices: z.array(z.looseObject({ message: message.nullish() })).nullish(),
    })
    .nullish(),
  scores: z
    .record(z.string(), z.looseObject({ value: z.unknown().optional(), answer: z.unknown().optional() }))
    .nullish(),
  error: z.looseObject({ message: z.string() }).nullish(),
  attachments: z.record(z.string(), z.unknown()).nullish(),
});

/** The header of a log of Inspect. */
export type InspectHeader = z.output<typeof headerSchema>;
/** One of its scores. */
export type InspectScore = z.output<typeof scoreSchema>;
/** A sample of a log of Inspect. */
export type InspectSample = z.output<typeof sampleSchema>;
/** What a message says: a text, or a list of parts. */
export type InspectMessage = z.output<typeof message>;

/** Whether a document looks like a log of Inspect as JSON. */
export function isInspectLog(value: unknown): boolean {
  if (value === null || typeof value !== "object") return false;
  return "eval" in value && "status" in value && "version" in value;
}
