import { describe, expect, it } from "vitest";
import { createRedactor, secretsOf } from "../../harness/models/redaction.js";

describe("createRedactor", () => {
  it("replaces secrets wherever they stand, also escaped", () => {
    const redact = createRedactor(['a+b/c"d', undefined, "abc"]);
    expect(redact('x a+b/c"d y')).toBe("x [redacted] y");
    expect(redact(encodeURIComponent('a+b/c"d'))).toBe("[redacted]");
    expect(redact(JSON.stringify({ key: 'a+b/c"d' }))).toBe('{"key":"[redacted]"}');
    expect(redact("abc")).toBe("abc");
  });

  it("replaces the longer of two secrets first", () => {
    expect(createRedactor(["secret", "secret-long"])("secret-long secret")).toBe("[redacted] [redacted]");
  });

  it("replaces what looks like somebody else's key", () => {
    expect(createRedactor([])("used sk-proj-abcdefghijklmnop123 here")).toBe("used [redacted] here");
    expect(createRedactor([])("a sk-short one and a task-of-some-sort-or-other")).toContain("task-of-some");
  });
});

describe("secretsOf", () => {
  it("knows secrets by the names of their variables", () => {
    const environment = {
      OPENAI_API_KEY: "12345678",
      HF_TOKEN: "abcdefgh",
      PATH: "/usr/bin:/bin",
      MY_KEY: "short",
    };
    expect(secretsOf(environment)).toEqual(["12345678", "abcdefgh"]);
  });
});
