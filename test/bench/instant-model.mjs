// A model that answers at once, without a connection: `adapter: …/instant-model.mjs`. With the option `rates` it answers
// as instant-judge.mjs reads it, and notes when it was last asked, so that a benchmark knows what a run does after its
// last verdict.
const WORDS =
  'the answer explains each step of its "proof"\nand then states why that is correct, although'.split(" ");
let seed = 1;

function next() {
  seed = (seed * 48271) % 0x7fffffff;
  return seed;
}

/** So many characters that no compression folds into nothing. */
function textOf(characters) {
  let text = "";
  while (text.length < characters)
    text += `${WORDS[next() % WORDS.length]}${next() % 7 === 0 ? next() % 1000 : ""} `;
  return text.slice(0, characters);
}

/** @type {import("assay").ModelFactory} */
export default function createModel({ id, options: { characters, rates = false } }) {
  return {
    id,
    identity: { adapter: "instant", version: 1 },
    endpoint: "instant",
    async generate() {
      const text = textOf(characters);
      const usage = { inputTokens: 900, outputTokens: 170 };
      if (!rates) return { text, usage, finishReason: "stop" };
      globalThis.lastVerdict = { at: Date.now(), cpu: process.cpuUsage() };
      return { text: `${text}\n\n${1 + (next() % 10)}`, usage, finishReason: "stop" };
    },
  };
}
