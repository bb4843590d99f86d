import { describe, expect, it } from "vitest";
import { readRateLimit, readRetryAfter } from "../../harness/models/retry-after.js";

const NOW = Date.parse("2024-05-01T12:00:00Z");
const read = (headers: Record<string, string>, message = "") =>
  readRetryAfter(new Headers(headers), message, NOW);

describe("readRetryAfter", () => {
  it.each<[Record<string, string>, number | undefined]>([
    [{ "retry-after": "7" }, 7000],
    [{ "retry-after": "0.25" }, 250],
    [{ "retry-after": "0" }, 0],
    [{ "retry-after-ms": "40", "retry-after": "9" }, 40],
    [{ "retry-after": "Wed, 01 May 2024 12:00:20 GMT" }, 20_000],
    [{ "retry-after": "Wed, 01 May 2024 11:00:00 GMT" }, 0],
    [{ "retry-after": "Wed, 01 May 2024 12:00:20 GMT", date: "Wed, 01 May 2024 12:00:15 GMT" }, 5000],
    [{ "retry-after": "soon" }, undefined],
    [{ "retry-after": "-3" }, undefined],
    [{ "retry-after": "1e9" }, undefined],
    [{ "retry-after": "" }, undefined],
    [{}, undefined],
  ])("%j is %s ms", (headers, expected) => {
    expect(read(headers)).toBe(expected);
  });

  it.each<[string, number | undefined]>([
    ["Rate limit reached. Please try again in 1.5s. Visit us.", 1500],
    ["Please try again in 860ms.", 860],
    ["Please retry after 1m30s.", 90_000],
    ["Please try again in a while", undefined],
  ])("finds the wait in %j", (message, expected) => {
    expect(read({}, message)).toBe(expected);
  });

  it("believes the header before the message", () => {
    expect(read({ "retry-after": "2" }, "Please try again in 9s")).toBe(2000);
  });
});

describe("readRateLimit", () => {
  it("keeps every dialect of rate-limit headers and nothing else", () => {
    const headers = new Headers({
      "X-RateLimit-Remaining-Tokens": "10",
      "RateLimit-Reset": "5",
      "anthropic-ratelimit-requests-limit": "50",
      "set-cookie": "secret",
    });
    expect(readRateLimit(headers)).toEqual({
      "x-ratelimit-remaining-tokens": "10",
      "ratelimit-reset": "5",
      "anthropic-ratelimit-requests-limit": "50",
    });
    expect(readRateLimit(new Headers({ date: "now" }))).toBeUndefined();
  });
});
