import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson, contentId, sha256 } from "../../harness/core/hash.js";
import { createRegistry } from "../../harness/core/registry.js";
import { editDistance, nearestName, suggestName } from "../../harness/core/spelling.js";

describe("hashes", () => {
  test("canonical JSON does not depend on the order of keys", () => {
    expect(canonicalJson({ b: 1, a: [{ d: 1, c: undefined }] })).toBe('{"a":[{"d":1}],"b":1}');
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(contentId(reversed)).toBe(contentId(value));
      }),
    );
  });

  test("SHA-256 of the empty text and of abc (FIPS 180-4)", () => {
    expect(sha256("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });
});

describe("spelling", () => {
  test.each([
    ["kitten", "sitting", 3],
    ["ab", "ba", 1],
    ["", "abc", 3],
    ["same", "same", 0],
    ["--suite", "--sute", 1],
  ] as const)("%s to %s takes %i", (left, right, distance) => {
    expect(editDistance(left, right)).toBe(distance);
    expect(editDistance(right, left)).toBe(distance);
  });

  test("offers the nearest name, and nothing when none is near", () => {
    expect(nearestName("mt-bnch", ["vicuna-bench", "mt-bench"])).toBe("mt-bench");
    expect(nearestName("zzzzzz", ["vicuna-bench", "mt-bench"])).toBeUndefined();
    // Names come from files: repeated, with line breaks, or far too many to list.
    expect(suggestName("x", ["an\na", "an\na", "ben"])).toBe("Valid: an⏎a, ben.");
    const voters = Array.from({ length: 30 }, (_, at) => `expert_${at}`);
    expect(suggestName("zzz", voters)).toMatch(/^Valid are 30, such as expert_0, .*expert_4\.$/);
    expect(suggestName("sngle", ["single", "pair"])).toBe('Did you mean "single"? Valid: single, pair.');
  });

  test("a registry answers a wrong name with the nearest right one", () => {
    const registry = createRegistry("suite", {
      "mt-bench": { summary: "one" },
      "assay-80": { summary: "two" },
    });
    expect(registry.get("assay-80").summary).toBe("two");
    expect(() => registry.get("assay80")).toThrow(
      expect.objectContaining({ code: "unknown-suite", remedy: expect.stringContaining('"assay-80"') }),
    );
    expect(() => registry.get("__proto__")).toThrow(/unknown suite/);
  });
});
