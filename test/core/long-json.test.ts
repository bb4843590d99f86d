import { expect, test } from "vitest";
import { parseLongJson } from "../../harness/core/long-json.js";

const LONG = `é😀"\\\n${"word ".repeat(60_000)}`;
const FILLING = "x".repeat(4 << 20);

test("a long text is parsed to what JSON.parse makes of it, whatever its names and short strings are", () => {
  const text = `{ "10": ${JSON.stringify(LONG)}, "2": ["a", null, ${JSON.stringify(FILLING)}], "__proto__": "b",
    "twice": ${JSON.stringify(FILLING)}, "twice": 1.5, ${JSON.stringify(LONG)} : {"\\u00e9": [{}, true]}, "last": "${"\\u0041".repeat(60_000)}" }`;
  const value = parseLongJson(Buffer.from(text)) ?? {};
  expect(value).toEqual(JSON.parse(text));
  expect(Object.keys(value)).toEqual(Object.keys(JSON.parse(text)));
});

test("long strings of one member are made when they are asked for, while their bytes are there", () => {
  const record = { request: { messages: [{ role: "user", content: FILLING }] }, replies: [{ text: LONG }] };
  let isThere = true;
  const later = { member: "request", isThere: () => isThere };
  const value = parseLongJson(Buffer.from(JSON.stringify(record)), later);
  expect(value).toEqual(record);
  isThere = false;
  expect(value?.replies).toEqual(record.replies);
  expect(() => JSON.stringify(value?.request)).toThrow("after its visit");
});

test.each([
  ["short", `["${LONG.slice(10)}"]`],
  ["without long strings", JSON.stringify(Array(500_000).fill("word word"))],
  ["broken", `{"a":"${FILLING}",}`],
  ["broken within a long string", `{"a":"\t${FILLING}"}`],
  ["nested too deeply", `{"a":"${FILLING}","b":${"[".repeat(600)}${"]".repeat(600)}}`],
  ["not closed", `{"a":"${FILLING}`],
  ["of a character that stands for long strings", `["\\uE0000","${FILLING}"]`],
])("what is %s is left to JSON.parse", (_, text) => {
  expect(parseLongJson(Buffer.from(text))).toBeUndefined();
});

test("bytes that are no UTF-8 are left to whoever names the file", () => {
  expect(parseLongJson(Buffer.from(`["\xe9${FILLING}"]`, "latin1"))).toBeUndefined();
});
