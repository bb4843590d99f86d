// A program that speaks assay's protocol: answers out of order, and does what the prompt says.
import { createInterface } from "node:readline";

const held = [];
process.stderr.write("loading model\n");
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  const prompt = request.messages.at(-1).content;
  const answer = (reply) => process.stdout.write(`${JSON.stringify({ id: request.id, ...reply })}\n`);
  if (prompt === "hang") process.stderr.write("hanging\n");
  else if (prompt === "fail") answer({ error: `cannot: ${process.env.SERVICE_API_KEY}` });
  else if (prompt === "fail for good") answer({ error: { message: "no", retryable: false } });
  else if (prompt === "no text") answer({});
  else if (prompt === "describe") {
    answer({
      text: JSON.stringify({ ...request, id: undefined }),
      finishReason: "length",
      usage: { inputTokens: 3, outputTokens: 4 },
      reasoning: "hmm",
      model: "echo-1",
    });
  } else if (prompt === "crash") {
    process.stderr.write(`out of memory \u001b[31m${process.env.SERVICE_API_KEY}\n`);
    process.exit(3);
  } else if (prompt === "chatter") process.stdout.write("Loading weights...\n");
  else if (prompt === "split") {
    const text = Buffer.from(`${JSON.stringify({ id: request.id, text: "naïve 漢字 🙂" })}\r\n`);
    for (const byte of text) process.stdout.write(Buffer.from([byte]));
  } else if (prompt.startsWith("pair")) {
    // The first of a pair waits for the second, so that answers come in the reverse order.
    held.push(() => answer({ text: `echo ${prompt}` }));
    if (held.length === 2) for (const give of held.splice(0).reverse()) give();
  } else answer({ text: `echo ${prompt}` });
}
