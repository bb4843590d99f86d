import { describe, expect, it } from "vitest";
import { EndpointError } from "../../../harness/core/errors.js";
import {
  decideRetry,
  defaultRetryPolicy,
  endpointErrorOf,
  recordedErrorOf,
} from "../../../harness/pipeline/dispatch/retry.js";
import { failure } from "./fake-endpoint.js";

const policy = { maxRetries: 8, baseMs: 500, capMs: 60_000, longestRetryAfterMs: 600_000 };

describe("decideRetry", () => {
  it("draws the wait from a range that doubles and is capped", () => {
    const error = failure("server-error");
    const upperEnds = [1, 2, 3, 4, 5, 6, 7, 8].map((failures) => {
      const decision = decideRetry(policy, error, failures, () => 1);
      return decision.retry ? decision.waitMs : undefined;
    });
    expect(upperEnds).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000]);
    expect(decideRetry(policy, error, 5, () => 0)).toEqual({ retry: true, waitMs: 0 });
    expect(decideRetry(policy, error, 3, () => 0.25)).toEqual({ retry: true, waitMs: 500 });
  });

  it("ends at once for final errors and after the last retry", () => {
    expect(decideRetry(policy, failure("unauthorized"), 1, () => 0)).toEqual({
      retry: false,
      reason: "final",
    });
    expect(decideRetry(policy, failure("timeout"), 8, () => 0).retry).toBe(true);
    expect(decideRetry(policy, failure("timeout"), 9, () => 0)).toEqual({
      retry: false,
      reason: "exhausted",
    });
    expect(decideRetry({ ...policy, maxRetries: 0 }, failure("timeout"), 1, () => 0).retry).toBe(false);
  });

  it("waits at least as long as the endpoint asks, a little longer at random", () => {
    const error = failure("rate-limited", { retryAfterMs: 20_000 });
    expect(decideRetry(policy, error, 1, () => 0)).toEqual({ retry: true, waitMs: 20_000 });
    expect(decideRetry(policy, error, 1, () => 0.5)).toEqual({ retry: true, waitMs: 20_250 });
    expect(decideRetry(policy, error, 6, () => 0.5)).toEqual({ retry: true, waitMs: 20_500 });
  });

  it("does not wait for hours", () => {
    const hours = failure("rate-limited", { retryAfterMs: 7_200_000, status: 429 });
    const decision = decideRetry(policy, hours, 1, () => 0);
    expect(decision).toEqual({ retry: false, reason: "too-long" });
    expect(recordedErrorOf(hours, "too-long")).toEqual({
      code: "rate-limited",
      message: "made to fail: rate-limited (it asked to wait 7200 s, which is longer than a run waits)",
      status: 429,
      retryable: true,
    });
  });

  it("ignores a Retry-After that is no time", () => {
    for (const retryAfterMs of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(decideRetry(policy, failure("rate-limited", { retryAfterMs }), 1, () => 1)).toEqual({
        retry: true,
        waitMs: 500,
      });
    }
  });

  it("loses a call with three faults in ten attempts about twice in 100,000", () => {
    expect(0.3 ** (defaultRetryPolicy.maxRetries + 1)).toBeLessThan(2e-5);
  });
});

describe("endpointErrorOf", () => {
  it("makes a final adapter-failed of whatever is thrown", () => {
    for (const thrown of [new TypeError("x is undefined"), "a string", undefined, { code: "timeout" }]) {
      expect(endpointErrorOf(thrown)).toMatchObject({ code: "adapter-failed", retryable: false });
    }
    expect(endpointErrorOf(new TypeError("x is undefined")).message).toContain("x is undefined");
  });

  it("takes over an EndpointError of another copy of the package", () => {
    class EndpointErrorOfAnotherCopy extends Error {
      override name = "EndpointError";
      code = "rate-limited";
      retryable = true;
      status = 429;
      retryAfterMs = 1_500;
    }
    const taken = endpointErrorOf(new EndpointErrorOfAnotherCopy("slow down"));
    expect(taken).toBeInstanceOf(EndpointError);
    expect(taken).toMatchObject({
      code: "rate-limited",
      retryable: true,
      status: 429,
      retryAfterMs: 1_500,
      message: "slow down",
    });
  });
});

it("cuts messages that echo a whole prompt", () => {
  const error = new EndpointError("x".repeat(1_000_000), { code: "bad-request", retryable: false });
  expect(recordedErrorOf(error).message).toHaveLength(2_001);
});
