import { describe, expect, test } from "vitest";
import { ConfigError, EndpointError } from "../../harness/core/errors.js";
import type { GenerationRequest } from "../../harness/core/records.js";
import { callId, callJob, errorReceived, errorToSend } from "../../harness/queue/call-job.js";
import { problemOfCall } from "../../harness/queue/call-problem.js";
import { queueAddress } from "../../harness/queue/queue-address.js";
import { recordKey } from "../../harness/queue/queued-calls.js";

const request: GenerationRequest = {
  messages: [{ role: "user", content: "Why?" }],
  parameters: { temperature: 0 },
  subject: { kind: "answer", suite: "s", questionId: "1", turn: 1, trial: 1 },
};
const specification = { id: "m", adapter: "openai", model: "m" };

describe("the address of a queue", () => {
  test("is shown without user and password", () => {
    expect(queueAddress("rediss://me:hush@host:6380/2")).toEqual({
      url: "rediss://me:hush@host:6380/2",
      shown: "rediss://host:6380/2",
    });
    expect(queueAddress("redis://host").shown).toBe("redis://host");
  });

  test.each(["host:6379", "http://host", "redis://", "", "redis//me:hush@host"])("%j is refused", (text) => {
    expect(() => queueAddress(text)).toThrow(ConfigError);
    expect(() => queueAddress(text)).not.toThrow(/hush/);
  });
});

describe("a call on its way", () => {
  test("has the same id for the same question to the same model, whatever the order of fields", () => {
    const turned = { subject: request.subject, parameters: request.parameters, messages: request.messages };
    expect(callId([specification], turned)).toBe(callId([specification], request));
    const others = [
      callId([{ ...specification, model: "n" }], request),
      callId([specification], { ...request, parameters: { temperature: 1 } }),
      callId([specification], { ...request, subject: { ...request.subject, trial: 2 } }),
    ];
    expect(new Set([callId([specification], request), ...others]).size).toBe(4);
  });

  test("is known by its mark, so that workers of other versions do not guess", () => {
    const parts = { specifications: [specification], variables: [], request, stage: "answers" as const };
    const job = callJob("run", { ...parts, timeoutMs: 1000, limits: {} });
    expect(problemOfCall(JSON.parse(JSON.stringify(job)))).toBeUndefined();
    expect(problemOfCall({ ...job, schema: "assay.call/2" })).toContain("another version");
    expect(problemOfCall(null)).toBe("it is no call of assay");
  });

  test("brings its error back with all that a retry depends on", () => {
    const error = new EndpointError("slow down", {
      code: "rate-limited",
      retryable: true,
      status: 429,
      retryAfterMs: 1500,
      rateLimit: { "x-ratelimit-remaining-requests": "0" },
      usage: { inputTokens: 5, outputTokens: 7 },
    });
    const back = errorReceived(JSON.parse(JSON.stringify(errorToSend(error))));
    expect(back).toBeInstanceOf(EndpointError);
    expect({ ...back, message: back.message }).toEqual({ ...error, message: error.message });
  });
});

describe("the record of a call", () => {
  test("is one for all turns of an answer, and one for each verdict whatever the attempt", () => {
    const answer = (turn: number) => recordKey("m", { ...request.subject, turn } as typeof request.subject);
    expect(answer(1)).toBe(answer(2));
    const verdict = { kind: "judgment", suite: "s", questionId: "1", turn: 1, trial: 1, a: "m" } as const;
    expect(recordKey("j", { ...verdict, attempt: 1 })).toBe(recordKey("j", { ...verdict, attempt: 2 }));
    const keys = [
      { ...verdict, attempt: 1 },
      { ...verdict, turn: 2, attempt: 1 },
      { ...verdict, b: "n", attempt: 1 },
      { ...verdict, a: "n", b: "m", attempt: 1 },
      { ...verdict, repeat: 2, attempt: 1 },
    ].map((subject) => recordKey("j", subject));
    expect(new Set(keys).size).toBe(5);
  });
});
