import { z } from "zod";
import type { Check, CheckRule } from "../../harness/core/check.js";
import { presentFields } from "../../harness/core/present-fields.js";
import { jsonFit } from "./json-fit.js";
import { linearPattern } from "./linear-pattern.js";

const text = z.string({ error: "should be text; put quotes around it" }).min(1, "is empty");

const texts = z
  .union([text, z.array(text).min(1, "is empty")], { error: "should be text, or a list of texts" })
  .transform((given) => (typeof given === "string" ? [given] : given));

const whole = z.int({ error: "should be a whole number" }).min(0, "is below 0");

const bounds = z
  .union([whole, z.strictObject({ min: whole.optional(), max: whole.optional() })], {
    error: 'should be a whole number, or "min" and "max"',
  })
  .transform((given) => (typeof given === "number" ? { min: given, max: given } : presentFields(given)))
  .refine(({ min, max }) => min !== undefined || max !== undefined, 'needs "min" or "max"')
  .refine(({ min = 0, max = Number.POSITIVE_INFINITY }) => min <= max, '"min" is above "max"');

const number = z
  .union(
    [
      z.number(),
      z.strictObject({
        value: z.number(),
        tolerance: z.number().min(0, "is below 0").default(0),
        which: z.enum(["last", "any"]).default("last"),
      }),
    ],
    { error: 'should be a number, or "value" with "tolerance"' },
  )
  .transform((given) =>
    typeof given === "number" ? { value: given, tolerance: 0, which: "last" as const } : given,
  );

/** Adds what a function finds wrong with a value to the issues. */
function usable<Value>(attempt: (value: Value) => unknown) {
  return (value: Value, context: z.core.$RefinementCtx<Value>) => {
    try {
      attempt(value);
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : "cannot be used";
      context.addIssue({ code: "custom", message });
    }
  };
}

const RULES = {
  contains: texts.optional(),
  excludes: texts.optional(),
  forbiddenWords: texts.optional(),
  matches: text.superRefine(usable((pattern: string) => linearPattern(pattern, false))).optional(),
  equals: text.optional(),
  json: z
    .record(z.string(), z.json(), { error: "should be a JSON schema" })
    .superRefine(usable((schema) => jsonFit(schema)))
    .optional(),
  words: bounds.optional(),
  sentences: bounds.optional(),
  characters: bounds.optional(),
  number: number.optional(),
};

const RULE_KEYS = Object.keys(RULES) as (keyof typeof RULES)[];

const given = z
  .strictObject({
    ...RULES,
    name: text.max(80, "is longer than 80 characters").optional(),
    turn: z.int({ error: "should be a whole number" }).min(1, "is below 1").optional(),
    ignoreCase: z.literal(true, { error: "should be true, or be left out" }).optional(),
  })
  .refine((check) => RULE_KEYS.filter((key) => check[key] !== undefined).length === 1, {
    error: `needs exactly one of ${RULE_KEYS.join(", ")}`,
  })
  .refine(
    ({ ignoreCase, contains, excludes, matches, equals }) =>
      ignoreCase === undefined || [contains, excludes, matches, equals].some((rule) => rule !== undefined),
    { error: '"ignoreCase" goes with contains, excludes, matches and equals' },
  );

function ruleOf(check: z.output<typeof given>): CheckRule {
  const ignoreCase = presentFields({ ignoreCase: check.ignoreCase });
  if (check.contains !== undefined) return { kind: "contains", texts: check.contains, ...ignoreCase };
  if (check.excludes !== undefined) return { kind: "excludes", texts: check.excludes, ...ignoreCase };
  if (check.forbiddenWords !== undefined) return { kind: "forbidden-words", texts: check.forbiddenWords };
  if (check.matches !== undefined) return { kind: "matches", pattern: check.matches, ...ignoreCase };
  if (check.equals !== undefined) return { kind: "equals", text: check.equals, ...ignoreCase };
  if (check.json !== undefined) return { kind: "json", schema: check.json };
  if (check.number !== undefined) return { kind: "number", ...check.number };
  for (const kind of ["words", "sentences", "characters"] as const)
    if (check[kind] !== undefined) return { kind, ...check[kind] };
  throw new RangeError("a check without a rule");
}

/** A check as a suite file writes it, such as `{ words: { min: 60, max: 80 }, turn: 1 }`. */
export const checkSchema = given.transform((check): Check => {
  const rule = ruleOf(check);
  return { ...rule, name: check.name ?? rule.kind, ...presentFields({ turn: check.turn }) };
});

/** Checks that stand beside the questions. */
export const checksByQuestion = z.record(z.string(), z.array(checkSchema), {
  error: "should be lists of checks by question id",
});
