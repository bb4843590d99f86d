/** A judge of one number: the second protocol. Its grammar holds llama.cpp to a rating, so that every reply can be read. */
const parameters = { temperature: 0, maxTokens: 3, extra: { grammar: 'root ::= [1-9] | "10"' } };

export default {
  name: "terse",
  kind: "single",
  protocolPrefix: "terse-single",
  identity: { judge: "terse", version: 1 },
  parameters,
  turns: "each",
  request: ({ question, answer, turn }) => ({
    messages: [
      {
        role: "user",
        content: `Question: ${question.turns[turn - 1]}\nAnswer: ${answer[turn - 1]}\n\nRate the answer from 1 to 10. Reply with the number only.`,
      },
    ],
    parameters,
  }),
  read: ({ text }) =>
    /^([1-9]|10)$/.test(text.trim())
      ? { kind: "rating", rating: Number(text) }
      : { kind: "unreadable", reason: "not a number from 1 to 10" },
};
