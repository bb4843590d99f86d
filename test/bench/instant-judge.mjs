// A judge of single answers for benchmarks: a prompt of its own length and a rating in the last line of the reply.
const INSTRUCTION = "Rate the answer from 1 to 10. ".repeat(35);

/** @type {import("assay").Judge} */
export default {
  name: "instant",
  kind: "single",
  protocolPrefix: "instant-single",
  identity: { judge: "instant", version: 1 },
  parameters: { temperature: 0, maxTokens: 1024 },
  turns: "each",
  request: ({ question, answer, turn }) => ({
    messages: [
      { role: "system", content: INSTRUCTION },
      { role: "user", content: `${question.turns[turn - 1]}\n\n${answer[turn - 1]}` },
    ],
    parameters: { temperature: 0, maxTokens: 1024 },
  }),
  read: ({ text }) => ({ kind: "rating", rating: Number(/\d+$/.exec(text)?.[0]) }),
};
