import { z } from "zod";
import { TIERS } from "../core/policy.js";
import { confidenceOf } from "./option-kinds.js";

const percent = z.number().min(0).max(100);

const ownLimits = {
  tier: z.enum(TIERS).optional(),
  metric: z.string().min(1).max(300).optional(),
  lowerIsBetter: z.boolean().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  maxDrop: z.number().min(0).optional(),
  /** Percent of the base's value. */
  maxRelativeDrop: z.number().min(0).optional(),
  relativeBelow: z.number().optional(),
  minQuestions: z.number().int().min(1).optional(),
  coverage: percent.optional(),
  /** Percent of the questions that may go from right to wrong. */
  maxBroken: percent.optional(),
};

const ownEntry = z.strictObject(ownLimits);

/** A policy of assay's own: limits in the unit of each figure. */
export const ownPolicySchema = z.strictObject({
  version: z.literal(1).optional(),
  base: z.string().min(1).max(1000).optional(),
  confidence: confidenceOf(z).optional(),
  inconclusive: z.enum(["pass", "fail", "exit-4"]).optional(),
  defaults: ownEntry.optional(),
  suites: z.record(z.string().min(1), ownEntry.nullable()).optional(),
});

const share = z.number().min(0).max(1);

/** Entries inherit what they leave out, or state as null. */
const nemoEntry = z.strictObject({
  tier: z.enum(TIERS).nullable().optional(),
  max_drop: z.number().min(0).nullable().optional(),
  max_relative_drop: z.number().min(0).nullable().optional(),
  relative_guard_below: share.nullable().optional(),
  metric: z.string().min(1).max(300).nullable().optional(),
  direction: z.enum(["higher_is_better", "lower_is_better"]).nullable().optional(),
});

/** A gate policy of NVIDIA NeMo Evaluator, version 1: limits in shares of the scale. */
export const nemoPolicySchema = z.strictObject({
  version: z.literal(1).optional(),
  defaults: nemoEntry.optional(),
  benchmarks: z.record(z.string().min(1), nemoEntry.nullable()).optional(),
});

/** A policy of assay's own, as written. */
export type OwnPolicyFile = z.infer<typeof ownPolicySchema>;
/** A policy of NeMo Evaluator, as written. */
export type NemoPolicyFile = z.infer<typeof nemoPolicySchema>;

/** Keys of a limit in either form. */
export const limitKeys = { own: Object.keys(ownEntry.shape), nemo: Object.keys(nemoEntry.shape) };
