// A model of your own as a module: `adapter: ./examples/model-module.mjs`. It answers in capitals.
/** @type {import("assay").ModelFactory} */
export default function createModel({ id }) {
  return {
    id,
    identity: { adapter: "capitals", version: 1 },
    endpoint: "capitals",
    async generate({ messages }, { signal }) {
      signal.throwIfAborted();
      const asked = messages.at(-1)?.content ?? "";
      return { text: asked.toUpperCase(), finishReason: "stop" };
    },
  };
}
