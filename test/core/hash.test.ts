import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { canonicalHash, canonicalJson, sha256 } from "../../harness/core/hash.js";

const whole = (text: string) => createHash("sha256").update(text).digest("hex");
const long = (start: string, rest: string) => `${start.padEnd((1 << 15) - 1, "x")}${rest.repeat(300_000)}`;

test.each([
  ["short", "é😀"],
  ["long", long("", "y")],
  ["long, with pairs where slices end", long("", "😀")],
  ["long, with halves of pairs", long("\ud83d", "\ud83dz")],
])("a text that is %s has the hash of all of its bytes", (_, text) => {
  expect(sha256(text)).toBe(whole(text));
});

test.each([
  ["short", { b: [1, undefined, null], a: { d: undefined, c: Number.NaN } }],
  ["long", { b: ["x", { z: long("", "😀"), y: undefined, a: true }], a: long("\n", '"') }],
])("a value that is %s has the hash of its canonical JSON", (_, value) => {
  expect(canonicalHash(value)).toBe(whole(canonicalJson(value)));
});
