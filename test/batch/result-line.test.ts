import { describe, expect, test } from "vitest";
import { readResultLine } from "../../harness/batch/result-line.js";

const body = { choices: [] };

describe("readResultLine", () => {
  test("reads a reply", () => {
    const line = {
      id: "1",
      custom_id: "a",
      response: { status_code: 200, request_id: "r", body },
      error: null,
    };
    expect(readResultLine(line)).toEqual({ customId: "a", kind: "answered", body });
  });

  test("reads an error response, whether its body stands in the response or under error", () => {
    const said = { error: { message: "no", code: 400 } };
    const refused = { customId: "a", kind: "refused", status: 400, body: said };
    expect(
      readResultLine({ custom_id: "a", response: { status_code: 400, body: said }, error: null }),
    ).toEqual(refused);
    // vLLM, with its older and its newer error.
    const bare = { custom_id: "a", response: { status_code: 400, request_id: "r", body: null } };
    expect(readResultLine({ ...bare, error: said.error })).toEqual(refused);
    expect(readResultLine({ ...bare, error: said })).toEqual(refused);
  });

  test.each(["batch_expired", "batch_cancelled", "request_expired"])("reads %s as never made", (code) => {
    expect(readResultLine({ custom_id: "a", response: null, error: { code, message: "too late" } })).toEqual({
      customId: "a",
      kind: "not-run",
      code,
      message: "too late",
    });
  });

  test("reads an error without a response by the status in its code, else as a fault of the server", () => {
    const line = (code: unknown) =>
      readResultLine({ custom_id: "a", response: null, error: { code, message: "no" } });
    expect(line(429)).toMatchObject({ kind: "refused", status: 429 });
    expect(line("odd")).toMatchObject({ kind: "refused", status: 500, body: { error: { message: "no" } } });
  });

  test("a line that says nothing is a request that was not made", () => {
    expect(readResultLine({ custom_id: "a", response: null, error: null })).toMatchObject({
      kind: "not-run",
    });
    const empty = { custom_id: "a", response: { status_code: 200, body: null }, error: null };
    expect(readResultLine(empty)).toMatchObject({ kind: "not-run" });
  });

  test.each([null, 3, "a", {}, { custom_id: 7 }, []])("%j is no such line", (value) => {
    expect(readResultLine(value)).toBeUndefined();
  });
});
