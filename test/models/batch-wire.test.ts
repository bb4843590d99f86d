import { describe, expect, test } from "vitest";
import { EndpointError } from "../../harness/core/errors.js";
import { completionsModel } from "../../harness/models/completions.js";
import { openaiModel } from "../../harness/models/openai.js";
import { requestAbout } from "../contracts/model-contract.js";
import { contextOverflow, serverError, unauthorized, unsupportedParameter } from "../server/error-bodies.js";

const KEY = "sk-very-secret-key-0123456789";
const make = () => openaiModel({ id: "m", model: "m-1", baseUrl: "http://localhost:1/v1", apiKey: KEY });
const request = requestAbout("q", "hello", { parameters: { temperature: 0, maxTokens: 5 } });

describe("the wire format of an endpoint model, as batches use it", () => {
  test("learns from a refusal, so that the next request is written without what was refused", () => {
    const { wire } = make();
    const sent = Object.keys(wire.write(request).body);
    const { status, body } = unsupportedParameter("temperature", "openai", 0);
    expect(wire.refuse(status, body, sent)).toMatchObject({ learned: true, error: { code: "bad-request" } });
    expect(wire.write(request)).toMatchObject({ dropped: ["temperature"] });
    expect(wire.write(request).body).not.toHaveProperty("temperature");
    const limit = unsupportedParameter("max_tokens");
    expect(wire.refuse(limit.status, limit.body, sent).learned).toBe(true);
    expect(wire.write(request).body).toMatchObject({ max_completion_tokens: 5 });
  });

  test.each([
    ["a fault", serverError(503), "server-error", true],
    ["a prompt that is too long", contextOverflow("vllm"), "context-overflow", false],
    ["a wrong key", unauthorized(), "unauthorized", false],
  ])("learns nothing from %s", (_, { status, body }, code, retryable) => {
    const { wire } = make();
    const { error, learned } = wire.refuse(status, body, Object.keys(wire.write(request).body));
    expect(learned).toBe(false);
    expect(error).toMatchObject({ code, retryable, status });
  });

  test("keeps keys out of what an error says", () => {
    const { error } = make().wire.refuse(400, { error: { message: `the key ${KEY} is odd` } }, []);
    expect(error.message).not.toContain(KEY);
  });

  test("refuses a reply in a file that would be cut off over the line, and tells what it cost", () => {
    const { wire } = openaiModel({
      id: "m",
      model: "m-1",
      baseUrl: "http://localhost:1/v1",
      maxReplyMb: 0.1,
    });
    const bodyOf = (content: string) => ({
      choices: [{ message: { content }, finish_reason: "stop" }],
      usage: { prompt_tokens: 5, completion_tokens: 7 },
    });
    expect(wire.read(bodyOf("a".repeat(90_000)))).toMatchObject({ finishReason: "stop" });
    for (const text of ["a".repeat(100_001), "é".repeat(60_000)]) {
      expect(() => wire.read(bodyOf(text))).toThrow(
        expect.objectContaining({
          code: "reply-too-large",
          retryable: false,
          usage: expect.objectContaining({ inputTokens: 5, outputTokens: 7 }),
        }),
      );
    }
  });

  test("reads an error that came with status 200 as the error that it is", () => {
    const read = () => make().wire.read({ error: { message: "overloaded", code: 503 } });
    expect(read).toThrow(EndpointError);
    expect(read).toThrow(expect.objectContaining({ code: "server-error", retryable: true }));
  });

  test("ends a raw completion at the stop strings of its request", () => {
    const { wire } = completionsModel({
      id: "m",
      model: "m-1",
      template: "chatml",
      baseUrl: "http://localhost:1/v1",
    });
    const body = { choices: [{ text: "one STOP two", finish_reason: "length" }] };
    const stopping = requestAbout("q", "hello", { parameters: { stop: ["STOP"] } });
    expect(wire.read(body, stopping)).toMatchObject({ text: "one", finishReason: "stop" });
    expect(wire.read(body)).toMatchObject({ text: "one STOP two" });
  });
});
