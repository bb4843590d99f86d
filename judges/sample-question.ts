import type { Question } from "../harness/core/records.js";

/** A question that uses what every layout shows: what it renders to stands for the prompts in a protocol's identity. */
export const SAMPLE_QUESTION = {
  id: "sample",
  category: "sample",
  turns: ["first question", "second question"],
  reference: ["first reference", "second reference"],
  system: "system message",
} as const satisfies Question;

/** The same behind an earlier conversation. */
export const SAMPLE_IN_CONTEXT = {
  ...SAMPLE_QUESTION,
  context: [
    { role: "user", content: "earlier question" },
    { role: "assistant", content: "earlier answer" },
  ],
} as const satisfies Question;
