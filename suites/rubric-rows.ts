import { z } from "zod";
import { presentFields } from "../harness/core/present-fields.js";
import type { Question } from "../harness/core/records.js";

/** What a value should be; of one that is absent it is said that it is missing. */
const shouldBe =
  (what: string) =>
  ({ input }: { readonly input?: unknown }) =>
    input === undefined ? undefined : `should be ${what}`;

const text = z.string({ error: "should be text" });
const texts = z.array(text, { error: shouldBe("a list of texts") });
const filled = text.refine((value) => value.trim() !== "", "is empty");
const id = z.union([filled, z.int()], { error: "should be text or a whole number" }).transform(String);

/** A conversation that ends with what is to be answered; one text is such a conversation. */
const conversation = z
  .union(
    [
      filled.transform((content) => [{ role: "user" as const, content }]),
      z.array(
        z.looseObject({
          role: z.enum(["system", "user", "assistant"], { error: "should be system, user or assistant" }),
          content: text,
        }),
      ),
    ],
    { error: shouldBe("text, or a list of messages with role and content") },
  )
  .refine((messages) => messages.at(-1)?.role === "user", "does not end with the user's message");

const healthBench = z.looseObject({
  prompt_id: id,
  prompt: conversation,
  rubrics: z
    .array(
      z.looseObject(
        {
          criterion: filled,
          points: z.number({ error: "should be a number" }).refine((value) => value !== 0, "is 0"),
          tags: texts.optional(),
        },
        { error: shouldBe('an object with "criterion" and "points"') },
      ),
      { error: shouldBe("a list of criteria") },
    )
    .min(1, "is empty"),
  example_tags: texts.optional(),
});

const multiChallenge = z.looseObject({
  QUESTION_ID: id,
  AXIS: filled,
  CONVERSATION: conversation,
  TARGET_QUESTION: filled,
  PASS_CRITERIA: z.enum(["YES", "NO"], { error: "should be YES or NO" }),
});

const wildBench = z.looseObject({
  session_id: id.optional(),
  id: id.optional(),
  conversation_input: conversation,
  checklist: z.array(filled, { error: shouldBe("a list of texts") }).min(1, "is empty"),
  primary_tag: filled.optional(),
});

/** The schema of each form's rows. */
export const RUBRIC_ROWS = {
  healthbench: healthBench,
  "multi-challenge": multiChallenge,
  wildbench: wildBench,
};

/** The conversation as a question has it: the last message is its turn, what came before its context. */
function asked(messages: z.output<typeof conversation>): Pick<Question, "turns" | "context" | "system"> {
  const system = messages.flatMap(({ role, content }) => (role === "system" ? [content] : [])).join("\n\n");
  const talk = messages
    .filter(({ role }) => role !== "system")
    .map(({ role, content }) => ({ role, content }));
  const context = talk.slice(0, -1);
  return {
    turns: [talk.at(-1)?.content ?? ""],
    ...(system === "" ? {} : { system }),
    ...(context.length === 0 ? {} : { context }),
  };
}

/** HealthBench's tags name the theme as `theme:NAME`. */
function themeOf(tags: readonly string[] = []): string | undefined {
  return tags.find((tag) => tag.startsWith("theme:"))?.slice("theme:".length);
}

/** Questions of the rows, by form. */
export const RUBRIC_QUESTIONS = {
  healthbench: (row: z.output<typeof healthBench>, category: string): Question => ({
    id: row.prompt_id,
    category: themeOf(row.example_tags) ?? category,
    ...asked(row.prompt),
    rubric: {
      criteria: row.rubrics.map(({ criterion, points, tags }) => ({
        text: criterion,
        points,
        ...presentFields({ tags }),
      })),
    },
  }),
  "multi-challenge": (row: z.output<typeof multiChallenge>): Question => ({
    id: row.QUESTION_ID,
    category: row.AXIS,
    ...asked(row.CONVERSATION),
    rubric: {
      criteria: [
        {
          text: row.TARGET_QUESTION,
          points: 1,
          ...(row.PASS_CRITERIA === "NO" ? { wanted: false as const } : {}),
        },
      ],
    },
  }),
  wildbench: (row: z.output<typeof wildBench>, category: string, index: number): Question => ({
    id: row.session_id ?? row.id ?? String(index),
    category: row.primary_tag ?? category,
    ...asked(row.conversation_input),
    rubric: { criteria: row.checklist.map((item) => ({ text: item, points: 1 })) },
  }),
};
