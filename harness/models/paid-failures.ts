import { EndpointError } from "../core/errors.js";
import { isJsonObject, memberOf } from "./json-reading.js";
import { readUsage } from "./response-reading.js";

/** Adds to an error the usage that its reply's body tells, so that what was paid for is counted. */
export function withUsageOf<Failure extends EndpointError>(body: unknown, error: Failure): Failure {
  if (isJsonObject(body)) error.usage ??= readUsage(memberOf(body, "usage"));
  return error;
}

/** Runs a reading of a reply's body; the EndpointError of one that cannot be used carries the usage that came with it. */
export function readPaid<Result>(body: unknown, read: () => Result): Result {
  try {
    return read();
  } catch (thrown) {
    throw thrown instanceof EndpointError ? withUsageOf(body, thrown) : thrown;
  }
}
