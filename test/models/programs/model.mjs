// A user's module that makes a model.
export default function createModel(options) {
  return {
    id: "not this one",
    identity: { flavour: options.options.flavour ?? "plain" },
    endpoint: "mine",
    async generate(request, { signal }) {
      const prompt = request.messages.at(-1).content;
      if (prompt === "fail") throw new Error(`no luck with ${options.apiKey}`);
      if (prompt === "own error") {
        throw Object.assign(new Error("slow down"), {
          name: "EndpointError",
          code: "rate-limited",
          retryable: true,
          retryAfterMs: 40,
          status: 429,
        });
      }
      if (prompt === "no text") return { finishReason: "stop" };
      if (prompt === "hang") {
        globalThis.assayTestHung?.();
        return new Promise(() => undefined);
      }
      return { text: `echo ${prompt} ${options.model} ${signal.aborted}` };
    },
  };
}
