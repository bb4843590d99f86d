import { describe, expect, test } from "vitest";
import { batchPrices } from "../../harness/batch/batch-prices.js";
import {
  type BatchRequest,
  type BatchWire,
  batchRequestId,
  groupRequests,
  requestLine,
  splitIntoFiles,
} from "../../harness/batch/batch-request.js";
import { EndpointError } from "../../harness/core/errors.js";
import type { GenerationRequest } from "../../harness/core/records.js";
import { costOf, priceOf } from "../../harness/pipeline/dispatch/cost.js";
import { sampleModel } from "../pipeline/sample-plan.js";

const model = sampleModel("x");
const wire: BatchWire = {
  path: "/v1/chat/completions",
  write: ({ messages }) => ({ body: { model: "x", messages }, dropped: [] }),
  read: () => ({ text: "", finishReason: "stop" }),
  refuse: () => ({
    error: new EndpointError("no", { code: "bad-request", retryable: false }),
    learned: false,
  }),
};

function asked(content: string, change: Partial<GenerationRequest> = {}): GenerationRequest {
  const subject = { kind: "answer", suite: "s", questionId: "q", turn: 1, trial: 1 } as const;
  return { messages: [{ role: "user", content }], parameters: { temperature: 0 }, subject, ...change };
}

function requestOf(content: string): BatchRequest {
  const request = asked(content);
  return { customId: batchRequestId(model, request), stage: "answers", model, wire, request };
}

describe("the id of a request", () => {
  const id = batchRequestId(model, asked("hello"));
  const subject = asked("hello").subject;

  test("is the same for the same request, wherever the endpoint is", () => {
    expect(id).toMatch(/^assay-[0-9a-f]{32}$/);
    expect(batchRequestId({ ...model, endpoint: "http://elsewhere/v1" }, asked("hello"))).toBe(id);
  });

  test.each([
    ["messages", batchRequestId(model, asked("hello!"))],
    ["parameters", batchRequestId(model, asked("hello", { parameters: { temperature: 1 } }))],
    ["model", batchRequestId(sampleModel("y"), asked("hello"))],
    ["identity", batchRequestId({ ...model, identity: { adapter: "other" } }, asked("hello"))],
    ["trial", batchRequestId(model, asked("hello", { subject: { ...subject, trial: 2 } }))],
    ["question", batchRequestId(model, asked("hello", { subject: { ...subject, questionId: "r" } }))],
    ["suite", batchRequestId(model, asked("hello", { subject: { ...subject, suite: "t" } }))],
  ])("changes with the %s", (_, other) => {
    expect(other).not.toBe(id);
  });
});

describe("batch files", () => {
  test("hold one request per line, whatever the text holds", () => {
    const line = requestLine(requestOf("a\nb\u2028c\ud800"));
    expect(line).not.toContain("\n");
    expect(JSON.parse(line)).toMatchObject({
      method: "POST",
      url: "/v1/chat/completions",
      body: { messages: [{ content: "a\nb\u2028c\ud800" }] },
    });
  });

  test("hold no more requests, and no more bytes as UTF-8 with line feeds, than they may", () => {
    const requests = ["a", "b", "c", "d", "e"].map(requestOf);
    const sizes = (files: Iterable<{ lines: readonly string[] }>) =>
      [...files].map((file) => file.lines.length);
    expect(sizes(splitIntoFiles(requests, { requests: 2, bytes: 1e9 }))).toEqual([2, 2, 1]);
    const bytes = Buffer.byteLength(requestLine(requestOf("a"))) + 1;
    expect(sizes(splitIntoFiles(requests, { requests: 9, bytes: 2 * bytes }))).toEqual([2, 2, 1]);
    expect(sizes(splitIntoFiles(requests, { requests: 9, bytes: 2 * bytes - 1 }))).toEqual([1, 1, 1, 1, 1]);
    // "é" is two bytes; one request alone always goes.
    const wide = [requestOf("é"), requestOf("a")];
    expect(sizes(splitIntoFiles(wide, { requests: 9, bytes: 2 * bytes }))).toEqual([1, 1]);
    expect(sizes(splitIntoFiles([], { requests: 9, bytes }))).toEqual([]);
  });

  test("hold one stage of one model each", () => {
    const other = sampleModel("y");
    const requests: BatchRequest[] = [
      requestOf("a"),
      { ...requestOf("b"), model: other },
      { ...requestOf("c"), stage: "judgments" },
      requestOf("d"),
    ];
    expect(
      groupRequests(requests).map((group) => [group.stage, group.model.id, group.requests.length]),
    ).toEqual([
      ["answers", "x", 2],
      ["answers", "y", 1],
      ["judgments", "x", 1],
    ]);
  });
});

test("in batches input, cached input and output cost half, and other models what they cost", () => {
  const full = { inputPerMillion: 2, outputPerMillion: 8, cachedInputPerMillion: 0.5 };
  const table = {
    asOf: "a test",
    models: new Map([
      ["x", full],
      ["y", full],
    ]),
  };
  const prices = batchPrices(table, [model]);
  const [x, y] = [priceOf(model, prices), priceOf(sampleModel("y"), prices)];
  const usage = { inputTokens: 3_000_000, outputTokens: 1_000_000, cachedInputTokens: 1_000_000 };
  // 2 M at $1, 1 M cached at $0.25, 1 M out at $4; twice that elsewhere.
  expect(x === undefined ? 0 : costOf(usage, x)).toBeCloseTo(6.25, 12);
  expect(y === undefined ? 0 : costOf(usage, y)).toBeCloseTo(12.5, 12);
  expect(table.models.get("x")).toBe(full);
});
