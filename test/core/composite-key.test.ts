import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compositeKey, keyParts } from "../../harness/core/composite-key.js";

describe("composite keys", () => {
  const part = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom("\u0000", "\u0001", "\u0002", "\u0003", "a") }),
  );

  it("give their parts back, whatever characters these hold", () => {
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
        expect(keyParts(compositeKey(...parts))).toEqual(parts);
      }),
    );
  });

  it("are apart where separators within the parts could make them one", () => {
    expect(compositeKey("a\u0000b", "c")).not.toBe(compositeKey("a", "b\u0000c"));
    expect(compositeKey("a", 1, true)).toBe(compositeKey("a", "1", "true"));
    expect(compositeKey("a", undefined)).toBe(compositeKey("a", ""));
  });
});
