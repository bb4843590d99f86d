import { expect, test } from "vitest";
import { jsonBytes, jsonPieces } from "../../harness/core/json-pieces.js";

const SLICE = 1 << 15;
const long = (text: string, length = 300_000) => text.repeat(Math.ceil(length / text.length));

test.each([
  ["a text whose slices would part the halves of a character", `${"x".repeat(SLICE - 1)}😀${long("é")}`],
  ["halves that stand alone", `${"x".repeat(SLICE - 1)}\ud83d${long("y")}\udc00`],
  ["what JSON escapes", long('\u0000"\\\n\u2028')],
  ["long texts inside lists and objects", { a: [1, long("x"), null, { b: long("ü"), c: true }], d: "short" }],
  ["members that are undefined", { a: undefined, b: long("x"), c: [undefined, 2], d: { e: undefined } }],
  ["numbers that JSON does not have", { a: Number.NaN, b: [Number.NEGATIVE_INFINITY, long("x")] }],
  ["short values", { a: 1, b: ["x", { c: "y" }] }],
])("pieces are together what JSON.stringify makes of %s", (_, value) => {
  const whole = JSON.stringify(value);
  expect([...jsonPieces(value)].join("") === whole).toBe(true);
  expect(jsonBytes(value).equals(Buffer.from(whole, "utf8"))).toBe(true);
  expect(Math.max(...[...jsonPieces(value)].map((piece) => piece.length))).toBeLessThanOrEqual(6 * SLICE);
});
