// The yardstick: `node test/bench/bare-loop.mjs BASE-URL CONCURRENCY CALLS QUESTION`. Plain JavaScript, so that nothing
// but the openai package and p-limit adds to its start.
import OpenAI from "openai";
import pLimit from "p-limit";

const [baseURL, concurrency, calls, question] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: "none", maxRetries: 0 });
const limit = pLimit(Number(concurrency));
await Promise.all(
  Array.from({ length: Number(calls) }, (_, index) =>
    limit(() =>
      client.chat.completions.create({
        model: "bench",
        messages: [{ role: "user", content: `${index} ${question}` }],
        max_tokens: 1024,
        temperature: 0.7,
      }),
    ),
  ),
);
