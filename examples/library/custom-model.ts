// A model of your own: any object with `generate`. Here it asks one endpoint twice and keeps the longer answer, and is
// held against the endpoint's plain answers. Needs OPENAI_BASE_URL and OPENAI_API_KEY, or a server that wants no key.
import { compare, createSuite, type Model, openaiModel, run } from "assay";

const baseUrl = process.env.OPENAI_BASE_URL ?? "https://api.openai.com/v1";
const apiKey = process.env.OPENAI_API_KEY;
const plain = openaiModel({ id: "plain", model: "my-model", baseUrl, ...(apiKey ? { apiKey } : {}) });

const longerOfTwo: Model = {
  id: "longer-of-two",
  // Everything that decides a reply. Change it when the model changes, so that no old answer stands for a new one.
  identity: { adapter: "longer-of-two", version: 1, model: "my-model" },
  // Models that share an endpoint share its limits.
  endpoint: plain.endpoint,
  async generate(request, { signal }) {
    const asked = [0.3, 0.9].map((temperature) =>
      plain.generate({ ...request, parameters: { ...request.parameters, temperature } }, { signal }),
    );
    const [first, second] = await Promise.all(asked);
    if (first === undefined || second === undefined) throw new Error("two replies were asked for");
    const longer = second.text.length > first.text.length ? second : first;
    // What both calls cost counts.
    const usage = {
      inputTokens: (first.usage?.inputTokens ?? 0) + (second.usage?.inputTokens ?? 0),
      outputTokens: (first.usage?.outputTokens ?? 0) + (second.usage?.outputTokens ?? 0),
    };
    return { ...longer, usage };
  },
};

const suite = createSuite({
  id: "support",
  questions: [
    { id: "refund", turns: ["A customer wants a refund after 40 days; our window is 30. Write the reply."] },
    {
      id: "outage",
      turns: ["Tell customers in two sentences that search is down and will be back at noon."],
    },
    { id: "invoice", turns: ["A customer was charged twice. Write the reply.", "Now in one sentence."] },
  ],
});

const { scores, manifest } = await run(
  {
    suites: [suite],
    models: [plain, longerOfTwo],
    judges: ["gpt-6-luna"],
    baseUrl,
    out: "runs/longer-of-two",
  },
  {
    listener: (event) => {
      if (event.type === "warning") console.error(event.warning.message);
    },
  },
);
for (const board of scores.boards)
  for (const row of board.models) console.log(`${row.model}: ${row.n} verdicts, ${row.missing} missing`);
for (const { stage, model, calls } of manifest.totals) console.log(`${stage} ${model}: ${calls} calls`);

const [comparison] = await compare("runs/longer-of-two#plain", "runs/longer-of-two#longer-of-two");
console.log(comparison?.sentence);
