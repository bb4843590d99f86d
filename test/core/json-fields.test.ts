import { describe, expect, test } from "vitest";
import { JsonFields } from "../../harness/core/json-fields.js";
import { type Random, seededRandom } from "../../harness/core/random.js";
import { StringScan } from "../../harness/core/string-scan.js";

const WANTED = ["a", "kind", "list", "texts"];

/** What is found in a line: the texts of wanted values; undefined where it was not understood. */
function finder() {
  const memory = StringScan.make();
  if (memory === undefined) throw new Error("this machine has no WebAssembly with vectors");
  const fields = new JsonFields(WANTED, memory.stringEnd);
  const bytes = memory.buffer(1 << 16);
  return (line: string | Buffer) => {
    const text = typeof line === "string" ? Buffer.from(line) : line;
    text.copy(bytes);
    bytes[text.length] = 0x0a;
    if (!fields.find(bytes, 0, text.length)) return undefined;
    const found = WANTED.flatMap((name, field) => {
      const start = fields.starts[field] ?? -1;
      return start === -1 ? [] : [[name, bytes.toString("utf8", start, fields.ends[field])] as const];
    });
    return { values: Object.fromEntries(found), isObjects: fields.areObjects[2] === 1 };
  };
}

const STRINGS = [
  "",
  "a",
  "kind",
  'say "so"\n',
  "ä€😀",
  "\u0000\u001f",
  "\\",
  "\ud800",
  "x".repeat(40),
  "/\t\b\f\r",
];
const NUMBERS = [0, -1, 12, 1.5, 1e21, -2.5e-7, 123456789012];

function jsonOf(random: Random, depth: number): unknown {
  const kind = random.integer(depth > 4 ? 4 : 6);
  if (kind < 2) return STRINGS[random.integer(STRINGS.length)];
  if (kind === 2) return NUMBERS[random.integer(NUMBERS.length)];
  if (kind === 3) return [true, false, null][random.integer(3)];
  const members = Array.from({ length: random.integer(4) }, () => jsonOf(random, depth + 1));
  if (kind === 4) return members;
  return Object.fromEntries(
    members.map((member, index) => [`${STRINGS[random.integer(4)]}${index}`, member]),
  );
}

function objectOf(random: Random): Record<string, unknown> {
  const names = [...WANTED, "other", "Kind", "lists", 'q"uote'].filter(() => random.integer(3) > 0);
  return Object.fromEntries(
    names.filter((name) => name !== 'q"uote').map((name) => [name, jsonOf(random, 0)] as const),
  );
}

describe("fields found in the bytes of a line", () => {
  const find = finder();

  test("are those of JSON.parse, for whatever JSON.stringify writes", () => {
    const random = seededRandom("json fields");
    for (let round = 0; round < 500; round++) {
      const object = objectOf(random);
      const found = find(JSON.stringify(object));
      const wanted = Object.fromEntries(
        WANTED.flatMap((name) => (name in object ? [[name, JSON.stringify(object[name])] as const] : [])),
      );
      expect(found?.values).toEqual(wanted);
      const { list } = object;
      const isObject = (one: unknown) => one !== null && typeof one === "object" && !Array.isArray(one);
      if (list !== undefined) expect(found?.isObjects).toBe(Array.isArray(list) && list.every(isObject));
    }
  });

  test("no line is understood that JSON.parse refuses, whichever byte of it was changed", () => {
    const random = seededRandom("broken fields");
    const odd = Buffer.from('"\\{}[],:0189eE+-.tfnul \n\t\u0001ux/', "latin1");
    let refused = 0;
    for (let round = 0; round < 4_000; round++) {
      const line = Buffer.from(JSON.stringify(objectOf(random)));
      const at = random.integer(line.length);
      const byte = odd.subarray(random.integer(odd.length)).subarray(0, 1);
      const cut = [at, at + 1][random.integer(2)] ?? at;
      const changed = Buffer.concat([
        line.subarray(0, at),
        random.integer(4) === 0 ? Buffer.alloc(0) : byte,
        line.subarray(cut),
      ]);
      const found = find(changed);
      if (found === undefined) {
        refused++;
        continue;
      }
      const value = JSON.parse(changed.toString()) as Record<string, unknown>;
      for (const [name, text] of Object.entries(found.values)) expect(JSON.parse(text)).toEqual(value[name]);
      for (const name of WANTED) expect(name in found.values).toBe(name in value);
    }
    expect(refused).toBeGreaterThan(400);
  });

  test("what only JSON.parse can tell is left to it", () => {
    for (const line of [
      '{"a":1,"a":2}',
      '{ "a":1}',
      '{"a":1} ',
      '{"\\u0061":1}',
      `{"a":${"[".repeat(40)}${"]".repeat(40)}}`,
      '["a"]',
      "{}",
      "",
    ])
      expect(find(line)).toBeUndefined();
    expect(find(`{"a":"\\u00e4\\ud83d","b":[[],{}]}`)?.values).toEqual({ a: '"\\u00e4\\ud83d"' });
    for (const line of [
      '{"a":"\\u00g1"}',
      '{"a":"\\x"}',
      '{"a":01}',
      '{"a":-}',
      '{"a":1.}',
      '{"a":tru}',
      '{"a":"\t"}',
    ])
      expect(find(line)).toBeUndefined();
  });
});
