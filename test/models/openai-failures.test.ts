import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openaiModel } from "../../harness/models/openai.js";
import { rejectionOf, requestAbout } from "../contracts/model-contract.js";
import type { Fault } from "../server/faults.js";
import { startServer, type TestServer } from "../server/server.js";

const KEY = "sk-very-secret-key-0123456789";
const idle = () => new AbortController().signal;

describe("openai, when the endpoint fails", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());
  beforeEach(() => server.reset());

  const failWith = (fault: Fault) => {
    server.configure({ faults: () => fault });
    const model = openaiModel({
      id: "m",
      model: "m-1",
      baseUrl: server.baseUrl,
      apiKey: KEY,
      apiKeyName: "MY_KEY",
      now: () => Date.now(),
    });
    return rejectionOf(model.generate(requestAbout("q", "hello"), { signal: idle() }));
  };
  const respond = (status: number, body: unknown, headers: Record<string, string> = {}) =>
    failWith({ kind: "response", response: { status, body, headers } });

  it.each<[Fault, Record<string, unknown>]>([
    [
      { kind: "rate-limit", waitMs: 1500 },
      { code: "rate-limited", retryable: true, status: 429, retryAfterMs: 1500 },
    ],
    [
      { kind: "rate-limit", retryAfter: "milliseconds", waitMs: 250 },
      { code: "rate-limited", retryable: true, retryAfterMs: 250 },
    ],
    [
      { kind: "rate-limit", retryAfter: "none" },
      { code: "rate-limited", retryable: true, retryAfterMs: undefined },
    ],
    [
      { kind: "server-error", status: 500 },
      { code: "server-error", retryable: true, status: 500 },
    ],
    [
      { kind: "server-error", status: 503 },
      { code: "server-error", retryable: true, status: 503 },
    ],
    [
      { kind: "server-error", status: 529 },
      { code: "server-error", retryable: true, status: 529 },
    ],
    [
      { kind: "server-error", status: 408 },
      { code: "timeout", retryable: true, status: 408 },
    ],
    [
      { kind: "server-error", status: 409 },
      { code: "server-error", retryable: true, status: 409 },
    ],
    [{ kind: "connection-reset" }, { code: "connection-failed", retryable: true, status: undefined }],
    [{ kind: "cut-body" }, { code: "connection-failed", retryable: true }],
    [{ kind: "half-json" }, { code: "invalid-response", retryable: true }],
    [{ kind: "html" }, { code: "invalid-response", retryable: true }],
    [{ kind: "empty-choices" }, { code: "invalid-response", retryable: true }],
    [
      { kind: "error-in-200", code: 429 },
      { code: "rate-limited", retryable: true, status: 429 },
    ],
    [{ kind: "error-in-200" }, { code: "server-error", retryable: true, status: 502 }],
    [{ kind: "context-overflow" }, { code: "context-overflow", retryable: false }],
    [
      { kind: "context-overflow", wording: "vllm" },
      { code: "context-overflow", retryable: false },
    ],
    [
      { kind: "context-overflow", wording: "sglang" },
      { code: "context-overflow", retryable: false },
    ],
    [
      { kind: "context-overflow", wording: "llama.cpp" },
      { code: "context-overflow", retryable: false },
    ],
    [{ kind: "content-filter" }, { code: "content-filtered", retryable: false, status: 400 }],
    [{ kind: "unauthorized" }, { code: "unauthorized", retryable: false, status: 401 }],
    [{ kind: "model-not-found" }, { code: "model-not-found", retryable: false, status: 404 }],
    [
      { kind: "model-not-found", wording: "vllm" },
      { code: "model-not-found", retryable: false, status: 404 },
    ],
    [{ kind: "insufficient-quota" }, { code: "quota-exceeded", retryable: false, status: 429 }],
  ])("%j is %j", async (fault, expected) => {
    expect(await failWith(fault)).toMatchObject(expected);
    expect(server.counts.calls).toBe(1);
  });

  it("reads an HTTP date against the server's own clock", async () => {
    const error = await respond(
      429,
      { error: { message: "slow down" } },
      {
        date: "Wed, 21 Oct 2015 07:28:00 GMT",
        "retry-after": "Wed, 21 Oct 2015 07:28:30 GMT",
      },
    );
    expect(error.retryAfterMs).toBe(30_000);
  });

  it("keeps the rate-limit headers of a refusal", async () => {
    const error = await respond(429, {}, { "X-RateLimit-Limit-Requests": "60" });
    expect(error.rateLimit).toEqual({ "x-ratelimit-limit-requests": "60" });
  });

  it("does not retry a request that is larger than the account's limit", async () => {
    const message = "Request too large for gpt-4o on tokens per min (TPM): Limit 30000, Requested 45000.";
    expect(await respond(429, { error: { message } })).toMatchObject({
      code: "rate-limited",
      retryable: false,
    });
  });

  it.each<[string, number, unknown, string]>([
    ["OpenAI", 400, { error: { message: "words here", type: "x" } }, "words here"],
    ["older vLLM", 400, { object: "error", message: "words here", code: 400 }, "words here"],
    ["Ollama", 400, { error: "words here" }, "words here"],
    ["FastAPI", 422, { detail: [{ loc: ["body"], msg: "words here" }] }, "words here"],
    [
      "Gemini",
      400,
      [{ error: { code: 400, message: "words here", status: "INVALID_ARGUMENT" } }],
      "words here",
    ],
    [
      "OpenRouter",
      400,
      { error: { message: "Provider returned error", metadata: { raw: '{"detail":"words here"}' } } },
      "words here",
    ],
    ["a proxy", 502, "<html><head><title>502</title></head><body>words here</body></html>", "words here"],
    ["a bare server", 500, "", "answered 500"],
  ])("finds the message of %s", async (_server, status, body, words) => {
    const error = await respond(status, body);
    expect(error.message).toContain(words);
    expect(error.message).not.toContain("<");
  });

  it.each([
    [402, "Insufficient Balance", "quota-exceeded"],
    [
      400,
      "Invalid prompt: your prompt was flagged as potentially violating our usage policy.",
      "content-filtered",
    ],
    [403, "You may not use this model", "unauthorized"],
    [413, "Payload too large", "context-overflow"],
    [404, "Not Found", "bad-request"],
    [405, "Method Not Allowed", "bad-request"],
    [501, "Not Implemented", "bad-request"],
  ])("takes %i %s for %s, and that is final", async (status, message, code) => {
    expect(await respond(status, { error: { message } })).toMatchObject({ code, status, retryable: false });
  });

  it("says what to do about a wrong key, a wrong name and a wrong path", async () => {
    expect((await failWith({ kind: "unauthorized" })).remedy).toContain("MY_KEY");
    expect((await failWith({ kind: "model-not-found" })).remedy).toContain("/models");
    expect((await respond(404, { detail: "Not Found" })).remedy).toContain("/v1");
  });

  it("never repeats the key, however the endpoint writes it", async () => {
    const bodies = [
      { error: { message: `Incorrect API key provided: ${KEY}` } },
      `<html>key=${KEY}</html>`,
      { error: { message: `${"x".repeat(280)}${KEY}` } },
      { message: { nested: [KEY] } },
    ];
    for (const body of bodies) {
      const error = await respond(401, body);
      const shown = [
        error.message,
        error.remedy,
        error.stack,
        JSON.stringify(error),
        String(error.cause),
      ].join("\n");
      expect(shown).not.toContain(KEY.slice(0, 20));
    }
    const answered = await respond(200, `Bearer ${KEY}`);
    expect(answered.message).not.toContain(KEY);
  });

  it("makes a hostile message safe for a terminal", async () => {
    const error = await respond(400, { error: { message: "\u001b]0;owned\u0007 and \u202e gnp.exe\nnext" } });
    expect(error.message).not.toMatch(/[\u0000-\u001f\u202e]/);
  });

  it("takes a reply that the endpoint broke off for a fault", async () => {
    const reply = { choices: [{ message: { content: "half" }, finish_reason: "error" }] };
    expect(await respond(200, reply)).toMatchObject({ code: "server-error", retryable: true });
  });

  it.each([
    ["text", '"text"'],
    ["a list", []],
    ["null", "null"],
    ["a choice without a message", { choices: [{}] }],
    ["content of another kind", { choices: [{ message: { content: 7 } }] }],
    ["nothing", ""],
  ])("refuses %s in place of a completion", async (_what, body) => {
    expect(await respond(200, body)).toMatchObject({ code: "invalid-response", retryable: true });
  });

  it("says so when nobody listens", async () => {
    const probe = createServer();
    await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    const model = openaiModel({ id: "m", model: "m", baseUrl: `http://127.0.0.1:${port}/v1` });
    const error = await rejectionOf(model.generate(requestAbout("q", "x"), { signal: idle() }));
    expect(error).toMatchObject({ code: "connection-failed", retryable: true });
    expect(error.message).toContain("ECONNREFUSED");
    expect(error.message).toContain(`http://127.0.0.1:${port}/v1`);
  });

  it("says so when https is spoken to an http server, and that is final", async () => {
    const model = openaiModel({ id: "m", model: "m", baseUrl: server.baseUrl.replace("http:", "https:") });
    const error = await rejectionOf(model.generate(requestAbout("q", "x"), { signal: idle() }));
    expect(error).toMatchObject({ code: "connection-failed", retryable: false });
    expect(error.remedy).toContain("http://");
  });
});
