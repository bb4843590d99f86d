import { z } from "zod";
import { presentFields } from "../harness/core/present-fields.js";
import type { Criterion, CriterionKind, Rubric } from "../harness/core/rubric.js";

const text = z.string({ error: "should be text" }).refine((value) => value.trim() !== "", "is empty");

const points = z.number({ error: "should be a number" }).refine((value) => value !== 0, "is 0");

const tags = z.array(text, { error: "should be a list of texts" });

/** `binary`, `{ min, max }` or `{ levels: { poor: 0, good: 1 } }`. */
const kind = z.union(
  [
    z.literal("binary"),
    z
      .strictObject({ min: z.int(), max: z.int() })
      .refine(({ min, max }) => min < max, '"min" is not below "max"'),
    z.strictObject({
      levels: z
        .record(text, z.number().min(0, "is below 0").max(1, "is above 1"))
        .refine((levels) => Object.keys(levels).length >= 2, "has fewer than two levels"),
    }),
  ],
  { error: 'should be binary, "min" and "max", or "levels" with their worth from 0 to 1' },
);

function decidedAs(given: z.output<typeof kind> | undefined): CriterionKind | undefined {
  if (given === undefined || given === "binary") return undefined;
  return "levels" in given
    ? { kind: "levels", levels: given.levels }
    : { kind: "scale", min: given.min, max: given.max };
}

/** A criterion as a suite file writes it; a text alone is one point, met or not. */
const criterion: z.ZodType<Criterion> = z.lazy(() =>
  z
    .union(
      [
        text,
        z
          .strictObject({
            text,
            points: points.default(1),
            kind: kind.optional(),
            tags: tags.optional(),
            criteria: z.array(criterion).min(1, "is empty").optional(),
          })
          .refine(({ kind: own, criteria }) => own === undefined || criteria === undefined, {
            error: 'has both "kind" and "criteria"; only what has no parts is decided',
          }),
      ],
      { error: 'should be text, or an object with "text"' },
    )
    .transform((given): Criterion => {
      if (typeof given === "string") return { text: given, points: 1 };
      const { text: own, points: worth, tags: named, criteria } = given;
      return {
        text: own,
        points: worth,
        ...presentFields({ decided: decidedAs(given.kind), tags: named, criteria }),
      };
    }),
);

/** A rubric as a suite file writes it: a list of criteria, or `{ criteria, clip: true }`. */
export const rubricSchema = z
  .union(
    [
      z.array(criterion).min(1, "is empty"),
      z.strictObject({
        criteria: z.array(criterion).min(1, "is empty"),
        clip: z.literal(true, { error: "should be true, or be left out" }).optional(),
      }),
    ],
    { error: 'should be a list of criteria, or an object with "criteria"' },
  )
  .transform(
    (given): Rubric =>
      Array.isArray(given)
        ? { criteria: given }
        : { criteria: given.criteria, ...presentFields({ clip: given.clip }) },
  )
  .refine(({ criteria }) => criteria.some((one) => one.points > 0), {
    error: "has no criterion of positive points, so that nothing can be won",
  });

/** How the scores of questions become a model's. */
export const scoringSchema = z.strictObject({
  mean: z.literal("categories", { error: "should be categories, or be left out" }).optional(),
  clip: z.literal(true, { error: "should be true, or be left out" }).optional(),
});
